"""Dispatch reviews (调度): what was looked at, as it stood then, and what was decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class Review(Owned, Base):
    """A meeting of a series (周调度、月调度). It shows the figures of the moment `at`; they never change afterwards."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("top_unit_id", "kind", "year", "number"),
        CheckConstraint("kind IN ('weekly', 'monthly')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # domain.agenda.ReviewKind
    year: Mapped[int]
    number: Mapped[int]  # in its series of the year
    state: Mapped[str] = mapped_column(String(10), default="open")  # open, closed
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chair: Mapped[str] = mapped_column(String(60), default="")  # 主持人
    attendance: Mapped[str] = mapped_column(Text, default="")  # 参会人员
    minutes: Mapped[str] = mapped_column(Text, default="")  # 纪要
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # every figure of the moment
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class AgendaItem(Owned, Base):
    """One thing on a review's agenda (议程), with its facts as they stood when the review was opened."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_review_position", "review_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    position: Mapped[int]
    part: Mapped[str] = mapped_column(String(10))  # domain.agenda.Part
    title: Mapped[str] = mapped_column(Text)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    talked: Mapped[bool] = mapped_column(default=False)  # gone through
    note: Mapped[str] = mapped_column(Text, default="")


class Decision(Owned, Base):
    """What a review decided (议定事项): a task with its unit, owner and day."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
