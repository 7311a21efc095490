"""Use case: make a complete draft binding (下达). Nothing happens while anything is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError, TransitionError
from tracker.domain.tasks import start_when_issued
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskEvent
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor, may_manage_plan
from tracker.queries.locks import lock
from tracker.services.announce_plan import announce_plan
from tracker.services.audit import record
from tracker.services.draft_gaps import Draft, draft_of, gaps_of
from tracker.services.lay_cycles import lay_cycles
from tracker.services.refresh_standings import refresh_standings


@dataclass(frozen=True, slots=True)
class Issued:
    """How much was made binding, for how many units."""

    tasks: int
    indicators: int
    units: int


def issue_plan(
    *,
    plan: Plan,
    actor: Actor | None,
    now: datetime,
    version: int | None = None,
    settings: MailSettings | None = None,
) -> Issued:
    """Issue the plan's rows, lay its reporting cycles, work out where the indicators stand, tell those who answer.

    `actor` is None for the operator's command; `version` is what the page showed; without `settings` nobody gets a
    mail, as when a past year is entered. Raises NotReadyError with all that
    is missing, NotAllowedError, StaleError, or TransitionError when it is issued already.
    """
    if actor is not None and not may_manage_plan(actor, plan):
        raise NotAllowedError("下达计划由督查办办理。")
    lock(Plan, Plan.id == plan.id)
    if plan.state != "draft":
        raise TransitionError("计划已经下达，不用再下达一次。")
    if version is not None and version != plan.version:
        raise StaleError("您打开之后，别人已改过这份计划，请刷新后再下达。")
    draft = draft_of(plan)
    gaps = gaps_of(plan)
    if gaps:
        raise NotReadyError(tuple(gap.sentence for gap in gaps))
    person_id = actor.person_id if actor is not None else None
    for task in draft.tasks:
        _issue_task(task, person_id, now)
    for indicator in draft.indicators:
        indicator.state = "issued"
    plan.state, plan.issued_at, plan.issued_by_id = "issued", now, person_id
    db.session.flush()
    lay_cycles(plan=plan, today=now.date())
    refresh_standings(indicators=draft.indicators, now=now)
    if settings is not None:
        announce_plan(
            plan=plan,
            tasks=draft.tasks,
            indicators=draft.indicators,
            settings=settings,
            now=now,
        )
    issued = Issued(len(draft.tasks), len(draft.indicators), len(units_of(draft)))
    _record(plan, issued, person_id, now)
    return issued


def units_of(draft: Draft) -> set[int]:
    """Return the units that lead something in the draft."""
    rows: list[Task | Indicator] = [*draft.tasks, *draft.indicators]
    return {row.lead_unit_id for row in rows if row.lead_unit_id is not None}


def _issue_task(task: Task, person_id: int | None, now: datetime) -> None:
    """Bind a task: its time runs from the day that it is issued, not from before anybody had it."""
    task.state, task.first_due_on = "issued", task.due_on
    task.start_on = start_when_issued(task.start_on, task.due_on, now.date())
    db.session.add(
        TaskEvent(
            top_unit_id=task.top_unit_id,
            task_id=task.id,
            at=now,
            person_id=person_id,
            what="state",
            before="draft",
            after="issued",
        )
    )


def _record(plan: Plan, issued: Issued, person_id: int | None, now: datetime) -> None:
    record(
        plan.top_unit_id,
        "issue",
        now=now,
        person_id=person_id,
        object_type="plan",
        object_id=plan.id,
        detail={
            "year": plan.year,
            "tasks": issued.tasks,
            "indicators": issued.indicators,
            "units": issued.units,
        },
    )
