"""A target that is changed in the year: who asked, who decided, from which month it holds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import Figure, UtcDateTime


class TargetChange(Owned, Base):
    """A change of an indicator's target (目标调整): set, raised or lowered; what it was stays on record."""

    __tablename__ = "target_change"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("from_month >= 1 AND from_month <= 12", name="from_month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    target: Mapped[Decimal | None] = mapped_column(Figure)  # as asked for
    target_high: Mapped[Decimal | None] = mapped_column(Figure)  # a range's upper bound
    from_month: Mapped[int]  # the first month that is judged by it
    why: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")  # what the one who decided said
    #: Target, bounds, weights and quarters until then, figures as strings: what months before `from_month` go by.
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form
