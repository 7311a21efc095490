"""The rows of a draft in a few words each, in the order of its review: what lists, filters and counts are made of."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Indicator, Plan, Task

TASK_SIGN, TARGET_SIGN = "任", "目"


class DraftLine(NamedTuple):
    """A task or a target: where it stands and what it lacks. A tuple, since a plan may have tens of thousands.

    `inside` is the number of the task that a target stands in, 0 where it stands alone.
    """

    is_task: bool
    id: int
    version: int
    number: int
    inside: int
    item_id: int | None
    gap: bool
    unassigned: bool
    undated: bool
    checked: bool
    start: int | None
    end: int | None

    @property
    def key(self) -> str:
        """Return the row's name in forms and addresses."""
        return f"{'task' if self.is_task else 'indicator'}-{self.id}"

    @property
    def mark(self) -> str:
        """Return its number as the page says it."""
        return f"{TASK_SIGN if self.is_task else TARGET_SIGN}{self.number}"

    @property
    def inside_mark(self) -> str:
        """Return the number of the task that it stands in."""
        return f"{TASK_SIGN}{self.inside}" if self.inside else ""


def draft_lines(plan: Plan) -> tuple[DraftLine, ...]:
    """Return the rows that count, each target after the task that it stands in. Two queries."""
    tasks = _tasks(plan)
    return _in_order(tasks, _targets(plan, {task.id: task.number for task in tasks}))


def state_of(lines: Iterable[DraftLine]) -> str:
    """Return what tells these rows, as they are, from the same ones after anybody changed them."""
    words = " ".join(f"{line.is_task:d}{line.id}:{line.version}" for line in lines)
    return sha256(words.encode()).hexdigest()


def _tasks(plan: Plan) -> list[DraftLine]:
    rows = db.session.execute(
        select(
            Task.id,
            Task.version,
            Task.item_id,
            Task.lead_unit_id.is_(None) | Task.owner_post_id.is_(None),
            Task.due_on.is_(None),
            Task.checked,
            Task.start,
            Task.end,
        )
        .where(Task.plan_id == plan.id, Task.state == "draft")
        .order_by(Task.position, Task.id)
    )
    return [
        DraftLine(True, id_, version, number, 0, item, False, nobody, undated, checked, start, end)
        for number, (id_, version, item, nobody, undated, checked, start, end) in enumerate(rows, 1)
    ]


def _targets(plan: Plan, tasks: dict[int, int]) -> list[DraftLine]:
    rows = db.session.execute(
        select(
            Indicator.id,
            Indicator.version,
            Indicator.task_id,
            Indicator.item_id,
            Indicator.target.is_(None) & ~Indicator.undecided,
            Indicator.lead_unit_id.is_(None) | Indicator.owner_post_id.is_(None),
            Indicator.checked,
            Indicator.start,
            Indicator.end,
        )
        .where(Indicator.plan_id == plan.id, Indicator.state == "draft")
        .order_by(Indicator.position, Indicator.id)
    )
    found = []
    for number, (id_, version, task, item, gap, nobody, checked, start, end) in enumerate(rows, 1):
        inside = tasks.get(task, 0) if task is not None else 0
        alone = not inside and nobody  # a target inside a task goes with that
        found.append(
            DraftLine(
                is_task=False,
                id=id_,
                version=version,
                number=number,
                inside=inside,
                item_id=item,
                gap=gap,
                unassigned=alone,
                undated=False,
                checked=checked,
                start=start,
                end=end,
            )
        )
    return found


def _in_order(tasks: list[DraftLine], targets: list[DraftLine]) -> tuple[DraftLine, ...]:
    """Put each target after the task that it stands in; the others after the rows before them in the text."""
    inside: dict[int, list[DraftLine]] = {}
    for target in targets:
        inside.setdefault(target.inside, []).append(target)
    free = inside.pop(0, [])
    ordered: list[DraftLine] = []
    at = 0
    for task in tasks:
        while at < len(free) and _stands_before(free[at], task):
            ordered.append(free[at])
            at += 1
        ordered += [task, *inside.get(task.number, ())]
    return (*ordered, *free[at:])


def _stands_before(target: DraftLine, task: DraftLine) -> bool:
    return target.start is not None and task.start is not None and target.start < task.start
