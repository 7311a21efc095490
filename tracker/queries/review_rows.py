"""The rows of a draft as a page of its review shows them: tasks, targets, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker.domain.case import Kind
from tracker.domain.plan_text import Measure
from tracker.domain.wording import quantity, target_words
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskUnit, Unit
from tracker.queries.draft_lines import DraftLine
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


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that is left out of the import."""

    key: str
    version: int
    kind_word: str
    name: str


def rows_shown(lines: Sequence[DraftLine], staff: Staff) -> tuple[ReviewRow, ...]:
    """Return a page's rows with all that it shows of them. Three queries."""
    tasks = {line.id: line for line in lines if line.is_task}
    targets = {line.id: line for line in lines if not line.is_task}
    found = {
        **{row.key: row for row in _task_rows(tasks, staff)},
        **{row.key: row for row in _target_rows(targets, staff)},
    }
    return tuple(found[line.key] for line in lines if line.key in found)


def dropped_rows(plan: Plan, most: int) -> tuple[Dropped, ...]:
    """Return the rows that are left out of the import, so many of each kind at most. Two queries."""
    found: list[Dropped] = []
    for kind, word, table, name in (
        ("task", "任务", Task, Task.text),
        ("indicator", "目标", Indicator, Indicator.name),
    ):
        rows = db.session.execute(
            select(table.id, table.version, name)
            .where(table.plan_id == plan.id, table.state == "cancelled")
            .order_by(table.position, table.id)
            .limit(most)
        )
        found += [Dropped(f"{kind}-{id_}", version, word, said) for id_, version, said in rows]
    return tuple(found)


def dropped_total(plan: Plan) -> int:
    """Return how many rows are left out. Two queries."""
    return sum(
        db.session.scalar(
            select(func.count()).where(table.plan_id == plan.id, table.state == "cancelled")
        )
        or 0
        for table in (Task, Indicator)
    )


def value_words(
    measure: str,
    kind: str,
    polarity: str,
    target: Decimal | None,
    rate: Decimal | None,
    unit: str,
    high: Decimal | None = None,
) -> str:
    """Say a target: 增长9.9%, 不超过 110%, 88,200 万元, 131,868 万元（增长9.9%）, 5～5.5%."""
    if target is None:
        return ""
    if high is not None:
        return target_words(polarity, target, high, unit)
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


def _task_rows(lines: Mapping[int, DraftLine], staff: Staff) -> Iterator[ReviewRow]:
    supports = _supports(lines)
    rows = db.session.execute(
        select(
            Task.id,
            Task.text.label("name"),
            Task.lead_unit_id,
            Task.owner_post_id,
            Task.reporter_post_id,
            Task.leader_post_id,
            Task.lead_words,
            Task.due_on,
            Task.due_inferred,
        ).where(Task.id.in_(lines))
    )
    for row in rows:
        yield ReviewRow(
            **_place(lines[row.id]),
            **_duty(row, staff),
            name=row.name,
            value="",
            undecided=False,
            hint="",
            supports=supports.get(row.id, ""),
            said_lead=row.lead_words,
            due_on=row.due_on,
            due_inferred=row.due_inferred,
        )


def _target_rows(lines: Mapping[int, DraftLine], staff: Staff) -> Iterator[ReviewRow]:
    rows = db.session.execute(
        select(
            Indicator.id,
            Indicator.name,
            Indicator.measure,
            Indicator.kind,
            Indicator.polarity,
            Indicator.unit,
            Indicator.target,
            Indicator.target_high,
            Indicator.rate,
            Indicator.base,
            Indicator.baseline,
            Indicator.undecided,
            Indicator.lead_unit_id,
            Indicator.owner_post_id,
            Indicator.reporter_post_id,
            Indicator.leader_post_id,
        ).where(Indicator.id.in_(lines))
    )
    for row in rows:
        value = value_words(
            row.measure, row.kind, row.polarity, row.target, row.rate, row.unit, row.target_high
        )
        yield ReviewRow(
            **_place(lines[row.id]),
            **_duty(row, staff),
            name=row.name,
            value=f"较{row.base}{value}" if row.base and value.startswith("增") else value,
            undecided=row.undecided,
            hint=_hint(row),
            supports="",
            said_lead="",
            due_on=None,
            due_inferred=False,
        )


def _place(line: DraftLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "id": line.id,
        "is_task": line.is_task,
        "version": line.version,
        "mark": line.mark,
        "item_id": line.item_id,
        "gap": line.gap,
        "checked": line.checked,
        "unassigned": line.unassigned,
        "inside": line.inside_mark,
        "start": line.start,
    }


def _duty(row: Any, staff: Staff) -> dict[str, Any]:
    def post(post_id: int | None) -> str:
        return staff.posts[post_id].name if post_id in staff.posts else ""

    return {
        "lead": staff.units[row.lead_unit_id].name if row.lead_unit_id in staff.units else "",
        "owner": post(row.owner_post_id),
        "reporter": post(row.reporter_post_id),
        "leader": post(row.leader_post_id),
    }


def _supports(tasks: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(TaskUnit.task_id, Unit.name)
        .join(Unit, Unit.id == TaskUnit.unit_id)
        .where(TaskUnit.task_id.in_(tasks))
        .order_by(TaskUnit.id)
    )
    names: dict[int, list[str]] = {}
    for task_id, name in rows:
        names.setdefault(task_id, []).append(name)
    return {task_id: "、".join(units) for task_id, units in names.items()}
