"""Measures: what kind of statement a figure makes, and whether it is a floor or a ceiling."""

from __future__ import annotations

import re

from tracker.domain.plan_text import lexicon
from tracker.domain.plan_text.model import Bound, Measure
from tracker.domain.plan_text.naming import base_of, strip_tail
from tracker.domain.plan_text.quantities import Quantity

_AT_LEAST = re.compile(
    r"(?:不低于|不少于|不下于|不小于|突破|逾|至少|≥|>|(?<!不)(?:超过|高于|大于|超))[^，。；以上]{0,3}$"
)
_AT_MOST = re.compile(
    r"(?:不超过|不高于|不大于|不多于|控制在|控制到|降至|降到|≤|<|(?<!不)(?:低于|少于|小于))[^，。；]{0,3}$"
)
_ROUGHLY = re.compile(r"(?:约|近|大约|接近)$")
_AFTER = re.compile(r"^(?:的)?(?P<word>及?以上|以内|之内|以下|左右|上下|余)")
_RISE = re.compile(rf"(?:{lexicon.RISES})(?:约|近|超过|超|不低于|不少于|达到?|为|力争|了)*$")
_FALL = re.compile(rf"(?:{lexicon.FALLS})(?:约|近|超过|超|不低于|不少于|达到?|了|各|均|分别)*$")
_LEVEL = re.compile(r"(?:到|至|在|达|达到)(?:约|近|不低于)?$")
_SHARE_HEAD = re.compile(rf"{lexicon.SHARE_HEADS}$")
_FALL_HEAD = re.compile(r"(?:压减(?:比例|率|幅度)|降幅)[^，]{0,6}$")
_RATE_HEAD = re.compile(r"(?:增速|增幅|涨幅|增长率)[^，]{0,6}$")
GROWTH_HEAD = re.compile(r"(?:增长率|增幅|增速|增长|增长速度)$")
COMPLETION_HEAD = re.compile(rf"{lexicon.COMPLETION_HEADS}$")
OF_PLAN = re.compile(
    rf"(?:完成|占|达到?|实现|为|超|不低于|不少于)"
    rf"(?P<whole>(?:(?!不低于|不少于|达到|占)[^，]){{0,14}}?{lexicon.SHARES_OF_PLAN})(?:\d[\d.]*[\u4e00-\u9fff]{{1,4}})?的?(?:比例)?(?:为|达到?|的)?$"
)
OF_WHOLE = re.compile(
    r"(?:(?:压缩|缩短|缩减|降低|下降|压减|减少)(?:至|到)|占(?!比)|达到|达(?!标))(?P<whole>[^，]{1,18}?)(?:的)?(?:比例|比重)?(?:为|达到?|的|提高到|提升至|不低于)*$"
)
_PART_OF_A_LIMIT = re.compile(r"[缩短减低降](?:至|到)[^，]{1,12}的$")
_FALL_VERB = re.compile(r"^(?:[^，]{0,6})?(?:压减|核减|削减|压缩|减少|降低|化解|压降|缩减)")
MONEY = re.compile(r"元$|^[万亿]$")
AMOUNT_UNIT = re.compile(
    r"(?:元|亩|亩次|担|棒|公顷|米|公里|㎡|平方|吨|斤|克|方|千瓦|千瓦时|兆瓦|瓦|度|升|里|m²|m³|km|"
    r"MW|KW|kW|kWh|安|分贝|煤|标箱|[万亿])(?:/.+)?$"
)
_BY_THEN = re.compile(
    r"(?:季度|半年|月底|月末|月份|年底|全年)[底末前]?(?:累计|要|力争|确保|均|须|应)*(?:完成|过|达到?)(?:不低于|超过)?$"
)


def bound_of(left: str, right: str, quantity: Quantity) -> Bound:
    """Return the bound that the words around a figure give it."""
    after = _AFTER.match(right)
    if quantity.rank:
        return Bound.EQUAL if quantity.first else Bound.AT_MOST
    if after is not None:
        word = after["word"]
        if word in ("左右", "上下"):
            return Bound.ABOUT
        return Bound.AT_LEAST if word in ("以上", "及以上", "余") else Bound.AT_MOST
    if _AT_MOST.search(left):
        return Bound.AT_MOST
    if quantity.more or _AT_LEAST.search(left):
        return Bound.AT_LEAST
    return Bound.ABOUT if _ROUGHLY.search(left) else Bound.EQUAL


def _percent_measure(left: str, name: str) -> Measure:
    """Return the measure of a percentage: part of a plan, change, or level."""
    if OF_PLAN.search(left) or COMPLETION_HEAD.search(name) or _BY_THEN.search(left):
        return Measure.COMPLETION
    return _change_or_level(left, name)


def _change_or_level(left: str, name: str) -> Measure:
    if _FALL_HEAD.search(left):
        return Measure.REDUCTION
    if _RATE_HEAD.search(left):
        return Measure.GROWTH
    if _PART_OF_A_LIMIT.search(left):
        return Measure.SHARE
    if _LEVEL.search(left) and not re.search(r"(?:增长|下降|增幅|降幅|减少)(?:达|达到)$", left):
        return Measure.GROWTH if GROWTH_HEAD.search(strip_tail(left)) else Measure.SHARE
    if _FALL.search(left):
        return Measure.REDUCTION
    if _RISE.search(left) or GROWTH_HEAD.search(name):
        return Measure.GROWTH
    if _FALL_VERB.match(left.strip("、，")) and not _SHARE_HEAD.search(name):
        return Measure.REDUCTION
    return Measure.SHARE


def measure_of(left: str, name: str, quantity: Quantity) -> Measure:
    """Return the measure that verb, unit and name ask for."""
    unit = quantity.unit
    if quantity.rank:
        return Measure.RANK
    if "百分点" in unit or unit == "个点":
        return Measure.REDUCTION if _FALL.search(left) else Measure.INCREASE
    if "位次" in unit or unit == "个名次":
        return Measure.INCREASE
    if unit in ("%", "‰"):
        return _percent_measure(left, name)
    if unit == "倍":
        return Measure.GROWTH
    if unit == "分" and base_of(left):
        return Measure.INCREASE
    return Measure.SHARE if unit in ("", "分") or unit.startswith("次/") else _size(left, unit)


def _size(left: str, unit: str) -> Measure:
    """Return the measure of money, areas and countable things."""
    if _FALL.search(left) and not _LEVEL.search(left):
        return Measure.REDUCTION
    if re.search(r"(?:增加|提高|增长|增收|净增|多收)(?:约|近|超过|不少于|不低于|了)*$", left):
        return Measure.INCREASE
    if AMOUNT_UNIT.search(unit):
        return Measure.REDUCTION if _FALL_VERB.match(left.strip("、，")) else Measure.AMOUNT
    return Measure.COUNT
