"""Standing: where an indicator is at the end of a month, by every figure of DOMAIN.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import round_half_up
from tracker.domain.case import Case, Kind, Polarity, case_from_json
from tracker.domain.errors import FigureError
from tracker.domain.forecast import Forecast, by_last_year, by_profile, choose
from tracker.domain.guard import Outlook, quarter_outlook, year_outlook
from tracker.domain.lights import Guard, Light, Status, light_of, status_of
from tracker.domain.margins import (
    Margin,
    MonthMark,
    MonthState,
    cumulative_actual,
    margin_of,
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
    "MonthMark",
    "MonthState",
    "Polarity",
    "Standing",
    "case_from_json",
    "cumulative_actual",
    "growth_standing",
    "standing",
    "standing_as_json",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """完成情况: every figure of one indicator after `month`; what is unknown is None.

    Fields that are Fractions are per cents or points, exact; the properties ending in _pct and
    _points round them once. `reached` holds the cumulative actual of each month so far.
    """

    case: Case
    month: int
    plan: YearPlan | None
    reached: tuple[Fraction | None, ...]
    actual_cumulative: Decimal | None
    completion: Fraction | None
    time: Fraction
    ahead_of_time: Fraction | None
    ahead_of_plan: Decimal | None
    ahead_share: Fraction | None
    pace: Fraction | None
    yoy: Fraction | None
    yoy_amount: Decimal | None
    light: Light
    status: Status
    marks: tuple[MonthMark, ...]
    quarters_lost: tuple[int, ...]
    for_quarter: Outlook | None
    for_year: Outlook | None
    allowance_left: Decimal | None
    forecast_profile: Decimal | None
    forecast_yoy: Decimal | None

    @property
    def monthly_plan(self) -> tuple[Decimal, ...] | None:
        """Return the twelve months' planned amounts."""
        return None if self.plan is None else self.plan.monthly

    @property
    def cumulative_plan(self) -> tuple[Decimal, ...] | None:
        """Return the line at the end of each of the twelve months."""
        return None if self.plan is None else self.plan.cumulative

    @property
    def plan_cumulative(self) -> Decimal | None:
        """Return the line at the end of this month; None before January's end."""
        return None if self.plan is None or self.month == 0 else self.plan.at(self.month)

    @property
    def completion_pct(self) -> Decimal | None:
        """Return actual over target in per cent."""
        return _shown(self.completion)

    @property
    def time_pct(self) -> Decimal:
        """Return the share of the year that is gone, in per cent (序时进度)."""
        return round_half_up(self.time, 2)

    @property
    def ahead_of_time_points(self) -> Decimal | None:
        """Return the distance from the share of the year, in points; flows only."""
        return _shown(self.ahead_of_time)

    @property
    def ahead_of_plan_points(self) -> Decimal | None:
        """Return the distance from plan, in points of the target."""
        return _shown(self.ahead_share)

    @property
    def pace_pct(self) -> Decimal | None:
        """Return actual over plan so far, in per cent."""
        return _shown(self.pace)

    @property
    def yoy_pct(self) -> Decimal | None:
        """Return the change on last year's same months, in per cent (同比)."""
        return _shown(self.yoy)

    @property
    def months(self) -> tuple[str | None, ...]:
        """Return the past months' codes: met, open, repaired:3, None where unknown."""
        return tuple(mark.code for mark in self.marks)

    @property
    def quarter(self) -> int | None:
        """Return the quarter that the coming month belongs to; None after December."""
        return None if self.month == MONTHS else quarter_of(self.month + 1)

    @property
    def quarter_gap(self) -> Decimal | None:
        """Return what the quarter still lacks; negative for a surplus."""
        return None if self.for_quarter is None else self.for_quarter.gap

    @property
    def quarter_need(self) -> tuple[Decimal, ...] | None:
        """Return what each month left in the quarter must bring."""
        return None if self.for_quarter is None else self.for_quarter.need

    @property
    def quarter_uplift_pct(self) -> Decimal | None:
        """Return how much more than planned the quarter's months must bring, in per cent."""
        return None if self.for_quarter is None else self.for_quarter.uplift_pct

    @property
    def quarter_guard(self) -> Guard | None:
        """Return how safe the quarter is (保季)."""
        return None if self.for_quarter is None else self.for_quarter.guard

    @property
    def year_gap(self) -> Decimal | None:
        """Return what the year still lacks; negative for a surplus."""
        return None if self.for_year is None else self.for_year.gap

    @property
    def year_need(self) -> tuple[Decimal, ...] | None:
        """Return what each month left in the year must bring."""
        return None if self.for_year is None else self.for_year.need

    @property
    def year_uplift_pct(self) -> Decimal | None:
        """Return how much more than planned the year's months must bring, in per cent."""
        return None if self.for_year is None else self.for_year.uplift_pct

    @property
    def year_guard(self) -> Guard | None:
        """Return how safe the year is (保年)."""
        return None if self.for_year is None else self.for_year.guard

    @property
    def forecast(self) -> Forecast | None:
        """Return the expected year with its method and band; flows only."""
        return choose(self.forecast_profile, self.forecast_yoy)

    @property
    def quarters_repaired(self) -> dict[int, int]:
        """Return, for each lost quarter that was made good later, the month that did it."""
        ends = {
            quarter: self.marks[quarter * MONTHS_IN_QUARTER - 1] for quarter in self.quarters_lost
        }
        return {q: mark.repaired_in for q, mark in ends.items() if mark.repaired_in is not None}

    @property
    def behind_since(self) -> int | None:
        """Return the first month of the unbroken run of open months that ends now."""
        run = 0
        for mark in reversed(self.marks):
            if mark.state is not MonthState.OPEN:
                break
            run += 1
        return self.month - run + 1 if run else None


def _shown(exact: Fraction | None) -> Decimal | None:
    return None if exact is None else round_half_up(exact, 2)


def standing(case: Case, month: int | None = None) -> Standing:
    """Work out every figure at the end of `month`, by default the last one that `actual` holds.

    A month beyond what was reported is over and unreported: unknown, never zero. Month 0 is the
    year's beginning. FigureError when the month or the plan is not possible.
    """
    month = len(case.actual) if month is None else month
    if not 0 <= month <= MONTHS:
        msg = "月份应在 1 到 12 之间。"
        raise FigureError(msg)
    lines = (case.line(), case.ceiling())
    reached = cumulative_actual(case.kind, (*case.actual, *[None] * MONTHS)[:month])
    margins = tuple(margin_of(case, lines, m, a) for m, a in enumerate(reached, start=1))
    return _assemble(case, month, lines[0], reached, margins)


def _assemble(
    case: Case,
    month: int,
    plan: YearPlan | None,
    reached: tuple[Fraction | None, ...],
    margins: tuple[Margin | None, ...],
) -> Standing:
    now = reached[-1] if reached else None
    margin = margins[-1] if margins else None
    ahead = None if margin is None else margin.ahead
    points = _points(case, margin)
    done = _is_done(case, now, month)
    time = Fraction(month * 100, MONTHS)
    completion = percent(now, case.target)
    before = _last_year_reached(case, month)
    quarter, year = _outlooks(case, plan, month, now)
    profile, yoy = _forecasts(case, month, now)
    return Standing(
        case=case,
        month=month,
        plan=plan,
        reached=reached,
        actual_cumulative=_amount(now, case.places),
        completion=completion,
        time=time,
        ahead_of_time=_ahead_of_time(case, completion, time),
        ahead_of_plan=_amount(ahead, case.places),
        ahead_share=points,
        pace=percent(now, plan.at(month)) if plan is not None and month else None,
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
            points=points,
        ),
        marks=marks_of(margins),
        quarters_lost=quarters_lost(margins),
        for_quarter=quarter,
        for_year=year,
        allowance_left=_allowance(case, now),
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


def _outlooks(
    case: Case, plan: YearPlan | None, month: int, now: Fraction | None
) -> tuple[Outlook | None, Outlook | None]:
    """Look ahead to the quarter's and the year's end, where months are left and add up."""
    if case.polarity != Polarity.HIGHER or case.kind == Kind.RATE or month == MONTHS:
        return None, None
    if month == 0 and case.start is not None:
        now = Fraction(case.start)
    quarter = quarter_outlook(plan, case.shares, now, month, case.places)
    return quarter, year_outlook(plan, case.shares, now, case.target, month, case.places)


def _allowance(case: Case, now: Fraction | None) -> Decimal | None:
    if case.polarity != Polarity.LOWER or case.kind == Kind.RATE:
        return None
    if now is None or case.target is None:
        return None
    return round_half_up(Fraction(case.target) - now, case.places)


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
