"""Tasks as they were known at a past moment: state, days and milestones by their history, progress by reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.domain.milestones import plan_of, read_back
from tracker.domain.tasks import Milestone, TaskState
from tracker.extensions import db
from tracker.models import Plan, Task, TaskEvent, TaskReport


@dataclass(frozen=True, slots=True)
class TaskThen:
    """What changes in a task's life."""

    state: TaskState
    progress: Decimal
    due_on: date | None
    milestones: tuple[Milestone, ...] = ()


def issued_before(as_of: datetime) -> ColumnElement[bool]:
    """Return the condition on Task and Plan: binding by a moment, or later closed or cancelled."""
    return and_(
        Task.state != TaskState.DRAFT.value,
        Task.first_due_on.is_not(None) | (Task.state != TaskState.CANCELLED.value),
        or_(Plan.issued_at.is_(None), Plan.issued_at < as_of),
    )


def tasks_then(now: Mapping[int, TaskThen], as_of: datetime) -> dict[int, TaskThen]:
    """Return tasks as they stood just before a moment, from how they stand now. Two queries."""
    then = _progress_then(now, as_of)
    changes = db.session.execute(
        select(TaskEvent.task_id, TaskEvent.what, TaskEvent.before)
        .where(
            TaskEvent.task_id.in_(now),
            TaskEvent.what.in_(("state", "due", "milestones")),
            TaskEvent.at >= as_of,
        )
        .order_by(TaskEvent.at.desc(), TaskEvent.id.desc())
    )
    for id_, what, before in changes:  # backwards in time, so that the earliest change counts
        if what == "state":
            then[id_] = replace(then[id_], state=TaskState(before))
        elif what == "milestones":
            then[id_] = replace(then[id_], milestones=plan_of(read_back(before)))
        else:
            due = date.fromisoformat(before) if before else None
            then[id_] = replace(then[id_], due_on=due)
    return then


def _progress_then(now: Mapping[int, TaskThen], as_of: datetime) -> dict[int, TaskThen]:
    """Take progress from the newest report made before a moment; a task that was first reported later had none."""
    said: dict[int, Decimal] = {}
    rows = db.session.execute(
        select(TaskReport.task_id, TaskReport.progress, TaskReport.at)
        .where(TaskReport.task_id.in_(now))
        .order_by(TaskReport.year, TaskReport.month, TaskReport.revision)
    )
    for id_, progress, at in rows:
        if at < as_of:
            said[id_] = progress
        else:
            said.setdefault(id_, Decimal(0))
    return {id_: replace(one, progress=said.get(id_, one.progress)) for id_, one in now.items()}
