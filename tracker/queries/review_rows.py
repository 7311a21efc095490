"""The rows of a draft as its review shows them: tasks, targets, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.domain.case import Kind
from tracker.domain.plan_text import Measure
from tracker.domain.wording import quantity
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskUnit, Unit
from tracker.queries.units_and_posts import Staff

NO_START = "没有年初数，进度无法判断"
CHANGE_WORDS: dict[str, str] = {Measure.GROWTH: "增长", Measure.REDUCTION: "压减"}


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A task or a target of a draft, as the review shows it."""

    key: str
    id: int
    is_task: bool
    version: int
    mark: str
    name: str
    item_id: int | None
    value: str
    gap: bool
    undecided: bool
    hint: str
    lead: str
    owner: str
    reporter: str
    leader: str
    supports: str
    said_lead: str
    due_on: date | None
    due_inferred: bool
    checked: bool
    unassigned: bool
    inside: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that is left out of the import."""

    key: str
    version: int
    kind_word: str
    name: str


def review_rows(plan: Plan, staff: Staff) -> tuple[tuple[ReviewRow, ...], tuple[Dropped, ...]]:
    """Return the rows that count, in the document's order, and those that are left out. Three queries."""
    tasks, indicators = _tasks(plan), _indicators(plan)
    task_rows = _task_rows([row for row in tasks if row.state == "draft"], plan, staff)
    by_id = {row.id: row for row in task_rows}
    target_rows = _target_rows([row for row in indicators if row.state == "draft"], by_id, staff)
    dropped = (*_dropped(tasks, "task", "任务"), *_dropped(indicators, "indicator", "目标"))
    return _in_order(task_rows, target_rows), dropped


def value_words(
    measure: str, kind: str, polarity: str, target: Decimal | None, rate: Decimal | None, unit: str
) -> str:
    """Say a target: 增长9.9%, 不超过 110%, 88,200 万元, 131,868 万元（增长9.9%）."""
    if target is None:
        return ""
    if measure in CHANGE_WORDS and kind == "rate":
        return _change_words(measure, target, unit)
    cap = "不超过 " if polarity == "lower" and unit != "名" else ""
    said = f"前 {quantity(target, unit)}" if unit == "名" else f"{cap}{quantity(target, unit)}"
    return said if rate is None else f"{said}（{_change_words(measure, rate, '%')}）"


def _hint(row: Any) -> str:
    """Say what stands beside a figure: the growth of one that is not known yet, a balance without its opening."""
    if row.target is None and row.rate is not None:
        return _change_words(row.measure, row.rate, "%")
    return NO_START if row.kind == Kind.STOCK and row.baseline is None else ""


def _change_words(measure: str, rate: Decimal, unit: str) -> str:
    """Say a change: a fall is 下降4.2%, never 增长-4.2%."""
    verb = CHANGE_WORDS.get(measure, "增长")
    if rate < 0:
        return f"下降{quantity(-rate, unit)}"
    return f"{verb}{quantity(rate, unit)}"


def _tasks(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(
            Task.id,
            Task.version,
            Task.state,
            Task.text.label("name"),
            Task.item_id,
            Task.lead_unit_id,
            Task.owner_post_id,
            Task.reporter_post_id,
            Task.leader_post_id,
            Task.lead_words,
            Task.due_on,
            Task.due_inferred,
            Task.checked,
            Task.start,
            Task.end,
            Task.position,
        )
        .where(Task.plan_id == plan.id)
        .order_by(Task.position, Task.id)
    ).all()


def _indicators(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(
            Indicator.id,
            Indicator.version,
            Indicator.state,
            Indicator.name,
            Indicator.item_id,
            Indicator.task_id,
            Indicator.measure,
            Indicator.kind,
            Indicator.polarity,
            Indicator.unit,
            Indicator.target,
            Indicator.rate,
            Indicator.base,
            Indicator.baseline,
            Indicator.undecided,
            Indicator.lead_unit_id,
            Indicator.owner_post_id,
            Indicator.reporter_post_id,
            Indicator.leader_post_id,
            Indicator.checked,
            Indicator.start,
            Indicator.end,
            Indicator.position,
        )
        .where(Indicator.plan_id == plan.id)
        .order_by(Indicator.position, Indicator.id)
    ).all()


def _task_rows(rows: Iterable[Any], plan: Plan, staff: Staff) -> list[ReviewRow]:
    supports = _supports(plan)
    return [
        ReviewRow(
            key=f"task-{row.id}",
            id=row.id,
            is_task=True,
            version=row.version,
            mark=f"任{number}",
            name=row.name,
            item_id=row.item_id,
            value="",
            gap=False,
            undecided=False,
            hint="",
            **_duty(row, staff),
            supports=supports.get(row.id, ""),
            said_lead=row.lead_words,
            due_on=row.due_on,
            due_inferred=row.due_inferred,
            checked=row.checked,
            unassigned=row.lead_unit_id is None or row.owner_post_id is None,
            inside="",
            start=row.start,
            end=row.end,
        )
        for number, row in enumerate(rows, start=1)
    ]


def _target_rows(rows: Iterable[Any], tasks: dict[int, ReviewRow], staff: Staff) -> list[ReviewRow]:
    found = []
    for number, row in enumerate(rows, start=1):
        task = tasks.get(row.task_id)
        value = value_words(row.measure, row.kind, row.polarity, row.target, row.rate, row.unit)
        found.append(
            ReviewRow(
                key=f"indicator-{row.id}",
                id=row.id,
                is_task=False,
                version=row.version,
                mark=f"目{number}",
                name=row.name,
                item_id=row.item_id,
                value=f"较{row.base}{value}" if row.base and value.startswith("增") else value,
                gap=row.target is None and not row.undecided,
                undecided=row.undecided,
                hint=_hint(row),
                **_duty(row, staff),
                supports="",
                said_lead="",
                due_on=None,
                due_inferred=False,
                checked=row.checked,
                unassigned=task is None and (row.lead_unit_id is None or row.owner_post_id is None),
                inside=task.mark if task is not None else "",
                start=row.start,
                end=row.end,
            )
        )
    return found


def _duty(row: Any, staff: Staff) -> dict[str, str]:
    def post(post_id: int | None) -> str:
        return staff.posts[post_id].name if post_id in staff.posts else ""

    return {
        "lead": staff.units[row.lead_unit_id].name if row.lead_unit_id in staff.units else "",
        "owner": post(row.owner_post_id),
        "reporter": post(row.reporter_post_id),
        "leader": post(row.leader_post_id),
    }


def _supports(plan: Plan) -> dict[int, str]:
    rows = db.session.execute(
        select(TaskUnit.task_id, Unit.name)
        .join(Unit, Unit.id == TaskUnit.unit_id)
        .join(Task, Task.id == TaskUnit.task_id)
        .where(Task.plan_id == plan.id)
        .order_by(TaskUnit.id)
    )
    names: dict[int, list[str]] = {}
    for task_id, name in rows:
        names.setdefault(task_id, []).append(name)
    return {task_id: "、".join(units) for task_id, units in names.items()}


def _in_order(tasks: list[ReviewRow], targets: list[ReviewRow]) -> tuple[ReviewRow, ...]:
    """Put each target after the task that it stands in; the others after the rows before them in the text."""
    inside: dict[str, list[ReviewRow]] = {}
    free = []
    for target in targets:
        if target.inside:
            inside.setdefault(target.inside, []).append(target)
        else:
            free.append(target)
    ordered: list[ReviewRow] = []
    for task in tasks:
        while free and _stands_before(free[0], task):
            ordered.append(free.pop(0))
        ordered += [task, *inside.get(task.mark, [])]
    return (*ordered, *free)


def _stands_before(target: ReviewRow, task: ReviewRow) -> bool:
    return target.start is not None and task.start is not None and target.start < task.start


def _dropped(rows: Sequence[Any], kind: str, word: str) -> list[Dropped]:
    return [
        Dropped(f"{kind}-{row.id}", row.version, word, row.name)
        for row in rows
        if row.state == "cancelled"
    ]
