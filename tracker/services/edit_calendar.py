"""Use case: enter or take back holidays and make-up days; months that have not opened follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.errors import NotFoundError, TrackerError
from tracker.extensions import db
from tracker.models import CalendarDay, CalendarYear, Plan
from tracker.services import audit
from tracker.services.lay_cycles import lay_cycles

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A day that is not what its weekday says."""

    working: bool
    name: str


def set_days(
    *,
    top_unit_id: int,
    days: Mapping[date, DayEntry],
    published: frozenset[int] = frozenset(),
    person_id: int | None,
    now: datetime,
) -> int:
    """Enter days, replacing what was entered for them, and note years as published; return how many changed.

    Raises TrackerError for a day that already is what its weekday says, or of another age.
    """
    for day, entry in days.items():
        _check(day, entry)
    there = {
        row.day: row
        for row in db.session.scalars(
            select(CalendarDay).where(
                CalendarDay.top_unit_id == top_unit_id, CalendarDay.day.in_(days)
            )
        )
    }
    changed = 0
    for day, entry in sorted(days.items()):
        row = there.get(day)
        if row is None:
            row = CalendarDay(top_unit_id=top_unit_id, day=day)
            db.session.add(row)
        elif (row.working, row.name) == (entry.working, entry.name):
            continue
        row.working, row.name = entry.working, entry.name.strip()
        changed += 1
    fresh = _publish(top_unit_id, published)
    _follow(
        top_unit_id,
        {"days": changed, "first": str(min(days, default="")), "published": sorted(fresh)},
        person_id,
        now,
        anything=bool(changed or fresh),
    )
    return changed


def remove_day(*, top_unit_id: int, day_id: int, person_id: int | None, now: datetime) -> date:
    """Take a day back, so that it is what its weekday says; return it. Raises NotFoundError."""
    row = db.session.scalar(
        select(CalendarDay).where(CalendarDay.id == day_id, CalendarDay.top_unit_id == top_unit_id)
    )
    if row is None:
        raise NotFoundError("没有这一天，可能已被删去。")
    day = row.day
    db.session.delete(row)
    _follow(top_unit_id, {"removed": day.isoformat()}, person_id, now, anything=True)
    return day


def _check(day: date, entry: DayEntry) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise TrackerError(f"{day.isoformat()} 的年份不对。")
    if entry.working == (day.weekday() < 5):
        usual = "工作日" if entry.working else "休息日"
        raise TrackerError(f"{day.isoformat()} 本来就是{usual}，不用录入。")
    if len(entry.name) > LONGEST_NAME:
        raise TrackerError(f"名称不能超过 {LONGEST_NAME} 字。")


def _publish(top_unit_id: int, years: frozenset[int]) -> set[int]:
    known = set(
        db.session.scalars(select(CalendarYear.year).where(CalendarYear.top_unit_id == top_unit_id))
    )
    fresh = set(years) - known
    db.session.add_all(CalendarYear(top_unit_id=top_unit_id, year=year) for year in sorted(fresh))
    db.session.flush()
    return fresh


def _follow(
    top_unit_id: int,
    detail: dict[str, object],
    person_id: int | None,
    now: datetime,
    *,
    anything: bool,
) -> None:
    """Re-date the months that have not opened, and write down the change."""
    if not anything:
        return
    db.session.flush()
    plans = db.session.scalars(
        select(Plan).where(Plan.top_unit_id == top_unit_id, Plan.state == "issued")
    ).all()
    for plan in plans:
        lay_cycles(plan=plan, today=now.date())
    audit.record(
        top_unit_id,
        "calendar",
        now=now,
        person_id=person_id,
        object_type="calendar",
        detail=detail,
    )
