"""The figures of one standing: exact inside, rounded once where they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import round_half_up
from tracker.domain.case import Case
from tracker.domain.forecast import Forecast, choose
from tracker.domain.guard import Outlook
from tracker.domain.lights import Guard, Light, Status
from tracker.domain.margins import MonthMark, MonthState
from tracker.domain.periods import quarter_of
from tracker.domain.phasing import MONTHS, MONTHS_IN_QUARTER, YearPlan


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
    ceiling: YearPlan | None = None

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
    def ceiling_cumulative(self) -> Decimal | None:
        """Return a range's upper line at the end of this month; None for other polarities."""
        return None if self.ceiling is None or self.month == 0 else self.ceiling.at(self.month)

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
