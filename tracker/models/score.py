"""Scoring (考核): the rules of a year, the sheets of a quarter, and what units object to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class ScoreScheme(Owned, Base):
    """The scoring rules of a year (考核办法), in order; each as domain.scoring.rule_as_json writes it."""

    __tablename__ = "score_scheme"
    __table_args__ = (UniqueConstraint("top_unit_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class Scoring(Owned, Base):
    """A quarter that is scored (季度考核): worked out again and again until it is published, and never after that."""

    __tablename__ = "scoring"
    __table_args__ = (
        UniqueConstraint("top_unit_id", "year", "quarter"),
        CheckConstraint("quarter >= 1 AND quarter <= 4", name="quarter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    quarter: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft, published
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list
    )  # one per unit, by rank
    hand: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # unit id → points, why
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class Objection(Owned, Base):
    """What a unit objects to in its sheet (异议), and the office's answer."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    scoring_id: Mapped[int] = mapped_column(ForeignKey("scoring.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
