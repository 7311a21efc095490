"""The pages of scoring: a quarter's order with what changed since the one before, a unit's sheet, objections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.domain.periods import Quarter
from tracker.domain.scoring import PUBLISHED
from tracker.extensions import db
from tracker.models import Objection, Person, Scoring, Unit


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit in the order of a quarter; `gained` points and `risen` places against the quarter before, where known."""

    unit_id: int
    unit_name: str
    rank: int
    total: Decimal
    vetoed: bool
    unknown: int
    points: tuple[Decimal | None, ...]
    gained: Decimal | None
    risen: int | None


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """What a unit objected to, and the answer."""

    id: int
    unit_id: int
    unit_name: str
    text: str
    who: str
    at: datetime
    answer: str
    answered_at: datetime | None


def scored_quarters(top_unit_id: int, *, drafts: bool) -> list[Scoring]:
    """Return the quarters that were scored, the newest first; drafts only for those who may see them."""
    query = select(Scoring).where(Scoring.top_unit_id == top_unit_id)
    if not drafts:
        query = query.where(Scoring.state == PUBLISHED)
    newest_first = query.order_by(Scoring.year.desc(), Scoring.quarter.desc())
    return list(db.session.scalars(newest_first))


def placed(scoring: Scoring, quarters: Sequence[Scoring]) -> list[Placed]:
    """Return a quarter's units in their order."""
    before = Quarter(scoring.year, scoring.quarter).previous()
    earlier = next(
        (one for one in quarters if (one.year, one.quarter) == (before.year, before.quarter)), None
    )
    then = {sheet["unit_id"]: sheet for sheet in earlier.sheets} if earlier is not None else {}
    return [_placed(sheet, then.get(sheet["unit_id"])) for sheet in scoring.sheets]


def _placed(sheet: Mapping[str, Any], then: Mapping[str, Any] | None) -> Placed:
    total = Decimal(sheet["total"])
    return Placed(
        unit_id=sheet["unit_id"],
        unit_name=sheet["unit_name"],
        rank=sheet["rank"],
        total=total,
        vetoed=sheet["vetoed"],
        unknown=sheet["unknown"],
        points=tuple(
            None if line["points"] is None else Decimal(line["points"]) for line in sheet["lines"]
        ),
        gained=None if then is None else total - Decimal(then["total"]),
        risen=None if then is None else then["rank"] - sheet["rank"],
    )


def objections_to(scoring: Scoring, unit_id: int | None = None) -> list[ObjectionLine]:
    """Return the objections to a quarter's scores, of all units or of one, the newest first. One query."""
    query = (
        select(
            Objection.id,
            Objection.unit_id,
            Unit.name.label("unit_name"),
            Objection.text,
            Person.name.label("who"),
            Objection.at,
            Objection.answer,
            Objection.answered_at,
        )
        .join(Unit, Unit.id == Objection.unit_id)
        .outerjoin(Person, Person.id == Objection.person_id)
        .where(Objection.scoring_id == scoring.id)
        .order_by(Objection.at.desc(), Objection.id.desc())
    )
    if unit_id is not None:
        query = query.where(Objection.unit_id == unit_id)
    return [
        ObjectionLine(
            row.id,
            row.unit_id,
            row.unit_name,
            row.text,
            row.who or "",
            row.at,
            row.answer,
            row.answered_at,
        )
        for row in db.session.execute(query)
    ]
