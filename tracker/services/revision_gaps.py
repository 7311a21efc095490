"""What a revision still lacks before it may be applied (应用前还差什么): by the rule of issuing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select

from tracker.domain.plan_diff import ChangeKind
from tracker.domain.plan_lines import Sort
from tracker.domain.target_shape import MAX_PLACES, quarter_amounts, shape_of
from tracker.domain.tasks import DONE_STATES
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanRevisionChange, Task
from tracker.services.draft_gaps import Gap
from tracker.services.revise_indicator import SPLITTING, new_figures
from tracker.services.revision_data import target_of

R = TypeVar("R", Task, Indicator)
#: How a change is named where something is missing: 第 12 行.
MARK = "第 {} 行"


def revision_gaps(plan: Plan, changes: Sequence[PlanRevisionChange]) -> tuple[Gap, ...]:
    """Return everything that is missing of what was accepted, like things together. Two queries."""
    accepted = [
        change
        for change in changes
        if change.decision == "accepted" and change.kind != ChangeKind.UNCHANGED
    ]
    tasks = _by_id(Task, {change.task_id for change in accepted})
    indicators = _by_id(Indicator, {change.indicator_id for change in accepted})
    found: dict[str, list[tuple[str, str]]] = {}
    for change in accepted:
        for words in _lacks(plan, change, tasks, indicators):
            mark = MARK.format(change.position)
            found.setdefault(words, []).append((f"change-{change.id}", mark))
    return tuple(Gap(words, tuple(rows)) for words, rows in found.items())


def _by_id(table: type[R], ids: set[int | None]) -> dict[int, R]:
    known = ids - {None}
    rows = db.session.scalars(select(table).where(table.id.in_(known))).all() if known else ()
    return {row.id: row for row in rows}


def _lacks(
    plan: Plan,
    change: PlanRevisionChange,
    tasks: Mapping[int, Task],
    indicators: Mapping[int, Indicator],
) -> Iterable[str]:
    task = tasks.get(change.task_id or 0)
    indicator = indicators.get(change.indicator_id or 0)
    if task is not None:
        yield from _task_lacks(plan, change, task)
    elif indicator is not None and change.kind != ChangeKind.DROPPED:
        yield from _indicator_lacks(change, indicator)
    elif change.kind == ChangeKind.ADDED:
        yield from _added_lacks(plan, change)


def _added_lacks(plan: Plan, change: PlanRevisionChange) -> Iterable[str]:
    yield from _nobody(change)
    if change.sort == Sort.TASK:
        if change.due_on is None:
            yield "没有完成时限"
        elif change.due_on.year != plan.year:
            yield f"时限不在{plan.year}年内"
        return
    shape = shape_of(target_of(change.data))
    if shape.target is None and not change.undecided:
        yield "缺目标值，请注明暂不设目标，应用后再补"
    if not shape.unit:
        yield "没有计量单位，请不采用这一项，在计划里另行补录"


def _task_lacks(plan: Plan, change: PlanRevisionChange, task: Task) -> Iterable[str]:
    if task.state in DONE_STATES:
        yield "任务已经办结，不能再改，请改为不采用"
        return
    if change.kind == ChangeKind.DROPPED:
        return
    fields = {field["name"]: field["new"] for field in change.fields}
    if "lead" in fields:
        yield from _nobody(change)
    due = fields.get("due", "")
    if due and not due.startswith(f"{plan.year}-"):
        yield f"时限不在{plan.year}年内，请改为不采用"
    elif due and task.start_on is not None and due < task.start_on.isoformat():
        yield "时限早于任务开始的日子，请改为不采用，在任务页调整"


def _nobody(change: PlanRevisionChange) -> Iterable[str]:
    if change.lead_unit_id is None and change.owner_post_id is None:
        yield "没有牵头单位和责任人"
    elif change.lead_unit_id is None:
        yield "没有牵头单位"
    elif change.owner_post_id is None:
        yield "没有责任人，所选单位没有设岗，请另选一人"


def _indicator_lacks(change: PlanRevisionChange, indicator: Indicator) -> Iterable[str]:
    if not any(field["name"] in SPLITTING for field in change.fields):
        return
    figures = new_figures(indicator, change)
    if figures.target is None:
        yield "新的目标值读不成一个数，请改为不采用，在指标页调整"
    elif figures.places > MAX_PLACES:
        yield f"新的目标值小数多于 {MAX_PLACES} 位，请改为不采用，在指标页调整"
    elif (
        figures.by_quarters
        and quarter_amounts(figures.shares, figures.target, figures.places, indicator.kind) is None
    ):
        yield "季度目标合计与新的目标值不符，请改为不采用，在指标页一并调整"
