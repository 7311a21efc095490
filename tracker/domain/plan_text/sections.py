"""Sections: the title, the top-level parts, and what each part speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.plan_text.model import SectionKind

_PROBLEMS = re.compile(
    r"存在.{0,10}(?:问题|不足|困难|短板|差距|薄弱)|"
    r"^(?:当前)?(?:工作中)?(?:的)?(?:主要|突出|存在)?(?:的)?(?:问题|困难|不足|短板|"
    r"差距)(?:和|与|及|、|$)"
    r"|^(?:主要|突出)?(?:问题|困难)(?:和|与|及|、)?(?:不足|挑战|建议|原因)?$|"
    r"面临.{0,8}(?:困难|挑战|问题)|^.{0,10}(?:问题|不足)(?:分析|剖析)|^困难(?:和|"
    r"与)问题"
    r"|^.{0,6}(?:问题(?:和|与|及|、)不足|短板(?:和|与|及|、)不足|不足之处)$"
)
_REVIEW = re.compile(
    r"总结|回顾|(?:工作|任务|目标|指标|计划|项目|建设|收支|整体|总体|主要|基本|"
    r"重点工作)[^，。]{0,8}(?:完成|开展|进展|落实|执行|运行)(?:的)?(?:主要)?情况|"
    r"^(?:完成|开展|进展|执行|运行|基本|工作|主要工作|总体工作|履职)(?:的)?情况"
    r"|^(?:充分)?(?:肯定|总结|回顾)(?:过去|去年)?(?:的)?(?:成绩|经验|工作)|^成绩(?:来之不易|显著)|工作情况|运行情况|完成情况|开展情况|进展情况|(?:主要|工作|取得|年度|"
    r"发展)[^，。]{0,6}(?:成效|成绩|亮点|业绩|成果)$|主要做法|做法(?:和|及|与)成效|"
    r"(?:上|去)年.*工作$|已完成|取得的.{0,6}(?:成效|成绩|进展)"
)
_PLAN = re.compile(
    r"计划|打算|安排|思路|要点|目标|任务|举措|措施|重点|下一?步|下一?阶段|明年|来年|"
    r"今后|保障|要求|部署|谋划|建议|清单|实事|预期|下半年工作"
)
_PLAN_STRONG = re.compile(r"计划|打算|安排|下一?步|明年|来年|要点|下一?阶段|思路|部署|谋划")
_GUIDE = re.compile(
    r"^.{0,6}(?:指导思想|总体要求|总体思路|基本原则|工作原则|总体考虑|编制依据|"
    r"重要意义|形势(?:分析|研判|任务)?|基本形势|工作背景|背景|总要求|总的要求|"
    r"基本思路)(?:和.{0,6}(?:原则|思路|要求))?$"
    r"|^(?:指导思想|总体要求|总体思路)|^(?:认清|看清|正视|分析|把握|研判|清醒认识)[^。]{0,8}(?:形势|挑战)|(?:面临|发展|当前|工作)(?:的)?(?:形势|环境|背景)|^(?:附件|附则|附表)"
)
_YEAR = re.compile(r"(20\d\d)年")
_HALF = re.compile(r"(?P<half>[上下]半年)(?:重点|主要)?工作?(?:安排|计划|打算|要点|思路|任务|举措)")
_TITLE_WORD = re.compile(
    r"(?:计划|要点|安排|总结|方案|通知|意见|任务|清单|分解表|台账|打算|思路|实事|目标|"
    r"报告|谋划|规划|设想|汇报|讲话|发言|表|分工|举措|部署|责任书|指标|工作|项目|措施|行动)(?:》)?(?:的(?:通知|函|"
    r"报告|公告|意见|批复))?(?:（[^（）]{1,20}）)?$"
)
_STRONG_LINE = re.compile(
    r"^(?:第[一二三四]部分[：、 ]*)?(?:[^，。；]{0,14})(?:工作总结|工作回顾|总结|回顾|"
    r"工作计划|工作打算|打算|工作安排|工作思路|工作要点|工作情况|完成情况|开展情况|"
    r"重点工作|主要工作|重点任务|主要任务|工作目标|主要目标|目标任务|保障措施|"
    r"工作要求|工作措施|下步工作|下一步工作|"
    r"指导思想|总体要求|总体思路|基本原则|问题|不足|困难|成效|打算和建议|主要举措|"
    r"组织保障|预期目标)(?:及[^，。；]{0,12}|和[^，。；]{0,12})?[：]?$"
)


def is_title_line(plain: str) -> bool:
    """Tell whether this line could be the title of a plan."""
    return (
        4 <= len(plain) <= 70
        and plain[-1] not in "。；，、：！"
        and _TITLE_WORD.search(plain) is not None
        and "。" not in plain
    )


def is_strong_line(plain: str) -> bool:
    """Tell whether an unnumbered line can only be the heading of a part."""
    return len(plain) <= 32 and _STRONG_LINE.match(plain) is not None


def _year(heading: str) -> int | None:
    years = [int(year) for year in _YEAR.findall(heading)]
    return max(years) if years else None


def heading_kind(heading: str, plan_year: int | None) -> SectionKind | None:
    """Return what a heading announces, None when its words do not say."""
    bare = heading.strip("：。； ")
    year = _year(bare)
    if _PROBLEMS.search(bare):
        return SectionKind.PLAN if _PLAN_STRONG.search(bare) else SectionKind.PROBLEMS
    if _REVIEW.search(bare):
        late = re.search(r"(?:总结|回顾|情况)(?:及|和|与|暨|、)", bare)
        return (
            SectionKind.PLAN
            if late and not year and _PLAN_STRONG.search(bare)
            else SectionKind.REVIEW
        )
    if year is not None and plan_year is not None and year < plan_year and "十" not in bare:
        return SectionKind.REVIEW
    if _GUIDE.search(bare) and not re.search(r"目标|任务|重点", bare):
        return SectionKind.OTHER
    return SectionKind.PLAN if _PLAN.search(bare) else None


def switches_mode(heading: str, plan_year: int | None) -> SectionKind | None:
    """Return the kind that a heading inside a plan section turns to, None for plan."""
    kind = heading_kind(heading, plan_year)
    bare = heading.strip("：。； ")
    if kind in (SectionKind.PROBLEMS, SectionKind.OTHER) and len(bare) <= 16:
        return kind
    if (
        kind is SectionKind.REVIEW
        and len(bare) <= 20
        and re.search(r"总结|回顾|完成情况|工作情况|成效$", bare)
    ):
        return kind
    return None


def title_kind(title: str) -> SectionKind:
    """Return what headings without a word of their own belong to."""
    if re.search(r"总结|回顾|情况", title) and not _PLAN_STRONG.search(title):
        return SectionKind.REVIEW
    return SectionKind.PLAN


def half_of(title: str) -> str | None:
    """下半年 where the title says that the plan is for that half of the year."""
    match = _HALF.search(title)
    return match["half"] if match else None


def kinds_of(headings: Sequence[str], title: str, plan_year: int | None) -> list[SectionKind]:
    """Return the kind of each top-level heading; one that does not say takes its neighbour's."""
    found = [heading_kind(heading, plan_year) for heading in headings]
    both = SectionKind.REVIEW in found and SectionKind.PLAN in found
    current = SectionKind.REVIEW if both and re.search(r"总结|回顾", title) else title_kind(title)
    kinds: list[SectionKind] = []
    for kind in found:
        inherited = (
            current if current in (SectionKind.PLAN, SectionKind.REVIEW) else title_kind(title)
        )
        kinds.append(kind or inherited)
        current = kind or (current if current is not SectionKind.OTHER else SectionKind.PLAN)
    return kinds
