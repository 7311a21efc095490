"""Units by months: the worst light of each, and how far behind it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from tracker.domain.lights import Light
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Standing, Unit
from tracker.queries.board import View, Wanted, matches
from tracker.queries.unit_groups import UNPLACED, UnitGroups

MONTHS = 12


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The worst indicator of a unit in a month; `points` are behind plan, None where unknown.

    `reported` tells a grey one that lacks a target from one that nobody reported.
    """

    month: int
    light: Light
    points: Decimal | None
    name: str
    reported: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A unit's months; None where nothing was due yet."""

    unit_id: int | None
    unit_name: str
    cells: tuple[HeatCell | None, ...]


def heat_map(
    scope: ColumnElement[bool], view: View, wanted: Wanted, groups: UnitGroups | None = None
) -> tuple[HeatRow, ...]:
    """Return a row for each unit that leads an indicator, in the order of the tree. One query.

    With `groups` it is a row for each part of a county or city, worst first: the worst of all below it.
    Counted are months that somebody reported or whose due day is over; the light filter is not.
    """
    rows: dict[int | None, dict[int, HeatCell]] = {}
    names: dict[int | None, str] = {}
    for unit_id, unit_name, month, light, points, name, actual in db.session.execute(
        _worst(scope, view, wanted)
    ):
        row_id = unit_id if groups is None else groups.part(unit_id)
        names[row_id] = (unit_name or UNPLACED) if groups is None else groups.name(row_id)
        cell = HeatCell(month, Light(light), points, name, reported=actual is not None)
        cells = rows.setdefault(row_id, {})
        cells[month] = min(cells.get(month, cell), cell, key=_badness)
    found = tuple(HeatRow(row_id, names[row_id], _twelve(cells)) for row_id, cells in rows.items())
    return found if groups is None else _worst_first(found)


def _badness(cell: HeatCell) -> tuple[int, Decimal]:
    """Return what puts the worst cell first; one without a target is no worse than one that is well."""
    unjudged = cell.light is Light.GREY and cell.reported
    return (1 if unjudged else -cell.light.severity, cell.points or Decimal(0))


def _worst_first(rows: Sequence[HeatRow]) -> tuple[HeatRow, ...]:
    """Put first the row whose newest month is the worst, then the one before."""
    return tuple(
        sorted(rows, key=lambda row: [_badness(c) if c else _NOTHING for c in reversed(row.cells)])
    )


_NOTHING = (2, Decimal(0))


def _twelve(cells: dict[int, HeatCell]) -> tuple[HeatCell | None, ...]:
    return tuple(cells.get(month) for month in range(1, MONTHS + 1))


def _worst(scope: ColumnElement[bool], view: View, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    unjudged = and_(Standing.light == Light.GREY.value, Standing.actual.is_not(None))
    rank = case(  # what has no target is no worse than what is well
        (unjudged, -1),
        *((Standing.light == light.value, light.severity) for light in Light),
        else_=0,
    )
    place = func.row_number().over(
        partition_by=(Indicator.lead_unit_id, Standing.month),
        order_by=(rank.desc(), func.coalesce(Standing.ahead_points, 0), Indicator.position),
    )
    due = (
        select(Cycle.id)
        .where(
            Cycle.plan_id == Indicator.plan_id,
            Cycle.month == Standing.month,
            Cycle.due_on < view.day,
        )
        .correlate(Indicator, Standing)
        .exists()
    )
    others = Wanted(wanted.unit_id, wanted.leader_post_id, wanted.item_id)
    ranked = (
        select(
            Indicator.lead_unit_id.label("unit_id"),
            Standing.month,
            Standing.light,
            Standing.ahead_points,
            Indicator.name,
            Standing.actual,
            place.label("place"),
        )
        .join(Plan, Plan.id == Indicator.plan_id)
        .join(Standing, Standing.indicator_id == Indicator.id)
        .where(
            scope,
            Indicator.state == "issued",
            view.plans(),
            matches(others, view),
            or_(Standing.actual.is_not(None), due),
            or_(Plan.year < view.day.year, Standing.month <= view.day.month),
        )
        .subquery()
    )
    return (
        select(
            ranked.c.unit_id,
            Unit.name,
            ranked.c.month,
            ranked.c.light,
            ranked.c.ahead_points,
            ranked.c.name.label("indicator"),
            ranked.c.actual,
        )
        .outerjoin(Unit, Unit.id == ranked.c.unit_id)
        .where(ranked.c.place == 1)
        .order_by(Unit.position, ranked.c.unit_id, ranked.c.month)
    )
