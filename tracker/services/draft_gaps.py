"""What a draft still lacks before it may bind anybody (下达前还差什么)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Text, and_, cast, func, select

from tracker.domain.amounts import whole_steps
from tracker.domain.case import Polarity
from tracker.domain.errors import FigureError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task
from tracker.queries.draft_lines import TARGET_SIGN, TASK_SIGN
from tracker.services.draft_rows import INDICATOR, TASK
from tracker.services.refresh_standings import check_figures

_BATCH = 500
_NAMED = 20
#: A target that is spread evenly, and nothing beside it that could contradict it.
_PLAIN = and_(
    Indicator.phasing == "even",
    Indicator.polarity != Polarity.RANGE.value,
    Indicator.baseline.is_(None),
    func.coalesce(cast(Indicator.last_year, Text), "null") == "null",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, and the rows that lack it; no rows where the plan itself lacks it."""

    words: str
    rows: tuple[tuple[str, str], ...] = ()  # key, mark

    @property
    def sentence(self) -> str:
        """任3、任4：没有牵头单位; of many rows the first are named."""
        marks = "、".join(mark for _, mark in self.rows[:_NAMED])
        if len(self.rows) > _NAMED:
            marks += f"等 {len(self.rows)} 项"
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


def gaps_of(plan: Plan) -> tuple[Gap, ...]:
    """Return everything that is missing, like things together. Three queries."""
    tasks, indicators = _tasks(plan), _indicators(plan)
    found: dict[str, list[tuple[str, str]]] = {}
    waiting = frozenset(task.id for task in tasks if task.lead_unit_id is None)
    for number, task in enumerate(tasks, start=1):
        for words in _task_lacks(plan, task):
            found.setdefault(words, []).append((f"{TASK}-{task.id}", f"{TASK_SIGN}{number}"))
    unfit = _unfit(indicators)
    for number, row in enumerate(indicators, start=1):
        for words in _indicator_lacks(row, waiting, unfit):
            place = (f"{INDICATOR}-{row.id}", f"{TARGET_SIGN}{number}")
            found.setdefault(words, []).append(place)
    gaps = [Gap(words, tuple(rows)) for words, rows in found.items()]
    if not tasks:
        gaps.insert(0, Gap("没有任务，至少要有一项任务才能下达"))
    return tuple(gaps)


def _tasks(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(Task.id, Task.lead_unit_id, Task.owner_post_id, Task.text, Task.due_on)
        .where(Task.plan_id == plan.id, Task.state == "draft")
        .order_by(Task.position, Task.id)
    ).all()


def _indicators(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(
            Indicator.id,
            Indicator.task_id,
            Indicator.lead_unit_id,
            Indicator.owner_post_id,
            Indicator.target,
            Indicator.undecided,
            Indicator.unit,
            Indicator.places,
            _PLAIN.label("plain"),
        )
        .where(Indicator.plan_id == plan.id, Indicator.state == "draft")
        .order_by(Indicator.position, Indicator.id)
    ).all()


def _unfit(rows: Iterable[Any]) -> dict[int, str]:
    """Return by id what does not fit together in an indicator's figures.

    A target that is spread evenly from nothing fits whatever it is, if it is no finer than its places: a plan has
    thousands of these, and few others.
    """
    others = sorted(row.id for row in rows if not (row.plain and _fits_places(row)))
    found = {}
    for at in range(0, len(others), _BATCH):
        batch = Indicator.id.in_(others[at : at + _BATCH])
        for indicator in db.session.scalars(select(Indicator).where(batch)):
            problem = check_figures(indicator)
            if problem:
                found[indicator.id] = problem.rstrip("。")
    return found


def _fits_places(row: Any) -> bool:
    try:
        whole_steps(row.target or Decimal(0), row.places)
    except FigureError:
        return False
    return True


def _nobody(row: Any) -> Iterable[str]:
    if row.lead_unit_id is None and row.owner_post_id is None:
        yield "没有牵头单位和责任人"
    elif row.lead_unit_id is None:
        yield "没有牵头单位"
    elif row.owner_post_id is None:
        yield "没有责任人，所选单位没有设岗，请另选一人"


def _task_lacks(plan: Plan, task: Any) -> Iterable[str]:
    yield from _nobody(task)
    if not task.text.strip():
        yield "没有任务内容"
    if task.due_on is None:
        yield "没有完成时限"
    elif task.due_on.year != plan.year:
        yield f"时限不在{plan.year}年内"


def _indicator_lacks(row: Any, waiting: frozenset[int], unfit: Mapping[int, str]) -> Iterable[str]:
    """Say what a target lacks. One inside a task that nobody has yet waits for that."""
    if row.task_id not in waiting:
        yield from _nobody(row)
    if row.target is None and not row.undecided:
        yield "缺目标值，请填数，或注明暂不设目标"
    if not row.unit:
        yield "没有计量单位"
    if row.id in unfit:
        yield unfit[row.id]
