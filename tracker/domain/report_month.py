"""Which month a report of a task is for (填报月份), from the plan's cycles and what was reported before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.errors import PeriodClosedError
from tracker.domain.periods import MONTHS_IN_YEAR, Month


@dataclass(frozen=True, slots=True)
class CycleDays:
    """A month's cycle: from when it is filled in, until when, and whether its figures are frozen."""

    month: Month
    opens_on: date
    due_on: date
    closed: bool = False


def month_of_report(
    plan_year: int, cycles: Iterable[CycleDays], reported: Collection[Month], today: date
) -> Month:
    """Return the month that a report made today is for.

    It is the newest month that has opened, until that is reported or closed and its due day is over; from then
    on it is the calendar's. Raises PeriodClosedError where that month is closed.
    """
    known = {cycle.month: cycle for cycle in cycles}
    opened = [cycle for cycle in known.values() if cycle.opens_on <= today]
    calendar = _within(plan_year, today)
    if not opened:
        return calendar
    newest = max(opened, key=lambda cycle: cycle.month)
    over = today > newest.due_on and (newest.closed or newest.month in reported)
    month = max(newest.month, calendar) if over else newest.month
    if month in known and known[month].closed:
        raise PeriodClosedError(f"{month.long_label}已封账，不能再报进展。")
    return month


def _within(plan_year: int, today: date) -> Month:
    if today.year == plan_year:
        return Month.of(today)
    return Month(plan_year, MONTHS_IN_YEAR if today.year > plan_year else 1)
