"""What does an issued plan hold, and how does it stand: headings with their rows, through a person's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tracker.domain.amounts import UNKNOWN
from tracker.domain.case import Kind
from tracker.domain.lights import Light, Status, shown_word
from tracker.extensions import db
from tracker.models import (
    Indicator,
    Person,
    Plan,
    PlanDocument,
    PlanItem,
    Standing,
    Task,
    Unit,
)
from tracker.permissions import Actor
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.milestones import milestones_where
from tracker.queries.review_rows import value_words
from tracker.queries.scope import visible_indicators, visible_tasks
from tracker.queries.shown import shown_on
from tracker.queries.task_lines import percent_text, task_line
from tracker.queries.units_and_posts import Staff

NOT_YET = "未到时"


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A task or an indicator under its heading."""

    is_task: bool
    id: int
    name: str
    lead: str
    owner: str
    due_on: date | None
    due_inferred: bool
    value: str
    light: str
    word: str
    completion: str
    state: str


#: A row and the heading that it stands under.
Placed: TypeAlias = tuple[int | None, TreeRow]


@dataclass(frozen=True, slots=True)
class Branch:
    """A heading of the plan with what stands under it; `depth` below the plan."""

    title: str
    depth: int
    rows: tuple[TreeRow, ...]


@dataclass(frozen=True, slots=True)
class PlanTree:
    """An issued plan as one person sees it."""

    unit_name: str
    document_name: str
    issued_by: str
    branches: tuple[Branch, ...]

    @property
    def rows(self) -> list[TreeRow]:
        """All rows, in order."""
        return [row for branch in self.branches for row in branch.rows]

    def count(self, *, tasks: bool) -> int:
        """Return how many tasks, or indicators, the person sees."""
        return sum(row.is_task is tasks for row in self.rows)

    def lit(self, *lights: str) -> int:
        """Return how many rows show one of these lights."""
        return sum(row.light in lights for row in self.rows)


def plan_tree(plan: Plan, actor: Actor, staff: Staff, now: datetime) -> PlanTree:
    """Return an issued plan's headings, tasks and indicators. Seven queries, whatever its size."""
    head = _head(plan)
    rows: dict[int | None, list[TreeRow]] = {}
    names = duty_names([plan.top_unit_id], now.date())[plan.top_unit_id]
    inside, free = _indicators(plan, actor, staff, names, now.date())
    for item_id, task in _tasks(plan, actor, staff, names, now):
        within = [indicator for _, indicator in inside.pop(task.id, [])]
        rows.setdefault(item_id, []).extend([task, *within])
    for item_id, indicator in (*free, *(pair for pairs in inside.values() for pair in pairs)):
        rows.setdefault(item_id, []).append(indicator)
    branches = _branches(_items(plan), rows)
    return PlanTree(head.unit, head.document, head.issuer, branches)


def _head(plan: Plan) -> Any:
    issuer = aliased(Person)
    return db.session.execute(
        select(
            Unit.name.label("unit"),
            PlanDocument.name.label("document"),
            func.coalesce(issuer.name, "").label("issuer"),
        )
        .select_from(Plan)
        .join(Unit, Unit.id == Plan.unit_id)
        .join(PlanDocument, PlanDocument.plan_id == Plan.id)
        .outerjoin(issuer, issuer.id == Plan.issued_by_id)
        .where(Plan.id == plan.id)
    ).one()


def _items(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(PlanItem.id, PlanItem.parent_id, PlanItem.level, PlanItem.number, PlanItem.title)
        .where(PlanItem.plan_id == plan.id)
        .order_by(PlanItem.position)
    ).all()


def _tasks(
    plan: Plan, actor: Actor, staff: Staff, names: DutyNames, now: datetime
) -> Iterable[Placed]:
    found = db.session.execute(
        select(
            Task.id,
            Task.item_id,
            Task.text,
            Task.state,
            Task.progress,
            Task.start_on,
            Task.due_on,
            Task.due_inferred,
            Task.lead_unit_id,
            Task.owner_post_id,
            Task.reporter_post_id,
            Task.leader_post_id,
        )
        .where(Task.plan_id == plan.id, Task.first_due_on.is_not(None), visible_tasks(actor))
        .order_by(Task.position, Task.id)
    )
    steps = milestones_where(Task.plan_id == plan.id, visible_tasks(actor))
    for row in found:
        line = task_line(
            row.state, row.progress, row.start_on, row.due_on, now, steps.get(row.id, ())
        )
        yield (
            row.item_id,
            TreeRow(
                is_task=True,
                id=row.id,
                name=row.text,
                lead=_unit(staff, row.lead_unit_id),
                owner=names.owner(row),
                due_on=row.due_on,
                due_inferred=row.due_inferred,
                value="",
                state=line.state_word,
                light=line.light.value,
                word=line.word,
                completion=line.progress_text,
            ),
        )


def _indicators(
    plan: Plan, actor: Actor, staff: Staff, names: DutyNames, today: date
) -> tuple[dict[int, list[Placed]], list[Placed]]:
    """Return indicators by the task they stand in, and those in none; each with its heading."""
    found = db.session.execute(
        select(
            Indicator.id,
            Indicator.item_id,
            Indicator.task_id,
            Indicator.name,
            Indicator.measure,
            Indicator.kind,
            Indicator.polarity,
            Indicator.target,
            Indicator.target_high,
            Indicator.rate,
            Indicator.unit,
            Indicator.lead_unit_id,
            Indicator.owner_post_id,
            Indicator.reporter_post_id,
            Indicator.leader_post_id,
            Standing.light,
            Standing.status,
            Standing.completion_pct,
            Standing.actual.is_not(None).label("reported"),
            Standing.target.is_not(None).label("has_target"),
        )
        .outerjoin(Standing, shown_on(today))
        .where(
            Indicator.plan_id == plan.id,
            Indicator.state != "cancelled",
            visible_indicators(actor),
        )
        .order_by(Indicator.position, Indicator.id)
    )
    inside: dict[int, list[Placed]] = {}
    free: list[Placed] = []
    for row in found:
        pair = (row.item_id, _indicator_row(row, staff, names))
        if row.task_id is None:
            free.append(pair)
        else:
            inside.setdefault(row.task_id, []).append(pair)
    return inside, free


def _indicator_row(row: Any, staff: Staff, names: DutyNames) -> TreeRow:
    value = value_words(
        row.measure, row.kind, row.polarity, row.target, row.rate, row.unit, row.target_high
    )
    return TreeRow(
        is_task=False,
        id=row.id,
        name=row.name,
        lead=_unit(staff, row.lead_unit_id),
        owner=names.owner(row),
        due_on=None,
        due_inferred=False,
        value=value or "暂不设目标",
        state="",
        light=row.light or Light.GREY.value,
        word=shown_word(
            Light(row.light),
            Status(row.status),
            reported=row.reported,
            has_target=row.has_target,
        )
        if row.light
        else NOT_YET,
        completion=percent_text(row.completion_pct)
        if row.completion_pct is not None and row.kind != Kind.RATE
        else UNKNOWN,
    )


def _branches(items: Sequence[Any], rows: dict[int | None, list[TreeRow]]) -> tuple[Branch, ...]:
    """Return the headings that have something under them, or below them, in the document's order."""
    parents = {item.id: item.parent_id for item in items}
    shown: set[int | None] = set()
    for item_id in rows:
        while item_id is not None and item_id not in shown:
            shown.add(item_id)
            item_id = parents.get(item_id)  # noqa: PLW2901  up the tree
    branches = [
        Branch(f"{item.number}{item.title}", item.level, tuple(rows.get(item.id, ())))
        for item in items
        if item.id in shown
    ]
    if rows.get(None):
        branches.append(Branch("未归入条目", 1, tuple(rows[None])))
    return tuple(branches)


def _unit(staff: Staff, unit_id: int | None) -> str:
    return staff.units[unit_id].name if unit_id in staff.units else ""
