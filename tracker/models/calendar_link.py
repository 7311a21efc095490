"""The secret address under which a person's calendar program fetches the deadlines (日历订阅)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class CalendarLink(Owned, Base):
    """One person's link; only a hash of its token is kept. A deleted row shuts it."""

    __tablename__ = "calendar_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
