"""Use case: the office does one thing to several tasks (批量办理): to all of them, or to none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.bulk import BulkAct, why_not
from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError, TrackerError
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.models import Task
from tracker.permissions import Actor
from tracker.queries.locks import lock
from tracker.services.assign_task import Assignment, assign_task
from tracker.services.change_task import change_task, roles_on

#: As many as a page of the register shows, several times over.
MOST = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task as the page showed it."""

    task: Task
    version: int


@dataclass(frozen=True, slots=True)
class Duties:
    """Who shall answer for the tasks; what is None stays as each of them has it."""

    lead_unit_id: int | None = None
    owner_post_id: int | None = None
    reporter_post_id: int | None = None
    leader_post_id: int | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is to change."""
        return self == Duties()

    def on(self, task: Task) -> Assignment:
        """Return a task's duties with these put in."""
        return Assignment(
            lead_unit_id=self.lead_unit_id or task.lead_unit_id,
            owner_post_id=self.owner_post_id or task.owner_post_id,
            reporter_post_id=self.reporter_post_id or task.reporter_post_id,
            leader_post_id=self.leader_post_id or task.leader_post_id,
            due_on=task.due_on,
        )


class BulkRefusedError(TrackerError):
    """Some of the tasks are in the way, so that nothing was done; `reasons` says why, by task id."""

    def __init__(self, message: str, reasons: dict[int, str]) -> None:
        super().__init__(message)
        self.reasons = reasons


def in_the_way(act: BulkAct, tasks: Sequence[Task], actor: Actor) -> dict[int, str]:
    """Return which of the tasks this may not be done to, by id, and why."""
    found = {task.id: why_not(act, TaskState(task.state), roles_on(actor, task)) for task in tasks}
    return {id_: why for id_, why in found.items() if why}


def bulk_tasks(
    *,
    act: BulkAct,
    chosen: Sequence[Chosen],
    said: str,
    duties: Duties,
    actor: Actor,
    now: datetime,
) -> int:
    """Do it to every task and return to how many, or raise and leave all as they were.

    Raises NotAllowedError, NotReadyError for what the form lacks, BulkRefusedError with each task that is in
    the way. The caller rolls back.
    """
    if not actor.has(Role.OFFICE):
        raise NotAllowedError("批量办理由督查办办理。")
    _check(act, chosen, said, duties)
    lock(Task, Task.id.in_([one.task.id for one in chosen]))
    reasons: dict[int, str] = {}
    do = _doing(act, said, duties, actor, now)
    for one in chosen:
        try:
            do(one)
        except StaleError:
            reasons[one.task.id] = "您打开之后，这项任务已有改动。"
        except TrackerError as error:
            reasons[one.task.id] = error.message
    if reasons:
        raise BulkRefusedError(f"有 {len(reasons)} 项不能{act.word}，其余的也没有办。", reasons)
    return len(chosen)


def _doing(
    act: BulkAct, said: str, duties: Duties, actor: Actor, now: datetime
) -> Callable[[Chosen], object]:
    target = act.target
    if target is None:
        return lambda one: assign_task(
            task=one.task,
            wanted=duties.on(one.task),
            why=said,
            actor=actor,
            version=one.version,
            now=now,
        )
    return lambda one: change_task(
        task=one.task, target=target, actor=actor, said=said, version=one.version, now=now
    )


def _check(act: BulkAct, chosen: Sequence[Chosen], said: str, duties: Duties) -> None:
    problems = []
    if not chosen:
        problems.append("没有选中任务，请先勾选。")
    if len(chosen) > MOST:
        problems.append(f"一次最多办 {MOST} 项，现有 {len(chosen)} 项。")
    if act.needs_reason and not said.strip():
        problems.append(f"{act.word}要写明理由。")
    if act is BulkAct.ASSIGN and duties.is_empty:
        problems.append("请至少选一项要调整的责任。")
    if problems:
        raise NotReadyError(tuple(problems))
