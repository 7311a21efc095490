"""Imports that take longer than one waits for a page (长时间的导入)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class ImportJob(Owned, Base):
    """A file that is being imported beside the pages: what came, how far it is, what became of it.

    The file stays until the import is over, so that a process that dies loses nothing: another takes the job up.
    """

    __tablename__ = "import_job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # plan, revision, library
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    fields: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # what was chosen beside the file
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    step: Mapped[int] = mapped_column(default=0)  # of domain.import_steps.STEPS
    done: Mapped[int] = mapped_column(default=0)  # rows of the file that are written
    total: Mapped[int] = mapped_column(default=0)  # rows that it has, where they are counted
    attempts: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(Text, default="")  # what came of it, or why it failed
    result_id: Mapped[int | None]  # the plan's or revision's id
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
