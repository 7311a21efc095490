"""Use case: say how far one task is, from its own page; the monthly sheet does the same for all of a person's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.periods import Month
from tracker.domain.report_month import CycleDays, month_of_report
from tracker.domain.tasks import FULL, TaskState
from tracker.extensions import db
from tracker.models import Cycle, Plan, Task, TaskReport
from tracker.permissions import Actor, may_report
from tracker.queries.locks import hold_cycles
from tracker.services import audit
from tracker.services.change_task import (
    LONGEST,
    check_version,
    follow_report,
    plain_percent,
    roles_on,
)


def report_task(
    *,
    task: Task,
    actor: Actor,
    progress: Decimal,
    done: str,
    obstacle: str,
    next_step: str,
    version: int,
    now: datetime,
) -> TaskReport:
    """Add a report of the current month and move the task on.

    Raises StaleError, NotAllowedError, TransitionError for a task that is not open, NotReadyError with what is
    missing, PeriodClosedError.
    """
    check_version(task, version)
    if not may_report(actor, task):
        raise NotAllowedError("进展由牵头单位的责任人或联络员填报。")
    if not TaskState(task.state).is_open:
        raise TransitionError(f"任务{TaskState(task.state).word}，不能再报进展。")
    _check_words(progress, done, obstacle, next_step)
    month = _month_of(task, now)
    report = TaskReport(
        top_unit_id=task.top_unit_id,
        task_id=task.id,
        year=month.year,
        month=month.month,
        revision=_last_revision(task, month) + 1,
        progress=progress,
        done=done.strip(),
        obstacle=obstacle.strip(),
        next_step=next_step.strip(),
        person_id=actor.person_id,
        at=now,
    )
    db.session.add(report)
    follow_report(task, progress, roles_on(actor, task), actor, now)
    _record(task, report, actor, now)
    return report


def _month_of(task: Task, now: datetime) -> Month:
    """Return the month that a report made now is for. Raises PeriodClosedError. Four queries."""
    plan_year = db.session.scalars(select(Plan.year).where(Plan.id == task.plan_id)).one()
    hold_cycles(Cycle.plan_id == task.plan_id, Cycle.opens_on <= now.date())
    cycles = db.session.scalars(select(Cycle).where(Cycle.plan_id == task.plan_id))
    reported = db.session.execute(
        select(TaskReport.year, TaskReport.month).where(TaskReport.task_id == task.id)
    )
    return month_of_report(
        plan_year,
        [
            CycleDays(Month(c.year, c.month), c.opens_on, c.due_on, c.closed_at is not None)
            for c in cycles
        ],
        {Month(year, month) for year, month in reported},
        now.date(),
    )


def _check_words(progress: Decimal, *texts: str) -> None:
    problems = []
    if not 0 <= progress <= FULL:
        problems.append("进度应在 0 到 100 之间。")
    if not texts[0].strip():
        problems.append("要写明做了什么。")
    if any(len(text) > LONGEST for text in texts):
        problems.append(f"每段说明不能超过 {LONGEST} 字。")
    if problems:
        raise NotReadyError(tuple(problems))


def _last_revision(task: Task, month: Month) -> int:
    return (
        db.session.scalar(
            select(func.max(TaskReport.revision)).where(
                TaskReport.task_id == task.id,
                TaskReport.year == month.year,
                TaskReport.month == month.month,
            )
        )
        or 0
    )


def _record(task: Task, report: TaskReport, actor: Actor, now: datetime) -> None:
    audit.record(
        task.top_unit_id,
        "report",
        now=now,
        person_id=actor.person_id,
        object_type="task",
        object_id=task.id,
        detail={
            "month": f"{report.year}-{report.month:02}",
            "revision": report.revision,
            "progress": plain_percent(report.progress),
        },
    )
