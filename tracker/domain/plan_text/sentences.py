"""Sentences: where they end, and which of them ask for nothing."""

from __future__ import annotations

import re

_PAIRS = {"（": "）", "“": "”", "《": "》", "【": "】", "‘": "’"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_ENDS = "。；！？"
_TOKENS = re.compile(r"[（）“”《》【】‘’。；！？\n\u2028\"]")
_BLANKS = " \t\n\u2028"


def _shielded(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    """Stretches inside brackets or quotation marks; an opener without its closer counts for nothing."""
    stack: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    straight: int | None = None
    for match in _TOKENS.finditer(plain, start, end):
        character, at = match[0], match.start()
        if character in "\n\u2028":
            stack.clear()
            straight = None
        elif character == '"':
            straight = _straight(found, straight, at)
        elif character in _PAIRS:
            stack.append((character, at))
        elif character in _CLOSERS:
            _pop(stack, _CLOSERS[character], at, found)
    return _outermost(found)


def _straight(found: list[tuple[int, int]], start: int | None, at: int) -> int | None:
    """Open a quotation at a straight mark when none is open, else close it."""
    if start is None:
        return at
    found.append((start, at))
    return None


def _pop(stack: list[tuple[str, int]], opener: str, at: int, found: list[tuple[int, int]]) -> None:
    for depth in range(len(stack) - 1, max(-1, len(stack) - 6), -1):
        if stack[depth][0] == opener:
            found.append((stack[depth][1], at))
            del stack[depth:]
            return


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not merged or start > merged[-1][1]:
            merged.append((start, end))
        elif end > merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
    return merged


def sentences_in(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences of a stretch with their closing marks, split at 。；！ and line ends."""
    shields = _shielded(plain, start, end)
    found: list[tuple[int, int]] = []
    at, shield = start, 0
    for match in _TOKENS.finditer(plain, start, end):
        if match[0] not in "。；！？\n\u2028":
            continue
        while shield < len(shields) and shields[shield][1] < match.start():
            shield += 1
        if (
            shield < len(shields)
            and shields[shield][0] < match.start()
            and match[0] not in "\n\u2028"
        ):
            continue
        found.append((at, match.end()))
        at = match.end()
    found.append((at, end))
    return [span for span in (_trim(plain, *span) for span in found) if span[0] < span[1]]


def _trim(plain: str, start: int, end: int) -> tuple[int, int]:
    while start < end and plain[start] in " \t\n\u2028，、。；！？：）】”":
        start += 1
    while start < end and plain[end - 1] in _BLANKS:
        end -= 1
    return start, end


def body_end(plain: str, start: int, end: int) -> int:
    """Return the end of a sentence without its closing marks."""
    while end > start and plain[end - 1] in "。；！？，、：.;… \t\n\u2028":
        end -= 1
    return end


_ANNOUNCES = re.compile(
    r"现将.{0,80}(?:如下|印发|下达|通知)|(?:现|特)(?:制定|制订|拟定|提出|作).{0,40}(?:如下|本(?:方案|计划|要点|安排))"
    r"|印发给你们|请(?:遵照|认真|结合|各).{0,24}(?:执行|落实|组织实施|抓好)|^(?:特此|此)(?:通知|报告)|^以上(?:汇报|报告|意见|方案|计划|请示)|(?:^|，)(?:现|现一并|以上[^，]{0,8}|恳|敬)?请(?:各位[^，]{0,8}|县[^，]{0,6})?(?:予以)?(?:审议|批示|批评指正|指示|审查)$"
    r"|特(?:制定|制订|编制)(?:本|此|如下|以下)|制[定订](?:如下|以下|本).{0,12}(?:计划|方案|要点|安排)"
    r"|(?:做好|抓好|落实|开展|实施|推进|完成|围绕|聚焦|体现)(?:好)?(?:如下|以下|"
    r"下列)[^，。]{0,16}(?:方面|工作|任务|重点|事项)[^，。]{0,6}$"
    r"|(?:工作|任务|安排|计划|要点|思路|打算|重点|目标|意见|实事)[^，。]{0,8}如下$|如下$"
    r"|^(?:现就|根据|按照|依据|为)[^。]{0,120}(?:结合[^，。]{0,20}实际)[^。]{0,60}(?:制定|如下|方案|计划|安排)"
)
_YEAR_MEANING = re.compile(
    r"(?:是|作为|迎来)[^。]{0,80}(?:之年|关键年|攻坚年|起步年|收官年|开局年|的一年|"
    r"决胜年|提升年|第一年|[一二三四五]周年)"
    r"|^(?:当前|目前|近年来|去年以来|过去一年|回顾|一年来|展望|面对)[^。]{0,200}"
)
_SPIRIT = re.compile(
    r"习近平[^，。]{0,40}思想[^，。]{0,20}(?:为指导|为统领|为遵循|为指引)|"
    r"以[^，。]{2,60}(?:为指导|为指引|为统领|为根本遵循)"
    r"|^(?:总体要求|总体思路|工作思路|指导思想|基本思路|总体目标思路|基本原则|工作原则)(?:是)?[：，]"
    r"|[^。]{0,20}(?:总体|工作|基本|总的)(?:思路|要求)(?:是|为)[：，]?"
)
_MOTTO = re.compile(
    r"(?:谱写|书写|续写|开创|奋力谱|绘就)[^。]{0,50}(?:篇章|局面|画卷|答卷|华章)|"
    r"让我们|贡献[^，。]{0,12}(?:力量|智慧)$"
    r"|作出(?:新的|更大|应有|积极)?的?(?:更大)?贡献$|^(?:不忘初心|征程|新征程|奋进|使命)[^。]{0,60}$"
    r"|以(?:更|崭新|饱满|昂扬|更加)[^，。]{0,30}(?:姿态|热情|精神|干劲|作风|状态|斗志)[^。]{0,80}$"
)
_GUIDE_MARKS = re.compile(
    r"紧扣|紧紧围绕|紧盯|坚持|贯彻|落实[^，。]{0,20}(?:精神|部署|决策)|按照|根据|围绕|"
    r"以[^，。]{2,30}为(?:中心|宗旨|动力|目标|核心|主线|抓手|主题|引领|牵引|重点|契机|载体|导向|根本|突破口)|为指导|总目标|总抓手|主线|奋力|锚定|立足|统领|精神"
)
_PROBLEM_LEAD = re.compile(
    r"^(?:(?:但|同时|虽然)[^：。]{0,60})?(?:当前|目前)?(?:工作中)?(?:还|也|"
    r"仍)?(?:存在|面临)(?:的|着|一些)?(?:主要|突出)?(?:的)?(?:问题|不足|困难|短板)"
    r"|主要表现在|^(?:存在|主要|突出)(?:的)?(?:主要)?(?:问题|不足|困难)"
    r"|^(?:但|但是|然而|不过)，?[^：。；]{0,24}(?:仍|还|依然|也)(?:有|存在|面临)[^：。；]{0,12}(?:短板|不足|差距|薄弱环节|问题|困难)[：，]"
)
_LEAD_IN = re.compile(
    r"^[^：。；]{0,44}(?:目标(?:任务)?(?:是|为|如下)?|如下|要求|任务(?:是|为|如下)?|"
    r"重点(?:是|为)?|包括|具体为|即|其中|总体安排|预期目标|指标(?:是|为|如下)?"
    r"|以下[^：]{0,14}|[三四五六七八九十几\d]个?(?:方面|项|件|点)[^：]{0,10}|强调|指出|内容)(?:是|为|有)?：(?=.)"
)
_OPENING = re.compile(r"^(?:同志们|朋友们|各位(?:代表|委员|领导|同事))[，！：]+")
_DEMANDS = re.compile(r"(?<![重主首需])要(?!求)|必须|务必|应当|\d")
_SPEECH = re.compile(
    r"^(?:最后|在此)?，?(?:再次)?(?:谢谢|感谢)"
    r"|表示(?:衷心|崇高|诚挚|热烈)?的?(?:感谢|敬意|祝贺|慰问|问候)$"
    r"|我的(?:讲话|发言|报告|汇报)(?:完了|到此)"
    r"|^下面，?[^。]{0,30}(?:讲|谈|强调|汇报|报告)[^。]{0,12}"
    r"(?:意见|方面|问题|要求|体会|看法|点)$"
    r"|(?:讲|谈|提)[几一二三四五两\d]+(?:点|个)(?:方面)?(?:的)?(?:意见|要求|想法|建议)$"
    r"|^刚才|^(?:大家|同志们)(?:要)?(?:记住|知道|都知道|常说|想一想)"
    r"|^(?:各位[^，：]{0,6}|同志们|朋友们)$"
    r"|^我(?:代表|向大会|受)[^。]{0,40}(?:报告|审议)|一致(?:同意|认为|通过)$"
)
_STATES = re.compile(
    r"^[^，。；]{2,24}?(?:事关|关系到|关系着|关乎|直接影响)[^。]{4,80}$"
    r"|^[^，。；]{2,24}(?:，)?是[^，。；]{0,60}?(?:"
    r"的[^，。；]{0,12}(?:结果|任务|工作|要求|需要|举措|工程|抓手|途径|基础|前提|保障|保证|关键|责任|内容|"
    r"课题|体现|选择|力量|问题|大事|实事|事业|支撑|平台|窗口|底线|基石|根本)"
    r"|所在|之(?:基|本|要|策|举|重)|重中之重|硬道理|生命线|“?牛鼻子”?"
    r"|(?:最大|最基本|第一|首要|头等)的?[^，。；]{1,8})$"
)
_PAST = re.compile(
    r"^(?:去年|上年|上一年|过去(?:的)?一(?:学)?年|20\d\d年以来|今年以来|一年来|近年来|近几年|截至目前|"
    r"截至\d{1,2}月|目前|当前|前期|前一阶段)(?!底?要|将)"
)
#: 过去一年，… at the head of a paragraph: all of it tells what was done, but for sentences that turn to what comes.
_TELLS_ON = re.compile(
    r"^(?:过去(?:的)?一(?:学)?年|一年来|上一?学年|回顾[^，。]{0,16})(?:[，：]|以来|里|中)"
)
_TURNS = re.compile(
    r"要(?!求|素|闻|点)|将|必须|务必|今年|明年|新的?一年|下一?步|接下来|新学年|底前"
)
#: 2024年街道圆满完成…: a year before the plan's, and a word that says it is over.
_YEAR_OVER = re.compile(
    r"^(?:会议(?:指出|认为|强调|肯定)，)?(?P<year>20\d\d)年(?:度|来)?，?[^，。；]{0,14}?"
    r"(?:圆满|顺利|超额|全面|较好)(?:地)?(?:完成|实现|达成)了?(?!后)"
)
_FIELD = re.compile(
    r"(?P<name>(?:任务|事项|项目|工作|行动|工程)名称：)|(?:(?:主要|具体|工作|重点|目标|任务)*(?:内容|目标|举措|措施|要求|任务|步骤)|量化指标)："
)
_NOTHING_PLANNED = re.compile(
    r"^(?:[^，。；]{0,8}?)(?:没有|暂无|无)(?:任何|此项|相关|其他|具体)?(?:工作|重点)?(?:计划|任务|安排|事项|内容)$"
)
_PURPOSE_ONLY = re.compile(r"^为[^。]{0,100}(?:制定|提出)[^。]{0,30}$")
_TARGET_WORDS = re.compile(r"(?:目标|指标|任务)[^：。]{0,6}：")


def lead_in_end(plain: str, start: int, end: int) -> int:
    """Where the sentence proper begins after a lead-in that only announces."""
    match = _LEAD_IN.match(plain[start:end])
    if match is None or not plain[start + match.end() : end].strip("。；！ "):
        return start
    return start + match.end()


def field_end(plain: str, start: int, end: int) -> tuple[int, bool]:
    """工作内容：… on a sheet of fields: where its words begin, and whether the field names a new task."""
    match = _FIELD.match(plain, start, end)
    if match is None or match.end() >= end:
        return start, False
    return match.end(), match["name"] is not None


def announces_targets(words: str) -> bool:
    """主要预期目标是：… — what follows in the paragraph are targets."""
    return _TARGET_WORDS.search(words) is not None


def is_announcement(words: str) -> bool:
    """Tell whether the sentence only says that something follows."""
    return words.endswith("：") or _ANNOUNCES.search(words.rstrip("。：；！")) is not None


def asks_nothing(words: str) -> bool:
    """Announcements, the meaning of the year, guiding thought: nothing to do in them."""
    bare = words.rstrip("。；！：")
    return (
        len(bare) < 2
        or is_announcement(words)
        or _YEAR_MEANING.search(bare) is not None
        or _SPIRIT.match(bare) is not None
        or _PURPOSE_ONLY.match(bare) is not None
        or _NOTHING_PLANNED.match(bare) is not None
        or _SPEECH.search(_OPENING.sub("", bare)) is not None
        or _tells(bare)
    )


def looks_back(words: str, year: int | None = None) -> bool:
    """去年…；过去一年…；a year before the plan's …圆满完成: what was done, up to the next full stop."""
    over = _YEAR_OVER.match(words)
    is_over = over is not None and year is not None and int(over["year"]) < year
    return is_over or _PAST.match(words) is not None


def tells_on(words: str) -> bool:
    """Tell whether a paragraph that begins so tells what was done to its end."""
    return _TELLS_ON.match(words) is not None


def turns_ahead(words: str) -> bool:
    """Tell whether a sentence among those that tell what was done turns to what is to come."""
    return _TURNS.search(words) is not None


def _tells(bare: str) -> bool:
    """事关…, …是…的重要任务: a statement of worth, not a task."""
    return _STATES.match(bare) is not None and not _DEMANDS.search(bare)


def is_motto(words: str) -> bool:
    """奋力谱写新篇章 and its like, at the end of a document."""
    return _MOTTO.search(words.rstrip("。；！")) is not None


def closes_a_speech(words: str) -> bool:
    """Tell whether a paragraph is the speaker's last call: 同志们，…让我们…."""
    return "让我们" in words


def is_guidance(words: str) -> bool:
    """Tell whether an opening sentence only says in what spirit to work."""
    return _GUIDE_MARKS.search(words) is not None


def opens_problems(words: str) -> bool:
    """存在问题：… inside a plan section."""
    return _PROBLEM_LEAD.search(words) is not None
