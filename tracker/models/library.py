"""The indicator library: definitions that are used again every year."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned


class IndicatorDefinition(Owned, Base):
    """What an indicator is, apart from any year's target (指标定义, in the 指标库).

    One without a unit comes from the county's library; one with a unit is that bureau's own addition.
    A retired one stays, as plans were made by it, and is not offered any more.
    """

    __tablename__ = "indicator_definition"
    __table_args__ = (
        UniqueConstraint("top_unit_id", "code"),
        Index("ix_indicator_definition_category", "top_unit_id", "category"),
        CheckConstraint("places >= 0 AND places <= 4", name="places"),
        CheckConstraint("kind IN ('flow', 'stock', 'rate')", name="kind"),
        CheckConstraint("polarity IN ('higher', 'lower')", name="polarity"),
        CheckConstraint("state IN ('active', 'retired')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[Sequence[str]] = mapped_column(JSON, default=list)
    unit: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))  # flow, stock, rate
    polarity: Mapped[str] = mapped_column(String(10))  # higher, lower
    places: Mapped[int]
    category: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # whose own
    state: Mapped[str] = mapped_column(String(10), default="active")  # active, retired
    #: Name, aliases, code and category without marks and in one width, for searching: domain.definitions.search_text.
    search: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form

    @property
    def own(self) -> bool:
        """Tell whether the bureau added it itself."""
        return self.unit_id is not None
