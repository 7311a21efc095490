"""A year's plan, the document it was read from, and its headings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import Figure, UtcDateTime


class Plan(Owned, Base):
    """One document of one year (年度工作计划). Its rows are drafts until it is issued (下达)."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("unit_id", "year", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="draft")  # draft, issued
    sha256: Mapped[str] = mapped_column(String(64))
    yellow_points: Mapped[Decimal] = mapped_column(Figure, default=Decimal(10))
    opens: Mapped[str] = mapped_column(String(40), default="day:25")  # domain.cycles rule
    due: Mapped[str] = mapped_column(String(40), default="next-workday:3")
    #: Whether a target known at issuing changes only when the leader in charge has approved it (目标调整须经批准).
    approve_targets: Mapped[bool] = mapped_column(default=False)
    #: Whether leaders and the chief get what lags in their charge once a week (滞后周报).
    weekly_digest: Mapped[bool] = mapped_column(default=False)
    #: Whether figures that a reporter sent wait for the head's confirmation (填报须责任人确认).
    confirm_reports: Mapped[bool] = mapped_column(default=False)
    #: Working days overdue after which each level hears of it, and an order of its colour follows (逐级督办).
    ladder: Mapped[str] = mapped_column(String(60), default="head:1,leader:3,chief:5")
    #: Whether orders are raised by this rule without the office (自动发督办单).
    auto_orders: Mapped[bool] = mapped_column(default=False)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class PlanDocument(Owned, Base):
    """The document as it came (原文): its bytes, and the text that every offset points into."""

    __tablename__ = "plan_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text, default="")  # one sentence a line


class PlanItem(Owned, Base):
    """A heading of the plan (重点工作、计划条目), numbered as in the document."""

    __tablename__ = "plan_item"
    __table_args__ = (Index("ix_plan_item_plan_position", "plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_item.id"))
    position: Mapped[int]
    level: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(500))
    start: Mapped[int | None]
    end: Mapped[int | None]


class DraftStep(Owned, Base):
    """What the rows of a draft were before a step of its review, so that it can be undone (撤销)."""

    __tablename__ = "draft_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    label: Mapped[str] = mapped_column(String(100))
    before: Mapped[str] = mapped_column(Text)  # JSON: rows as they were; ids that were added


class PlanResult(Owned, Base):
    """What the document says was reached last year (上年完成情况): where this year's baselines are proposed from."""

    __tablename__ = "plan_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    measure: Mapped[str] = mapped_column(String(20))  # domain.plan_text.Measure
    value: Mapped[str | None] = mapped_column(String(60))  # as written; None: masked
    unit: Mapped[str] = mapped_column(String(20))
    bound: Mapped[str] = mapped_column(String(10))  # domain.plan_text.Bound
    quote: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]


class DeclinedHint(Owned, Base):
    """A proposal for a row of a draft that somebody looked at and did not take (不采用)."""

    __tablename__ = "declined_hint"
    __table_args__ = (UniqueConstraint("plan_id", "row_key", "hint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    row_key: Mapped[str] = mapped_column(String(40))  # task-12, indicator-7
    hint: Mapped[str] = mapped_column(String(100))  # lead:9, baseline:88200:万元
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
