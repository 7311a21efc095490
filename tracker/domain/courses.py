"""Courses (走势): the monthly lines of a chart, from a standing: plan, actual, last year, need and forecast band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from tracker.domain.amounts import round_half_up
from tracker.domain.case import Kind
from tracker.domain.figures import Standing
from tracker.domain.forecast import by_last_year
from tracker.domain.phasing import MONTHS

Line = tuple[Decimal | None, ...]
EMPTY: Line = (None,) * MONTHS


@dataclass(frozen=True, slots=True)
class Course:
    """Twelve months of one chart; a line that the indicator does not have is None."""

    actual: Line
    plan: Line | None
    last: Line | None
    need: Line | None
    low: Line | None = None
    high: Line | None = None


def month_course(standing: Standing) -> Course:
    """Return a flow's months: what each brought, was planned to, brought last year, and now must bring."""
    case, month = standing.case, standing.month
    actual = _twelve([_decimal(amount, case.places) for amount in case.actual[:month]])
    return Course(actual, standing.monthly_plan, _last_year(standing), _need(standing))


def cumulative_course(standing: Standing) -> Course:
    """Return what is reached at each month's end, or each month's balance or rate."""
    case, month = standing.case, standing.month
    actual = _twelve([_decimal(figure, case.places) for figure in standing.reached])
    last = _last_year(standing)
    if case.kind == Kind.FLOW:
        last = _running(last)
    need = _need(standing)
    if need is not None and standing.actual_cumulative is not None:
        need = _onwards(standing.actual_cumulative, need, month)
    low, high = _band(standing)
    return Course(actual, standing.cumulative_plan, last, need, low, high)


def _decimal(figure: Decimal | Fraction | None, places: int) -> Decimal | None:
    return None if figure is None else round_half_up(figure, places)


def _twelve(figures: Sequence[Decimal | None]) -> Line:
    return (*figures, *EMPTY[len(figures) :])[:MONTHS]


def _last_year(standing: Standing) -> Line | None:
    given = standing.case.last_year
    if given is None or not any(figure is not None for figure in given):
        return None
    return _twelve(given)


def _need(standing: Standing) -> Line | None:
    """Return what the months left must bring: the quarter's first, then the year's rest as planned."""
    quarter, planned = standing.for_quarter, standing.monthly_plan or EMPTY
    if quarter is None or quarter.need is None or not any(quarter.need):
        return None
    line: list[Decimal | None] = list(EMPTY)
    line[quarter.last :] = planned[quarter.last :]
    for month, amount in zip(quarter.months, quarter.need, strict=True):
        line[month - 1] = amount
    return tuple(line)


def _running(line: Line | None) -> Line | None:
    if line is None or any(figure is None for figure in line):
        return None
    return tuple(accumulate(figure for figure in line if figure is not None))


def _onwards(reached: Decimal, need: Line, month: int) -> Line:
    """Add what must come to what is reached, beginning at the month itself."""
    line: list[Decimal | None] = list(EMPTY)
    total = line[month - 1] = reached
    for number in range(month, MONTHS):
        total += need[number] or Decimal(0)
        line[number] = total
    return tuple(line)


def _band(standing: Standing) -> tuple[Line | None, Line | None]:
    """Return the forecast band of a flow's coming months; at December it is the forecast itself."""
    month, reached = standing.month, standing.actual_cumulative
    if standing.forecast is None or reached is None or month in {0, MONTHS}:
        return None, None
    if reached <= 0:  # of nothing nothing follows
        return None, None
    courses = [_profile(standing), _year_on_year(standing)]
    known = [course for course in courses if course is not None]
    start: list[Decimal | None] = [*EMPTY[: month - 1], reached]
    months = range(MONTHS - month)
    low = [min(course[at] for course in known) for at in months]
    high = [max(course[at] for course in known) for at in months]
    return _twelve([*start, *low]), _twelve([*start, *high])


def _profile(standing: Standing) -> list[Decimal] | None:
    if standing.forecast_profile is None:
        return None
    case, month = standing.case, standing.month
    shares = [Fraction(share) for share in case.shares]
    reached = Fraction(standing.actual_cumulative or 0)
    gone = sum(shares[:month])
    return [
        round_half_up(reached * sum(shares[:number]) / gone, case.places)
        for number in range(month + 1, MONTHS + 1)
    ]


def _year_on_year(standing: Standing) -> list[Decimal] | None:
    if standing.forecast_yoy is None:
        return None
    case, month = standing.case, standing.month
    reached = Fraction(standing.actual_cumulative or 0)
    course = []
    for number in range(month + 1, MONTHS + 1):
        until = [*(case.last_year or ())[:number], *[Decimal(0)] * (MONTHS - number)]
        figure = by_last_year(reached, until, month, case.places)
        course.append(figure if figure is not None else round_half_up(reached, case.places))
    return course
