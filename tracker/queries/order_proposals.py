"""Which overdue tasks have come to a colour for which there is no order yet (该发督办单的)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, true

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.escalation import parse_ladder
from tracker.domain.orders import Colour, OrderState, reached
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import Plan, SupervisionOrder, Task
from tracker.queries.calendar import working_calendar


@dataclass(frozen=True, slots=True)
class Proposal:
    """A task that an order should be issued for, by its plan's ladder."""

    task: Task
    colour: Colour
    since: date
    working_days: int


@dataclass(frozen=True, slots=True)
class _Issued:
    colour: Colour
    live: bool
    due_on: date | None


def proposals(top_unit_id: int, day: date, *, automatic: bool = False) -> list[Proposal]:
    """Return what should be issued on a day, the gravest and longest overdue first. Four queries.

    A colour that was issued for the same deadline once is not proposed again, whatever became of it.
    `automatic` looks only at plans whose orders are raised by rule.
    """
    rows = db.session.execute(
        select(Task, Plan.ladder)
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            Plan.top_unit_id == top_unit_id,
            Plan.state == "issued",
            Plan.auto_orders if automatic else true(),
            Task.state.in_(OPEN_STATES),
            Task.due_on < day,
        )
        .order_by(Task.due_on, Task.position, Task.id)
    ).all()
    if not rows:
        return []
    issued = _issued(task.id for task, _ in rows)
    calendar = working_calendar(top_unit_id)
    found = [_proposal(task, ladder, issued, day, calendar) for task, ladder in rows]
    return sorted((one for one in found if one is not None), key=lambda one: -one.colour.rank)


def _issued(task_ids: Iterable[int]) -> Mapping[int, list[_Issued]]:
    rows = db.session.execute(
        select(
            SupervisionOrder.task_id,
            SupervisionOrder.colour,
            SupervisionOrder.state,
            SupervisionOrder.due_on,
        ).where(SupervisionOrder.task_id.in_(list(task_ids)))
    )
    issued: dict[int, list[_Issued]] = {}
    for task_id, colour, state, due_on in rows:
        if task_id is not None:
            one = _Issued(Colour(colour), OrderState(state).is_live, due_on)
            issued.setdefault(task_id, []).append(one)
    return issued


def _proposal(
    task: Task,
    ladder: str,
    issued: Mapping[int, list[_Issued]],
    day: date,
    calendar: WorkingCalendar,
) -> Proposal | None:
    if task.due_on is None:
        return None
    come_to = reached(task.due_on, day, parse_ladder(ladder), calendar)
    if come_to is None:
        return None
    had = (
        one.colour.rank >= come_to.colour.rank and (one.live or one.due_on == task.due_on)
        for one in issued.get(task.id, ())
    )
    if any(had):
        return None
    days = calendar.working_days_between(task.due_on, day)
    return Proposal(task, come_to.colour, come_to.since, days)
