"""Tasks, the units that take part, what was reported of them, and their history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.extensions import Base
from tracker.models.organisation import Unit
from tracker.models.owned import Owned
from tracker.models.types import Figure, UtcDateTime


class Task(Owned, Base):
    """One action that someone must finish by a deadline (任务、举措)."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_plan_position", "plan_id", "position"),
        Index("ix_task_top_state_due", "top_unit_id", "state", "due_on"),
        CheckConstraint("progress >= 0 AND progress <= 1000000", name="progress"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("plan_item.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    start: Mapped[int | None]  # place of the sentence in the document, code points
    end: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default="draft")  # domain.tasks.TaskState
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    owner_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    reporter_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    leader_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    lead_words: Mapped[str] = mapped_column(
        String(200), default=""
    )  # 牵头单位 as the document names it
    support_words: Mapped[str] = mapped_column(String(500), default="")
    start_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_inferred: Mapped[bool] = mapped_column(default=False)
    first_due_on: Mapped[date | None]  # stays when an extension moves due_on
    progress: Mapped[Decimal] = mapped_column(Figure, default=Decimal(0))  # per cent
    finished_on: Mapped[date | None]
    checked: Mapped[bool] = mapped_column(default=False)  # somebody looked at the draft row
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form

    units: Mapped[list[TaskUnit]] = relationship(lazy="raise", cascade="all, delete-orphan")


class TaskUnit(Owned, Base):
    """A unit that takes part in a task beside its lead (责任单位、配合单位)."""

    __tablename__ = "task_unit"
    __table_args__ = (UniqueConstraint("task_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    part: Mapped[str] = mapped_column(String(20), default="supporting")  # responsible, supporting

    unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[unit_id])


class TaskReport(Owned, Base):
    """What was said of a task for one month (填报). A correction adds a row."""

    __tablename__ = "task_report"
    __table_args__ = (UniqueConstraint("task_id", "year", "month", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    year: Mapped[int]
    month: Mapped[int]
    revision: Mapped[int]
    progress: Mapped[Decimal] = mapped_column(Figure)
    done: Mapped[str] = mapped_column(Text, default="")
    obstacle: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TaskEvent(Owned, Base):
    """One change of a task: who, when, from what to what and why. None is ever removed."""

    __tablename__ = "task_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(40))  # state, owner, due …
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
