"""A reading's headings, tasks, targets and results become the rows of a draft, in as few statements as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import insert, select, update

from tracker.domain.plan_text import PlanReading, PlanTask, Result, Target
from tracker.domain.plan_text.deadlines import last_deadline
from tracker.domain.target_shape import quarter_amounts, quarter_shares, shape_of
from tracker.domain.unit_names import match_units
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanItem, PlanResult, Task, TaskUnit
from tracker.queries.units_and_posts import Staff

_Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Share:
    """Whose a row is, by column, and the part that other units have in it."""

    duties: _Values
    parts: Mapping[int, str]


_NOBODY = _Share(
    dict.fromkeys(("lead_unit_id", "owner_post_id", "reporter_post_id", "leader_post_id")), {}
)


def write_draft(plan: Plan, reading: PlanReading, staff: Staff) -> None:
    """Write all rows of a new draft, a statement for each kind: SQLite's one writer is held for seconds."""
    items = _write_items(plan, reading)
    shares = _Shares(staff)
    given = [shares.of(task) for task in reading.tasks]
    ids = _write_tasks(plan, reading, items, given)
    _insert(
        TaskUnit,
        (
            {"top_unit_id": plan.top_unit_id, "task_id": id_, "unit_id": unit_id, "part": part}
            for id_, share in zip(ids, given, strict=True)
            for unit_id, part in share.parts.items()
        ),
    )
    _insert(
        Indicator,
        (
            _indicator(plan, target, position, items) | _home(target, ids, given)
            for position, target in enumerate(reading.targets, start=1)
        ),
    )
    _insert(PlanResult, (_result(plan, result) for result in reading.results))


def _insert(
    table: type[PlanItem | Task | TaskUnit | Indicator | PlanResult], rows: Iterable[_Values]
) -> None:
    """Add rows that all name the same columns; an unknown value is NULL."""
    found = list(rows)
    if found:
        db.session.execute(insert(table), found, execution_options={"render_nulls": True})


def _insert_placed(
    plan: Plan, table: type[PlanItem | Task], rows: Iterable[_Values]
) -> Sequence[int]:
    """Add rows and return their ids, in the order of their positions: no two of a new draft's have the same."""
    _insert(table, rows)
    placed = select(table.id).where(table.plan_id == plan.id).order_by(table.position)
    return db.session.scalars(placed).all()


def _write_items(plan: Plan, reading: PlanReading) -> Sequence[int]:
    """Write the headings; return their ids."""
    rows = (
        {
            "top_unit_id": plan.top_unit_id,
            "plan_id": plan.id,
            "position": position,
            "level": item.level,
            "number": item.number[:20],
            "title": item.title[:500],
            "start": item.span.start,
            "end": item.span.end,
        }
        for position, item in enumerate(reading.items, start=1)
    )
    ids = _insert_placed(plan, PlanItem, rows)
    above = [
        {"id": id_, "parent_id": ids[item.parent]}
        for id_, item in zip(ids, reading.items, strict=True)
        if item.parent is not None
    ]
    if above:
        db.session.execute(update(PlanItem), above)
    return ids


def _write_tasks(
    plan: Plan, reading: PlanReading, items: Sequence[int], given: Sequence[_Share]
) -> Sequence[int]:
    """Write the tasks; return their ids."""
    found = zip(reading.tasks, given, strict=True)
    return _insert_placed(
        plan,
        Task,
        (
            _task(plan, task, position, _due_on(plan, reading, task), items) | share.duties
            for position, (task, share) in enumerate(found, start=1)
        ),
    )


class _Shares:
    """Which of our units the words of tasks mean; the same words are looked up once."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._names = {unit.id: unit.name for unit in staff.units.values()}
        self._known: dict[tuple[tuple[str, ...], tuple[str, ...]], _Share] = {}

    def of(self, task: PlanTask) -> _Share:
        """Return whose a task is by its own words."""
        words = (task.lead, task.support)
        if words not in self._known:
            self._known[words] = self._look_up(*words)
        return self._known[words]

    def _look_up(self, lead: Sequence[str], support: Sequence[str]) -> _Share:
        leads, others = match_units(lead, self._names), match_units(support, self._names)
        parts = dict.fromkeys(others, "supporting") | dict.fromkeys(leads, "responsible")
        if not leads or match_units(lead[:1], self._names) != leads[:1]:
            return _Share(_NOBODY.duties, parts)
        first = leads[0]  # the first-named is the lead
        parts.pop(first)
        duties = self._staff.duties_of(first)
        posts = (first, duties.owner, duties.reporter, duties.leader)
        return _Share(dict(zip(_NOBODY.duties, posts, strict=True)), parts)


def _home(target: Target, tasks: Sequence[int], given: Sequence[_Share]) -> _Values:
    """Return the task that a target stands in, and whose it is with that."""
    if target.task is None:
        return {"task_id": None} | _NOBODY.duties
    return {"task_id": tasks[target.task]} | given[target.task].duties


def _due_on(plan: Plan, reading: PlanReading, found: PlanTask) -> date | None:
    """Return the day that the words mean, in the plan's year where that was corrected."""
    if not found.due_text or plan.year == reading.plan_year:
        return found.due_on
    deadline = last_deadline(found.due_text, plan.year)
    return deadline.on if deadline is not None and deadline.on is not None else found.due_on


def _task(
    plan: Plan, found: PlanTask, position: int, due_on: date | None, items: Sequence[int]
) -> _Values:
    return {
        "top_unit_id": plan.top_unit_id,
        "plan_id": plan.id,
        "item_id": items[found.item] if found.item is not None else None,
        "position": position,
        "text": found.text,
        "start": found.span.start,
        "end": found.span.end,
        "lead_words": "、".join(found.lead)[:200],
        "support_words": "、".join(found.support)[:500],
        "start_on": date(plan.year, 1, 1),
        "due_on": due_on or date(plan.year, 12, 31),
        "due_inferred": due_on is None or found.due_inferred,
    }


def _indicator(plan: Plan, target: Target, position: int, items: Sequence[int]) -> _Values:
    shape = shape_of(target)
    shares = quarter_shares(target.quarters)
    quarters = quarter_amounts(shares, shape.target, shape.places, shape.kind)
    return {
        "top_unit_id": plan.top_unit_id,
        "plan_id": plan.id,
        "item_id": items[target.item] if target.item is not None else None,
        "position": position,
        "state": "cancelled" if target.splits else "draft",  # it is said on the year's target
        "name": target.name[:200],
        "quote": target.quote,
        "start": target.span.start,
        "end": target.span.end,
        "measure": target.measure.value,
        "kind": shape.kind.value,
        "polarity": shape.polarity.value,
        "unit": shape.unit[:20],
        "places": shape.places,
        "target": shape.target,
        "target_high": shape.high,
        "rate": shape.rate,
        "base": (target.base or "")[:60],
        "phasing": "quarters" if quarters else "even",
        "quarters": quarters,
        "quarter_shares": shares,
    }


def _result(plan: Plan, result: Result) -> _Values:
    return {
        "top_unit_id": plan.top_unit_id,
        "plan_id": plan.id,
        "name": result.name[:200],
        "measure": result.measure.value,
        "value": result.value[:60] if result.value else None,
        "unit": result.unit[:20],
        "bound": result.bound.value,
        "quote": result.quote,
        "start": result.span.start,
        "end": result.span.end,
    }
