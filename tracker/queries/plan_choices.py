"""Which year and which plan a ledger or the board looks at: the choices of their filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Plan
from tracker.permissions import Actor
from tracker.queries.scope import visible_plans

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """The years that have issued plans, newest first, and the plans of the year looked at.

    `year` and `plan_id` are what the address asks for, None for the year in force and for all of its
    plans; `shown` is the year that is looked at.
    """

    years: tuple[Option, ...]
    plans: tuple[Option, ...]
    year: int | None
    plan_id: int | None
    shown: int


def plan_choices(actor: Actor, day: date, year: int | None, plan_id: int | None) -> PlanChoices:
    """Return the choices for what an address asks for. One query."""
    issued = db.session.execute(
        select(Plan.id, Plan.year, Plan.title)
        .where(visible_plans(actor), Plan.state == "issued")
        .order_by(Plan.year.desc(), Plan.id)
    ).all()
    years = sorted({int(row.year) for row in issued}, reverse=True)
    current = next((one for one in years if one <= day.year), day.year)
    shown = year if year is not None and year in years else current
    plans = {row.id: row.title for row in issued if row.year == shown}
    return PlanChoices(
        years=tuple((str(one), f"{one}年") for one in years) if len(years) > 1 else (),
        plans=tuple((str(id_), title) for id_, title in plans.items()) if len(plans) > 1 else (),
        year=shown if shown != current else None,
        plan_id=plan_id if plan_id in plans else None,
        shown=shown,
    )
