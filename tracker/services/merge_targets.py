"""Use case: make one indicator of a figure and its growth, which the plan says in one breath (合并数额与增幅)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from tracker.domain.case import Kind
from tracker.domain.errors import NotReadyError
from tracker.domain.plan_text import Measure
from tracker.domain.target_shape import is_change
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.services.draft_rows import require_draft
from tracker.services.undo_draft import begin_step

_DUTIES = ("lead_unit_id", "owner_post_id", "reporter_post_id", "leader_post_id")
WANTED = "合并目标值要选两项：一个数额，和它的增幅或降幅"


def merge_targets(
    *, plan: Plan, rows: Sequence[Indicator], person_id: int | None, now: datetime
) -> Indicator:
    """Make one indicator of two: the level stays, its growth stands beside it, the other row is left out.

    A reduction becomes a growth below zero. A baseline is not worked out here: the level's page offers it.
    Raises NotReadyError unless one is a level and the other a change in per cent.
    """
    require_draft(plan)
    level, change = _told_apart(rows)
    begin_step(
        plan=plan,
        label="合并数额与增幅",
        person_id=person_id,
        now=now,
        rows=[level, change],
    )
    if change.target is not None:
        falls = change.measure == Measure.REDUCTION
        level.rate = -change.target if falls else change.target
    level.base = level.base or change.base
    level.task_id = level.task_id or change.task_id
    for name in _DUTIES:
        if getattr(level, name) is None:
            setattr(level, name, getattr(change, name))
    level.start, level.end = _span_of(plan, level, change)
    level.checked = False
    change.state = "cancelled"
    db.session.flush()
    return level


def _told_apart(rows: Sequence[Indicator]) -> tuple[Indicator, Indicator]:
    changes = [row for row in rows if is_change(row.measure) and row.kind == Kind.RATE]
    levels = [row for row in rows if row.kind != Kind.RATE]
    if len(rows) != 2 or len(changes) != 1 or len(levels) != 1:
        raise NotReadyError((WANTED,))
    return levels[0], changes[0]


def _span_of(plan: Plan, one: Indicator, other: Indicator) -> tuple[int | None, int | None]:
    """Return the stretch that holds both, if no target that stays stands between them; else the first one's own."""
    starts = [row.start for row in (one, other) if row.start is not None]
    ends = [row.end for row in (one, other) if row.end is not None]
    if len(starts) < 2 or len(ends) < 2 or one.task_id != other.task_id:
        return one.start, one.end
    between = db.session.scalar(
        select(Indicator.id)
        .where(
            Indicator.plan_id == plan.id,
            Indicator.state == "draft",
            Indicator.id.not_in([one.id, other.id]),
            Indicator.start < max(ends),
            Indicator.end > min(starts),
        )
        .limit(1)
    )
    return (one.start, one.end) if between is not None else (min(starts), max(ends))
