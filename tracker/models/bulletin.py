"""Bulletins (通报): what a closed review was made into, kept byte for byte."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class Bulletin(Owned, Base):
    """The document of one review (通报). Rows are only added: it is made once and never changes."""

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("top_unit_id", "kind", "year", "number"),
        CheckConstraint("kind IN ('weekly', 'monthly')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # domain.agenda.ReviewKind, the review's
    year: Mapped[int]
    number: Mapped[int]  # 期, in its series of the year
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[dict[str, Any]] = mapped_column(JSON)  # addressee and sections, as edited
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # the .docx
    sha256: Mapped[str] = mapped_column(String(64))  # of content
    annex: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # the .xlsx
    annex_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
