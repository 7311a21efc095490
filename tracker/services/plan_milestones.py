"""Use cases of milestones (节点): set them, tick one off, take a tick back; progress and history follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.errors import NotAllowedError, NotFoundError, NotReadyError, TransitionError
from tracker.domain.milestones import (
    Step,
    check_steps,
    check_tick,
    check_untick,
    moved_with_due,
    written,
)
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import Task, TaskMilestone, TaskReport
from tracker.permissions import Actor, may_plan_milestones, may_report
from tracker.queries.milestones import rows_of, steps_of
from tracker.services import audit
from tracker.services.change_task import LONGEST, check_version, note
from tracker.services.report_task import report_task

LONGEST_REASON = 500


def plan_milestones(
    *,
    task: Task,
    wanted: Sequence[Step],
    why: str,
    actor: Actor,
    version: int,
    now: datetime,
) -> bool:
    """Set the milestones that are still to come; those that are done stay. Return whether anything changed.

    Raises NotAllowedError, StaleError, TransitionError for a task that is over, NotReadyError with all that is wrong.
    """
    if not may_plan_milestones(actor, task):
        raise NotAllowedError("节点由责任人或督查办设定。")
    check_version(task, version)
    state = TaskState(task.state)
    if not (state.is_open or state in (TaskState.DRAFT, TaskState.SUSPENDED)):
        raise TransitionError(f"任务{state.word}，不能再改节点。")
    before = steps_of(task.id)
    done = [step for step in before if step.is_done]
    after = check_steps([*done, *wanted], task.start_on, task.due_on)
    if after == before:
        return False
    _check_reason(why, needed=state is not TaskState.DRAFT)
    _write(task, after)
    _note(task, before, after, actor, now, why.strip())
    audit.record(
        task.top_unit_id,
        "milestones",
        now=now,
        person_id=actor.person_id,
        object_type="task",
        object_id=task.id,
        detail={"before": written(before), "after": written(after), "why": why.strip()},
    )
    return True


def tick_milestone(
    *, task: Task, milestone_id: int, actor: Actor, version: int, now: datetime
) -> TaskMilestone:
    """Tick a milestone off: a report of the month goes with it, and progress rises to its share.

    Raises NotAllowedError, StaleError, NotFoundError, TransitionError out of turn, PeriodClosedError.
    """
    check_version(task, version)
    rows, index = _found(task, milestone_id)
    row = rows[index]
    if not may_report(actor, task):
        raise NotAllowedError("节点由牵头单位的责任人或联络员办结。")
    check_tick(steps_of(task.id), index)
    report = report_task(
        task=task,
        actor=actor,
        progress=max(task.progress, row.percent),
        done=f"完成节点“{row.title}”。",
        obstacle="",
        next_step="",
        version=version,
        now=now,
    )
    _keep_what_was_said(report)
    row.done_on, row.done_by_id = now.date(), actor.person_id
    note(task, "milestone", "", row.title, actor, now)
    flag_modified(task, "progress")
    db.session.flush()
    return row


def untick_milestone(
    *, task: Task, milestone_id: int, actor: Actor, version: int, now: datetime
) -> TaskMilestone:
    """Take a tick back; progress stays as it was reported. Raises as ticking does."""
    check_version(task, version)
    rows, index = _found(task, milestone_id)
    if not may_report(actor, task):
        raise NotAllowedError("节点由牵头单位的责任人或联络员办理。")
    if not TaskState(task.state).is_open:
        raise TransitionError(f"任务{TaskState(task.state).word}，不能再改节点。")
    check_untick(steps_of(task.id), index)
    rows[index].done_on = rows[index].done_by_id = None
    note(task, "milestone", rows[index].title, "", actor, now)
    flag_modified(task, "progress")
    db.session.flush()
    return rows[index]


def follow_due(
    task: Task, before: date | None, after: date | None, actor: Actor, now: datetime
) -> None:
    """Let the last milestone go along with a due day that has moved."""
    if before is None or after is None:
        return
    old = steps_of(task.id)
    new = moved_with_due(old, before, after)
    if new != old:
        _write(task, new)
        _note(task, old, new, actor, now, "随时限调整")


def _check_reason(why: str, *, needed: bool) -> None:
    if needed and not why.strip():
        raise NotReadyError(("要写明调整节点的理由。",))
    if len(why.strip()) > LONGEST_REASON:
        raise NotReadyError((f"理由不能超过 {LONGEST_REASON} 字。",))


def _write(task: Task, steps: Sequence[Step]) -> None:
    """Replace what is still to come; a milestone that is done keeps its row."""
    db.session.execute(
        delete(TaskMilestone).where(
            TaskMilestone.task_id == task.id, TaskMilestone.done_on.is_(None)
        )
    )
    db.session.add_all(
        TaskMilestone(
            top_unit_id=task.top_unit_id,
            task_id=task.id,
            title=step.title,
            planned_on=step.day,
            percent=step.percent,
        )
        for step in steps
        if not step.is_done
    )
    flag_modified(task, "progress")  # forms that were opened before are too late
    db.session.flush()


def _note(
    task: Task,
    before: Sequence[Step],
    after: Sequence[Step],
    actor: Actor,
    now: datetime,
    why: str,
) -> None:
    note(task, "milestones", written(before), written(after), actor, now, why=why)


def _found(task: Task, milestone_id: int) -> tuple[list[TaskMilestone], int]:
    rows = rows_of(task.id)
    index = next((i for i, row in enumerate(rows) if row.id == milestone_id), None)
    if index is None:
        raise NotFoundError("没有这个节点，可能已被调整。")
    return rows, index


def _keep_what_was_said(report: TaskReport) -> None:
    """Add to what the month's report said before, so that nothing typed gives way to a tick."""
    earlier = db.session.scalar(
        select(TaskReport).where(
            TaskReport.task_id == report.task_id,
            TaskReport.year == report.year,
            TaskReport.month == report.month,
            TaskReport.revision == report.revision - 1,
        )
    )
    if earlier is None:
        return
    words = f"{earlier.done}\n{report.done}"
    report.done = words if len(words) <= LONGEST else report.done
    report.obstacle, report.next_step = earlier.obstacle, earlier.next_step
