"""The indicator library: a page of what is searched for, and the definitions that a plan's indicators mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, select

from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.domain.indicator_names import Match, Named, NameIndex, plain
from tracker.extensions import db
from tracker.models import IndicatorDefinition, Unit
from tracker.permissions import Actor
from tracker.queries.scope import visible_definitions

PAGE_SIZE = 50
OWNERS = {"": "全部", "county": "县指标库", "own": "本单位自加"}
STATES = {"active": "在用", "retired": "已停用"}

D = IndicatorDefinition


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for: all of the words, in name, alias, code or category; then the filters."""

    words: str = ""
    category: str = ""
    owner: str = ""
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Listed:
    """A definition as lists show it; `own_unit` is the unit whose own it is, if it is one's."""

    id: int
    values: DefinitionValues
    own_unit: str
    retired: bool


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One page of what was found; `total` counts all pages, `categories` are those of the whole library."""

    rows: tuple[Listed, ...]
    total: int
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DefinitionMatch:
    """The definition that an indicator's name means most surely, and why; `rivals` mean it as surely."""

    definition_id: int
    code: str
    name: str
    unit: str
    kind: Kind
    polarity: Polarity
    places: int
    category: str
    own: bool
    reason: str
    score: int
    rivals: int


def library_page(actor: Actor, asked: Asked, page: int | None) -> LibraryPage:
    """Return a page of the library; all of it where `page` is None. Three queries."""
    wanted = and_(visible_definitions(actor), *_conditions(asked))
    query = (
        select(D, Unit.name)
        .outerjoin(Unit, Unit.id == D.unit_id)
        .where(wanted)
        .order_by(*_order(asked))
    )
    if page is not None:
        query = query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    rows = tuple(_listed(definition, unit) for definition, unit in db.session.execute(query))
    total = db.session.scalar(select(func.count(D.id)).where(wanted)) or 0
    return LibraryPage(rows, total, categories(actor))


def categories(actor: Actor) -> tuple[str, ...]:
    """Return the categories that the library has. One query."""
    named = select(D.category).where(visible_definitions(actor), D.category != "").distinct()
    return tuple(db.session.scalars(named.order_by(D.category)))


def values_of(definition: D) -> DefinitionValues:
    """Return what a definition says."""
    return DefinitionValues(
        code=definition.code or "",
        name=definition.name,
        aliases=tuple(definition.aliases),
        unit=definition.unit,
        kind=Kind(definition.kind),
        polarity=Polarity(definition.polarity),
        places=definition.places,
        category=definition.category,
        source=definition.source,
        note=definition.note,
    )


def matches_for(
    top_unit_id: int, indicators: Iterable[tuple[int, str]]
) -> dict[int, DefinitionMatch]:
    """Return, by an indicator's id, the definition that its name means; without those that mean none. Two queries."""
    wanted = list(indicators)
    if not wanted:
        return {}
    index = _name_index(top_unit_id)
    found = {id_: matches for id_, name in wanted if (matches := index.match(name))}
    chosen = {matches[0].definition.id for matches in found.values()}
    known = {row.id: row for row in db.session.scalars(select(D).where(D.id.in_(chosen)))}
    return {
        id_: _match(known[matches[0].definition.id], matches)
        for id_, matches in found.items()
        if matches[0].definition.id in known
    }


def _name_index(top_unit_id: int) -> NameIndex:
    rows = db.session.execute(
        select(D.id, D.name, D.aliases, D.unit_id)
        .where(D.top_unit_id == top_unit_id, D.state == "active")
        .order_by(D.id)
    )
    return NameIndex(
        Named(id_, name, tuple(aliases), own=unit_id is not None)
        for id_, name, aliases, unit_id in rows
    )


def _match(definition: D, matches: tuple[Match, ...]) -> DefinitionMatch:
    best = matches[0]
    return DefinitionMatch(
        definition_id=definition.id,
        code=definition.code or "",
        name=definition.name,
        unit=definition.unit,
        kind=Kind(definition.kind),
        polarity=Polarity(definition.polarity),
        places=definition.places,
        category=definition.category,
        own=definition.own,
        reason=best.reason,
        score=best.score,
        rivals=sum(one.score == best.score for one in matches[1:]),
    )


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        D.search.contains(plain(word), autoescape=True)
        for word in asked.words.split()
        if plain(word)
    ]
    if asked.category:
        found.append(D.category == asked.category)
    if asked.owner:
        found.append(D.unit_id.is_(None) if asked.owner == "county" else D.unit_id.is_not(None))
    if asked.state:
        found.append(D.state == asked.state)
    return found


def _order(asked: Asked) -> tuple[SQLColumnExpression[Any], ...]:
    """Names that begin with the words first, the shorter before the longer; else by code."""
    said = plain(asked.words)
    by_place = (D.code.is_(None), D.code, D.category, D.name, D.id)
    if not said:
        return by_place
    begins = case((D.search.startswith(said, autoescape=True), 0), else_=1)
    return (begins, func.length(D.name), *by_place)


def _listed(definition: D, unit_name: str | None) -> Listed:
    retired = definition.state == "retired"
    return Listed(definition.id, values_of(definition), unit_name or "", retired)
