"""A report of a task is for the newest month that has opened, until that is told and over."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.errors import PeriodClosedError
from tracker.domain.periods import Month
from tracker.domain.report_month import CycleDays, month_of_report

FEBRUARY, MARCH, APRIL = (Month(2024, number) for number in (2, 3, 4))


def cycle(month: Month, *, closed: bool = False) -> CycleDays:
    """Opens on the 25th and is due on the 3rd of the next month."""
    after = month.next()
    return CycleDays(
        month, date(month.year, month.month, 25), date(after.year, after.month, 3), closed
    )


CYCLES = (cycle(FEBRUARY), cycle(MARCH), cycle(APRIL))


def test_before_any_month_has_opened_it_is_the_calendars() -> None:
    assert month_of_report(2024, CYCLES, (), date(2024, 1, 10)) == Month(2024, 1)


@pytest.mark.parametrize(("day", "month"), [("2023-12-30", 1), ("2025-01-02", 12)])
def test_outside_the_plans_year_it_is_the_nearest_month_within(day: str, month: int) -> None:
    assert month_of_report(2024, (), (), date.fromisoformat(day)) == Month(2024, month)


def test_from_its_opening_the_newest_month_is_meant() -> None:
    assert month_of_report(2024, CYCLES, (), date(2024, 3, 25)) == MARCH


def test_an_open_month_stays_meant_while_nobody_has_told_it() -> None:
    assert month_of_report(2024, CYCLES, {FEBRUARY}, date(2024, 4, 20)) == MARCH


def test_a_month_that_is_told_stays_meant_until_its_due_day_is_over() -> None:
    assert month_of_report(2024, CYCLES, {MARCH}, date(2024, 4, 3)) == MARCH
    assert month_of_report(2024, CYCLES, {MARCH}, date(2024, 4, 4)) == APRIL


def test_after_a_closed_month_it_is_the_calendars() -> None:
    closed = (cycle(MARCH, closed=True), cycle(APRIL))
    assert month_of_report(2024, closed, (), date(2024, 4, 4)) == APRIL


def test_a_closed_month_takes_no_report() -> None:
    closed = (cycle(MARCH, closed=True),)
    with pytest.raises(PeriodClosedError, match="2024年3月已封账"):
        month_of_report(2024, closed, (), date(2024, 3, 28))
