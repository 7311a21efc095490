"""Use case: a waiting revision is compared anew, set aside, or taken up again (重新比对、作废、恢复)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from tracker.domain.errors import TransitionError
from tracker.domain.plan_text import read_plan
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange
from tracker.services.audit import record
from tracker.services.compare_plan import DUTY_NAMES, compare, store
from tracker.services.revise_plan import refuse_second


def compare_again(
    *, plan: Plan, revision: PlanRevision, person_id: int | None, now: datetime
) -> None:
    """Hold a waiting revision against the plan as it is now; what was decided of equal rows stays decided."""
    must_wait(revision)
    before = db.session.scalars(
        select(PlanRevisionChange).where(PlanRevisionChange.revision_id == revision.id)
    )
    kept = {_identity(change): _decided(change) for change in before}
    db.session.execute(
        delete(PlanRevisionChange).where(PlanRevisionChange.revision_id == revision.id)
    )
    changes = compare(plan, revision, read_plan(revision.text), now.date())
    for change in changes:
        for name, value in kept.get(_identity(change), {}).items():
            setattr(change, name, value)
    store(changes)
    revision.version += 1
    db.session.flush()
    _record(plan, revision, "import", person_id, now, {"name": revision.name, "how": "edited"})


def drop_revision(
    *, plan: Plan, revision: PlanRevision, person_id: int | None, now: datetime
) -> None:
    """Set a waiting revision aside (作废): it is kept, and changes nothing."""
    must_wait(revision)
    revision.state, revision.settled_at, revision.settled_by_id = "dropped", now, person_id
    db.session.flush()
    _record(plan, revision, "drop_revision", person_id, now, {"name": revision.name})


def take_up_again(
    *, plan: Plan, revision: PlanRevision, person_id: int | None, now: datetime
) -> None:
    """Take a revision that was set aside up again, held against the plan as it is now."""
    if revision.state != "dropped":
        raise TransitionError("这份修订稿没有作废，不用恢复。")
    refuse_second(plan)
    revision.state, revision.settled_at, revision.settled_by_id = "draft", None, None
    compare_again(plan=plan, revision=revision, person_id=person_id, now=now)


def must_wait(revision: PlanRevision) -> None:
    """Refuse to change a revision that is settled."""
    if revision.state != "draft":
        word = "应用" if revision.state == "accepted" else "作废"
        raise TransitionError(f"这份修订稿已经{word}，不能再改。")


def _identity(change: PlanRevisionChange) -> tuple[Any, ...]:
    fields = tuple((field["name"], field["old"], field["new"]) for field in change.fields)
    ids = (change.item_id, change.task_id, change.indicator_id)
    return (change.sort, change.kind, ids, fields, change.start, change.end)


def _decided(change: PlanRevisionChange) -> dict[str, Any]:
    names = ("decision", "reason", "decided_at", "decided_by_id", "undecided", "due_on")
    return {name: getattr(change, name) for name in (*names, *DUTY_NAMES)}


def _record(
    plan: Plan,
    revision: PlanRevision,
    action: str,
    person_id: int | None,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    record(
        plan.top_unit_id,
        action,
        now=now,
        person_id=person_id,
        object_type="plan",
        object_id=plan.id,
        detail={"revised": revision.id} | detail,
    )
