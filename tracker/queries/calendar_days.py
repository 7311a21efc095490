"""A year's entered days, for the page on which they are edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import CalendarDay


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day that is not what its weekday says."""

    id: int
    day: date
    working: bool
    name: str


def listed_days(top_unit_id: int, year: int) -> tuple[ListedDay, ...]:
    """Return the days entered for a year, in order. One query."""
    rows = db.session.execute(
        select(CalendarDay.id, CalendarDay.day, CalendarDay.working, CalendarDay.name)
        .where(
            CalendarDay.top_unit_id == top_unit_id,
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(CalendarDay.day)
    )
    return tuple(ListedDay(*row) for row in rows)
