"""Use case: add a definition of one's own to the indicator library, correct one, retire it or take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.domain.definitions import LABELS, DefinitionValues, faults_of, search_text, shown
from tracker.domain.errors import NotReadyError, StaleError
from tracker.domain.indicator_names import plain
from tracker.extensions import db
from tracker.models import IndicatorDefinition, Unit
from tracker.queries.library import values_of
from tracker.services import audit

ACTIVE, RETIRED = "active", "retired"


class DefinitionFaultError(NotReadyError):
    """What is typed of a definition cannot stay so; `faults` pairs fields with the words after their labels."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(tuple(f"“{LABELS[field]}”{words}" for field, words in faults))
        self.faults = tuple(faults)


def add_definition(
    *, unit: Unit, values: DefinitionValues, person_id: int | None, now: datetime
) -> IndicatorDefinition:
    """Add a definition that is this unit's own. Raises DefinitionFaultError."""
    top_unit_id = unit.top_unit_id or unit.id
    _check(top_unit_id, values, None)
    definition = IndicatorDefinition(
        top_unit_id=top_unit_id, unit_id=unit.id, state=ACTIVE, **columns_of(values)
    )
    db.session.add(definition)
    db.session.flush()
    _note(definition, "added", {"name": values.name}, person_id, now)
    return definition


def correct_definition(
    *,
    definition: IndicatorDefinition,
    values: DefinitionValues,
    version: int,
    person_id: int | None,
    now: datetime,
) -> bool:
    """Change what a definition says; tell whether anything did. Raises StaleError, DefinitionFaultError."""
    _must_be_seen(definition, version)
    before = values_of(definition)
    if values == before:
        return False
    _check(definition.top_unit_id, values, definition.id)
    for column, value in columns_of(values).items():
        setattr(definition, column, value)
    db.session.flush()
    _note(definition, "edited", {"changes": changes_between(before, values)}, person_id, now)
    return True


def retire_definition(
    *, definition: IndicatorDefinition, version: int, person_id: int | None, now: datetime
) -> None:
    """Offer a definition no more; what was made by it stays. Raises StaleError."""
    _must_be_seen(definition, version)
    definition.state = RETIRED
    db.session.flush()
    _note(definition, "retired", {"name": definition.name}, person_id, now)


def restore_definition(
    *, definition: IndicatorDefinition, version: int, person_id: int | None, now: datetime
) -> None:
    """Offer a retired definition again. Raises StaleError, DefinitionFaultError where another took its name."""
    _must_be_seen(definition, version)
    _check(definition.top_unit_id, values_of(definition), definition.id)
    definition.state = ACTIVE
    db.session.flush()
    _note(definition, "restored", {"name": definition.name}, person_id, now)


def columns_of(values: DefinitionValues) -> dict[str, Any]:
    """Return what the table keeps of a definition."""
    return {
        "code": values.code or None,
        "name": values.name,
        "aliases": list(values.aliases),
        "unit": values.unit,
        "kind": values.kind.value,
        "polarity": values.polarity.value,
        "places": values.places,
        "category": values.category,
        "source": values.source,
        "note": values.note,
        "search": search_text(values),
    }


def changes_between(
    before: DefinitionValues, after: DefinitionValues
) -> dict[str, tuple[str, str]]:
    """Return what differs, in words: label → (before, after)."""
    said = {field: (shown(before, field), shown(after, field)) for field in LABELS}
    return {LABELS[field]: pair for field, pair in said.items() if pair[0] != pair[1]}


def _check(top_unit_id: int, values: DefinitionValues, own_id: int | None) -> None:
    """Refuse what cannot be read, a code that is taken, and a second definition of one name and unit."""
    faults = faults_of(values)
    others = select(IndicatorDefinition).where(
        IndicatorDefinition.top_unit_id == top_unit_id, IndicatorDefinition.id != (own_id or 0)
    )
    taken = others.where(IndicatorDefinition.code == values.code)
    if values.code and (other := db.session.scalar(taken)):
        faults.append(("code", f"{values.code} 已是“{other.name}”的编码"))
    alike = others.where(
        IndicatorDefinition.unit == values.unit,
        IndicatorDefinition.state == ACTIVE,
        IndicatorDefinition.search.startswith(plain(values.name), autoescape=True),
    )
    same = (one for one in db.session.scalars(alike) if plain(one.name) == plain(values.name))
    if values.name and (double := next(same, None)):
        coded = f"（编码 {double.code}）" if double.code else ""
        faults.append(("name", f"“{double.name}”库里已有{coded}，计量单位也一样"))
    if faults:
        raise DefinitionFaultError(faults)


def _must_be_seen(definition: IndicatorDefinition, version: int) -> None:
    if definition.version != version:
        raise StaleError("您打开之后，别人已改过这个指标，没有保存。请对照后再提交。")


def _note(
    definition: IndicatorDefinition,
    how: str,
    detail: dict[str, Any],
    person_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        definition.top_unit_id,
        "definition",
        now=now,
        person_id=person_id,
        object_type="definition",
        object_id=definition.id,
        detail={"how": how, **detail},
    )
