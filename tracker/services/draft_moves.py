"""Use case: leave rows of a draft out, take them in again, turn tasks into targets and back (不导入、恢复、互转)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import NotReadyError
from tracker.domain.plan_text import Measure
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskEvent
from tracker.services.draft_rows import Row, in_batches, last_position, make_room, require_draft
from tracker.services.undo_draft import begin_step, note_added


def drop_rows(*, plan: Plan, rows: Sequence[Row], person_id: int | None, now: datetime) -> int:
    """Leave rows out of the import; return how many. Targets of a dropped task stay, on their own."""
    require_draft(plan)
    if not rows:
        raise NotReadyError(("先选中不导入的条目",))
    orphans = _targets_of([row.id for row in rows if isinstance(row, Task)], rows)
    label = f"不导入 {len(rows)} 项"
    begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=[*rows, *orphans])
    for row in rows:
        _move(row, "cancelled", person_id, now, why="审核时不导入")
    for orphan in orphans:
        orphan.task_id = None
    db.session.flush()
    return len(rows)


def restore_rows(*, plan: Plan, rows: Sequence[Row], person_id: int | None, now: datetime) -> int:
    """Take dropped rows in again; return how many."""
    require_draft(plan)
    if not rows:
        raise NotReadyError(("先选中要恢复的条目",))
    label = f"恢复 {len(rows)} 项"
    begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=rows)
    for row in rows:
        _move(row, "draft", person_id, now, why="审核时恢复")
    db.session.flush()
    return len(rows)


def leave_open(*, plan: Plan, rows: Sequence[Row], person_id: int | None, now: datetime) -> int:
    """Note that targets without a figure have none on purpose (暂不设目标); return how many."""
    require_draft(plan)
    bare = [row for row in rows if isinstance(row, Indicator) and row.target is None]
    if not bare:
        raise NotReadyError(("先选中缺数的目标",))
    begin_step(
        plan=plan, label=f"{len(bare)} 项暂不设目标", person_id=person_id, now=now, rows=bare
    )
    for row in bare:
        row.undecided = True
    db.session.flush()
    return len(bare)


def turn_row(*, plan: Plan, row: Row, person_id: int | None, now: datetime) -> Row:
    """Make a task a target, or a target a task; return the new row. The old one is left out."""
    require_draft(plan)
    orphans = _targets_of([row.id], [row]) if isinstance(row, Task) else []
    label = "任务改为目标" if isinstance(row, Task) else "目标改为任务"
    step = begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=[row, *orphans])
    turned = _target_from(plan, row) if isinstance(row, Task) else _task_from(plan, row)
    db.session.add(turned)
    db.session.flush()
    note_added(step, [turned])
    _move(row, "cancelled", person_id, now, why=label)
    for orphan in orphans:
        orphan.task_id = None
    db.session.flush()
    return turned


def _move(row: Row, state: str, person_id: int | None, now: datetime, *, why: str) -> None:
    if row.state == state:
        return
    if isinstance(row, Task):
        db.session.add(
            TaskEvent(
                top_unit_id=row.top_unit_id,
                task_id=row.id,
                at=now,
                person_id=person_id,
                what="state",
                before=row.state,
                after=state,
                why=why,
            )
        )
    row.state = state


def _targets_of(task_ids: list[int], but: Sequence[Row]) -> list[Indicator]:
    skipped = {row.id for row in but if isinstance(row, Indicator)}
    found: list[Indicator] = []
    for batch in in_batches(task_ids):
        inside = select(Indicator).where(Indicator.task_id.in_(batch), Indicator.state == "draft")
        found += [row for row in db.session.scalars(inside) if row.id not in skipped]
    return found


def _target_from(plan: Plan, task: Task) -> Indicator:
    before = _neighbour(plan, Indicator, task)
    if before is not None:
        make_room(before, 1)
    return Indicator(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        item_id=task.item_id,
        position=_after(plan, before, Indicator),
        name=task.text[:200],
        quote=task.text,
        start=task.start,
        end=task.end,
        measure=Measure.AMOUNT.value,
        kind=Kind.FLOW.value,
        polarity=Polarity.HIGHER.value,
        unit="",
        places=0,
        lead_unit_id=task.lead_unit_id,
        owner_post_id=task.owner_post_id,
        reporter_post_id=task.reporter_post_id,
        leader_post_id=task.leader_post_id,
    )


def _task_from(plan: Plan, indicator: Indicator) -> Task:
    before = _neighbour(plan, Task, indicator)
    if before is not None:
        make_room(before, 1)
    inside = before is not None and _contains(before, indicator)
    return Task(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        item_id=indicator.item_id,
        position=_after(plan, before, Task),
        text=indicator.quote or indicator.name,
        start=None if inside else indicator.start,
        end=None if inside else indicator.end,
        start_on=date(plan.year, 1, 1),
        due_on=date(plan.year, 12, 31),
        due_inferred=True,
        lead_unit_id=indicator.lead_unit_id,
        owner_post_id=indicator.owner_post_id,
        reporter_post_id=indicator.reporter_post_id,
        leader_post_id=indicator.leader_post_id,
    )


def _neighbour(plan: Plan, table: type[Task] | type[Indicator], row: Row) -> Row | None:
    """Return the last row of a table that stands before a place in the document."""
    if row.start is None:
        return None
    before = db.session.scalars(
        select(table)
        .where(table.plan_id == plan.id, table.state == "draft", table.start <= row.start)
        .order_by(table.position.desc())
        .limit(1)
    ).one_or_none()
    return before if isinstance(before, (Task, Indicator)) else None


def _after(plan: Plan, before: Row | None, table: type[Task] | type[Indicator]) -> int:
    return before.position + 1 if before is not None else last_position(plan, table) + 1


def _contains(task: Row, indicator: Indicator) -> bool:
    if task.start is None or task.end is None or indicator.start is None:
        return False
    return task.start <= indicator.start < task.end
