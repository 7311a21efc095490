"""Use case: take an issued plan back into a draft (收回下达) while nobody has said or done anything on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError, TransitionError
from tracker.extensions import db
from tracker.models import (
    AgendaItem,
    Cycle,
    Indicator,
    OutboxMessage,
    Plan,
    PlanRevision,
    Proof,
    Report,
    RollupChild,
    Standing,
    SupervisionOrder,
    TargetChange,
    Task,
    TaskEvent,
    TaskReport,
)
from tracker.permissions import Actor, may_manage_plan
from tracker.queries.locks import lock
from tracker.services.announce_plan import announcements_of
from tracker.services.audit import record

REFUSED = (
    "已经有人填报、签收或办理，或上过调度、汇总到别的计划，不能整份收回。不要的任务可逐项撤销。"
)


def may_be_withdrawn(plan: Plan) -> bool:
    """Tell whether nothing has come of the plan yet. One query."""
    if plan.state != "issued" or plan.issued_at is None:
        return False
    touched = db.session.scalar(select(or_(*_traces(plan))))
    return not touched


def withdraw_plan(*, plan: Plan, actor: Actor, why: str, version: int, now: datetime) -> None:
    """Make the plan and its rows drafts again: cycles and standings go, mails that wait are dropped, history stays.

    Raises NotAllowedError, StaleError, NotReadyError without a reason, and TransitionError where something came of it.
    """
    if not may_manage_plan(actor, plan):
        raise NotAllowedError("收回下达由督查办办理。")
    lock(Plan, Plan.id == plan.id)
    if plan.version != version:
        raise StaleError("您打开之后，这份计划已有改动，请刷新后再办。")
    if not why.strip():
        raise NotReadyError(("收回下达要写明理由。",))
    tasks = lock(Task, Task.plan_id == plan.id, Task.state == "issued")
    indicators = lock(Indicator, Indicator.plan_id == plan.id, Indicator.state == "issued")
    if not may_be_withdrawn(plan):
        raise TransitionError(REFUSED)
    for task in tasks:
        task.state, task.first_due_on = "draft", None
        db.session.add(_event(task, actor, why.strip(), now))
    for indicator in indicators:
        indicator.state = "draft"
    db.session.execute(delete(Standing).where(Standing.plan_id == plan.id))
    db.session.execute(delete(Cycle).where(Cycle.plan_id == plan.id))
    db.session.execute(
        update(OutboxMessage)
        .where(announcements_of(plan), OutboxMessage.state == "queued")
        .values(state="dropped", next_at=None, error="计划已收回，未发。")
    )
    plan.state, plan.issued_at, plan.issued_by_id = "draft", None, None
    db.session.flush()
    record(
        plan.top_unit_id,
        "plan_withdrawn",
        now=now,
        person_id=actor.person_id,
        object_type="plan",
        object_id=plan.id,
        detail={"why": why.strip(), "tasks": len(tasks), "indicators": len(indicators)},
    )


def _event(task: Task, actor: Actor, why: str, now: datetime) -> TaskEvent:
    return TaskEvent(
        top_unit_id=task.top_unit_id,
        task_id=task.id,
        at=now,
        person_id=actor.person_id,
        what="state",
        before="issued",
        after="draft",
        why=why,
    )


def _traces(plan: Plan) -> list[ColumnElement[bool]]:
    """Return the conditions under which something has come of the plan since it was issued."""
    tasks = select(Task.id).where(Task.plan_id == plan.id)
    indicators = select(Indicator.id).where(Indicator.plan_id == plan.id)
    since = plan.issued_at
    binding = and_(TaskEvent.what == "state", TaskEvent.after == "issued")
    return [
        exists().where(Report.indicator_id.in_(indicators)),
        exists().where(TaskReport.task_id.in_(tasks)),
        exists().where(TaskEvent.task_id.in_(tasks), TaskEvent.at >= since, ~binding),
        exists().where(Proof.task_id.in_(tasks) | Proof.indicator_id.in_(indicators)),
        exists().where(AgendaItem.task_id.in_(tasks) | AgendaItem.indicator_id.in_(indicators)),
        exists().where(
            SupervisionOrder.task_id.in_(tasks) | SupervisionOrder.indicator_id.in_(indicators)
        ),
        exists().where(
            RollupChild.child_id.in_(indicators), RollupChild.parent_id.not_in(indicators)
        ),
        exists().where(TargetChange.indicator_id.in_(indicators)),
        exists().where(PlanRevision.plan_id == plan.id),
        exists().where(Cycle.plan_id == plan.id, Cycle.closed_at.is_not(None)),
    ]
