"""Which days a bureau works: its table of holidays and make-up days as a WorkingCalendar."""

from __future__ import annotations

from sqlalchemy import select

from tracker.domain.calendar import WorkingCalendar
from tracker.extensions import db
from tracker.models import CalendarDay, CalendarYear


def working_calendar(top_unit_id: int) -> WorkingCalendar:
    """Return the working calendar of a top unit."""
    days = db.session.execute(
        select(CalendarDay.day, CalendarDay.working).where(CalendarDay.top_unit_id == top_unit_id)
    )
    years = db.session.scalars(
        select(CalendarYear.year).where(CalendarYear.top_unit_id == top_unit_id)
    )
    return WorkingCalendar(dict(days.all()), frozenset(years))
