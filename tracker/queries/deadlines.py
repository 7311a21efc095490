"""A person's deadlines, for a calendar: months to be reported and tasks to be finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from tracker.domain.periods import Month
from tracker.domain.tasks import OPEN_STATES, TaskState
from tracker.extensions import db
from tracker.models import CalendarLink, Cycle, Person, Plan, Task
from tracker.permissions import Actor
from tracker.queries.owed import rows_by_month
from tracker.queries.report_sheet import has_my_rows
from tracker.queries.scope import reportable_indicators, reportable_tasks

#: How long a day that is past stays in the calendar.
KEPT = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A whole day on which something is due; `key` names it for ever, `path` is its page."""

    key: str
    day: date
    title: str
    note: str
    path: str


def person_of_link(token_sha256: str) -> int | None:
    """Return whose link this is; None for one that is not there, or of somebody who left. One query."""
    return db.session.scalar(
        select(CalendarLink.person_id)
        .join(Person, Person.id == CalendarLink.person_id)
        .where(CalendarLink.token_sha256 == token_sha256, Person.active)
    )


def has_link(person_id: int) -> bool:
    """Tell whether a person has a link. One query."""
    found = select(CalendarLink.id).where(CalendarLink.person_id == person_id)
    return db.session.scalar(found) is not None


def deadlines(actor: Actor, today: date) -> list[Deadline]:
    """Return what is due from a person, by day. Four queries."""
    found = [*_months(actor, today), *_tasks(actor)]
    return sorted(found, key=lambda one: (one.day, one.key))


def _months(actor: Actor, today: date) -> list[Deadline]:
    mine = reportable_indicators(actor), reportable_tasks(actor)
    missing = rows_by_month(*mine, today, missing=True)
    rows = db.session.execute(
        select(Cycle.year, Cycle.month, Cycle.due_on, func.min(Cycle.opens_on))
        .join(Plan, Plan.id == Cycle.plan_id)
        .where(
            Plan.state == "issued",
            Cycle.closed_at.is_(None),
            Cycle.due_on >= today - KEPT,
            has_my_rows(actor),
        )
        .group_by(Cycle.year, Cycle.month, Cycle.due_on)
    )
    return [
        _month(Month(year, number), due_on, opens_on, missing[Month(year, number)], today)
        for year, number, due_on, opens_on in rows
    ]


def _month(month: Month, due_on: date, opens_on: date, missing: int, today: date) -> Deadline:
    opened = opens_on <= today
    state = f"还差 {missing} 项" if missing else "已报齐"
    return Deadline(
        key=f"report-{month.code}-{due_on.isoformat()}",
        day=due_on,
        title=f"{month.label}填报截止" + (f"（{state}）" if opened else ""),
        note=f"{opens_on.month}月{opens_on.day}日开启填报。",
        path=f"/reports?month={month.code}" if opened else "/reports",
    )


def _tasks(actor: Actor) -> list[Deadline]:
    rows = db.session.scalars(
        select(Task).where(
            reportable_tasks(actor), Task.state.in_(OPEN_STATES), Task.due_on.is_not(None)
        )
    )
    return [
        Deadline(
            key=f"task-{task.id}",
            day=task.due_on,
            title=f"任务到期：{task.text[:60]}",
            note=f"{task.text}（{TaskState(task.state).word}）",
            path=f"/tasks/{task.id}",
        )
        for task in rows
        if task.due_on is not None
    ]
