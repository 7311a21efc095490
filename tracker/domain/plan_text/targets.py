"""Targets: quantities of a sentence with name, measure, bound and base."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.domain.plan_text import lexicon
from tracker.domain.plan_text.clauses import clause_end, clause_start
from tracker.domain.plan_text.counted import counts
from tracker.domain.plan_text.measures import (
    AMOUNT_UNIT,
    MONEY,
    OF_PLAN,
    OF_WHOLE,
    bound_of,
    measure_of,
)
from tracker.domain.plan_text.naming import (
    base_of,
    left_name,
    purpose_name,
    right_name,
    served_thing,
    strip_head,
    strip_tail,
)
from tracker.domain.plan_text.pairing import PERIODS, Found, paired
from tracker.domain.plan_text.quantities import Quantity, quantities_in

_OF_A_THING = {"总投资", "总里程", "总面积", "总产值", "建筑面积"}
_PART_OF_A_THING = re.compile(rf"(?:{'|'.join(sorted(_OF_A_THING, key=len, reverse=True))})$")
_GENERIC = re.compile(rf"^(?:{lexicon.GENERIC_HEADS})$")


_REACH = 120


@dataclass(slots=True)
class _Subject:
    """What the sentence has named so far."""

    name: str = ""
    claimed: int = 0
    known: str = ""
    things: int = 0


def _share_name(left: str) -> str:
    """占全部担保业务的 → what stands before 占 or 达到."""
    plan = OF_PLAN.search(left)
    whole = plan or OF_WHOLE.search(left)
    name = left_name(left[: whole.start()]) if whole else left_name(left)
    if not name and plan is not None and _names_itself(left[: plan.start()], plan["whole"]):
        return plan["whole"]
    return name


def _names_itself(before: str, whole: str) -> bool:
    """Tell whether 支出进度, 征缴任务 or what a row of periods completes is the thing measured."""
    if _NAMED_PLAN.search(whole) or len(_PLAN_WORDS.sub("", whole)) > 1:
        return True
    return _BY_PERIOD.search(before) is not None


_NAMED_PLAN = re.compile(r"(?:支出|执行|投资|建设)进度$")
_PLAN_WORDS = re.compile(
    r"年度|年初|全年|全部|当年|本年|目标|任务|计划|预算|进度|总投资|总量|总|下达|确定|既定|市定|县定|序时|工程量|[的数量值省市县区]"
)
_BY_PERIOD = re.compile(rf"{PERIODS.pattern.removesuffix('$')}(?:分别|各|均|累计|要|力争|确保)*$")
_NOUN_UNITS = re.compile(r"(?:人|户|人次|户次|元|亩|公里|吨|斤|%|米)$")


def _name(left: str, right: str, quantity: Quantity) -> str:
    """Return the name from the side of the figure that carries it."""
    if quantity.rank or "位次" in quantity.unit:
        return left_name(_rank_words(left))
    if quantity.unit in ("", "%", "‰") or "百分点" in quantity.unit:
        return _share_name(left)
    from_left, from_right = left_name(left), right_name(right)
    if not from_right or AMOUNT_UNIT.search(quantity.unit):
        return from_left or from_right or purpose_name(right) or _spent_on(left, right, quantity)
    if _NOUN_UNITS.search(quantity.unit):
        return from_left or from_right
    return from_right


def _spent_on(left: str, right: str, quantity: Quantity) -> str:
    """投入1.2亿元实施X项目 → X项目."""
    if not MONEY.search(quantity.unit) or not re.search(
        r"(?:投入|安排|筹集|筹措|统筹|落实)$", left
    ):
        return ""
    thing = strip_head(right)
    return thing if thing != right and 2 <= len(thing) <= 24 else ""


def _rank_words(left: str) -> str:
    return re.sub(
        r"(?:排名|位次|名次|排位|成绩|综合排名)?(?:稳居|稳定在|保持在|保持|进入|位居|居|"
        r"列|跻身|力争|争取|确保|均获|荣获|获得|获|挺进|进|达到|位列|名列|排名|排|"
        r"全[省市县国区](?=$)|在|取得|评为|争|上|继续|成效|前|位|处于|"
        r"站稳|前移|前进|上升|提升)+(?:全[省市县国区])?(?:同类县[市区]?|县区|县市区|同类)?$",
        "",
        left,
    )


def _with_context(name: str, plain: str, start: int, clause: int, subject: _Subject) -> str:
    """总投资, 产值 alone are put behind the thing that the clause before named."""
    if not _GENERIC.match(name) or clause <= start + 1 or subject.things > 2:
        return name
    known = subject.name
    whole = _PART_OF_A_THING.search(known)
    known = known[: whole.start()] if whole else known
    if known and len(known) <= 12 and name in _OF_A_THING and name not in known:
        return known + name
    if whole is not None:
        return name
    before = plain[max(start, clause - 60) : clause - 1]
    words = re.split(r"[，；。：]", before)[-1]
    thing = strip_head(words).strip("、， ")
    thing = re.sub(r"(?:等)(?:优势|主导|特色)?(?:产业)$", "", thing) if len(thing) > 16 else thing
    if 2 <= len(thing) <= 14 and not re.search(r"[\d“”、%*]|以上|工作|体系|机制", thing):
        return thing + name
    return name


def _one(
    plain: str, start: int, end: int, quantity: Quantity, subject: _Subject, after: int
) -> Found:
    clause = max(clause_start(plain, start, quantity.start), subject.claimed)
    left = plain[clause : quantity.start]
    right = plain[quantity.end : min(after, clause_end(plain, quantity.end, end))]
    name = _name(left, right, quantity)
    if not name:
        name = (
            _from_before(plain, start, clause, left, subject, quantity.unit)
            or _taking_part(right)
            or _fallback(left, right)
        )
    name = _with_context(name, plain, start, clause, subject)
    measure = measure_of(left, name, quantity)
    bound = bound_of(left, right, quantity)
    return Found(
        name,
        measure,
        quantity.value,
        quantity.unit,
        bound,
        base_of(left),
        clause,
        quantity.end,
        quantity.start,
    )


def _taking_part(right: str) -> str:
    """组织235人参加职称申报 → 职称申报."""
    match = re.match(r"(?:次)?(?:参加|参与|赴|到)(?P<what>[^，。；、]{2,20})", right)
    return strip_head(match["what"]) if match else ""


def _from_before(
    plain: str, start: int, clause: int, left: str, subject: _Subject, unit: str
) -> str:
    """Return the name that words before this clause give: 推进周转房建设，新建30套 → 周转房建设."""
    if subject.name:
        return _sibling(left, subject.name) or subject.name
    before = re.split(r"[，；：]", plain[max(start, clause - 60) : max(start, clause - 1)])[-1]
    if clause <= start + 1:
        return subject.known
    served = served_thing(before) if unit in ("人", "名", "户") else ""
    thing = served or left_name(re.sub(r"第\d+[次轮批].*", "", before))
    if 2 <= len(thing) <= 14 and not re.search(r"[\d%]|工作|机制|体系|制度$|水平|力度", thing):
        return thing
    return subject.known


_STATES = re.compile(r"(?:出栏|存栏|在建|竣工|开工|交付|受理|办结|招生|毕业)$")


def _sibling(left: str, subject: str) -> str:
    """生猪出栏5万头、存栏3万头 → 生猪存栏."""
    state = _STATES.search(strip_tail(left))
    if state is None or _STATES.search(subject) is None or subject.endswith(state[0]):
        return ""
    return _STATES.sub(state[0], subject)


def _fallback(left: str, right: str) -> str:
    return (
        strip_head(strip_tail(left)).strip("、，：； ")
        or strip_head(left).strip("、，：； ")
        or left.strip("、，：； ")
        or right[:12].strip("、，：； ")
    )


def _claim(plain: str, found: Found, quantity: Quantity, subject: _Subject) -> None:
    """Mark the words that this figure has used up: they name no other one."""
    subject.things += found.name != subject.name
    subject.name = found.name
    subject.claimed = quantity.end
    right = plain[quantity.end : quantity.end + 30]
    if right.lstrip("的").startswith(found.name):
        subject.claimed = quantity.end + right.find(found.name) + len(found.name)
    else:
        word = re.match(r"(?:以上|以内|左右|以下|余)", right)
        subject.claimed = quantity.end + (word.end() if word else 0)


def quantified(plain: str, start: int, end: int, known: str = "") -> list[Found]:
    """Every quantified statement of a sentence; `known`: what the sentence before it measured."""
    quantities = [one for one in quantities_in(plain, start, end) if counts(plain, start, end, one)]
    subject = _Subject(claimed=start, known=known)
    found: list[Found] = []
    for index, quantity in enumerate(quantities):
        after = quantities[index + 1].start if index + 1 < len(quantities) else end
        one = _one(plain, start, end, quantity, subject, after)
        _claim(plain, one, quantity, subject)
        found.append(one)
    return [one for one in paired(plain, start, found) if one.name]
