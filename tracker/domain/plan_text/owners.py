"""Owners: lead and supporting units and the deadline that a bracket, a line or a heading names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_UNIT_KIND = r"(?:单位|部门|股室|科室|处室|机构|主体|责任单位|责任部门|股|科|室|方)"
_LABEL = re.compile(
    rf"(?P<both>牵头(?:单位)?(?:和|及|、|与)?(?:责任|配合|落实)单位|"
    rf"责任领导及(?:责任)?{_UNIT_KIND}|责任单位及责任人|责任单位（人）|"
    rf"牵头（责任）单位|牵头责任{_UNIT_KIND})"
    rf"|(?P<lead>(?:牵头|主办|主责|主要责任|第一责任|总牵头){_UNIT_KIND}|牵头)"
    rf"|(?P<support>(?:配合|协同|协办|协助|协作|参与|参加|配合协助|配合责任|共同责任){_UNIT_KIND}|配合)"
    rf"|(?P<owner>(?:责任|承办|落实|实施|负责|主管|具体负责|完成|执行|承担|建设){_UNIT_KIND})"
    r"|(?P<person>(?:责任|牵头|分管|包保|联系|县级|主管|挂钩|挂联|包联|市级|局|"
    r"具体)?领导(?:和责任人)?|(?:直接|具体|第一|主要)?责任人|负责人|联系人|联络人|"
    r"联络员|经办人|联系(?:电话|方式)|电话|项目地点|备注)"
    r"|(?P<due>(?:完成|办结|办理|截止|整改|达到|计划完成)(?:时限|时间|期限|"
    r"日期)(?:要求)?|时限(?:要求)?|时间(?:节点|安排|要求|进度)|截止(?:日期|时间)|期限|"
    r"进度(?:要求|安排|时限)?)"
)
_LABELLED = re.compile(rf"(?:{_LABEL.pattern}) *[：]")
_STARTS_LABELLED = re.compile(rf"^[（【]? *(?:{_LABEL.pattern}) *：")
_SPLIT = re.compile(r"[、，,；;/ \t\n]+|(?<=[局股科室办委部会中心院站队])(?:和|及|与|以及)")
_SPLIT_MARKS = "、，,；;/ \t\n"
_UNIT_END = re.compile(
    r"(?:局|股|科|室|办|委|站|队|所|院|中心|镇|乡|街道|部|处|厅|公司|集团|政府|单位|"
    r"部门|银行|支行|联社|协会|学校|馆|社|联合会|总会|学会|商会|工会|团委|妇联|残联|"
    r"团|总站|"
    r"组|专班|园区|开发区|管委会|库|段|税务|法院|检察院|公安|村|社区|分局|科室|股室|"
    r"支部|党委|党组|场|校|企业|平台|大队|支队|中队|侨联|科协|文联|工商联|总工会|"
    r"红十字会|办公室|"
    r"党政办|办事处|园|军分区|人武部|机关|各方|机构|系统|乡镇|区县|县区|县市区|街镇|"
    r"镇街|乡街|城投|文旅|供电|电信|移动|联通|铁塔|邮政|保险|台|网|林场|渔政|监狱|"
    r"宣传|组织|纪委|监委|政协|人大)"
    r"(?:（[^（）]{1,20}）)?$"
)
_NOT_UNIT = re.compile(
    r"[\d“”《》%]|以上|以下|完成|实现|建设(?!局|股|科|中心|管理|集团|公司|办|指挥|"
    r"委)|[一二三]期$|试点|示范|包括|例如|以及|等$"
)
_NO_OFFICE = re.compile(
    r"(?:大局|全局|格局|布局|破局|开局|结局|变局|全部|内部|干部|外部|场所|厕所|学科|专科|全科|交办|督办|通办|帮办|代办"
    r"|市场|现场|广场|立场|农村|乡村|社会|机会|大会|产业园|底线|网|平台)$"
    r"|^(?:服务|推进|加强|建设|优化|提升|做好|抓好|深化|落实|聚焦|打造|规范|强化|完善|围绕|融入|维护|推动|促进|创建|改造|实施)"
    r"(?!中心|办|局|公司|站|科|股|所|委|大队|处)"
)
_TAIL = re.compile(
    r"(?:等(?:相关|有关|各)?(?:责任)?(?:单位|部门|股室|科室|乡镇)?|(?:分别|共同|具体)?(?:牵头)?(?:负责|落实|承办))$"
)
_TAKES_LEAD = re.compile(
    r"^由?(?P<lead>[^，；。：]{2,60}?)(?:负责)?(?:牵头|主办|总牵头)(?:负责|落实|实施|"
    r"组织|推进)?(?:[，；、 ]+(?P<support>[^：。]{2,120}?)(?:等(?:单位|"
    r"部门)?)?(?:共同|具体|分工|按职责|按职责分工)?(?:配合|参与|协助|协同|负责|落实|"
    r"协办|按职责分工负责))?$"
)
_TAKES_CHARGE = re.compile(
    r"^由?(?P<lead>[^，；。：]{2,60}?)(?:具体|分别|共同|按职责分工|按职责)?(?:负责|承办|落实|主抓|实施|组织实施)$"
)
_HEADING_LEAD = re.compile(
    r"^(?:由)?(?P<unit>[^，。：]{2,24}?)(?:牵头|负责|承担|主抓|承办)(?:负责|落实|完成|"
    r"抓落实)?的?(?:重点|主要)?(?:工作|任务|事项|部分|项目)*(?:（[^（）]*）)?$"
)
_DUE_ONLY = re.compile(
    r"^(?:(?:拟|计划|预计|力争|于|在|确保)?(?:20\d\d年)?(?:\d{1,2}月|年|"
    r"[一二三四]季度|上半年|下半年|今年|第[一二三四]季度|春节|清明节?|五一|国庆节?|汛|"
    r"植树节|元旦|中秋节?)[^，。；：、]{0,12}?(?:前|底|内|末|日|月|季度|"
    r"上半年)?(?:完成|办结|建成)?|长期(?:坚持|推进)?|持续推进|全年|常态化(?:推进)?|"
    r"年内|年底前|\d{1,2}[-—–～~至]{1,2}\d{1,2}月份?)$"
)
_PERSON = re.compile(r"^[\u4e00-\u9fff]{2,3}$")
_PERSON_MARK = re.compile(r"（[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4})*）$|[：].*$")


@dataclass(frozen=True, slots=True)
class OwnerNote:
    """What a bracket or an owner line says; empty fields say nothing."""

    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due: str | None = None
    loose: bool = False  # the leads were only called 责任单位: beside a 牵头单位 they support

    def __bool__(self) -> bool:
        return bool(self.lead or self.support or self.due)


def _pieces(words: str) -> list[str]:
    """Split at separators that do not stand inside brackets."""
    found, depth, piece = [], 0, ""
    for character in words:
        depth += (character == "（") - (character == "）")
        if depth <= 0 and character in _SPLIT_MARKS:
            found.append(piece)
            piece = ""
        else:
            piece += character
    return [part for whole in [*found, piece] for part in _split_and(whole)]


def _split_and(piece: str) -> list[str]:
    if "（" in piece:
        return [piece]
    return [part for part in _SPLIT.split(piece) if part]


def looks_like_unit(name: str) -> bool:
    """Tell whether these words could be an office's name."""
    return (
        2 <= len(name) <= 24
        and "\t" not in name
        and _UNIT_END.search(name) is not None
        and _NOT_UNIT.search(name) is None
        and _NO_OFFICE.search(name) is None
    )


def unit_names(words: str) -> tuple[str, ...]:
    """Return the units of a list, without people, 等单位 and doubles."""
    names: list[str] = []
    for piece in _pieces(words.strip(" 。；，、：（）【】")):
        name = _TAIL.sub("", _PERSON_MARK.sub("", piece.strip(" 。；，、："))).strip()
        if name and (looks_like_unit(name) or not _PERSON.match(name)) and name not in names:
            names.append(name)
    return tuple(name for name in names if _is_name(name))


def _is_name(name: str) -> bool:
    return 2 <= len(name) <= 30 and not re.fullmatch(r"[\d\-—–/ ]+|无|暂无|—+|-+|/+", name)


def _labelled(words: str) -> OwnerNote | None:
    """牵头单位：A；配合单位：B、C；完成时限：6月底前."""
    labels = list(_LABELLED.finditer(words))
    said: dict[str, str] = {}
    for index, label in enumerate(labels):
        end = labels[index + 1].start() if index + 1 < len(labels) else len(words)
        kind = label.lastgroup or "person"
        value = words[label.end() : end].strip(" 。；，、（）【】\t")
        value, due = _without_due(value)
        if due:
            said.setdefault("due", due)
        said[kind] = f"{said[kind]}、{value}" if kind in said else value
    return _resolved(said)


def _without_due(value: str) -> tuple[str, str | None]:
    """绩效股；10月底前完成 → the units and the deadline behind them."""
    pieces = re.split(r"[；，]", value)
    if len(pieces) < 2 or not _DUE_ONLY.match(pieces[-1].strip()):
        return value, None
    return "；".join(pieces[:-1]), pieces[-1].strip()


def _resolved(said: dict[str, str]) -> OwnerNote:
    lead = unit_names(said.get("lead", "")) or unit_names(said.get("both", ""))
    owners = unit_names(said.get("owner", ""))
    support = unit_names(said.get("support", ""))
    loose = not lead and bool(owners)
    if loose:
        lead, owners = owners, ()
    merged = tuple(name for name in (*owners, *support) if name not in lead)
    return OwnerNote(lead, merged, _due_words(said.get("due")), loose)


def _due_words(words: str | None) -> str | None:
    if not words:
        return None
    return words.strip(" 。；，、（）") or None


def _spoken(words: str) -> OwnerNote | None:
    """X牵头，Y配合 · X负责."""
    match = _TAKES_LEAD.match(words) or _TAKES_CHARGE.match(words)
    if match is None:
        return None
    lead = unit_names(match["lead"])
    if not lead or not all(looks_like_unit(name) for name in lead):
        return None
    support = match.groupdict().get("support")
    return OwnerNote(lead, unit_names(support) if support else ())


_UNIT_THEN_DUE = re.compile(
    r"^(?P<units>[^\d，；。]{2,60}?[局股科室办委队所站中心]) *(?P<due>(?:20\d\d年)?\d{1,2}月[^，；。]{0,8}|"
    r"年底前|年内)$"
)


def _bare(words: str) -> OwnerNote | None:
    """（预算股、国库股） · （6月底前） · （预算股，6月底前）."""
    if _DUE_ONLY.match(words):
        return OwnerNote(due=words)
    glued = _UNIT_THEN_DUE.match(words)
    if glued is not None:
        words = f"{glued['units']}、{glued['due']}"
    pieces = [piece.strip("；。 ") for piece in _pieces(words)]
    units = [piece for piece in pieces if looks_like_unit(_TAIL.sub("", piece))]
    dues = [piece for piece in pieces if _DUE_ONLY.match(piece)]
    if not units or len(units) + len(dues) != len(pieces):
        return None
    return OwnerNote(unit_names("、".join(units)), (), dues[-1] if dues else None)


@lru_cache(maxsize=2048)
def bracket_note(words: str) -> OwnerNote | None:
    """Return what the inside of a bracket says, None when it is more than owners and deadlines."""
    inside = words.strip(" （）【】。；\t")
    if not inside or len(inside) > 400:
        return None
    if _STARTS_LABELLED.match(inside):
        return _labelled(inside)
    words_, due = _without_due(inside)
    spoken = _spoken(words_)
    if spoken is not None:
        return OwnerNote(spoken.lead, spoken.support, due)
    return _bare(inside)


@lru_cache(maxsize=2048)
def line_note(words: str) -> OwnerNote | None:
    """Return what an owner line or an owner sentence says, None for any other sentence."""
    inside = words.strip(" 。；\t")
    if len(inside) > 400:
        return None
    if inside[:1] in "（【" and inside[-1:] in "）】":
        return bracket_note(inside)
    if _STARTS_LABELLED.match(inside):
        return _labelled(inside)
    return None


def trailing_label(words: str) -> int | None:
    """Where 责任单位：… begins at the end of a sentence that has words of its own before."""
    match = _LABELLED.search(words)
    if match is None or match.start() < 4:
        return None
    before = words[match.start() - 1]
    return match.start() if before in " 。；，（【\t" else None


def heading_note(title: str) -> OwnerNote | None:
    """X局牵头工作 · 预算股 as a heading holds for everything below it."""
    bare = title.strip("。：； ")
    match = _HEADING_LEAD.match(bare)
    if match is not None:
        names = unit_names(match["unit"])
        return OwnerNote(names) if names and all(map(looks_like_unit, names)) else None
    names = unit_names(bare)
    if names and len(bare) <= 16 and all(map(looks_like_unit, names)) and _OFFICE.search(bare):
        return OwnerNote(names)
    return None


_OFFICE = re.compile(r"(?:局|股|科|室|办|委|大队|中心|所|站)(?:（[^（）]*）)?$")


_INSIDE = re.compile(
    r"由(?P<lead>[^，。；：由]{2,30}?)(?:负责)?牵头(?:负责)?(?:[，、](?P<support>[^。；]{2,60}?)(?:参与|配合|协助))?"
)


_AT_HEAD = re.compile(
    r"^(?P<lead>[^，。；：由]{2,30}?)(?:负责)?牵头[，、](?P<support>[^，。；]{2,40}?)(?:参与|配合|协助)，"
)


def inside_note(words: str) -> OwnerNote | None:
    """由X牵头，Y配合 in the course of a sentence; X牵头，Y配合，… at its head."""
    match = _INSIDE.search(words) or _AT_HEAD.match(words)
    if match is None:
        return None
    lead = unit_names(match["lead"])
    if not lead or not all(map(looks_like_unit, lead)):
        return None
    support = unit_names(match["support"]) if match["support"] else ()
    return OwnerNote(lead, tuple(name for name in support if looks_like_unit(name)))
