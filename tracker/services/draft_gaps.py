"""What a draft still lacks before it may bind anybody (下达前还差什么)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Indicator, Plan, Task
from tracker.services.draft_rows import Row, key_of
from tracker.services.refresh_standings import check_figures

TASK_MARK, INDICATOR_MARK = "任", "目"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, and the rows that lack it; no rows where the plan itself lacks it."""

    words: str
    rows: tuple[tuple[str, str], ...] = ()  # key, mark

    @property
    def sentence(self) -> str:
        """任3、任4：没有牵头单位."""
        marks = "、".join(mark for _, mark in self.rows)
        return f"{marks}：{self.words}" if marks else self.words


@dataclass(frozen=True, slots=True)
class Draft:
    """The rows of a draft that count, in order."""

    tasks: Sequence[Task]
    indicators: Sequence[Indicator]


def draft_of(plan: Plan) -> Draft:
    """Return the draft's rows, dropped ones left out. Two queries."""
    tasks = db.session.scalars(
        select(Task)
        .where(Task.plan_id == plan.id, Task.state == "draft")
        .order_by(Task.position, Task.id)
    )
    indicators = db.session.scalars(
        select(Indicator)
        .where(Indicator.plan_id == plan.id, Indicator.state == "draft")
        .order_by(Indicator.position, Indicator.id)
    )
    return Draft(list(tasks), list(indicators))


def gaps_of(plan: Plan, draft: Draft) -> tuple[Gap, ...]:
    """Return everything that is missing, like things together."""
    found: dict[str, list[tuple[str, str]]] = {}
    waiting = frozenset(task.id for task in draft.tasks if task.lead_unit_id is None)
    for mark, row in _marked(draft):
        for words in _lacks(plan, row, waiting):
            found.setdefault(words, []).append((key_of(row), mark))
    gaps = [Gap(words, tuple(rows)) for words, rows in found.items()]
    if not draft.tasks:
        gaps.insert(0, Gap("没有任务，至少要有一项任务才能下达"))
    return tuple(gaps)


def _marked(draft: Draft) -> Iterable[tuple[str, Row]]:
    for number, task in enumerate(draft.tasks, start=1):
        yield f"{TASK_MARK}{number}", task
    for number, indicator in enumerate(draft.indicators, start=1):
        yield f"{INDICATOR_MARK}{number}", indicator


def _lacks(plan: Plan, row: Row, waiting: frozenset[int]) -> Iterable[str]:
    """Say what a row lacks. A target inside a task that nobody has yet waits for that."""
    if not (isinstance(row, Indicator) and row.task_id in waiting):
        yield from _nobody(row)
    if isinstance(row, Task):
        yield from _task_lacks(plan, row)
    else:
        yield from _indicator_lacks(row)


def _nobody(row: Row) -> Iterable[str]:
    if row.lead_unit_id is None and row.owner_post_id is None:
        yield "没有牵头单位和责任人"
    elif row.lead_unit_id is None:
        yield "没有牵头单位"
    elif row.owner_post_id is None:
        yield "没有责任人，所选单位没有设岗，请另选一人"


def _task_lacks(plan: Plan, task: Task) -> Iterable[str]:
    if not task.text.strip():
        yield "没有任务内容"
    if task.due_on is None:
        yield "没有完成时限"
    elif task.due_on.year != plan.year:
        yield f"时限不在{plan.year}年内"


def _indicator_lacks(indicator: Indicator) -> Iterable[str]:
    if indicator.target is None and not indicator.undecided:
        yield "缺目标值，请填数，或注明暂不设目标"
    if not indicator.unit:
        yield "没有计量单位"
    problem = check_figures(indicator)
    if problem:
        yield problem.rstrip("。")
