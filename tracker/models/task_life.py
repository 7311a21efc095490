"""What a task has beside its state: requests for more time, milestones, what other units say of their part."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import Figure, UtcDateTime

_PENDING: ColumnClause[bool] = literal_column("state = 'asked'")
_RECEIPT: ColumnClause[bool] = literal_column("kind = 'acknowledged'")


class ExtensionRequest(Owned, Base):
    """A request for a later due day (延期申请): who asked, who decided; rows are only added, and decided once."""

    __tablename__ = "extension_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn')", name="state"),
        Index(
            "uq_extension_request_pending",
            "task_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")  # domain.extensions
    was_due_on: Mapped[date]  # the due day when it was asked for
    due_on: Mapped[date]  # the day asked for
    progress: Mapped[Decimal] = mapped_column(Figure)  # per cent, when it was asked for
    done: Mapped[str] = mapped_column(Text)  # how far it is, in words
    why: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")  # what the one who decided said
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class TaskMilestone(Owned, Base):
    """A step of a task with its own day (节点), and the share of the task that is reached with it."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("task_id", "planned_on"),
        CheckConstraint("percent > 0 AND percent <= 1000000", name="percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    planned_on: Mapped[date]
    percent: Mapped[Decimal] = mapped_column(Figure)  # of the whole task, with this step done
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PartReport(Owned, Base):
    """What a unit that takes part says of its part (配合情况): that it has it, or how it goes. Rows are only added."""

    __tablename__ = "part_report"
    __table_args__ = (
        CheckConstraint("kind IN ('acknowledged', 'said')", name="kind"),
        Index(
            "uq_part_report_receipt",
            "task_id",
            "unit_id",
            unique=True,
            sqlite_where=_RECEIPT,
            postgresql_where=_RECEIPT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
