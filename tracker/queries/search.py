"""Tasks and indicators that hold some words, within what a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import Plan, Task, Unit
from tracker.permissions import Actor
from tracker.queries.board import BoardRow, View, Wanted, board_rows, row_count
from tracker.queries.milestones import milestones_of
from tracker.queries.scope import visible_indicators, visible_tasks
from tracker.queries.task_lines import TaskLine, task_line

MOST = 50


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task that holds the words."""

    id: int
    text: str
    unit_name: str
    plan_year: int
    due_on: date | None
    line: TaskLine


@dataclass(frozen=True, slots=True)
class Found:
    """What holds the words, at most fifty of each kind, and how many there are in all."""

    indicators: tuple[BoardRow, ...]
    indicator_count: int
    tasks: tuple[FoundTask, ...]
    task_count: int

    @property
    def total(self) -> int:
        """Return how many things were found."""
        return self.indicator_count + self.task_count


def search(actor: Actor, words: str, now: datetime) -> Found:
    """Return tasks and indicators that hold every one of the words. Four queries."""
    view, wanted = View(now.date(), every_year=True), Wanted(text=words)
    scope = visible_indicators(actor)
    holding = (
        visible_tasks(actor),
        *(Task.text.contains(word, autoescape=True) for word in words.split()),
    )
    tasks = db.session.execute(
        select(Task, Unit.name, Plan.year)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(*holding)
        .order_by(Plan.year.desc(), Task.plan_id, Task.position, Task.id)
        .limit(MOST)
    ).all()
    steps = milestones_of([task.id for task, _, _ in tasks])
    return Found(
        indicators=tuple(board_rows(scope, view, wanted, (Plan.year.desc(),), limit=MOST)),
        indicator_count=row_count(scope, view, wanted),
        tasks=tuple(
            FoundTask(
                id=task.id,
                text=task.text,
                unit_name=unit or "未定单位",
                plan_year=year,
                due_on=task.due_on,
                line=task_line(
                    task.state,
                    task.progress,
                    task.start_on,
                    task.due_on,
                    now,
                    steps.get(task.id, ()),
                ),
            )
            for task, unit, year in tasks
        ),
        task_count=db.session.scalar(select(func.count(Task.id)).where(*holding)) or 0,
    )
