"""Use case: give rows of a draft their lead unit, owner, reporter, leader, deadline and supporting units (分派)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select

from tracker.domain.errors import NotFoundError, NotReadyError, TrackerError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskUnit
from tracker.queries.units_and_posts import Duties, Staff
from tracker.services.draft_rows import Row, require_draft
from tracker.services.undo_draft import begin_step

SUPPORTING = "supporting"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is given; None leaves a field as it is. `support_ids` replaces the supporting units."""

    lead_unit_id: int | None = None
    owner_post_id: int | None = None
    reporter_post_id: int | None = None
    leader_post_id: int | None = None
    due_on: date | None = None
    support_ids: tuple[int, ...] | None = None

    @property
    def empty(self) -> bool:
        """Tell whether nothing is given."""
        return self == Assignment()


def assign_draft(
    *,
    plan: Plan,
    rows: Sequence[Row],
    assignment: Assignment,
    staff: Staff,
    person_id: int | None,
    now: datetime,
) -> int:
    """Give these rows an assignment; return how many rows changed.

    A lead unit brings its head, reporter and leader in charge, unless they are given too. Targets inside a chosen
    task that have no unit yet go with it. Raises NotReadyError, NotFoundError, TrackerError with one sentence.
    """
    require_draft(plan)
    check_assignment(plan, rows, assignment, staff)
    inside = followers_of(rows) if _names_somebody(assignment) else []
    everyone = [*rows, *inside]
    label = f"分派 {len(rows)} 项"
    begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=everyone)
    for row in everyone:
        give(row, assignment, staff)
    db.session.flush()
    return len(everyone)


def check_assignment(
    plan: Plan, rows: Sequence[object], assignment: Assignment, staff: Staff
) -> None:
    """Refuse an assignment of nothing, to nobody we know, or for a day outside the plan's year."""
    if not rows:
        raise NotReadyError(("先选中要分派的条目",))
    if assignment.empty:
        raise NotReadyError(("先选牵头单位、责任人、分管领导或时限，再分派",))
    posts = (
        assignment.owner_post_id,
        assignment.reporter_post_id,
        assignment.leader_post_id,
    )
    units = (assignment.lead_unit_id, *(assignment.support_ids or ()))
    if any(post is not None and post not in staff.posts for post in posts):
        raise NotFoundError("没有这个岗位，请刷新页面后再选。")
    if any(unit is not None and unit not in staff.units for unit in units):
        raise NotFoundError("没有这个单位，请刷新页面后再选。")
    if assignment.due_on is not None and assignment.due_on.year != plan.year:
        raise TrackerError(f"时限 {assignment.due_on.isoformat()} 不在{plan.year}年内，请改。")


def give(row: Row, assignment: Assignment, staff: Staff) -> None:
    """Put an assignment on one row."""
    if assignment.lead_unit_id is not None:
        row.lead_unit_id = assignment.lead_unit_id
        _fill(row, staff.duties_of(assignment.lead_unit_id))
    for name in ("owner_post_id", "reporter_post_id", "leader_post_id"):
        value = getattr(assignment, name)
        if value is not None:
            setattr(row, name, value)
    if isinstance(row, Task):
        if assignment.due_on is not None:
            row.due_on, row.due_inferred = assignment.due_on, False
        if assignment.support_ids is not None:
            set_supports(row, assignment.support_ids)
        elif assignment.lead_unit_id is not None:
            _lead_supports_not(row)


def set_supports(task: Task, unit_ids: Iterable[int]) -> None:
    """Make these the supporting units; the lead is none of them, and responsible ones stay."""
    db.session.execute(
        delete(TaskUnit).where(TaskUnit.task_id == task.id, TaskUnit.part == SUPPORTING)
    )
    kept = set(db.session.scalars(select(TaskUnit.unit_id).where(TaskUnit.task_id == task.id)))
    for unit_id in dict.fromkeys(unit_ids):
        if unit_id != task.lead_unit_id and unit_id not in kept:
            db.session.add(
                TaskUnit(
                    top_unit_id=task.top_unit_id, task_id=task.id, unit_id=unit_id, part=SUPPORTING
                )
            )
    _lead_supports_not(task)


def _fill(row: Row, duties: Duties) -> None:
    row.owner_post_id = duties.owner
    row.reporter_post_id = duties.reporter
    row.leader_post_id = duties.leader


def _lead_supports_not(task: Task) -> None:
    db.session.execute(
        delete(TaskUnit).where(TaskUnit.task_id == task.id, TaskUnit.unit_id == task.lead_unit_id)
    )


def _names_somebody(assignment: Assignment) -> bool:
    return assignment.lead_unit_id is not None


def followers_of(rows: Sequence[Row]) -> list[Row]:
    """Return the targets inside these tasks that have no unit yet: they go with their task."""
    tasks = [row.id for row in rows if isinstance(row, Task)]
    chosen = {row.id for row in rows if isinstance(row, Indicator)}
    if not tasks:
        return []
    inside = db.session.scalars(
        select(Indicator).where(
            Indicator.task_id.in_(tasks),
            Indicator.state == "draft",
            Indicator.lead_unit_id.is_(None),
        )
    )
    return [row for row in inside if row.id not in chosen]
