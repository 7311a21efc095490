"""Use case: take over an indicator library from a table: what is there is changed, what is new is added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert, select

from tracker.documents.library_table import DefinitionRow, read_library
from tracker.domain.definitions import DefinitionValues
from tracker.domain.errors import NotReadyError
from tracker.domain.indicator_names import plain
from tracker.extensions import db
from tracker.models import IndicatorDefinition, Unit
from tracker.queries.library import values_of
from tracker.services import audit
from tracker.services.edit_definition import ACTIVE, RETIRED, changes_between, columns_of

T = TypeVar("T")

BATCH = 500

#: Told how many rows of how many are done with. First, before anything is locked, that it is none of them yet.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changed:
    """A definition that the table says otherwise, and what differs: label → (before, after)."""

    definition_id: int
    place: str
    after: DefinitionValues
    differences: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LibraryChanges:
    """What a table does to the library. `retired` of its rows mean definitions that stay retired."""

    added: tuple[DefinitionValues, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    retired: int

    @property
    def rows(self) -> int:
        """Return how many rows the table has."""
        return len(self.added) + len(self.changed) + self.unchanged


def preview_library(*, top_unit_id: int, name: str, data: bytes, limit: int) -> LibraryChanges:
    """Return what a table would do, and do nothing. Raises as import_library does."""
    return _changes(top_unit_id, read_library(name, data, limit))


def import_library(
    *,
    top_unit_id: int,
    name: str,
    data: bytes,
    limit: int,
    person_id: int | None,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> LibraryChanges:
    """Take over the table into the county's part of a bureau's library; the same table again changes nothing.

    A row means the definition of its code, else the only one of its name. Empty cells leave what is there,
    definitions that the table does not have stay, own ones are not touched. Raises DocumentError when it is
    no such table, NotReadyError with every fault and its place; then nothing is taken over.
    """
    rows = read_library(name, data, limit)
    progress(0, len(rows))
    _one_at_a_time(top_unit_id)
    changes = _changes(top_unit_id, rows)
    done = changes.unchanged
    for written in (_add(top_unit_id, changes.added), _change(changes.changed)):
        for count in written:
            done += count
            progress(done, len(rows))
    if changes.added or changes.changed:
        detail = {"file": name, "added": len(changes.added), "changed": len(changes.changed)}
        audit.record(
            top_unit_id,
            "import",
            now=now,
            person_id=person_id,
            object_type="library",
            detail=detail,
        )
    return changes


def _one_at_a_time(top_unit_id: int) -> None:
    """Let a second import into the same library wait until this one is over."""
    db.session.scalars(
        select(Unit.id).where(Unit.id == top_unit_id).with_for_update(key_share=True)
    ).all()


@dataclass(slots=True)
class _There:
    """The library as it is: definitions by code, the county's by name too."""

    by_code: dict[str, IndicatorDefinition] = field(default_factory=dict)
    by_name: dict[str, list[IndicatorDefinition]] = field(default_factory=dict)

    def meant_by(self, row: DefinitionRow) -> list[IndicatorDefinition]:
        """Return the definitions that a row may mean: by its code, else by its name."""
        if row.code in self.by_code:
            return [self.by_code[row.code]]
        named = self.by_name.get(plain(row.name), [])
        return [one for one in named if not one.code] if row.code else named


def _there(top_unit_id: int) -> _There:
    there = _There()
    query = select(IndicatorDefinition).where(IndicatorDefinition.top_unit_id == top_unit_id)
    for definition in db.session.scalars(query.order_by(IndicatorDefinition.id)):
        if definition.code:
            there.by_code[definition.code] = definition
        if not definition.own:
            there.by_name.setdefault(plain(definition.name), []).append(definition)
    return there


def _changes(top_unit_id: int, rows: Sequence[DefinitionRow]) -> LibraryChanges:
    there, problems = _there(top_unit_id), list[str]()
    places: dict[int, str] = {}
    added: list[DefinitionValues] = []
    changed: list[Changed] = []
    retired = 0
    for row in rows:
        meant = there.meant_by(row)
        if problem := _problem(row, meant, places):
            problems.append(problem)
        elif not meant:
            added.append(row.over(None))
        else:
            places[meant[0].id] = row.place
            retired += meant[0].state == RETIRED
            changed += _changed(row, meant[0])
    if problems:
        raise NotReadyError(tuple(problems))
    unchanged = len(rows) - len(added) - len(changed)
    return LibraryChanges(tuple(added), tuple(changed), unchanged, retired)


def _problem(
    row: DefinitionRow, meant: Sequence[IndicatorDefinition], places: dict[int, str]
) -> str | None:
    """Say why a row cannot be taken over."""
    if not meant:
        return None
    if len(meant) > 1:
        words = f"在指标库里有 {len(meant)} 个，请写上编码"
        return f"{row.place}“指标名称”“{row.name[:20]}”{words}"
    if meant[0].own:
        return (
            f"{row.place}“编码”{row.code} 已是本单位自加的“{meant[0].name}”的编码，请先改它的编码"
        )
    if meant[0].id in places:
        return f"{row.place}与{places[meant[0].id]}是指标库里的同一个指标“{meant[0].name}”"
    return None


def _changed(row: DefinitionRow, definition: IndicatorDefinition) -> list[Changed]:
    before = values_of(definition)
    after = row.over(before)
    if after == before:
        return []
    return [Changed(definition.id, row.place, after, changes_between(before, after))]


def _add(top_unit_id: int, added: Sequence[DefinitionValues]) -> Iterator[int]:
    """Write new definitions, a batch at a time; yield how many each time."""
    for batch in _batches(added):
        own = {"top_unit_id": top_unit_id, "unit_id": None, "state": ACTIVE}
        rows = [own | columns_of(values) for values in batch]
        db.session.execute(insert(IndicatorDefinition), rows)
        yield len(batch)


def _change(changed: Sequence[Changed]) -> Iterator[int]:
    """Write changed definitions in the same way."""
    for batch in _batches(changed):
        wanted = {change.definition_id: change.after for change in batch}
        query = select(IndicatorDefinition).where(IndicatorDefinition.id.in_(wanted))
        for definition in db.session.scalars(query):
            for column, value in columns_of(wanted[definition.id]).items():
                setattr(definition, column, value)
        db.session.flush()
        yield len(batch)


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))
