"""What a bulletin says of one indicator: cumulative figure, completion, distance from plan, year-on-year, need."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tracker.domain.amounts import change_words, format_figure, round_half_up
from tracker.domain.bulletin.facts import IndicatorFact
from tracker.domain.case import Kind, Polarity
from tracker.domain.lights import Light
from tracker.domain.periods import quarter_label, quarter_of
from tracker.domain.phasing import MONTHS

_AHEAD = {Polarity.HIGHER: "快于", Polarity.LOWER: "低于", Polarity.RANGE: ""}
_BEHIND = {Polarity.HIGHER: "落后", Polarity.LOWER: "超出", Polarity.RANGE: "偏离"}


def amount_words(value: Decimal, unit: str, places: int) -> str:
    """Write a figure as documents print it, without a space: 1,589万元."""
    return f"{format_figure(value, places)}{unit}"


def standing_words(fact: IndicatorFact) -> str:
    """Say where an indicator stands, with one decimal in percentages; what is unknown is left out.

    1—7月完成1,589万元，占年度任务的44.1%，落后计划14.2个百分点，同比下降11.6%
    """
    if fact.actual is None or fact.month is None:
        return f"{fact.month}月未填报" if fact.month else "尚未到填报时间"
    reached = amount_words(fact.actual, fact.unit, fact.printed_places)
    said = (
        f"{_span(fact, fact.month)}{_verb(fact)}{reached}",
        _completion(fact),
        _distance(fact),
        _year_on_year(fact),
    )
    return "，".join(part for part in said if part)


def need_words(fact: IndicatorFact) -> str:
    """Say what the quarter's months that are left must bring; empty where nothing is needed or known."""
    wanted = [(month, amount) for month, amount in fact.need if amount > 0]
    if not wanted or fact.kind is Kind.RATE:
        return ""
    verb = "需净增" if fact.kind is Kind.STOCK else "需"
    months = "、".join(
        f"{month}月{verb}{amount_words(amount, fact.unit, fact.printed_places)}"
        for month, amount in wanted
    )
    guard = f"，{fact.guard}" if fact.guard else ""
    return f"{months}方可保{quarter_label(quarter_of(wanted[0][0]))}{guard}"


def side_of(fact: IndicatorFact) -> str:
    """Return the word for the side of its plan on which an indicator is; empty within a range."""
    return (_BEHIND if fact.light.is_lagging else _AHEAD)[fact.polarity]


def named(facts: Iterable[IndicatorFact]) -> str:
    """List indicators with their units: 税收收入（综合股）、资产处置收益（资产管理股）."""
    return "、".join(f"{one.name}（{one.unit_name}）" for one in facts)


def _span(fact: IndicatorFact, month: int) -> str:
    if fact.kind is not Kind.FLOW:
        return f"{month}月末"
    if month == MONTHS:
        return "全年"
    return "1月" if month == 1 else f"1—{month}月"


def _verb(fact: IndicatorFact) -> str:
    if fact.kind is not Kind.FLOW:
        return "为"
    return "累计" if fact.polarity is Polarity.LOWER else "完成"


def _completion(fact: IndicatorFact) -> str:
    if fact.completion is None or fact.kind is Kind.RATE:
        return ""
    goal = "年度任务" if fact.kind is Kind.FLOW else "年度目标"
    if fact.polarity is Polarity.LOWER:
        goal = "全年控制数"
    verb = "占" if fact.kind is Kind.FLOW else "为"
    return f"{verb}{goal}的{format_figure(fact.completion, 1)}%"


def _distance(fact: IndicatorFact) -> str:
    """Say how far from plan; the light tells the side where the distance rounds to nothing."""
    if fact.ahead is None or fact.light in {Light.BLUE, Light.GREY}:
        return ""
    side = side_of(fact)
    if not side:
        return "在计划区间内"
    if fact.ahead == 0:
        return f"{side}计划不足0.1个百分点" if fact.light.is_lagging else "与计划持平"
    return f"{side}计划{format_figure(abs(fact.ahead), 1)}个百分点"


def _year_on_year(fact: IndicatorFact) -> str:
    if fact.kind is not Kind.RATE:
        return "" if fact.yoy is None else f"同比{change_words(fact.yoy, 1)}"
    if fact.last is None or fact.actual is None:
        return ""
    change = round_half_up(fact.actual - fact.last, fact.printed_places)
    if change == 0:
        return "同比持平"
    side = "提高" if change > 0 else "降低"
    return f"同比{side}{format_figure(abs(change))}个百分点"
