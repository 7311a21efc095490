"""Use case: attach a file as proof to a task or to an indicator's month, or withdraw one (佐证材料)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from tracker.domain.errors import NotAllowedError, NotReadyError, PeriodClosedError, TransitionError
from tracker.domain.proof import MOST_FILES, ProofFile
from tracker.domain.tasks import OPEN_STATES, TaskState
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Proof, Task
from tracker.permissions import Actor, may_attach
from tracker.queries.locks import hold_cycles, lock
from tracker.services import audit
from tracker.services.change_task import note

#: A finished task still waits for its check: the office may ask for more proof, and the unit brings it.
ATTACHABLE = OPEN_STATES | {TaskState.FINISHED, TaskState.SUSPENDED}


def attach_to_task(
    *, task: Task, files: Sequence[ProofFile], actor: Actor, now: datetime
) -> list[Proof]:
    """Attach files to a task; its history says so. Raises NotAllowedError, TransitionError, NotReadyError."""
    _check_task(task, actor)
    rows = _add(Proof.task_id == task.id, files, actor, now, task_id=task.id)
    for row in rows:
        note(task, "proof", "", row.name, actor, now)
    _record(actor, "proof_added", rows, ("task", task.id), now)
    return rows


def attach_to_month(
    *, indicator: Indicator, month: int, files: Sequence[ProofFile], actor: Actor, now: datetime
) -> list[Proof]:
    """Attach files to an indicator's month of its plan's year, while it is open.

    Raises NotAllowedError, PeriodClosedError, and NotReadyError where the month has no cycle yet.
    """
    year = _open_year(indicator, month, actor, now)
    rows = _add(
        (Proof.indicator_id == indicator.id) & (Proof.year == year) & (Proof.month == month),
        files,
        actor,
        now,
        indicator_id=indicator.id,
        year=year,
        month=month,
    )
    _record(actor, "proof_added", rows, ("indicator", indicator.id), now)
    return rows


def withdraw_proof(*, proof: Proof, actor: Actor, now: datetime) -> None:
    """Take a file back: it stays in the record and counts no more. A closed month's and a closed-out task's stay.

    Raises NotAllowedError, TransitionError where it is withdrawn already, PeriodClosedError.
    """
    if proof.withdrawn_at is not None:
        raise TransitionError("这份材料已经撤下。")
    if proof.task_id is not None:
        task = db.session.get_one(Task, proof.task_id)
        _check_task(task, actor)
        note(task, "proof", proof.name, "", actor, now)
        where = ("task", task.id)
    else:
        indicator = db.session.get_one(Indicator, proof.indicator_id)
        _open_year(indicator, proof.month or 0, actor, now)
        where = ("indicator", indicator.id)
    proof.withdrawn_at, proof.withdrawn_by_id = now, actor.person_id
    _record(actor, "proof_withdrawn", [proof], where, now)


def _check_task(task: Task, actor: Actor) -> None:
    lock(Task, Task.id == task.id)
    if not may_attach(actor, task):
        raise NotAllowedError("佐证材料由责任单位或督查办附。")
    if TaskState(task.state) not in ATTACHABLE:
        raise TransitionError(f"任务{TaskState(task.state).word}，不能再改佐证材料。")


def _open_year(indicator: Indicator, month: int, actor: Actor, now: datetime) -> int:
    if not may_attach(actor, indicator):
        raise NotAllowedError("佐证材料由责任单位或督查办附。")
    lock(Indicator, Indicator.id == indicator.id)
    cycles = hold_cycles(
        Cycle.plan_id == indicator.plan_id, Cycle.month == month, Cycle.opens_on <= now.date()
    )
    if not cycles:
        raise NotReadyError(("这个月还没有开启填报，不能附材料。",))
    if cycles[0].closed_at is not None:
        raise PeriodClosedError(f"{month}月已封账，不能再改佐证材料。")
    return cycles[0].year


def _add(
    where: ColumnElement[bool],
    files: Sequence[ProofFile],
    actor: Actor,
    now: datetime,
    **of: int,
) -> list[Proof]:
    if not files:
        raise NotReadyError(("请先选文件。",))
    found = select(Proof.sha256, Proof.name).where(where, Proof.withdrawn_at.is_(None))
    kept = {row.sha256: row.name for row in db.session.execute(found)}
    if len(kept) + len(files) > MOST_FILES:
        raise NotReadyError((f"最多附 {MOST_FILES} 份材料，已有 {len(kept)} 份。",))
    rows = []
    for file in files:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in kept:
            raise NotReadyError((f"“{file.name}”与已附的“{kept[digest]}”是同一份文件。",))
        kept[digest] = file.name
        rows.append(
            Proof(
                top_unit_id=actor.top_unit_id,
                name=file.name,
                media=file.media,
                size=len(file.content),
                sha256=digest,
                content=file.content,
                person_id=actor.person_id,
                at=now,
                **of,
            )
        )
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _record(
    actor: Actor, action: str, rows: Sequence[Proof], where: tuple[str, int], now: datetime
) -> None:
    for row in rows:
        audit.record(
            actor.top_unit_id,
            action,
            now=now,
            person_id=actor.person_id,
            object_type=where[0],
            object_id=where[1],
            detail={"name": row.name, "sha256": row.sha256},
        )
