"""Supervision orders (督办单): what was demanded of whom, what was answered, and everything that became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    column,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime

_LIVE = column("state").in_(("issued", "answered", "returned"))


class SupervisionOrder(Owned, Base):
    """An order about one task or one indicator (督办单), with a day by which it must be answered.

    `printed` is what its document says, frozen when it is issued. An item has one live order of each colour.
    """

    __tablename__ = "supervision_order"
    __table_args__ = (
        UniqueConstraint("top_unit_id", "year", "number"),
        CheckConstraint("(task_id IS NULL) <> (indicator_id IS NULL)", name="of_one"),
        CheckConstraint("colour IN ('blue', 'yellow', 'red')", name="colour"),
        CheckConstraint(
            "state IN ('issued', 'answered', 'returned', 'closed', 'withdrawn')", name="state"
        ),
        Index("ix_supervision_order_top_state", "top_unit_id", "state", "reply_due_on"),
        Index(
            "uq_supervision_order_live_task",
            "task_id",
            "colour",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_supervision_order_live_indicator",
            "indicator_id",
            "colour",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    year: Mapped[int]
    number: Mapped[int]  # in the year's series of the top unit: 督办〔2024〕第3号
    colour: Mapped[str] = mapped_column(String(10))  # domain.orders.Colour
    state: Mapped[str] = mapped_column(String(10), default="issued")  # domain.orders.OrderState
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # 责任单位
    due_on: Mapped[date | None]  # the item's own deadline when it was issued
    reason: Mapped[str] = mapped_column(Text)
    demand: Mapped[str] = mapped_column(Text)
    reply_due_on: Mapped[date]
    by_rule: Mapped[bool] = mapped_column(default=False)
    printed: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class OrderEvent(Owned, Base):
    """One step of an order: who, when, what and with which words. Rows are only added."""

    __tablename__ = "order_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("supervision_order.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10))  # the state that it brought
    words: Mapped[str] = mapped_column(Text, default="")
    reply_due_on: Mapped[date | None]  # where the step set one
