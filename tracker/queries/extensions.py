"""Requests for more time (延期): a task's, those that wait for somebody's word, and how often a task had more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tracker.domain.extensions import ExtensionState, deciders
from tracker.domain.roles import Role
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import ExtensionRequest, Person, Task, Unit
from tracker.permissions import Actor
from tracker.queries.holders import NOBODY, Holders, holders_on
from tracker.queries.scope import reportable_tasks, visible_tasks
from tracker.queries.task_lines import percent_text

#: For how long the desk of who asked says what was decided.
NEWS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """One request, with the names of that day."""

    id: int
    version: int
    state: ExtensionState
    was_due_on: date
    due_on: date
    progress: Decimal
    done: str
    why: str
    asked_by: str
    asked_by_id: int | None
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for a decision."""
        return self.state is ExtensionState.ASKED

    @property
    def progress_text(self) -> str:
        """Return how far the task was when it was asked for: 40%."""
        return percent_text(self.progress)


@dataclass(frozen=True, slots=True)
class WaitingExtension:
    """A request that waits for the person's word (待批)."""

    task_id: int
    text: str
    unit_name: str
    was_due_on: date
    due_on: date
    why: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class DecidedExtension:
    """A request of one's own tasks that was decided lately."""

    task_id: int
    text: str
    state: ExtensionState
    due_on: date
    answer: str


def requests_of(task_id: int) -> tuple[ExtensionRow, ...]:
    """Return a task's requests, the newest first. One query."""
    asker, decider = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(ExtensionRequest, asker.name, decider.name)
        .outerjoin(asker, asker.id == ExtensionRequest.asked_by_id)
        .outerjoin(decider, decider.id == ExtensionRequest.decided_by_id)
        .where(ExtensionRequest.task_id == task_id)
        .order_by(ExtensionRequest.id.desc())
    )
    return tuple(_row(request, asked or "", decided or "") for request, asked, decided in rows)


def _row(request: ExtensionRequest, asked: str, decided: str) -> ExtensionRow:
    return ExtensionRow(
        id=request.id,
        version=request.version,
        state=ExtensionState(request.state),
        was_due_on=request.was_due_on,
        due_on=request.due_on,
        progress=request.progress,
        done=request.done,
        why=request.why,
        asked_by=asked,
        asked_by_id=request.asked_by_id,
        asked_at=request.asked_at,
        decided_by=decided,
        decided_at=request.decided_at,
        answer=request.answer,
    )


def deciders_of(task: Task, asked_by_id: int | None, day: date) -> frozenset[int]:
    """Return who decides on a request for this task on a day. Three queries."""
    return _deciders(holders_on(task.top_unit_id, day), task, asked_by_id)


def _deciders(holders: Holders, task: Task, asked_by_id: int | None) -> frozenset[int]:
    office = holders.by_role.get(Role.OFFICE, NOBODY)
    return deciders(holders.chain(task).leaders, office, asked_by_id)


def waiting_extensions(actor: Actor, day: date) -> list[WaitingExtension]:
    """Return the requests that the person decides on, the oldest first. Four queries at most."""
    if not actor.has(Role.LEADER, Role.OFFICE):
        return []
    rows = db.session.execute(
        select(ExtensionRequest, Task, Unit.name, Person.name)
        .join(Task, Task.id == ExtensionRequest.task_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .outerjoin(Person, Person.id == ExtensionRequest.asked_by_id)
        .where(
            ExtensionRequest.state == ExtensionState.ASKED.value,
            Task.state.in_(OPEN_STATES),
            visible_tasks(actor),
        )
        .order_by(ExtensionRequest.id)
    ).all()
    if not rows:
        return []
    holders = holders_on(actor.top_unit_id, day)
    return [
        WaitingExtension(
            task.id,
            task.text,
            unit or "未定单位",
            request.was_due_on,
            request.due_on,
            request.why,
            asker or "",
        )
        for request, task, unit, asker in rows
        if actor.person_id in _deciders(holders, task, request.asked_by_id)
    ]


def decided_lately(actor: Actor, now: datetime) -> list[DecidedExtension]:
    """Return what was decided in the last week on requests for the person's tasks. One query."""
    rows = db.session.execute(
        select(ExtensionRequest, Task.text)
        .join(Task, Task.id == ExtensionRequest.task_id)
        .where(
            ExtensionRequest.state.in_((ExtensionState.APPROVED, ExtensionState.REFUSED)),
            ExtensionRequest.decided_at > now - NEWS,
            ExtensionRequest.decided_by_id.is_distinct_from(actor.person_id),
            Task.state.in_(OPEN_STATES),
            reportable_tasks(actor),
        )
        .order_by(ExtensionRequest.decided_at.desc())
    )
    return [
        DecidedExtension(
            request.task_id, text, ExtensionState(request.state), request.due_on, request.answer
        )
        for request, text in rows
    ]


def times_extended(task_ids: Collection[int]) -> dict[int, int]:
    """Return how often each of these tasks was extended; none that never was. One query."""
    rows = db.session.execute(
        select(ExtensionRequest.task_id, func.count())
        .where(
            ExtensionRequest.task_id.in_(task_ids),
            ExtensionRequest.state == ExtensionState.APPROVED.value,
        )
        .group_by(ExtensionRequest.task_id)
    )
    return dict(rows.all())
