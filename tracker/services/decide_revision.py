"""Use case: decide what of a revision is taken (采用、不采用), row by row or many at once, and who gets what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from tracker.domain.errors import NotFoundError, NotReadyError
from tracker.domain.plan_diff import ChangeKind
from tracker.domain.plan_lines import Sort
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange
from tracker.queries.units_and_posts import Staff
from tracker.services.assign_draft import Assignment, check_assignment
from tracker.services.compare_plan import DUTY_NAMES, OVER, duties_of
from tracker.services.draft_rows import StaleRowsError
from tracker.services.settle_revision import must_wait

CHANGE = "change"
ACCEPTED, DECLINED, OPEN = "accepted", "declined", "open"
LONGEST = 2000


def seen_changes(
    revision: PlanRevision, seen: Mapping[str, int], keys: Iterable[str]
) -> list[PlanRevisionChange]:
    """Return these changes, if all are still as the form showed them. Raises StaleRowsError, NotFoundError."""
    wanted = list(dict.fromkeys(keys))
    ids = [_id_of(key) for key in wanted]
    rows = {
        f"{CHANGE}-{row.id}": row
        for row in db.session.scalars(
            select(PlanRevisionChange)
            .where(PlanRevisionChange.revision_id == revision.id, PlanRevisionChange.id.in_(ids))
            .order_by(PlanRevisionChange.position)
            .execution_options(populate_existing=True)
        )
    }
    stale = [key for key in wanted if key not in rows or rows[key].version != seen.get(key)]
    if stale:
        raise StaleRowsError(stale)
    return list(rows.values())


def open_changes(revision: PlanRevision) -> list[PlanRevisionChange]:
    """Return what nobody decided yet, but for rows that drop out: each of those needs a word of its own."""
    rows = db.session.scalars(
        select(PlanRevisionChange)
        .where(
            PlanRevisionChange.revision_id == revision.id,
            PlanRevisionChange.decision == OPEN,
            PlanRevisionChange.kind != ChangeKind.DROPPED.value,
        )
        .order_by(PlanRevisionChange.position)
    )
    return list(rows)


def decide_revision(
    *,
    revision: PlanRevision,
    changes: Sequence[PlanRevisionChange],
    decision: str,
    reason: str,
    person_id: int | None,
    now: datetime,
) -> int:
    """Decide on these changes; return how many. Raises NotReadyError where a row drops out without a reason."""
    must_wait(revision)
    words = reason.strip()
    if len(words) > LONGEST:
        raise NotReadyError((f"理由不能超过 {LONGEST} 字，现有 {len(words)} 字",))
    if not changes:
        raise NotReadyError(("先选中要办的条目",))
    if decision == ACCEPTED:
        _refuse(changes, words)
    for change in changes:
        change.decision, change.reason = decision, "" if decision == OPEN else words
        change.decided_at = None if decision == OPEN else now
        change.decided_by_id = None if decision == OPEN else person_id
    _touch(revision)
    return len(changes)


def assign_changes(
    *,
    plan: Plan,
    revision: PlanRevision,
    changes: Sequence[PlanRevisionChange],
    assignment: Assignment,
    staff: Staff,
) -> int:
    """Say whose these rows are to be and by when; return how many. Targets inside a chosen new task go with it.

    Only new rows and those whose lead changes take an assignment. Raises NotReadyError, NotFoundError.
    """
    must_wait(revision)
    taking = [change for change in changes if takes_assignment(change)]
    if changes and not taking:
        raise NotReadyError(("所选条目不用分派：只有新增的和换了牵头单位的才要",))
    check_assignment(plan, taking, assignment, staff)
    everyone = [*taking, *_inside(revision, taking)] if assignment.lead_unit_id else taking
    for change in everyone:
        _give(change, assignment, staff)
    _touch(revision)
    return len(everyone)


def leave_open(*, revision: PlanRevision, changes: Sequence[PlanRevisionChange]) -> int:
    """Say that these new targets have no figure for now (暂不设目标); return how many."""
    must_wait(revision)
    taking = [
        change
        for change in changes
        if (change.sort, change.kind) == (Sort.INDICATOR, ChangeKind.ADDED)
    ]
    if not taking:
        raise NotReadyError(("先选中缺目标值的新增指标",))
    for change in taking:
        change.undecided = True
    _touch(revision)
    return len(taking)


def takes_assignment(change: PlanRevisionChange) -> bool:
    """Tell whether somebody has to be named for a change: a new row, or a task whose lead changes."""
    if change.sort == Sort.ITEM:
        return False
    leads = any(field["name"] == "lead" for field in change.fields)
    return change.kind == ChangeKind.ADDED or leads


def _id_of(key: str) -> int:
    kind, _, number = key.partition("-")
    if kind != CHANGE or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFoundError("没有这个条目，请刷新页面后再试。")
    return int(number)


def _refuse(changes: Iterable[PlanRevisionChange], reason: str) -> None:
    if any(change.reason == OVER and change.decision == DECLINED for change in changes):
        raise NotReadyError(("已办结的任务不能再改，也不能撤销",))
    if not reason and any(change.kind == ChangeKind.DROPPED for change in changes):
        raise NotReadyError(("采用删去的条目，要写明撤销的理由",))


def _give(change: PlanRevisionChange, assignment: Assignment, staff: Staff) -> None:
    if assignment.lead_unit_id is not None:
        for name, value in duties_of(assignment.lead_unit_id, staff).items():
            setattr(change, name, value)
    for name in DUTY_NAMES[1:]:
        value = getattr(assignment, name)
        if value is not None:
            setattr(change, name, value)
    if assignment.due_on is not None and (change.sort, change.kind) == (
        Sort.TASK,
        ChangeKind.ADDED,
    ):
        change.due_on = assignment.due_on


def _inside(
    revision: PlanRevision, taking: Sequence[PlanRevisionChange]
) -> list[PlanRevisionChange]:
    """Return new targets inside these new tasks that have no unit yet."""
    places = {change.data.get("at") for change in taking if change.sort == Sort.TASK}
    chosen = {change.id for change in taking}
    rows = db.session.scalars(
        select(PlanRevisionChange).where(
            PlanRevisionChange.revision_id == revision.id,
            PlanRevisionChange.sort == Sort.INDICATOR.value,
            PlanRevisionChange.kind == ChangeKind.ADDED.value,
            PlanRevisionChange.lead_unit_id.is_(None),
        )
    )
    return [row for row in rows if row.data["target"]["task"] in places and row.id not in chosen]


def _touch(revision: PlanRevision) -> None:
    """Let a form that applies the revision notice that something was decided since."""
    revision.version += 1
    db.session.flush()
