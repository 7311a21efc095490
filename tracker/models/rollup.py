"""Which indicators a parent is worked out from."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import Figure


class RollupChild(Owned, Base):
    """An indicator below another (汇总的下级指标): of any plan of the same year, under the same top unit."""

    __tablename__ = "rollup_child"
    __table_args__ = (
        UniqueConstraint("parent_id", "child_id"),
        CheckConstraint("parent_id <> child_id", name="not_itself"),
        CheckConstraint("weight > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    position: Mapped[int]
    weight: Mapped[Decimal] = mapped_column(Figure, default=Decimal(1))  # in a weighted mean
    name: Mapped[str] = mapped_column(String(60), default="")  # its name in the formula
