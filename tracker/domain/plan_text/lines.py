"""Lines: hard wraps are undone, page chrome and signatures are left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.plan_text.canvas import Canvas
from tracker.domain.plan_text.numbering import mark_at

_LINE = re.compile(r"[^\n]*")
_FULL = 0.75
_STOPS = "。；！？：…"
_OPENERS = re.compile(r"^[，、。；：！？）】》”％%]")
_OWNER_LINE = re.compile(
    r"^[（【]?(?:牵头|责任|配合|协同|协办|承办|主办|完成|分管|联系|落实|实施|时间|办理|参与|参加)"
    r"[^，。：]{0,12}："
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the canvas without the blanks around it."""

    start: int
    end: int
    indent: int
    plain: str

    @property
    def width(self) -> float:
        """Its printed width in Chinese characters."""
        narrow = sum(1 for character in self.plain if character < "\u2000")
        return len(self.plain) - narrow / 2 + min(self.indent, 4) / 2


def lines_of(canvas: Canvas) -> list[Line]:
    """Every line, blank ones too."""
    found = []
    for match in _LINE.finditer(canvas.plain):
        raw = match[0]
        if not raw and match.start() and canvas.plain[match.start() - 1 : match.start()] != "\n":
            continue
        body = raw.strip(" ")
        indent = len(raw) - len(raw.lstrip(" "))
        start = match.start() + (indent if body else 0)
        found.append(Line(start, start + len(body), indent, body))
    return found


_PAGE_NUMBER = re.compile(
    r"^[-—–－· ]*(?:第? *\d{1,3} *(?:页|/ *\d{1,3})?(?: *共 *\d+ *页)?)[-—–－· ]*$"
)


def is_page_number(line: Line) -> bool:
    """— 3 — and the like, which stand between two pages."""
    return (
        len(line.plain) < 16
        and bool(re.match(r"^[-—–－·].*[-—–－·]$|^第.*页", line.plain))
        and bool(_PAGE_NUMBER.match(line.plain))
    )


def _is_table(line: Line) -> bool:
    return "\t" in line.plain or "|" in line.plain


def _open(line: Line) -> bool:
    return bool(line.plain) and line.plain[-1] not in _STOPS and not _is_table(line)


def _begins_entry(canvas: Canvas, line: Line) -> bool:
    if _OWNER_LINE.match(line.plain):
        return True
    mark = mark_at(canvas.plain, line.start, line.end)
    return mark is not None


def _wrap_width(lines: Sequence[Line]) -> float | None:
    """Return the width at which the text is wrapped by hand, None when it is not."""
    widths = [line.width for line in lines if line.plain and not _is_table(line)]
    if len(widths) < 4:
        return None
    limit = max(widths)
    if not 16 <= limit <= 64:
        return None
    full = [line for line in lines if line.plain and line.width >= limit * _FULL]
    broken = [line for line in full if _open(line)]
    stopped = sum(1 for line in lines if line.plain and line.plain[-1] in "。；：）】")
    if len(broken) >= 3 and len(broken) * 2 >= len(full) and stopped * 6 >= len(widths):
        return limit
    return None


def _unclosed(plain: str, after: str) -> bool:
    """Tell whether a bracket is opened on one line and closed on the next."""
    return any(
        plain.count(opener) > plain.count(closer) and after.count(closer) > after.count(opener)
        for opener, closer in ("（）", "《》", "“”")
    )


def _joins(canvas: Canvas, line: Line, after: Line, limit: float | None) -> bool:
    """Tell whether the sentence runs on from this line into the next."""
    if _is_table(after) or _is_table(line) or not after.plain:
        return False
    if _OPENERS.match(after.plain):
        return line.plain[-1] not in _STOPS or after.plain[0] in "）】》”"
    if _unclosed(line.plain, after.plain):
        return True
    if _begins_entry(canvas, after):
        return False
    if line.plain[-1] in "，、（《“" and len(line.plain) > 6:
        return True
    if limit is None or not _open(line):
        return False
    if after.indent >= 2 and after.indent > line.indent:
        return False
    return line.width >= limit * _FULL


def _next_line(lines: Sequence[Line], index: int) -> int:
    """Return the line that follows, over a page's foot."""
    after = index + 1
    while (
        after < len(lines)
        and after - index < 4
        and (is_page_number(lines[after]) or (not lines[after].plain and after + 1 < len(lines)))
    ):
        if not lines[after].plain and not _page_break(lines, index, after):
            break
        after += 1
    return after


def _page_break(lines: Sequence[Line], index: int, blank: int) -> bool:
    near = [*lines[index + 1 : blank], *lines[blank + 1 : blank + 3]]
    return lines[index].plain[-1] in "，、" or any(is_page_number(line) for line in near)


def unwrap(canvas: Canvas) -> Canvas:
    """Return the canvas with hard line wraps taken out."""
    lines = lines_of(canvas)
    limit = _wrap_width(lines)
    cuts: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if not line.plain:
            continue
        after = _next_line(lines, index)
        if after < len(lines) and _joins(canvas, line, lines[after], limit):
            cuts.append((line.end, lines[after].start))
    return canvas.without(cuts)


_CHROME = re.compile(
    r"^(?:索 ?引 ?号|发布(?:机构|日期|时间|单位|人)|信息来源|来源|文章来源|稿件来源|"
    r"浏览(?:次数|量)|阅读(?:次数|量)?|点击(?:数|量|率)?|访问(?:次数|量)"
    r"|字号|【?字体|字体大小|【?(?:打印|关闭)|上一[篇条]|下一[篇条]|责任编辑|编辑|"
    r"作者|审核|校对|供稿|撰稿|分享|当前位置|您?(?:现在|所在|当前)的?(?:位置)?[：是]|"
    r"首页"
    r"|发文(?:机关|字号|日期|单位)|文 ?号|文件编号|信息名称|名 ?称|主题(?:分类|词)|"
    r"有效性|成文日期|生成日期|公开(?:方式|形式|日期|时限|范围)|体裁分类|组配分类"
    r"|信息分类|内容(?:分类|概述)|关键[词字]|版权所有|技术支持|网站(?:地图|标识码)|主办(?:单位)?：[^，。；]{4,60}(?:承办|维护|技术支持)(?:单位)?：|"
    r"ICP|[\u4e00-\u9fff]ICP备|[\u4e00-\u9fff]公网安备|联系(?:我们|方式|人|电话)|"
    r"扫一扫|附件下载|相关(?:链接|附件|阅读|新闻)"
    r"|抄 ?送|主送|印发|收藏|举报|无障碍|简体|繁体|登录|注册|搜索|我要纠错|"
    r"返回(?:顶部|列表)|保护视力色|更新时间|日期：|时间：\d|（?此件|特此(?:通知|报告|"
    r"公告)"
    r"|Copyright|地址：|邮编|电话：|传真|分类：|年份：|有效期|语种|统一登记号|拟稿|签发|密级|机密|秘密|内部资料"
    r"|(?:合计|总计|共计)[：:]?\d+(?:项|件|个)任?务?。?$|注：|备注：|说明：|填报单位|填表|制表|单位：(?:万|亿|元|个|％|%))"
)
_FOOT = re.compile(
    r"(?:ICP备|公网安备|网站标识码|技术支持：|版权所有|浏览次数|字号[：【 ]|\[? ?打印 ?\]?.{0,4}关闭|责任编辑：|^[A-Za-z]+://)"
)
_CRUMB = re.compile(r"^(?:\S{1,12} ?[>»\u203a] ?)+\S{0,20}$")
_HASHES = re.compile(r"^#{2}[a-z]+#{2}$")
_DATE_LINE = re.compile(
    r"^（? ?(?:20\d\d|[二〇○零一]{4})年"
    r"(?: ?[\d一二三四五六七八九十X*]{1,3} ?月)(?: ?[\d一二三四五六七八九十X*]{1,3} ?日)(?:印发)? ?）?$"
    r"|^20\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}：\d\d(?:：\d\d)?)?$"
)
_MONTH_LINE = re.compile(
    r"^（? ?(?:20\d\d|[二〇○零一]{4})年 ?[\d一二三四五六七八九十X*]{1,3} ?月 ?）?$"
)
_ADDRESSEES = re.compile(
    r"^(?:各|局属|局机关|机关|县直|市直|区直|全[县市区]|[\u4e00-\u9fff]{2,12}(?:人民政府|办公室)，)[^。]{0,80}：$"
)
_DOC_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,12}[【（]20\d\d[】）](?:第?\d+|\*+|X+|__+) ?号$")
_SIGNATURE = re.compile(
    r"^[\u4e00-\u9fffX*]{2,24}(?:局|委员会|办公室|政府|委|部|院|中心|领导小组|管委会|人民政府|小组)$"
)
_NOTE_LINE = re.compile(
    r"^(?:附件?|附表|附录)(?: ?\d{1,2}|[一二三四五])?(?:[-－]\d)?(?:[：:].*|[.．、 ].*)?$"
)
_PICTURE = re.compile(r"^(?:!\[|<img|<[a-z/]+)")


def is_chrome(line: Line) -> bool:
    """Words of the page or of the office's form, not of the plan."""
    plain = line.plain
    if len(plain) > 120:
        return False
    if is_page_number(line) or _HASHES.match(plain) or _DATE_LINE.match(plain):
        return True
    if _DOC_NUMBER.match(plain) or _CRUMB.match(plain) or _PICTURE.match(plain):
        return True
    if _ADDRESSEES.match(plain):
        return True
    return len(plain) < 80 and (_CHROME.match(plain) is not None or _FOOT.search(plain) is not None)


_ELLIPSIS = re.compile(r"^[…·.。]+$")


def is_blank(line: Line) -> bool:
    """…… — stands for what was left out."""
    return _ELLIPSIS.match(line.plain) is not None


def is_annex_note(line: Line) -> bool:
    """附件：… — names an annex and is no task."""
    return len(line.plain) < 60 and _NOTE_LINE.match(line.plain) is not None


def is_signature(line: Line, after: Line | None) -> bool:
    """Tell whether the line is the office's name above the date."""
    if after is None or not _SIGNATURE.match(line.plain):
        return False
    return bool(_DATE_LINE.match(after.plain) or _MONTH_LINE.match(after.plain))


def is_month_line(line: Line, before: Line | None, last: bool) -> bool:
    """Tell whether the line only dates the paper: 2024年3月 under a title or at the very end.

    In a table copied cell by cell the same words are a deadline.
    """
    if not _MONTH_LINE.match(line.plain):
        return False
    return line.plain[0] == "（" or (
        last and before is not None and bool(_SIGNATURE.match(before.plain))
    )


_LEADERS = re.compile(r"(?:[.．·…‥]{2,}|\t| {2,}|-{3,}|—{2,}) *（?\d{1,3}）?$")
_CONTENTS = re.compile(r"^(?:目 *录|目 *次|CONTENTS)$", re.IGNORECASE)


def _contents_entry(plain: str, later: Counter[str]) -> bool:
    if _LEADERS.search(plain):
        return True
    bare = _bare(plain)
    return bool(bare) and later[bare] > 1


def _bare(plain: str) -> str:
    return re.sub(r"[ \t.．·…]+|\d{1,3}$|[。：]$", "", _LEADERS.sub("", plain))


def contents_lines(lines: Sequence[Line]) -> set[int]:
    """Return the lines of a table of contents, by index."""
    found: set[int] = set()
    heads: Counter[str] = Counter()
    starts = [index for index, line in enumerate(lines) if _CONTENTS.match(line.plain)]
    if starts:
        heads = Counter(_head_words(line.plain) for line in lines if line.plain)
    for start in starts:
        found.add(start)
        seen: set[str] = set()
        for index in range(start + 1, len(lines)):
            plain = lines[index].plain
            bare = _bare(plain)
            if plain and (bare in seen or not _contents_entry(plain, heads)):
                break
            seen.add(bare)
            found.add(index)
    leading = {index for index, line in enumerate(lines) if _dotted(line.plain)}
    return found | leading


def _head_words(plain: str) -> str:
    return _bare(re.split(r"[。：]", plain, maxsplit=1)[0])


def _dotted(plain: str) -> bool:
    return bool(re.search(r"[.．·…]{4,} *\d{1,3}$", plain)) and len(plain) < 120
