"""Working days follow the national calendar, and Monday to Friday where it is silent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.periods import Month

# National Day 2024: off from Tuesday 1 to Monday 7 October; Sunday 29 September and Saturday 12 worked.
NATIONAL_DAY = {date(2024, 10, day): False for day in range(1, 8)} | {
    date(2024, 9, 29): True,
    date(2024, 10, 12): True,
}
CALENDAR = WorkingCalendar(NATIONAL_DAY, frozenset({2024}))
PLAIN = WorkingCalendar()

days = st.dates(date(2000, 1, 1), date(2050, 12, 31))
calendars = st.builds(
    WorkingCalendar, st.dictionaries(st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.booleans())
)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 9, 29), True),  # a Sunday that makes up
        (date(2024, 9, 28), False),  # an ordinary Saturday
        (date(2024, 10, 1), False),  # a Tuesday that is a holiday
        (date(2024, 10, 8), True),
    ],
)
def test_holidays_and_make_up_days_override_the_weekday(day: date, worked: bool) -> None:
    assert CALENDAR.is_working(day) is worked


def test_a_year_that_is_not_covered_follows_its_weekdays() -> None:
    assert not CALENDAR.covers(2027)
    assert CALENDAR.covers(2024)
    assert CALENDAR.is_working(date(2027, 10, 1))  # Friday, holiday not yet published


def test_the_next_working_day_may_be_the_day_itself() -> None:
    assert CALENDAR.next_working(date(2024, 9, 30)) == date(2024, 9, 30)
    assert CALENDAR.next_working(date(2024, 10, 1)) == date(2024, 10, 8)


def test_the_previous_working_day_goes_back_over_a_holiday() -> None:
    assert CALENDAR.previous_working(date(2024, 10, 7)) == date(2024, 9, 30)
    assert CALENDAR.previous_working(date(2024, 10, 8)) == date(2024, 10, 8)


@pytest.mark.parametrize(
    ("n", "day"),
    [
        (1, date(2024, 10, 8)),
        (3, date(2024, 10, 10)),
        (5, date(2024, 10, 12)),
        (-1, date(2024, 10, 31)),
        (-5, date(2024, 10, 25)),
        (40, date(2024, 10, 31)),
        (-40, date(2024, 10, 8)),
    ],
)
def test_nth_working_day_of_a_month_counts_from_either_end(n: int, day: date) -> None:
    assert CALENDAR.nth_working_of_month(Month(2024, 10), n) == day


def test_there_is_no_zeroth_working_day() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        CALENDAR.nth_working_of_month(Month(2024, 10), 0)


def test_a_month_without_working_days_leans_on_its_neighbours() -> None:
    closed = WorkingCalendar({date(2024, 10, day): False for day in range(1, 32)})

    assert closed.nth_working_of_month(Month(2024, 10), 2) == date(2024, 11, 1)
    assert closed.nth_working_of_month(Month(2024, 10), -2) == date(2024, 9, 30)


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (date(2024, 9, 30), 1, date(2024, 10, 8)),
        (date(2024, 10, 8), -2, date(2024, 9, 29)),
        (date(2024, 9, 28), 1, date(2024, 9, 29)),  # from a day off
        (date(2024, 10, 1), 0, date(2024, 10, 1)),
    ],
)
def test_adding_working_days_skips_what_is_not_worked(start: date, count: int, day: date) -> None:
    assert CALENDAR.add_working_days(start, count) == day


def test_working_days_between_counts_the_end_and_not_the_start() -> None:
    assert CALENDAR.working_days_between(date(2024, 9, 30), date(2024, 10, 9)) == 2
    assert CALENDAR.working_days_between(date(2024, 10, 9), date(2024, 9, 30)) == -2
    assert CALENDAR.working_days_between(date(2024, 10, 9), date(2024, 10, 9)) == 0


def test_a_calendar_can_be_a_key() -> None:
    assert hash(CALENDAR) == hash(WorkingCalendar(NATIONAL_DAY, frozenset({2024})))


@given(calendars, days, st.integers(1, 30))
def test_adding_then_counting_gives_the_number_back(
    calendar: WorkingCalendar, day: date, count: int
) -> None:
    later = calendar.add_working_days(day, count)

    assert calendar.is_working(later)
    assert calendar.working_days_between(day, later) == count


@given(calendars, days)
def test_next_and_previous_leave_no_working_day_between(
    calendar: WorkingCalendar, day: date
) -> None:
    nearest = calendar.next_working(day)

    assert calendar.is_working(nearest)
    assert not any(
        calendar.is_working(day + timedelta(days=n)) for n in range((nearest - day).days)
    )
    assert calendar.previous_working(day) <= day


@given(days)
def test_without_exceptions_five_working_days_are_a_week(day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    assert PLAIN.add_working_days(monday, 5) == monday + timedelta(days=7)
