"""Wording: the Chinese sentences that pages and mails make of a standing's figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from tracker.domain.amounts import UNKNOWN, change_words, format_figure, round_half_up
from tracker.domain.case import Kind, Polarity
from tracker.domain.figures import Standing
from tracker.domain.guard import Outlook
from tracker.domain.lights import Guard, Light, Status
from tracker.domain.periods import quarter_label
from tracker.domain.phasing import MONTHS, MONTHS_IN_QUARTER

# Weights make the plan differ from the calendar; below this many points that is only rounding.
_WORTH_SAYING = Fraction(1, 10)
_MOST_GROUPS = 3
_SIDES = {
    Polarity.HIGHER: ("快于", "落后"),
    Polarity.LOWER: ("低于", "超出"),
    Polarity.RANGE: ("", "偏离"),
}


def quantity(value: Decimal | None, unit: str, places: int | None = None) -> str:
    """Write a figure with its unit: 27,000 万元, 58.20%, or — where it is unknown."""
    shown = format_figure(value, places)
    if value is None or not unit:
        return shown
    return f"{shown}{unit}" if unit == "%" else f"{shown} {unit}"


def standing_sentence(standing: Standing, unit: str, *, name: str = "") -> str:
    """Say where an indicator stands and what the coming months must bring, in one sentence."""
    if standing.month == 0:
        return _join([_not_begun(standing, unit, name)], outlook_words(standing, unit))
    if standing.actual_cumulative is None:
        return f"{standing.month}月{name}尚未填报，完成情况未知。"
    said = [_reached(standing, unit, name), *_shares(standing), *_lost_quarters(standing)]
    if standing.light is Light.BLUE:
        early = standing.status is Status.DONE_EARLY
        return _join([*said, "已提前完成年度任务" if early else "已完成年度任务"])
    return _join(said, outlook_words(standing, unit))


def _join(parts: Iterable[str], outlook: str = "") -> str:
    said = "，".join(part for part in parts if part)
    return f"{said}；{outlook}。" if outlook else f"{said}。"


def _not_begun(standing: Standing, unit: str, name: str) -> str:
    if standing.case.target is None:
        return f"{name}年度目标未定"
    return f"{name}{_goal_name(standing)} {_target_words(standing, unit)}，尚未到填报时间"


def _goal_name(standing: Standing) -> str:
    if standing.case.polarity == Polarity.LOWER:
        return "全年控制数"
    return "年度任务" if standing.case.kind == Kind.FLOW else "年度目标"


def _reached(standing: Standing, unit: str, name: str) -> str:
    until = f"截至{standing.month}月底{'，' if name else ''}{name}"
    return f"{until}{_reach_verb(standing)} {quantity(standing.actual_cumulative, unit)}"


def _reach_verb(standing: Standing) -> str:
    if standing.case.kind != Kind.FLOW:
        return "为"
    return "累计" if standing.case.polarity == Polarity.LOWER else "完成"


def _shares(standing: Standing) -> list[str]:
    if standing.case.target is None:
        return ["年度目标未定，进度无法判断"]
    said = []
    if standing.completion_pct is not None and standing.case.kind != Kind.RATE:
        said.append(f"{_share_verb(standing)}{_goal_name(standing)}的 {standing.completion_pct}%")
    time, plan = standing.ahead_of_time, standing.ahead_share
    if time is not None:
        said.append(_distance(standing, time, "序时进度"))
    if plan is not None and (time is None or _differs(time, plan)):
        said.append(_distance(standing, plan, "计划"))
    return said


def _share_verb(standing: Standing) -> str:
    return "占" if standing.case.kind == Kind.FLOW else "为"


def _differs(time: Fraction, plan: Fraction) -> bool:
    return (time < 0) != (plan < 0) or abs(time - plan) >= _WORTH_SAYING


def _distance(standing: Standing, points: Fraction, line: str) -> str:
    """Say how far on which side of a line; a real distance is never rounded away to none."""
    polarity = standing.case.polarity
    if polarity == Polarity.RANGE and points >= 0:
        return "在计划区间内"
    if points == 0:
        return f"与{line}持平"
    shown = abs(round_half_up(points, 2))
    side = _SIDES[polarity][points < 0]
    return f"{side}{line} {shown} 个百分点" if shown else f"{side}{line}不足 0.01 个百分点"


def _lost_quarters(standing: Standing) -> list[str]:
    lost, repaired = standing.quarters_lost, standing.quarters_repaired
    if not lost:
        return []
    if not repaired:
        return [f"{'、'.join(quarter_label(q)[0] for q in lost)}季度失守"]
    notes = (f"（{repaired[q]}月已补回）" if q in repaired else "" for q in lost)
    return ["、".join(f"{quarter_label(q)}失守{note}" for q, note in zip(lost, notes, strict=True))]


def outlook_words(standing: Standing, unit: str) -> str:
    """Say what is left: the quarter's need, or the allowance under a cap; empty where neither is."""
    if standing.for_quarter is not None:
        return guard_words(standing.for_quarter, unit, balance=standing.case.kind == Kind.STOCK)
    return allowance_words(standing, unit)


def guard_sentence(outlook: Outlook, unit: str, *, balance: bool = False) -> str:
    """Say what a quarter or the year still needs, as a sentence; empty where that is unknown."""
    words = guard_words(outlook, unit, balance=balance)
    return f"{words}。" if words else ""


def guard_words(outlook: Outlook, unit: str, *, balance: bool = False) -> str:
    """Say what each month left must bring, how that compares with plan, and how safe it is.

    Months that need different amounts are named one by one, never averaged; what a `balance` (a
    stock) needs is its growth.
    """
    if outlook.gap is None or outlook.need is None:
        return ""
    goal = _outlook_name(outlook)
    if outlook.gap <= 0:
        spare = f"，富余 {quantity(-outlook.gap, unit)}" if outlook.gap else ""
        return f"{goal}计划已提前达到{spare}，{Guard.SAFE.word}"
    need = _need_words(outlook, outlook.need, unit, "需净增" if balance else "需")
    parts = [need, _uplift_words(outlook)]
    if outlook.guard is not None:
        parts.append(outlook.guard.word)
    return "，".join(part for part in parts if part)


def _outlook_name(outlook: Outlook) -> str:
    if outlook.is_year:
        return "全年"
    return quarter_label((outlook.last - 1) // MONTHS_IN_QUARTER + 1)


def _need_words(outlook: Outlook, need: Sequence[Decimal], unit: str, verb: str) -> str:
    goal, groups = _outlook_name(outlook), _like_months(outlook.months, need)
    then = f"{'即可' if outlook.guard is Guard.SAFE else '方可'}保{goal}"
    if outlook.is_year and len(groups) > _MOST_GROUPS:
        return f"{_span(outlook.months)}还{verb} {quantity(outlook.gap, unit)}{then}"
    if len(groups) == 1 and len(need) == MONTHS_IN_QUARTER and not outlook.is_year:
        whole = "需完成" if verb == "需" else verb
        return f"{goal}每月{whole} {quantity(need[0], unit)}"
    if len(groups) == len(need):
        single = "、".join(f"{months[0]}月{verb} {format_figure(a)}" for months, a in groups)
        return f"{single}{'' if unit == '%' else ' '}{unit}{then}"
    said = (
        f"{_span(months)}{'每月' if len(months) > 1 else ''}{verb} {quantity(amount, unit)}"
        for months, amount in groups
    )
    return f"{'，'.join(said)}{then}" if len(groups) == 1 else f"{'，'.join(said)}，{then}"


def _like_months(
    months: Sequence[int], need: Sequence[Decimal]
) -> list[tuple[Sequence[int], Decimal]]:
    """Gather neighbouring months that need the same amount."""
    pairs = zip(months, need, strict=True)
    grouped = groupby(pairs, key=lambda pair: pair[1])
    return [([month for month, _ in pairs], amount) for amount, pairs in grouped]


def _span(months: Sequence[int]) -> str:
    if len(months) <= 2:
        return f"{'、'.join(map(str, months))}月"
    return f"{months[0]}—{months[-1]}月"


def _uplift_words(outlook: Outlook) -> str:
    if outlook.uplift is None:
        return "" if outlook.guard is None else "原计划未作安排"
    if outlook.uplift == 0:
        return "与计划持平"
    shown = abs(round_half_up(outlook.uplift, 2))
    side = "提高" if outlook.uplift > 0 else "降低"
    return f"较计划{side} {shown}%" if shown else f"较计划{side}不足 0.01%"


def allowance_words(standing: Standing, unit: str) -> str:
    """Say what a cap still allows; empty for what is not capped, not known, or not yet begun."""
    left = standing.allowance_left
    if left is None or standing.month == 0:
        return ""
    if standing.case.kind == Kind.STOCK:
        side = "还需压减" if left < 0 else "距全年控制数还有"
        return f"{side} {quantity(abs(left), unit)}"
    side = "已超全年控制数" if left < 0 else "全年还可用"
    return f"{side} {quantity(abs(left), unit)}"


def lag_sentence(standing: Standing, unit: str) -> str:
    """Say on the board how far behind, since when, and what is needed."""
    if standing.light is Light.GREY:
        return f"{_why_grey(standing)}。"
    if standing.light is Light.BLUE:
        return f"{standing.status.word}年度任务。"
    points, since = standing.ahead_share, standing.behind_since
    said = [standing.status.word]
    if points is not None:
        said = [_distance(standing, points, "计划").replace("个百分点", "点")]
    if since is not None:
        said.append(f"自{since}月起")
    return _join(said, outlook_words(standing, unit))


def _why_grey(standing: Standing) -> str:
    if standing.status is Status.NOT_REPORTED:
        return f"{standing.month}月未报"
    if standing.case.target is None:
        return "年度目标未定"
    if standing.month == 0:
        return "未到时"
    return "基期数未定，计划线未知"


def light_reasons(standing: Standing, unit: str, *, as_of: str = "") -> tuple[tuple[str, str], ...]:
    """Return why the light is what it is: label and value of the rule, the figures and the date."""
    note = "（控制数，低者为好）" if standing.case.polarity == Polarity.LOWER else ""
    now = quantity(standing.actual_cumulative, unit)
    grey = (("原因", _why_grey(standing)),) if standing.light is Light.GREY else ()
    until = "年初" if standing.month == 0 else f"{standing.month}月底"
    adds_up = standing.case.kind == Kind.FLOW
    return (
        ("规则", standing.case.bands.describe()),
        *grey,
        (
            f"{standing.month}月{'累计' if adds_up else '末'}" if standing.month else "完成",
            now + note,
        ),
        ("计划累计" if adds_up else "计划", _plan_words(standing, unit)),
        ("年度目标", _target_words(standing, unit)),
        ("相差", _difference(standing, unit)),
        ("时点", as_of or until),
    )


def _target_words(standing: Standing, unit: str) -> str:
    case = standing.case
    return target_words(case.polarity, case.target, case.target_high, unit)


def target_words(
    polarity: str,
    target: Decimal | None,
    high: Decimal | None,
    unit: str,
    places: int | None = None,
) -> str:
    """Write a target with its unit, a range with both bounds: 5～5.5%; — where it is unknown."""
    if polarity == Polarity.RANGE and target is not None:
        return f"{format_figure(target, places)}～{quantity(high, unit, places)}"
    return quantity(target, unit, places)


def _plan_words(standing: Standing, unit: str) -> str:
    low, high = standing.plan_cumulative, standing.ceiling_cumulative
    return quantity(low, unit) if high is None else f"{format_figure(low)}～{quantity(high, unit)}"


def _difference(standing: Standing, unit: str) -> str:
    if standing.ahead_of_plan is None:
        return UNKNOWN
    amount = quantity(standing.ahead_of_plan, unit)
    if standing.case.polarity == Polarity.RANGE:
        if standing.ahead_of_plan >= 0:
            return f"在区间内，离较近的界 {amount}"
        amount = f"{_outside_of(standing)} {quantity(-standing.ahead_of_plan, unit)}"
    points = standing.ahead_of_plan_points
    if points is None:
        return amount
    return f"{amount}，{'+' if points > 0 else ''}{format_figure(points)} 个百分点"


def _outside_of(standing: Standing) -> str:
    """Say over which bound of its range a figure lies."""
    now, low = standing.actual_cumulative, standing.plan_cumulative
    return "低于下限" if now is not None and low is not None and now < low else "高于上限"


def bulletin_sentence(standing: Standing, unit: str, *, name: str = "") -> str:
    """Say cumulative figure, completion and year-on-year as bulletins do, with one decimal."""
    reached = quantity(standing.actual_cumulative, unit)
    said = [f"{_bulletin_span(standing)}{name}{_reach_verb(standing)} {reached}"]
    if standing.completion is not None and standing.case.kind != Kind.RATE:
        share = round_half_up(standing.completion, 1)
        said.append(f"{_share_verb(standing)}{_goal_name(standing)}的 {share}%")
    if standing.yoy is not None:
        said.append(f"同比{change_words(standing.yoy, 1)}")
    if standing.yoy_amount:
        said.append(_bulletin_change(standing, standing.yoy_amount, unit))
    return _join(said)


def _bulletin_span(standing: Standing) -> str:
    if standing.case.kind != Kind.FLOW:
        return f"{standing.month}月末"
    if standing.month == MONTHS:
        return "全年"
    return "1月" if standing.month == 1 else f"1—{standing.month}月"


def _bulletin_change(standing: Standing, change: Decimal, unit: str) -> str:
    if standing.case.kind == Kind.RATE:
        side = "提高" if change > 0 else "降低"
        return f"同比{side} {format_figure(abs(change))} 个百分点"
    return f"{'增加' if change > 0 else '减少'} {quantity(abs(change), unit)}"
