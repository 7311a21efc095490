"""Indicators, the figures reported for them, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned
from tracker.models.types import Figure, Figures, UtcDateTime


class Indicator(Owned, Base):
    """A quantity that is measured every month against a target (指标)."""

    __tablename__ = "indicator"
    __table_args__ = (
        Index("ix_indicator_plan_position", "plan_id", "position"),
        CheckConstraint("places >= 0 AND places <= 4", name="places"),
        CheckConstraint("every IN (1, 3, 6, 12)", name="every"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("plan_item.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    quote: Mapped[str] = mapped_column(Text, default="")  # the words it was read from
    start: Mapped[int | None]
    end: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default="draft")  # draft, issued, cancelled
    measure: Mapped[str] = mapped_column(String(20))  # domain.plan_text.Measure
    kind: Mapped[str] = mapped_column(String(10))  # flow, stock, rate
    polarity: Mapped[str] = mapped_column(String(10), default="higher")  # higher, lower, range
    unit: Mapped[str] = mapped_column(String(20))
    places: Mapped[int] = mapped_column(default=0)
    target: Mapped[Decimal | None] = mapped_column(Figure)  # None: unknown; a range's lower bound
    target_high: Mapped[Decimal | None] = mapped_column(Figure)  # a range's upper bound
    undecided: Mapped[bool] = mapped_column(default=False)  # 暂不设目标: unknown on purpose
    rate: Mapped[Decimal | None] = mapped_column(Figure)  # growth or reduction, per cent
    baseline: Mapped[Decimal | None] = mapped_column(Figure)
    base: Mapped[str] = mapped_column(String(60), default="")  # 上年完成数, 上年同期, 上年预算数 …
    phasing: Mapped[str] = mapped_column(
        String(20), default="even"
    )  # even, last_year, working_days, quarters, hand
    weights: Mapped[Sequence[Decimal | None] | None] = mapped_column(Figures)  # twelve
    quarters: Mapped[Sequence[Decimal | None] | None] = mapped_column(Figures)  # four targets
    #: Running shares of the year in per cent as the document says them (25, 51, 77), for a target not known yet.
    quarter_shares: Mapped[Sequence[Decimal | None] | None] = mapped_column(Figures)
    last_year: Mapped[Sequence[Decimal | None] | None] = mapped_column(Figures)  # twelve
    #: What the target was until it was changed in the year: domain.case.Earlier as JSON, figures as strings.
    earlier: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    #: Whether the sheet asks for the sum since January instead of the month's amount (按累计数填报); flows only.
    by_sum: Mapped[bool] = mapped_column(default=False)
    #: Months between two reports: 1, 3 (按季), 6 (按半年), 12 (按年); the month that ends them is the one reported.
    every: Mapped[int] = mapped_column(default=1)
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    owner_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    reporter_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    leader_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    checked: Mapped[bool] = mapped_column(default=False)
    rollup: Mapped[str] = mapped_column(String(10), default="")  # domain.rollup.Rollup, "" for none
    formula: Mapped[str] = mapped_column(String(500), default="")  # over the children's names
    #: Whether a worked-out figure is asked for from a reporter as well, to be held against it (同时手工填报).
    by_hand: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form


class Report(Owned, Base):
    """The figure of one month (填报). A correction adds a row; the highest revision counts."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("indicator_id", "year", "month", "revision"),
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("month >= 1 AND month <= 12", name="month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    year: Mapped[int]
    month: Mapped[int]
    revision: Mapped[int]
    #: A flow's amount of the month, a stock's balance, a rate's value at the month's end.
    amount: Mapped[Decimal] = mapped_column(Figure)
    note: Mapped[str] = mapped_column(Text, default="")  # 原因、情况说明
    next_step: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")  # reason of a correction
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Where the plan asks for it: who answers for the unit has seen it (责任人确认), or sent it back with a word.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_back: Mapped[str] = mapped_column(Text, default="")


class Standing(Owned, Base):
    """Where an indicator stands after a month: what every list and board reads, and the record of a closed period.

    Percentages and points are rounded once, half up, to two places; a bulletin with one place works from the amounts.
    """

    __tablename__ = "standing"
    __table_args__ = (
        UniqueConstraint("indicator_id", "year", "month"),
        Index("ix_standing_plan_month", "plan_id", "year", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    year: Mapped[int]
    month: Mapped[int]
    target: Mapped[Decimal | None] = mapped_column(Figure)
    amount: Mapped[Decimal | None] = mapped_column(Figure)  # of the month
    actual: Mapped[Decimal | None] = mapped_column(Figure)  # cumulative, or the balance
    plan_amount: Mapped[Decimal | None] = mapped_column(Figure)
    planned: Mapped[Decimal | None] = mapped_column(Figure)  # cumulative plan
    completion_pct: Mapped[Decimal | None] = mapped_column(Figure)
    time_pct: Mapped[Decimal | None] = mapped_column(Figure)
    ahead_points: Mapped[Decimal | None] = mapped_column(Figure)
    ahead_time_points: Mapped[Decimal | None] = mapped_column(Figure)
    pace_pct: Mapped[Decimal | None] = mapped_column(Figure)
    yoy_pct: Mapped[Decimal | None] = mapped_column(Figure)
    yoy_amount: Mapped[Decimal | None] = mapped_column(Figure)
    light: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20))
    month_state: Mapped[str] = mapped_column(String(20), default="")  # met, repaired:5, open, grey
    behind_since: Mapped[int | None]  # first month of the run of months behind that ends here
    quarter_gap: Mapped[Decimal | None] = mapped_column(Figure)
    quarter_need: Mapped[Sequence[Decimal | None] | None] = mapped_column(Figures)
    quarter_uplift_pct: Mapped[Decimal | None] = mapped_column(Figure)
    quarter_guard: Mapped[str | None] = mapped_column(String(10))
    year_gap: Mapped[Decimal | None] = mapped_column(Figure)
    year_need: Mapped[Sequence[Decimal | None] | None] = mapped_column(Figures)
    year_guard: Mapped[str | None] = mapped_column(String(10))
    severity: Mapped[int] = mapped_column(default=0, index=True)  # order of the board: worst first
    rule: Mapped[str] = mapped_column(String(200), default="")
    case: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what it was worked out from
    figures: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # all of it, as in the vectors
    #: Of a parent: how many children there are, how many are known, and what the figure by hand differs by.
    parts: Mapped[int | None]
    parts_known: Mapped[int | None]
    hand_gap: Mapped[Decimal | None] = mapped_column(Figure)
    rollup: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # rule and children as they were
    frozen: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
