"""Use case: the office changes who answers for a task, or by when; the first deadline stays on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.milestones import beyond, moved_with_due
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import Plan, Post, Task, TaskEvent, Unit
from tracker.permissions import Actor, may_manage_plan
from tracker.queries.milestones import steps_of
from tracker.services import audit
from tracker.services.change_task import check_version, note
from tracker.services.plan_milestones import follow_due

FIELDS = {
    "lead": "lead_unit_id",
    "owner": "owner_post_id",
    "reporter": "reporter_post_id",
    "leader": "leader_post_id",
    "due": "due_on",
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who answers for a task and by when; a reporter or leader may be left to the unit."""

    lead_unit_id: int | None
    owner_post_id: int | None
    reporter_post_id: int | None
    leader_post_id: int | None
    due_on: date | None


def assign_task(
    *, task: Task, wanted: Assignment, why: str, actor: Actor, version: int, now: datetime
) -> list[TaskEvent]:
    """Change what differs, one event each; return the events.

    Raises StaleError, NotAllowedError, TransitionError for a task that is over, NotReadyError with all that is wrong.
    """
    plan = db.session.scalars(select(Plan).where(Plan.id == task.plan_id)).one()
    if not may_manage_plan(actor, plan):
        raise NotAllowedError("责任和时限由督查办调整。")
    check_version(task, version)
    state = TaskState(task.state)
    if not (state.is_open or state is TaskState.SUSPENDED):
        raise TransitionError(f"任务{state.word}，不能再调整责任和时限。")
    changed = [
        what for what, name in FIELDS.items() if getattr(task, name) != getattr(wanted, name)
    ]
    _refuse(task, plan, wanted, changed, why)
    words = _words(task, wanted)
    events = [note(task, what, *words[what], actor, now, why=why.strip()) for what in changed]
    due_before = task.due_on
    for what in changed:
        setattr(task, FIELDS[what], getattr(wanted, FIELDS[what]))
    if "due" in changed:
        task.due_inferred = False
        follow_due(task, due_before, task.due_on, actor, now)
    if changed:
        db.session.flush()
        _record(task, {what: words[what] for what in changed}, why, actor, now)
    return events


def _refuse(task: Task, plan: Plan, wanted: Assignment, changed: list[str], why: str) -> None:
    problems = []
    if wanted.lead_unit_id is None:
        problems.append("要有牵头单位。")
    if wanted.owner_post_id is None:
        problems.append("要有责任岗位。")
    if wanted.due_on is None:
        problems.append("要有完成时限。")
    elif "due" in changed:
        problems.extend(_wrong_due(task, plan, wanted.due_on))
    problems.extend(_strangers(task, wanted))
    if changed and not why.strip():
        problems.append("要写明调整的理由。")
    if problems:
        raise NotReadyError(tuple(problems))


def _wrong_due(task: Task, plan: Plan, due: date) -> list[str]:
    if due.year != plan.year:
        return [f"时限应在{plan.year}年之内。"]
    if task.start_on is not None and due < task.start_on:
        return ["时限不能早于开始的日子。"]
    steps = steps_of(task.id)
    moved = moved_with_due(steps, task.due_on, due) if task.due_on is not None else steps
    late = beyond(moved, due)
    return [f"节点“{late}”在新的时限之后，请先调整节点。"] if late else []


def _strangers(task: Task, wanted: Assignment) -> list[str]:
    """Name what is not of this bureau or no longer in use."""
    ids = {wanted.owner_post_id, wanted.reporter_post_id, wanted.leader_post_id} - {None}
    posts = db.session.scalars(
        select(Post.id).where(Post.id.in_(ids), Post.top_unit_id == task.top_unit_id, Post.active)
    ).all()
    unit = db.session.scalar(
        select(Unit.id).where(Unit.id == wanted.lead_unit_id, Unit.top_unit_id == task.top_unit_id)
    )
    problems = ["所选岗位不存在或已停用。"] if ids - set(posts) else []
    if wanted.lead_unit_id is not None and unit is None:
        problems.append("所选单位不存在。")
    return problems


def _words(task: Task, wanted: Assignment) -> dict[str, tuple[str, str]]:
    """Return each field's old and new value as the history keeps them: names of that day, ISO dates."""
    units = {task.lead_unit_id, wanted.lead_unit_id} - {None}
    unit_names = dict(
        db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units))).all()
    )
    sides = (task, wanted)
    ids = {
        getattr(side, FIELDS[what]) for side in sides for what in ("owner", "reporter", "leader")
    }
    posts = db.session.execute(
        select(Post.id, Unit.name, Post.title)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.id.in_(ids - {None}))
    )
    post_names = {id_: f"{unit} {title}" for id_, unit, title in posts}

    def said(side: Task | Assignment, what: str) -> str:
        value = getattr(side, FIELDS[what])
        if value is None:
            return ""
        if what == "due":
            return str(value.isoformat())
        return (unit_names if what == "lead" else post_names).get(value, "")

    return {what: (said(task, what), said(wanted, what)) for what in FIELDS}


def _record(
    task: Task, changes: dict[str, tuple[str, str]], why: str, actor: Actor, now: datetime
) -> None:
    audit.record(
        task.top_unit_id,
        "task_assign",
        now=now,
        person_id=actor.person_id,
        object_type="task",
        object_id=task.id,
        detail={
            "changes": {what: list(pair) for what, pair in changes.items()},
            "why": why.strip(),
        },
    )
