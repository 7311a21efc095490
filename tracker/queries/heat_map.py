"""Units by months: the worst light of each, and how far behind it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from tracker.domain.lights import Light
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Standing, Unit
from tracker.queries.board import View, Wanted, matches
from tracker.queries.unit_groups import UNPLACED, UnitGroups

MONTHS = 12
#: Places of the ranking: points in hundredths up to 40,000.00 either way, and numbers of indicators.
_FARTHEST = 4_000_000
_IDS = 2**31


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
    """Return a row for each unit that leads an indicator, in the order of the tree. Three queries at most.

    With `groups` it is a row for each part of a county or city, worst first: the worst of all below it.
    Counted are months that somebody reported or whose due day is over; the light filter is not.
    """
    winners: dict[tuple[int | None, int], int] = {}
    for unit_id, month, place in db.session.execute(_worst(scope, view, wanted)):
        key = (unit_id if groups is None else groups.part(unit_id), month)
        winners[key] = max(winners.get(key, place), place)
    chosen = {key: _IDS - 1 - place % _IDS for key, place in winners.items()}
    cells, names = _cells(set(chosen.values())), _names(groups)
    rows: dict[int | None, dict[int, HeatCell]] = {}
    for (row_id, month), indicator_id in chosen.items():
        rows.setdefault(row_id, {})[month] = cells[indicator_id, month]
    found = tuple(
        HeatRow(row_id, names.get(row_id, UNPLACED), _twelve(rows[row_id]))
        for row_id in sorted(rows, key=lambda row_id: _in_tree(row_id, names))
    )
    return found if groups is None else _worst_first(found)


def _names(groups: UnitGroups | None) -> Mapping[int | None, str]:
    """Return the names of units in the order of the tree; those of a part where there are parts."""
    if groups is not None:
        return groups.names
    units = db.session.execute(select(Unit.id, Unit.name).order_by(Unit.position, Unit.id))
    return {row.id: row.name for row in units}


def _cells(ids: set[int]) -> dict[tuple[int, int], HeatCell]:
    """Return the months of these indicators as cells. One query."""
    rows = db.session.execute(
        select(
            Standing.indicator_id,
            Standing.month,
            Standing.light,
            Standing.ahead_points,
            Indicator.name,
            Standing.actual,
        )
        .join(Indicator, Indicator.id == Standing.indicator_id)
        .where(Standing.indicator_id.in_(ids))
    )
    return {
        (id_, month): HeatCell(month, Light(light), points, name, reported=actual is not None)
        for id_, month, light, points, name, actual in rows
    }


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


def _in_tree(row_id: int | None, names: Mapping[int | None, str]) -> int:
    return list(names).index(row_id) if row_id in names else len(names)


def _twelve(cells: dict[int, HeatCell]) -> tuple[HeatCell | None, ...]:
    return tuple(cells.get(month) for month in range(1, MONTHS + 1))


def _worst(scope: ColumnElement[bool], view: View, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    unjudged = and_(Standing.light == Light.GREY.value, Standing.actual.is_not(None))
    rank = case(  # what has no target is no worse than what is well
        (unjudged, -1),
        *((Standing.light == light.value, light.severity) for light in Light),
        else_=0,
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
    return (
        select(Indicator.lead_unit_id, Standing.month, func.max(_place(rank)))
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
        .group_by(Indicator.lead_unit_id, Standing.month)
    )


def _place(rank: ColumnElement[int]) -> ColumnElement[int]:
    """Return rank, points behind and indicator as one number, the worst highest, the first row on a tie.

    One maximum for each unit and month is found in half the time that ordering the rows takes.
    """
    stored = func.coalesce(type_coerce(Standing.ahead_points, BigInteger), 0)  # ten-thousandths
    behind = case(
        (stored <= -_FARTHEST * 100, _FARTHEST),
        (stored >= _FARTHEST * 100, -_FARTHEST),
        else_=-stored // 100,
    )
    number: ColumnElement[int] = (
        (cast(rank, BigInteger) + 1) * (2 * _FARTHEST + 1) + behind + _FARTHEST
    ) * _IDS + (_IDS - 1 - Indicator.id)
    return number
