"""Standing: where an indicator is at the end of a month, by every figure of DOMAIN.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import round_half_up
from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.case_json import case_from_json
from tracker.domain.errors import FigureError
from tracker.domain.figures import Standing
from tracker.domain.forecast import by_last_year, by_profile
from tracker.domain.guard import Outlook, quarter_outlook, year_outlook
from tracker.domain.lights import light_of, status_of
from tracker.domain.margins import (
    Margin,
    cumulative_actual,
    margins_of,
    marks_of,
    quarters_lost,
)
from tracker.domain.periods import quarter_of
from tracker.domain.phasing import MONTHS, MONTHS_IN_QUARTER, YearPlan
from tracker.domain.rates import change_percent, growth_rates, percent
from tracker.domain.standing_json import standing_as_json

__all__ = [
    "Case",
    "Kind",
    "Polarity",
    "Standing",
    "case_from_json",
    "cumulative_actual",
    "growth_standing",
    "standing",
    "standing_as_json",
]


def standing(case: Case, month: int | None = None) -> Standing:
    """Work out every figure at the end of `month`, by default the last one that `actual` holds.

    A month beyond what was reported is over and unreported: unknown, never zero. Month 0 is the
    year's beginning. FigureError when the month or the plan is not possible.

    A range (区间) is met between its bounds, green and 达进度 whatever the room left; outside it is behind
    by the distance to the nearer bound, in points of that bound. It has no guard, no allowance and no
    place in time; only a flow has a completion, of its lower bound.
    """
    month = len(case.actual) if month is None else month
    if not 0 <= month <= MONTHS:
        msg = "月份应在 1 到 12 之间。"
        raise FigureError(msg)
    reached = cumulative_actual(case.kind, (*case.actual, *[None] * MONTHS)[:month])
    return _assemble(case, month, reached, margins_of(case, reached))


def _assemble(
    whole: Case,
    month: int,
    reached: tuple[Fraction | None, ...],
    margins: tuple[Margin | None, ...],
) -> Standing:
    """Put the figures together: the month by the target in force in it, what is to come by the newest."""
    case = whole.in_force(month)
    plan = case.line()
    now = reached[-1] if reached else None
    margin = margins[-1] if margins else None
    ahead = None if margin is None else margin.ahead
    points = _points(case, margin)
    done = _is_done(case, now, month)
    time = Fraction(month * 100, MONTHS)
    completion = _completion(case, now)
    before = _last_year_reached(case, month)
    quarter, year = _outlooks(whole, month, now)
    profile, yoy = _forecasts(case, month, now)
    return Standing(
        case=case,
        month=month,
        plan=_as_held(whole, Case.line, plan),
        ceiling=_as_held(whole, Case.ceiling, case.ceiling()),
        reached=reached,
        actual_cumulative=_amount(now, case.places),
        completion=completion,
        time=time,
        ahead_of_time=_ahead_of_time(case, completion, time),
        ahead_of_plan=_amount(ahead, case.places),
        ahead_share=points,
        pace=_pace(case, plan, month, now),
        yoy=None if case.kind == Kind.RATE else change_percent(now, before),
        yoy_amount=_amount(_minus(now, before), case.places),
        light=light_of(
            case.bands, done=done, ahead=ahead, points=points, shortfall=_shortfall(margin)
        ),
        status=status_of(
            done=done,
            december=month == MONTHS,
            due=month > 0 and now is None,
            ahead=ahead,
            points=None if case.polarity == Polarity.RANGE else points,
        ),
        marks=marks_of(margins),
        quarters_lost=quarters_lost(margins),
        for_quarter=quarter,
        for_year=year,
        allowance_left=_allowance(whole.in_force(MONTHS), month, now),
        forecast_profile=profile,
        forecast_yoy=yoy,
    )


def _amount(exact: Fraction | None, places: int) -> Decimal | None:
    return None if exact is None else round_half_up(exact, places)


def _minus(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left - right


def _points(case: Case, margin: Margin | None) -> Fraction | None:
    if margin is None:
        return None
    # A rate is itself in per cent, so that its distance from the line already is in points.
    return margin.ahead if case.kind == Kind.RATE else percent(margin.ahead, margin.target)


def _shortfall(margin: Margin | None) -> Fraction | None:
    return None if margin is None else percent(-margin.ahead, margin.plan)


def _is_done(case: Case, now: Fraction | None, month: int) -> bool:
    if case.polarity != Polarity.HIGHER or now is None or case.target is None:
        return False
    # A rate can fall again: holding it in March is on pace, only December's is done.
    return now >= case.target and (case.kind != Kind.RATE or month == MONTHS)


def _ahead_of_time(case: Case, completion: Fraction | None, time: Fraction) -> Fraction | None:
    if case.kind != Kind.FLOW or completion is None or case.polarity == Polarity.RANGE:
        return None
    return time - completion if case.polarity == Polarity.LOWER else completion - time


def _last_year_reached(case: Case, month: int) -> Fraction | None:
    """Return last year's cumulative figure of the same month; None where a month is missing."""
    known = cumulative_actual(case.kind, (case.last_year or ())[:month])
    return known[-1] if known and len(known) == month else None


def _completion(case: Case, now: Fraction | None) -> Fraction | None:
    """Return actual over target in per cent; of a range that a flow must reach, over its lower bound.

    A balance or a rate that must stay between two bounds has no share of a task to be completed.
    """
    return None if _only_stays(case) else percent(now, case.target)


def _only_stays(case: Case) -> bool:
    return case.polarity == Polarity.RANGE and case.kind != Kind.FLOW


def _pace(case: Case, plan: YearPlan | None, month: int, now: Fraction | None) -> Fraction | None:
    if plan is None or not month or _only_stays(case):
        return None
    return percent(now, plan.at(month))


def _as_held(
    whole: Case, line_of: Callable[[Case], YearPlan | None], line: YearPlan | None
) -> YearPlan | None:
    """Return a line as each month is held against it: up to a change the old target's.

    Months that had no target yet show the line that they got.
    """
    if not whole.earlier or line is None:
        return line
    lines = [line_of(whole.in_force(month)) or line for month in range(1, MONTHS + 1)]
    return YearPlan(
        tuple(one.monthly[index] for index, one in enumerate(lines)),
        tuple(one.cumulative[index] for index, one in enumerate(lines)),
    )


def _outlooks(
    whole: Case, month: int, now: Fraction | None
) -> tuple[Outlook | None, Outlook | None]:
    """Look ahead to the quarter's and the year's end, where months are left and add up."""
    if whole.polarity != Polarity.HIGHER or whole.kind == Kind.RATE or month == MONTHS:
        return None, None
    level = _level(whole, month, now)
    at_end = whole.in_force(quarter_of(month + 1) * MONTHS_IN_QUARTER)
    quarter = quarter_outlook(at_end.line(), at_end.shares, level, month, whole.places)
    last = whole.in_force(MONTHS)
    year = year_outlook(last.line(), last.shares, level, last.target, month, whole.places)
    return quarter, year


def _allowance(case: Case, month: int, now: Fraction | None) -> Decimal | None:
    if case.polarity != Polarity.LOWER or case.kind == Kind.RATE:
        return None
    level = _level(case, month, now)
    if level is None or case.target is None:
        return None
    return round_half_up(Fraction(case.target) - level, case.places)


def _level(case: Case, month: int, now: Fraction | None) -> Fraction | None:
    """Return what the rest of the year counts from: what was reached, at its beginning the start."""
    if month == 0:
        return None if case.start is None else Fraction(case.start)
    return now


def _forecasts(
    case: Case, month: int, now: Fraction | None
) -> tuple[Decimal | None, Decimal | None]:
    if case.kind != Kind.FLOW:
        return None, None
    profile = by_profile(now, case.shares, month, case.places)
    return profile, by_last_year(now, case.last_year or (), month, case.places)


def growth_standing(
    *,
    target_rate: Decimal | None,
    actual: Sequence[Decimal | None],
    last_year: Sequence[Decimal | None],
    kind: Kind = Kind.FLOW,
    places: int = 2,
    polarity: Polarity = Polarity.HIGHER,
    yellow_points: Decimal = Decimal(10),
    month: int | None = None,
) -> Standing:
    """Judge an indicator by its growth against the target growth rate, in points.

    For growth targets whose baseline is not known. The rate of each month is that of the cumulative
    figures, exact; it is unknown where either year's is, or last year's is not above zero.
    """
    rates = growth_rates(cumulative_actual(kind, actual), cumulative_actual(kind, last_year))
    case = Case(
        kind=Kind.RATE,
        target=target_rate,
        places=places,
        polarity=polarity,
        actual=rates,
        yellow_points=yellow_points,
    )
    return standing(case, month)
