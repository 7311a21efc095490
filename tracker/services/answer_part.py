"""Use cases of a unit that takes part in a task: confirm its part (签收), and say how it goes (配合情况)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tracker.domain.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    TransitionError,
)
from tracker.domain.tasks import OPEN_STATES, TaskState
from tracker.extensions import db
from tracker.models import PartReport, Task, TaskUnit, Unit
from tracker.permissions import Actor, may_answer_part
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.change_task import LONGEST, note

ACKNOWLEDGED, SAID = "acknowledged", "said"
#: A finished task still waits for its check, so its parts may still be spoken of.
ANSWERABLE = OPEN_STATES | {TaskState.FINISHED, TaskState.SUSPENDED}


def acknowledge_part(*, task: Task, unit_id: int, actor: Actor, now: datetime) -> PartReport:
    """Confirm that a unit has its part. Raises NotFoundError, NotAllowedError, TransitionError a second time."""
    unit = _unit(task, unit_id, actor)
    if _is_acknowledged(task, unit_id):
        raise TransitionError(f"{unit.name}已经签收。")
    row = _add(task, unit_id, ACKNOWLEDGED, "", actor, now)
    note(task, "part_received", "", unit.name, actor, now)
    _record(row, unit, actor, now)
    return row


def report_part(*, task: Task, unit_id: int, said: str, actor: Actor, now: datetime) -> PartReport:
    """Say how a unit's part goes, which confirms it as well; the task's own progress does not change.

    Raises NotFoundError, NotAllowedError, TransitionError for a task that is over, NotReadyError without words.
    """
    unit = _unit(task, unit_id, actor)
    words = said.strip()
    if not words:
        raise NotReadyError(("要写明配合情况。",))
    if len(words) > LONGEST:
        raise NotReadyError((f"配合情况不能超过 {LONGEST} 字，现有 {len(words)} 字。",))
    if not _is_acknowledged(task, unit_id):
        acknowledge_part(task=task, unit_id=unit_id, actor=actor, now=now)
    row = _add(task, unit_id, SAID, words, actor, now)
    note(task, "part_said", "", unit.name, actor, now, why=words)
    _record(row, unit, actor, now)
    return row


def _unit(task: Task, unit_id: int, actor: Actor) -> Unit:
    """Return the unit that takes part, with the task locked, so that a second confirmation waits for the first."""
    lock(Task, Task.id == task.id)
    unit = db.session.scalar(
        select(Unit)
        .join(TaskUnit, TaskUnit.unit_id == Unit.id)
        .where(TaskUnit.task_id == task.id, Unit.id == unit_id)
    )
    if unit is None:
        raise NotFoundError("没有这个共同办理的单位。")
    if not may_answer_part(actor, unit):
        raise NotAllowedError("配合情况由配合单位自己的责任人或联络员办理。")
    if TaskState(task.state) not in ANSWERABLE:
        raise TransitionError(f"任务{TaskState(task.state).word}，不能再报配合情况。")
    return unit


def _is_acknowledged(task: Task, unit_id: int) -> bool:
    found = select(PartReport.id).where(
        PartReport.task_id == task.id,
        PartReport.unit_id == unit_id,
        PartReport.kind == ACKNOWLEDGED,
    )
    return db.session.scalar(found) is not None


def _add(task: Task, unit_id: int, kind: str, said: str, actor: Actor, now: datetime) -> PartReport:
    row = PartReport(
        top_unit_id=task.top_unit_id,
        task_id=task.id,
        unit_id=unit_id,
        kind=kind,
        said=said,
        person_id=actor.person_id,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _record(row: PartReport, unit: Unit, actor: Actor, now: datetime) -> None:
    audit.record(
        row.top_unit_id,
        "part_report",
        now=now,
        person_id=actor.person_id,
        object_type="task",
        object_id=row.task_id,
        detail={"unit": unit.name, "step": "签收" if row.kind == ACKNOWLEDGED else "配合情况"},
    )
