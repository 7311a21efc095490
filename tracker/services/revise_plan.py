"""Use case: a revised document is held against an issued plan (导入修订稿); nothing of the plan changes yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.domain.errors import DocumentError, TransitionError
from tracker.domain.plan_diff import ChangeKind
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange
from tracker.queries.locks import lock
from tracker.services.audit import record
from tracker.services.compare_plan import compare, store
from tracker.services.import_plan import Upload
from tracker.services.plan_so_far import NOTHING_READ, Readings


@dataclass(frozen=True, slots=True)
class Revised:
    """The revision, and whether it is new (`added`) or was there already."""

    revision: PlanRevision
    added: bool


def revise_plan(
    *,
    plan: Plan,
    upload: Upload,
    person_id: int | None,
    now: datetime,
    known: Readings = NOTHING_READ,
) -> Revised:
    """Keep a revised document of an issued plan, with all that it changes. The same file again adds nothing.

    The plan's own documents are read anew, unless they are `known`: the writer's place is held meanwhile.
    Raises TransitionError for a draft, DocumentError where another revision waits or nothing was read.
    """
    if plan.state != "issued":
        raise TransitionError("计划还没有下达，请在核对页修改，或者重新导入。")
    lock(Plan, Plan.id == plan.id)  # of the same document twice at once the second finds the first
    there = revision_of(plan, upload.sha256)
    if there is not None:
        return Revised(there, added=False)
    refuse_revision(plan, upload)
    with db.session.begin_nested():
        revision = _add(plan, upload, person_id, now)
        changes = compare(plan, revision, upload.reading, now.date(), known)
        _refuse_stranger(changes)
        store(changes)
    detail = {"name": revision.name, "sha256": revision.sha256, "revised": revision.id}
    record(
        plan.top_unit_id,
        "import",
        now=now,
        person_id=person_id,
        object_type="plan",
        object_id=plan.id,
        detail=detail,
    )
    return Revised(revision, added=True)


def revision_of(plan: Plan, sha256: str) -> PlanRevision | None:
    """Return the revision that a file was imported as."""
    return db.session.scalar(
        select(PlanRevision).where(PlanRevision.plan_id == plan.id, PlanRevision.sha256 == sha256)
    )


def refuse_revision(plan: Plan, upload: Upload) -> None:
    """Refuse a document that cannot be a revision of the plan. Raises DocumentError."""
    states = refuse_second(plan)
    if upload.sha256 == plan.sha256 and "accepted" not in states:
        raise DocumentError("这就是下达时的那份文件，没有修订。")
    if not upload.reading.tasks and not upload.reading.targets:
        raise DocumentError("没有读出任务和目标值，不能当作修订稿；请检查文件是不是完整的计划。")
    year = upload.reading.plan_year
    if year is not None and year != plan.year:
        raise DocumentError(f"这份文件是{year}年的，不是{plan.year}年计划的修订稿。")


def _refuse_stranger(changes: Sequence[PlanRevisionChange]) -> None:
    """Refuse a document that shares nothing with the plan: everything would be dropped and added."""
    if all(change.kind in {ChangeKind.ADDED, ChangeKind.DROPPED} for change in changes):
        raise DocumentError("这份文件和计划没有一处对得上，像是另一份计划，没有导入。")


def refuse_second(plan: Plan) -> set[str]:
    """Refuse where a revision waits already; return the states of those there are."""
    rows = db.session.execute(
        select(PlanRevision.state, PlanRevision.name).where(PlanRevision.plan_id == plan.id)
    ).all()
    waiting = [name for state, name in rows if state == "draft"]
    if waiting:
        raise DocumentError(f"修订稿《{waiting[0]}》还没有办完，请先应用或作废，再导入新的。")
    return {state for state, _ in rows}


def _add(plan: Plan, upload: Upload, person_id: int | None, now: datetime) -> PlanRevision:
    revision = PlanRevision(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        name=upload.name,
        sha256=upload.sha256,
        content=upload.content,
        text=upload.text,
        problems="\n".join(upload.problems),
        imported_at=now,
        imported_by_id=person_id,
    )
    db.session.add(revision)
    db.session.flush()
    return revision
