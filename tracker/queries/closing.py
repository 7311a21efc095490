"""What the office may close next, and what it closed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan
from tracker.permissions import Actor
from tracker.queries.board import plans_on
from tracker.queries.owed import figure_is_reported
from tracker.queries.scope import is_asked, is_due_in_cycle


@dataclass(frozen=True, slots=True)
class Closing:
    """A plan's closing: `month` may be closed now, None if none is due; `closed` is the last closed one."""

    plan_id: int
    title: str
    year: int
    month: int | None
    unreported: int
    closed: int | None
    closed_at: datetime | None


def closings(actor: Actor, day: date) -> list[Closing]:
    """Return each current plan of the bureau. Two queries."""
    cycles: dict[int, list[Cycle]] = {}
    titles: dict[int, tuple[str, int]] = {}
    rows = db.session.execute(
        select(Cycle, Plan.title, Plan.year)
        .join(Plan, Plan.id == Cycle.plan_id)
        .where(Plan.top_unit_id == actor.top_unit_id, plans_on(day), Cycle.year == Plan.year)
        .order_by(Plan.id, Cycle.month)
    )
    for cycle, title, year in rows:
        cycles.setdefault(cycle.plan_id, []).append(cycle)
        titles[cycle.plan_id] = (title, year)
    missing = _missing(actor)
    return [_closing(plan_id, *titles[plan_id], of, missing, day) for plan_id, of in cycles.items()]


def _closing(
    plan_id: int,
    title: str,
    year: int,
    cycles: list[Cycle],
    missing: dict[tuple[int, int], int],
    day: date,
) -> Closing:
    is_open = [cycle for cycle in cycles if cycle.closed_at is None]
    closed = [cycle for cycle in cycles if cycle.closed_at is not None]
    month = is_open[0].month if is_open and is_open[0].due_on < day else None
    return Closing(
        plan_id,
        title,
        year,
        month,
        missing.get((plan_id, month or 0), 0),
        closed[-1].month if closed else None,
        closed[-1].closed_at if closed else None,
    )


def _missing(actor: Actor) -> dict[tuple[int, int], int]:
    rows = db.session.execute(
        select(Cycle.plan_id, Cycle.month, func.count())
        .join(Indicator, Indicator.plan_id == Cycle.plan_id)
        .where(
            Cycle.top_unit_id == actor.top_unit_id,
            Cycle.closed_at.is_(None),
            Indicator.state == "issued",
            is_asked(),
            is_due_in_cycle(),
            ~figure_is_reported(),
        )
        .group_by(Cycle.plan_id, Cycle.month)
    )
    return {(plan_id, month): count for plan_id, month, count in rows}
