"""Counting: which figures say how much is to be done, and which only name or describe things."""

from __future__ import annotations

import re

from tracker.domain.plan_text.clauses import clause_start
from tracker.domain.plan_text.measures import MONEY
from tracker.domain.plan_text.naming import left_name
from tracker.domain.plan_text.quantities import Quantity

_NAMED_THINGS = re.compile(
    r"(?:[^，。、]{0,6}?)(?:行动|民生工程|民生实事|实事|任务|措施|举措|机制|制度|改革|"
    r"工作|指标|工程)(?:实施|落实|落地|任务|督查|检查|要求|$|[，。、和及])"
)


def _only_names(plain: str, start: int, quantity: Quantity) -> bool:
    """10项暖民心行动: how many points a named programme has is no target."""
    if quantity.unit != "项" or not _NAMED_THINGS.match(plain[quantity.end : quantity.end + 14]):
        return False
    return not re.search(
        r"(?:出台|制定|建立|新增|推出|完善|修订|新建|开展|完成|实施|谋划|承担|申报|争取)$",
        plain[max(start, quantity.start - 12) : quantity.start],
    )


_OF_THE_SIZE = re.compile(
    r"^(?:(?:及?以上|以下|以内)(?:的)?|(?=企业|项目|产业|村|集群|园区|乡镇))(?!资金|"
    r"投资|的?(?:目标|任务))[\u4e00-\u9fff]{0,12}?(?:\d|"
    r"[一二两三四五六七八九十]+[个家户]|占比|比例|达|[*xX×]|实现)"
)


_OF_THAT_SIZE = re.compile(
    r"(?:及?以上|及?以下|以内)(?:的)?[^，。；、\d]{0,6}(?:村|企业|项目|户|农户|商户|单位|园区|乡镇|家庭|基地|水库|锅炉|债务|资金占比|地块)(?:[^率额量值数\d]|$)"
)


def _qualifies(plain: str, quantity: Quantity) -> bool:
    """10亿元以上项目3个: a size that tells which things are meant."""
    sized = MONEY.search(quantity.unit) or quantity.unit in ("人", "亩")
    after = plain[quantity.end : quantity.end + 24]
    return bool(sized) and (
        _OF_THE_SIZE.match(after) is not None or _OF_THAT_SIZE.match(after) is not None
    )


_MADE = re.compile(r"新建|建成|新增|创建|引进|培育|建设|新改建|举办|打造|组建|改造")

_MADE_AT = re.compile(r"(?:新建|建成|新增|创建|引进|培育|建设|新改建|举办)$")


def _one_thing(plain: str, end: int, quantity: Quantity, left: str) -> bool:
    """新建一座, 新建水厂一座: one thing counts where it is made."""
    if quantity.unit in ("批", "项", "次", "种", "件", "期"):
        return False
    made = list(_MADE.finditer(left))
    whole = _ENDS.match(plain, quantity.end, end) is not None
    return bool(made) and (whole or _MADE_AT.search(left) is not None)


_NUMBERED = {"期", "批", "部", "级", "类", "面", "届", "次", "人次", "项", "种"}
_OLD_LEVEL = re.compile(r"(?:由|从)(?:[^，。；、]{0,10}?的)?$")
_TO_NEW = re.compile(
    r"(?:左右)?，?(?:逐步)?(?:提高|提升|增加|增长|增|扩大|扩|上升|升|缩短|压缩|压减|缩减|减少|减|降低|下降|降|调整|提|拓展|延长)?(?:到|至|为)"
)
_OF_TIME = re.compile(
    r"(?:天数|时限|时间|时长|提前量|周期|耗时|压缩|缩短|控制|期限|减少|增加|延长|提高|提前)[^，]{0,8}$"
)
_OF_A_NAME = re.compile(r"补贴|改革|机制|制度|条例|政策|必|方|结|大")
_ENDS = re.compile(r"(?:及?以上|左右|以内)?(?:[，。；、）]|$)")
_PLANNED = re.compile(r"(?:任务|目标|计划|预算|指标)数?$")
_SHARE_OF_IT = re.compile(r"的\d[\d.]*%")
_NAMING_SHARE = re.compile(r"(?:的)?(?:人口抽样|人口变动|抽样|股权|股份|税率|首付)")


def counts(plain: str, start: int, end: int, quantity: Quantity) -> bool:
    """Tell whether a figure says how much; Chinese ones only where an action is done to so many things."""
    before = plain[max(start, quantity.start - 16) : quantity.start]
    if _only_times(before, quantity) or _only_names(plain, start, quantity):
        return False
    if _qualifies(plain, quantity) or _is_no_goal(plain, end, quantity, before):
        return False
    return not quantity.chinese or _counts_in_words(plain, start, end, quantity)


def _only_times(before: str, quantity: Quantity) -> bool:
    """Return True for 3天内办结, 第3个 and 每3个: a time or a rate that measures nothing itself."""
    if quantity.unit in ("天", "个工作日", "小时", "分钟") and not _OF_TIME.search(before[-12:]):
        return True
    return before[-1:] in ("第", "每")


def _is_no_goal(plain: str, end: int, quantity: Quantity, before: str) -> bool:
    """Return True for 500元的标准, 年度任务2600人的109%, 1%人口抽样, and the old level in 由5个增加到10个."""
    after = quantity.end
    if plain.startswith("的标准", after):
        return True
    if _PLANNED.search(before) and _SHARE_OF_IT.match(plain, after, end):
        return True
    if quantity.unit == "%" and _NAMING_SHARE.match(plain, after, end):
        return True
    return bool(_OLD_LEVEL.search(before) and _TO_NEW.match(plain, after, end))


def _counts_in_words(plain: str, start: int, end: int, quantity: Quantity) -> bool:
    left = plain[clause_start(plain, start, quantity.start) : quantity.start]
    if quantity.value == "1":
        return _one_thing(plain, end, quantity, left)
    if _OF_A_NAME.match(plain, quantity.end, end):
        return False
    ends = _ENDS.match(plain, quantity.end, end) is not None
    if ends and (plain[quantity.start] == "两" or quantity.unit not in _NUMBERED):
        return True
    return not left_name(left)
