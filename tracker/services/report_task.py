"""Use case: say how far one task is, from its own page; the monthly sheet does the same for all of a person's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from tracker.domain.errors import NotAllowedError, NotReadyError, PeriodClosedError, TransitionError
from tracker.domain.periods import MONTHS_IN_YEAR, Month
from tracker.domain.tasks import FULL, TaskState, check_transition
from tracker.extensions import db
from tracker.models import Cycle, Plan, Task, TaskReport
from tracker.permissions import Actor, may_report
from tracker.services import audit
from tracker.services.change_task import LONGEST, check_version, note, plain_percent, roles_on
from tracker.services.report_figures import ONWARD, REPORTED


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
    month = month_of(task, now)
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
    _move_on(task, actor, now)
    if task.progress != progress:
        before, after = plain_percent(task.progress), plain_percent(progress)
        note(task, "progress", before, after, actor, now)
        task.progress = progress
    _record(task, report, actor, now)
    return report


def month_of(task: Task, now: datetime) -> Month:
    """Return the month that a report made now is for.

    It is the newest month that has opened, until that is reported and its due day is over; from then
    on it is the calendar's. Raises PeriodClosedError where that month is closed.
    """
    today = now.date()
    plan_year = db.session.scalars(select(Plan.year).where(Plan.id == task.plan_id)).one()
    cycles = db.session.scalars(select(Cycle).where(Cycle.plan_id == task.plan_id)).all()
    opened = max((c for c in cycles if c.opens_on <= today), key=lambda c: c.month, default=None)
    calendar = _within(plan_year, today.year, today.month)
    if opened is None:
        return calendar
    month = Month(opened.year, opened.month)
    if today > opened.due_on and (opened.closed_at or _last_revision(task, month)):
        month = max(month, calendar)
    if any(c.month == month.month and c.closed_at is not None for c in cycles):
        raise PeriodClosedError(f"{month.long_label}已封账，不能再报进展。")
    return month


def _within(plan_year: int, year: int, month: int) -> Month:
    if year != plan_year:
        return Month(plan_year, MONTHS_IN_YEAR if year > plan_year else 1)
    return Month(year, month)


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


def _move_on(task: Task, actor: Actor, now: datetime) -> None:
    for target in ONWARD.get(TaskState(task.state), ()):
        source = TaskState(task.state)
        check_transition(source, target, roles_on(actor, task), reason=REPORTED, proofs=0)
        note(task, "state", source.value, target.value, actor, now, why=REPORTED)
        task.state = target.value


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
