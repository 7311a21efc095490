"""Milestones (节点) of tasks: one task's with who ticked them off, and those of a whole list in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from tracker.domain.milestones import Step
from tracker.domain.tasks import Milestone
from tracker.extensions import db
from tracker.models import Person, Plan, Task, TaskMilestone, Unit
from tracker.queries.task_lines import percent_text

Milestones = dict[int, tuple[Milestone, ...]]


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone as the task's page shows it; `late` while its day is over and nobody has ticked it off."""

    id: int
    title: str
    planned_on: date
    percent: Decimal
    done_on: date | None
    done_by: str
    late: bool
    is_next: bool
    is_last_done: bool

    @property
    def percent_text(self) -> str:
        """Return the share in words: 60%."""
        return percent_text(self.percent)


def steps_of(task_id: int) -> tuple[Step, ...]:
    """Return a task's milestones by their days. One query."""
    return tuple(_step(row) for row in rows_of(task_id))


def rows_of(task_id: int) -> list[TaskMilestone]:
    """Return a task's milestones as rows, by their days. One query."""
    return list(
        db.session.scalars(
            select(TaskMilestone)
            .where(TaskMilestone.task_id == task_id)
            .order_by(TaskMilestone.planned_on)
        )
    )


def _step(row: TaskMilestone) -> Step:
    return Step(row.title, row.planned_on, row.percent, row.done_on)


def milestone_rows(task_id: int, today: date) -> tuple[MilestoneRow, ...]:
    """Return a task's milestones as its page shows them. One query."""
    found = db.session.execute(
        select(TaskMilestone, Person.name)
        .outerjoin(Person, Person.id == TaskMilestone.done_by_id)
        .where(TaskMilestone.task_id == task_id)
        .order_by(TaskMilestone.planned_on)
    ).all()
    following = next((row.id for row, _ in found if row.done_on is None), None)
    last_done = next((row.id for row, _ in reversed(found) if row.done_on is not None), None)
    return tuple(
        MilestoneRow(
            id=row.id,
            title=row.title,
            planned_on=row.planned_on,
            percent=row.percent,
            done_on=row.done_on,
            done_by=name or "",
            late=row.done_on is None and row.planned_on < today,
            is_next=row.id == following,
            is_last_done=row.id == last_done,
        )
        for row, name in found
    )


def milestones_of(task_ids: Collection[int]) -> Milestones:
    """Return the milestones of some tasks; nothing for those that have none. One query."""
    return milestones_where(Task.id.in_(task_ids)) if task_ids else {}


def milestones_where(*conditions: ColumnElement[bool]) -> Milestones:
    """Return the milestones of all tasks that meet conditions on Task, its Plan and its lead Unit. One query."""
    rows = db.session.execute(
        select(TaskMilestone.task_id, TaskMilestone.planned_on, TaskMilestone.percent)
        .join(Task, Task.id == TaskMilestone.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(*conditions)
        .order_by(TaskMilestone.task_id, TaskMilestone.planned_on)
    )
    found: dict[int, list[Milestone]] = defaultdict(list)
    for task_id, day, percent in rows:
        found[task_id].append(Milestone(day, percent))
    return {task_id: tuple(steps) for task_id, steps in found.items()}
