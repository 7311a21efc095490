"""Use case: give a new bureau the published holidays and make-up days, to be edited from then on."""

from __future__ import annotations

from datetime import date

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

from tracker.extensions import db
from tracker.models import CalendarDay, CalendarYear

#: The package has entries from 2004; a year counts as published when it lists that year's holidays.
FIRST_YEAR = 2004


def published_years() -> list[int]:
    """Return the years whose holidays the package knows."""
    return sorted({day.year for day in holidays if day.year >= FIRST_YEAR})


def seed_calendar(*, top_unit_id: int) -> int:
    """Enter every published year; return how many days were entered. The caller commits."""
    years = published_years()
    days = [
        day for day in sorted({*holidays, *workdays}) if day.year in years and _is_exception(day)
    ]
    db.session.add_all(
        CalendarDay(
            top_unit_id=top_unit_id,
            day=day,
            working=day in workdays,
            name=_name(day),
        )
        for day in days
    )
    db.session.add_all(CalendarYear(top_unit_id=top_unit_id, year=year) for year in years)
    db.session.flush()
    return len(days)


def _is_exception(day: date) -> bool:
    """Leave out what a weekday says anyway: a holiday on a Sunday, a working day on a Monday."""
    return (day in workdays) != (day.weekday() < 5)


def _name(day: date) -> str:
    if day in workdays:
        return "调休上班"
    return str(chinese_calendar.Holiday(holidays[day]).chinese)
