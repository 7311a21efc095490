"""Use case: lay out a plan's twelve reporting cycles, and move those that have not opened when the calendar changes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker.domain.cycles import cycle_of, parse_cycle_rule
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import Cycle, Plan
from tracker.queries.calendar import working_calendar


def lay_cycles(*, plan: Plan, today: date) -> list[Cycle]:
    """Make the plan's missing cycles and re-date those that open after `today`; return all twelve, in order."""
    rule = parse_cycle_rule(plan.opens, plan.due)
    calendar = working_calendar(plan.top_unit_id)
    there = {
        cycle.month: cycle
        for cycle in db.session.scalars(
            select(Cycle).where(Cycle.plan_id == plan.id, Cycle.year == plan.year)
        )
    }
    for number in range(1, 13):
        days = cycle_of(Month(plan.year, number), rule, calendar)
        cycle = there.get(number)
        if cycle is None:
            cycle = Cycle(
                top_unit_id=plan.top_unit_id, plan_id=plan.id, year=plan.year, month=number
            )
            db.session.add(cycle)
            there[number] = cycle
        elif cycle.opens_on <= today or cycle.closed_at is not None:
            continue
        cycle.opens_on, cycle.due_on = days.opens_on, days.due_on
    db.session.flush()
    return [there[number] for number in sorted(there)]
