"""Use case: give rows of a draft their lead unit, owner, reporter, leader, deadline and supporting units (分派)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Delete, delete, select

from tracker.domain.errors import NotFoundError, NotReadyError, TrackerError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskUnit
from tracker.queries.units_and_posts import Duties, Staff
from tracker.services.draft_rows import Row, in_batches, require_draft
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
    give(everyone, assignment, staff)
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


def give(rows: Sequence[Row], assignment: Assignment, staff: Staff) -> None:
    """Put an assignment on rows."""
    lead = assignment.lead_unit_id
    duties = staff.duties_of(lead) if lead is not None else None
    for row in rows:
        if duties is not None:
            row.lead_unit_id = lead
            _fill(row, duties)
        for name in ("owner_post_id", "reporter_post_id", "leader_post_id"):
            value = getattr(assignment, name)
            if value is not None:
                setattr(row, name, value)
        if isinstance(row, Task) and assignment.due_on is not None:
            row.due_on, row.due_inferred = assignment.due_on, False
    tasks = [row for row in rows if isinstance(row, Task)]
    if assignment.support_ids is not None:
        set_supports(tasks, assignment.support_ids)
    elif lead is not None:
        _lead_supports_not(tasks, lead)


def set_supports(tasks: Sequence[Task], unit_ids: Iterable[int]) -> None:
    """Make these the supporting units; the lead is none of them, and responsible ones stay."""
    wanted = list(dict.fromkeys(unit_ids))
    for batch in in_batches([task.id for task in tasks]):
        parts = delete(TaskUnit).where(TaskUnit.task_id.in_(batch), TaskUnit.part == SUPPORTING)
        _quickly(parts)
    kept = _responsible(tasks)
    for task in tasks:
        for unit_id in wanted:
            if unit_id != task.lead_unit_id and (task.id, unit_id) not in kept:
                db.session.add(
                    TaskUnit(
                        top_unit_id=task.top_unit_id,
                        task_id=task.id,
                        unit_id=unit_id,
                        part=SUPPORTING,
                    )
                )
    for lead, led in _by_lead(tasks).items():
        _lead_supports_not(led, lead)


def _responsible(tasks: Sequence[Task]) -> set[tuple[int, int]]:
    """Return the tasks and the units that have a part in them beside the lead."""
    found: set[tuple[int, int]] = set()
    for batch in in_batches([task.id for task in tasks]):
        parts = select(TaskUnit.task_id, TaskUnit.unit_id).where(TaskUnit.task_id.in_(batch))
        found.update((task_id, unit_id) for task_id, unit_id in db.session.execute(parts))
    return found


def _by_lead(tasks: Sequence[Task]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = {}
    for task in tasks:
        if task.lead_unit_id is not None:
            found.setdefault(task.lead_unit_id, []).append(task)
    return found


def _fill(row: Row, duties: Duties) -> None:
    row.owner_post_id = duties.owner
    row.reporter_post_id = duties.reporter
    row.leader_post_id = duties.leader


def _lead_supports_not(tasks: Sequence[Task], lead: int) -> None:
    for batch in in_batches([task.id for task in tasks]):
        _quickly(delete(TaskUnit).where(TaskUnit.task_id.in_(batch), TaskUnit.unit_id == lead))


def _quickly(parts: Delete) -> None:
    """Remove rows that the session holds none of; it need not look through all that it holds."""
    db.session.execute(parts, execution_options={"synchronize_session": False})


def _names_somebody(assignment: Assignment) -> bool:
    return assignment.lead_unit_id is not None


def followers_of(rows: Sequence[Row]) -> list[Row]:
    """Return the targets inside these tasks that have no unit yet: they go with their task."""
    tasks = [row.id for row in rows if isinstance(row, Task)]
    chosen = {row.id for row in rows if isinstance(row, Indicator)}
    if not tasks:
        return []
    found: list[Row] = []
    for batch in in_batches(tasks):
        inside = select(Indicator).where(
            Indicator.task_id.in_(batch),
            Indicator.state == "draft",
            Indicator.lead_unit_id.is_(None),
        )
        found += [row for row in db.session.scalars(inside) if row.id not in chosen]
    return found
