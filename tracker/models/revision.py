"""A revised document of an issued plan, and what it changes of the plan's rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import UtcDateTime


class PlanRevision(Owned, Base):
    """A revised document (修订稿): its bytes and text are kept beside the first document for ever."""

    __tablename__ = "plan_revision"
    __table_args__ = (UniqueConstraint("plan_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="draft")  # draft, accepted, dropped
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str] = mapped_column(Text)  # what every offset of its changes points into
    problems: Mapped[str] = mapped_column(Text, default="")  # one sentence a line
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 应用 or 作废
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class PlanRevisionChange(Owned, Base):
    """What the revised document says of one row (修订条目), and what the office decided.

    Unchanged rows are kept too: they say where the row stands in the revised text, which the next one is held against.
    """

    __tablename__ = "plan_revision_change"
    __table_args__ = (
        Index("ix_plan_revision_change_revision_position", "revision_id", "position"),
        CheckConstraint("decision IN ('open', 'accepted', 'declined')", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("plan_revision.id"))
    position: Mapped[int]
    sort: Mapped[str] = mapped_column(String(10))  # domain.plan_lines.Sort
    kind: Mapped[str] = mapped_column(String(10))  # domain.plan_diff.ChangeKind
    item_id: Mapped[int | None] = mapped_column(ForeignKey("plan_item.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    heading: Mapped[str] = mapped_column(Text, default="")  # where it stands, 甲／乙
    words: Mapped[str] = mapped_column(Text)  # the row's words so far; "" for an added one
    quote: Mapped[str] = mapped_column(Text, default="")  # the revised document's words
    start: Mapped[int | None]  # their place in the revised text, code points
    end: Mapped[int | None]
    fields: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # name, old, new
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # the row as it was read
    decision: Mapped[str] = mapped_column(String(10), default="open")  # open, accepted, declined
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Whose an added row is to be, and by when; or a changed one whose lead changes.
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    reporter_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    leader_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    due_on: Mapped[date | None]
    undecided: Mapped[bool] = mapped_column(default=False)  # 暂不设目标
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form
