"""Use case: keep a bureau's reporting going: cycles laid out, and a row for every month that is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Standing
from tracker.outbox.turn import wait_for_turn
from tracker.services.lay_cycles import lay_cycles
from tracker.services.refresh_standings import months_over, refresh_standings


def open_cycles(*, top_unit_id: int, now: datetime) -> int:
    """Lay out what cycles are missing and write the standing rows of months that are over.

    Returns how many cycles are open for reporting now. The caller commits.
    """
    wait_for_turn(top_unit_id)
    today = now.date()
    plans = db.session.scalars(
        select(Plan).where(Plan.top_unit_id == top_unit_id, Plan.state == "issued")
    ).all()
    behind: list[Indicator] = []
    for plan in plans:
        lay_cycles(plan=plan, today=today)
        behind += _without_rows(plan, months_over(plan.year, today))
    refresh_standings(indicators=behind, now=now)
    return _count_open(top_unit_id, now)


def _without_rows(plan: Plan, months: int) -> list[Indicator]:
    """Return the plan's indicators that lack a row for a month that is over."""
    rows = (
        select(func.count())
        .where(Standing.indicator_id == Indicator.id, Standing.month <= months)
        .correlate(Indicator)
        .scalar_subquery()
    )
    short: ColumnElement[bool] = rows < months
    return list(
        db.session.scalars(
            select(Indicator).where(
                Indicator.plan_id == plan.id, Indicator.state == "issued", short
            )
        )
    )


def _count_open(top_unit_id: int, now: datetime) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Cycle)
            .where(
                Cycle.top_unit_id == top_unit_id,
                Cycle.opens_on <= now.date(),
                Cycle.closed_at.is_(None),
            )
        )
        or 0
    )
