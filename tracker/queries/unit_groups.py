"""What a county or a city adds up: the units directly below the one looked at, each with all that is below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tracker.domain.roles import Level
from tracker.extensions import db
from tracker.models import Unit

#: Above bureaus: such a unit's rows are those below it added up.
ABOVE_BUREAUS = frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY})
UNPLACED = "未定单位"


@dataclass(frozen=True, slots=True)
class UnitGroups:
    """The unit looked at and its parts (下级单位); `above` leads from the top down to it, itself last.

    `names` are its parts in the order of the tree, after itself for what it leads in its own name (本级).
    `part_of` says which part each unit below belongs to.
    """

    above: tuple[tuple[int, str], ...]
    names: Mapping[int | None, str]
    part_of: Mapping[int, int]

    @property
    def base_id(self) -> int:
        """Return the unit looked at."""
        return self.above[-1][0]

    def part(self, unit_id: int | None) -> int | None:
        """Return the part that a unit belongs to; None for what belongs to none."""
        return None if unit_id is None else self.part_of.get(unit_id)

    def name(self, part_id: int | None) -> str:
        """Return a part's name."""
        return UNPLACED if part_id is None else self.names[part_id]


def unit_groups(top_unit_id: int, unit_id: int | None = None) -> UnitGroups | None:
    """Return the parts of a unit, by default of the top one; None where no bureau stands below the top. One query."""
    rows = db.session.execute(
        select(Unit.id, Unit.name, Unit.level, Unit.path)
        .where(Unit.top_unit_id == top_unit_id)
        .order_by(Unit.position, Unit.id)
    ).all()
    units = {row.id: row for row in rows}
    top = units.get(top_unit_id)
    if top is None or not _adds_up(top, rows):
        return None
    base = units.get(unit_id or 0, top)
    return UnitGroups(_above(base, units), *_parts(base, rows))


def _adds_up(top: Any, rows: Sequence[Any]) -> bool:
    below = {row.level for row in rows if row.id != top.id}
    return top.level in ABOVE_BUREAUS or not below.isdisjoint({*ABOVE_BUREAUS, Level.BUREAU})


def _above(base: Any, units: Mapping[int, Any]) -> tuple[tuple[int, str], ...]:
    ids = [int(part) for part in base.path.strip("/").split("/") if part]
    chain = tuple((id_, units[id_].name) for id_ in ids if id_ in units)
    return chain if chain and chain[-1][0] == base.id else ((base.id, base.name),)


def _parts(base: Any, rows: Sequence[Any]) -> tuple[dict[int | None, str], dict[int, int]]:
    part_of = {base.id: base.id}
    for row in rows:
        if base.path and row.path.startswith(base.path) and row.id != base.id:
            part_of[row.id] = int(row.path[len(base.path) :].split("/")[0])
    parts = set(part_of.values())
    names: dict[int | None, str] = {base.id: f"{base.name}本级"}
    names |= {row.id: row.name for row in rows if row.id in parts and row.id != base.id}
    return names, part_of
