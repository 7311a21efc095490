"""Periods to be reported, what was typed but not sent, and the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class Cycle(Owned, Base):
    """One month of a plan that is to be reported (填报期)."""

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("plan_id", "year", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    year: Mapped[int]
    month: Mapped[int]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 封账
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SheetDraft(Owned, Base):
    """What a person has typed into a month's sheet and not yet sent, letter for letter (草稿)."""

    __tablename__ = "sheet_draft"
    __table_args__ = (UniqueConstraint("person_id", "year", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int]
    month: Mapped[int]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Owned, Base):
    """A day that is not what its weekday says: a holiday, or a make-up working day (调休)."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("top_unit_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60), default="")


class CalendarYear(Owned, Base):
    """A year whose holidays have been published and entered."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("top_unit_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
