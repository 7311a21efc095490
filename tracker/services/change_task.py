"""Use case: the life of a task: acknowledge, work, finish, close out, return, suspend, cancel; each step is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from tracker.domain.errors import NotReadyError, StaleError
from tracker.domain.roles import Role
from tracker.domain.tasks import (
    FULL,
    TaskState,
    Transition,
    check_transition,
    onward,
    transitions_from,
)
from tracker.extensions import db
from tracker.models import Task, TaskEvent
from tracker.permissions import Actor, may_report
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.drop_extension import drop_extension

#: Why the history says that progress went to 100: so that a returned task finds its way back.
FINISHED = "办结"
#: Why the history says that a task is under way: somebody reported work on it.
REPORTED = "随填报转入办理"
LONGEST = 2000
UNIT_ROLES = frozenset({Role.REPORTER, Role.HEAD})


def roles_on(actor: Actor, task: Task) -> frozenset[Role]:
    """Return the roles in which a person acts on this task: of its unit, or of the office."""
    held: set[Role] = set()
    if may_report(actor, task):
        held |= actor.roles & UNIT_ROLES
    if actor.has(Role.OFFICE) and task.top_unit_id == actor.top_unit_id:
        held.add(Role.OFFICE)
    return frozenset(held)


def steps_for(actor: Actor, task: Task) -> tuple[Transition, ...]:
    """Return the steps that this person may take with this task now."""
    return transitions_from(TaskState(task.state), roles_on(actor, task))


def change_task(
    *, task: Task, target: TaskState, actor: Actor, said: str, version: int, now: datetime
) -> TaskEvent:
    """Take a task one step on; `said` is the reason, or what was done.

    Raises StaleError when somebody was faster, TransitionError, NotAllowedError, and NotReadyError
    where the words are missing.
    """
    check_version(task, version)
    words = said.strip()
    if len(words) > LONGEST:
        raise NotReadyError((f"说明不能超过 {LONGEST} 字，现有 {len(words)} 字。",))
    source = TaskState(task.state)
    if target is TaskState.FINISHED and source is TaskState.IN_PROGRESS and not words:
        raise NotReadyError(("办结要写明做了什么。",))
    step = check_transition(
        source, target, roles_on(actor, task), reason=words, proofs=1 if words else 0
    )
    _follow(task, target, actor, now)
    dropped = drop_extension(task=task, target=target, actor=actor, now=now)
    if dropped is not None:
        note(
            task,
            "extension",
            "asked",
            f"{dropped.state} {dropped.due_on.isoformat()}",
            actor,
            now,
            why=dropped.answer,
        )
    task.state = target.value
    event = note(task, "state", source.value, target.value, actor, now, why=words)
    audit.record(
        task.top_unit_id,
        "task_state",
        now=now,
        person_id=actor.person_id,
        object_type="task",
        object_id=task.id,
        detail={"step": step.verb, "from": source.value, "to": target.value, "why": words},
    )
    return event


def acknowledge_tasks(*, tasks: Sequence[Task], actor: Actor, now: datetime) -> int:
    """Acknowledge those of the tasks that wait for it and are the person's; return how many."""
    ids = {task.id for task in tasks}
    waiting = [
        task
        for task in lock(Task, Task.id.in_(ids))
        if task.state == TaskState.ISSUED and may_report(actor, task)
    ]
    for task in waiting:
        change_task(
            task=task,
            target=TaskState.ACKNOWLEDGED,
            actor=actor,
            said="",
            version=task.version,
            now=now,
        )
    return len(waiting)


def check_version(task: Task, version: int) -> None:
    """Lock the task, and refuse a form that was opened before its last change."""
    lock(Task, Task.id == task.id)
    if task.version != version:
        raise StaleError("没有保存：您打开之后，这项任务已有改动。")


def note(
    task: Task,
    what: str,
    before: str,
    after: str,
    actor: Actor,
    now: datetime,
    why: str = "",
) -> TaskEvent:
    """Add to the task's history."""
    event = TaskEvent(
        top_unit_id=task.top_unit_id,
        task_id=task.id,
        at=now,
        person_id=actor.person_id,
        what=what,
        before=before,
        after=after,
        why=why,
    )
    db.session.add(event)
    db.session.flush()
    return event


def follow_report(
    task: Task, progress: Decimal | None, roles: Iterable[Role], actor: Actor, now: datetime
) -> None:
    """Do what a report of work brings: its progress, None where it speaks of the past, and the task under way."""
    if progress is not None:
        _set_progress(task, progress, actor, now)
    for target in onward(TaskState(task.state)):
        check_transition(TaskState(task.state), target, roles, reason=REPORTED, proofs=0)
        note(task, "state", task.state, target.value, actor, now, why=REPORTED)
        task.state = target.value


def plain_percent(value: Decimal) -> str:
    """Write a progress as the history keeps it: 52.5."""
    return format(value.normalize(), "f")


def _follow(task: Task, target: TaskState, actor: Actor, now: datetime) -> None:
    """Do what a step brings with it: a finished task is at 100 %, a returned one where it was before."""
    if target is TaskState.FINISHED:
        _set_progress(task, FULL, actor, now, why=FINISHED)
        task.finished_on = now.date()
    elif target is TaskState.RETURNED:
        _set_progress(task, _before_finishing(task), actor, now, why="退回")
        task.finished_on = None


def _set_progress(task: Task, value: Decimal, actor: Actor, now: datetime, why: str = "") -> None:
    if task.progress != value:
        note(
            task,
            "progress",
            plain_percent(task.progress),
            plain_percent(value),
            actor,
            now,
            why=why,
        )
        task.progress = value


def _before_finishing(task: Task) -> Decimal:
    before = db.session.scalar(
        select(TaskEvent.before)
        .where(
            TaskEvent.task_id == task.id, TaskEvent.what == "progress", TaskEvent.why == FINISHED
        )
        .order_by(TaskEvent.id.desc())
        .limit(1)
    )
    return Decimal(before) if before else task.progress
