"""What an indicator is made of and what it goes into, as far as the person sees it; and what may be chosen for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from tracker.domain.lights import Light, Status, shown_word
from tracker.extensions import db
from tracker.models import Indicator, Plan, RollupChild, Standing, Unit
from tracker.permissions import Actor
from tracker.queries.board import BoardRow
from tracker.queries.rollup_record import ChildThen, RollupThen, rollup_from_json
from tracker.queries.scope import visible_indicators

MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child as its parent's month has it, with its own light of that month."""

    id: int
    label: str
    unit_name: str
    then: ChildThen
    light: str
    word: str


@dataclass(frozen=True, slots=True)
class Composition:
    """A parent's month and its children; `unseen` children are not this person's to read.

    `coming` is a later month that is not due yet, with how many children are known for it.
    """

    month: int
    record: RollupThen
    actual: Decimal | None
    hand_gap: Decimal | None
    children: tuple[ChildRow, ...]
    unseen: int
    coming: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """An indicator by its name, unit and plan: a parent, a child that is chosen, or one that may be."""

    id: int
    name: str
    unit: str
    kind: str
    unit_name: str
    plan_title: str


@dataclass(frozen=True, slots=True)
class ChosenChild:
    """A child as it is set now."""

    id: int
    weight: Decimal
    name: str


def composition(
    actor: Actor, indicator: Indicator, shown: BoardRow | None, year: int
) -> Composition | None:
    """Return what the month that the indicator shows was made of; None where it is no parent. Two queries."""
    if not indicator.rollup or shown is None:
        return None
    rows = db.session.execute(
        select(
            Standing.month,
            Standing.rollup,
            Standing.actual,
            Standing.hand_gap,
            Standing.parts_known,
        )
        .where(
            Standing.indicator_id == indicator.id,
            Standing.year == year,
            Standing.parts.is_not(None),
        )
        .order_by(Standing.month.desc())
    ).all()
    last = shown.shown_month or (rows[-1].month if rows else 0)
    row = next((one for one in rows if one.month <= last), None)
    record = None if row is None else rollup_from_json(row.rollup)
    if row is None or record is None:
        return None
    children = _children(actor, record, year, row.month)
    coming = next((one for one in rows if one.month > row.month and one.parts_known), None)
    return Composition(
        row.month,
        record,
        row.actual,
        row.hand_gap,
        children,
        unseen=len(record.children) - len(children),
        coming=None if coming is None else (coming.month, coming.parts_known),
    )


def _children(actor: Actor, record: RollupThen, year: int, month: int) -> tuple[ChildRow, ...]:
    of_month = and_(
        Standing.indicator_id == Indicator.id, Standing.year == year, Standing.month == month
    )
    rows = db.session.execute(
        select(Indicator.id, Unit.name, Standing.light, Standing.status, Standing.actual)
        .outerjoin(Standing, of_month)
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .where(visible_indicators(actor), Indicator.id.in_([one.id for one in record.children]))
    )
    seen = {row.id: row for row in rows}
    return tuple(_child(one, seen[one.id]) for one in record.children if one.id in seen)


def _child(then: ChildThen, row: Any) -> ChildRow:
    light = Light(row.light) if row.light else Light.GREY
    status = Status(row.status) if row.status else Status.NOT_DUE
    word = shown_word(light, status, reported=row.actual is not None, has_target=True)
    unit_name = row.name or "未定单位"
    return ChildRow(then.id, then.label, unit_name, then, light.value, word)


def parents_of(actor: Actor, indicator: Indicator) -> tuple[Related, ...]:
    """Return the parents that an indicator goes into. One query."""
    parents = select(RollupChild.parent_id).where(RollupChild.child_id == indicator.id)
    return _related(actor, Indicator.id.in_(parents))


def children_of(indicator: Indicator) -> tuple[ChosenChild, ...]:
    """Return the children that are set, in their order. One query."""
    rows = db.session.execute(
        select(RollupChild.child_id, RollupChild.weight, RollupChild.name)
        .where(RollupChild.parent_id == indicator.id)
        .order_by(RollupChild.position, RollupChild.id)
    )
    return tuple(ChosenChild(*row) for row in rows)


def related(actor: Actor, ids: Collection[int]) -> dict[int, Related]:
    """Return these indicators, as far as the person sees them. One query."""
    return {row.id: row for row in _related(actor, Indicator.id.in_(ids))} if ids else {}


def candidates(
    actor: Actor, indicator: Indicator, year: int, words: str, chosen: Collection[int]
) -> tuple[Sequence[Related], int]:
    """Return indicators of the year that hold all the words and are not chosen yet, and how many in all. Two queries.

    A word may be in the indicator's name or in its unit's.
    """
    holding = and_(
        Indicator.state == "issued",
        Plan.year == year,
        Indicator.id.not_in({indicator.id, *chosen}),
        *(
            Indicator.name.contains(word, autoescape=True)
            | Unit.name.contains(word, autoescape=True)
            for word in words.split()
        ),
    )
    count = db.session.scalar(
        select(func.count())
        .select_from(Indicator)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .where(visible_indicators(actor), holding)
    )
    return _related(actor, holding, MOST_FOUND), count or 0


def _related(
    actor: Actor, condition: ColumnElement[bool], limit: int | None = None
) -> tuple[Related, ...]:
    rows = db.session.execute(
        select(Indicator.id, Indicator.name, Indicator.unit, Indicator.kind, Unit.name, Plan.title)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .where(visible_indicators(actor), condition)
        .order_by(Plan.id, Unit.position, Unit.id, Indicator.position, Indicator.id)
        .limit(limit)
    )
    return tuple(
        Related(id_, name, unit, kind, unit_name or "未定单位", title)
        for id_, name, unit, kind, unit_name, title in rows
    )
