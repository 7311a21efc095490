"""What an issued plan holds so far, each row beside the words of the document that it came from (现行计划与出处)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from sqlalchemy import select

from tracker.domain.plan_diff import Beside, Old, OldRows
from tracker.domain.plan_lines import Line, Lines, Sort, found_at, lines_of
from tracker.domain.plan_text import PlanReading, read_plan
from tracker.domain.target_shape import PERCENT, is_change
from tracker.domain.tasks import TaskState
from tracker.domain.unit_names import match_unit
from tracker.extensions import db
from tracker.models import (
    Indicator,
    Plan,
    PlanDocument,
    PlanItem,
    PlanRevision,
    PlanRevisionChange,
    Task,
    TaskUnit,
)
from tracker.queries.units_and_posts import Staff

#: A document: a revision's id, or None for the first one.
Document: TypeAlias = int | None
_FIRST: Document = None
#: Documents as they were read, by their texts.
Readings: TypeAlias = Mapping[str, PlanReading]
NOTHING_READ: Readings = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the plan: what it says now, whether it counts, and where its document has it."""

    id: int
    now: Line
    counts: bool
    document: Document
    start: int | None
    end: int | None
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a revised document has a row."""

    document: Document
    start: int | None
    end: int | None


def documents_read(plan: Plan) -> Readings:
    """Read the plan's documents anew, by their texts: what takes longest where they are large. Two queries."""
    return {text: read_plan(text) for text in _texts(plan).values()}


def plan_so_far(plan: Plan, staff: Staff, known: Readings = NOTHING_READ) -> OldRows:
    """Return the plan's rows with the words of their documents, read anew by today's reader. Seven queries at most.

    What was read already is `known`.

    A row stands where the newest accepted revision has it, else in the first document. A row that only an older
    document holds was kept by decision; what nobody holds of the newest one was left out by decision.
    """
    texts = _texts(plan)
    newest = next(reversed(texts))
    rows = _rows(plan, staff, _places(plan))
    used = {row.document for group in rows.values() for row in group} | {newest}
    lines = {
        key: named_lines(known.get(text) or read_plan(text), plan.year, staff)
        for key, text in texts.items()
        if key in used
    }
    items = _olds(rows[Sort.ITEM], {key: one.items for key, one in lines.items()}, newest, {})
    homes = _homes(rows[Sort.ITEM], lines)
    return OldRows(
        items,
        _olds(rows[Sort.TASK], {key: one.tasks for key, one in lines.items()}, newest, homes),
        _olds(rows[Sort.INDICATOR], {k: one.indicators for k, one in lines.items()}, newest, homes),
    )


def rows_now(plan: Plan, staff: Staff) -> dict[tuple[Sort, int], Line]:
    """Return what the plan's rows that count say now. Four queries."""
    rows = _rows(plan, staff, {})
    return {(sort, row.id): row.now for sort in Sort for row in rows[sort] if row.counts}


def named_lines(reading: PlanReading, year: int, staff: Staff) -> Lines:
    """Return a reading's rows, units called as the bureau calls them: 县财政局预算股 is 预算股."""
    names = {unit.id: unit.name for unit in staff.units.values()}

    def named(words: str) -> str:
        found = ((part, match_unit(part, names)) for part in words.split("、"))
        return "、".join(part if key is None else names[key] for part, key in found)

    lines = lines_of(reading, year)
    tasks = (
        replace(
            line,
            fields=tuple(
                (name, named(value) if name in {"lead", "support"} else value)
                for name, value in line.fields
            ),
        )
        for line in lines.tasks
    )
    return replace(lines, tasks=tuple(tasks))


def _texts(plan: Plan) -> dict[Document, str]:
    """Return the plan's documents, the first one first, then the accepted revisions in their order."""
    first = db.session.scalar(select(PlanDocument.text).where(PlanDocument.plan_id == plan.id))
    accepted = db.session.execute(
        select(PlanRevision.id, PlanRevision.text)
        .where(PlanRevision.plan_id == plan.id, PlanRevision.state == "accepted")
        .order_by(PlanRevision.settled_at, PlanRevision.id)
    )
    return {_FIRST: first or "", **dict(accepted.all())}


def _places(plan: Plan) -> dict[tuple[Sort, int], _Place]:
    """Return where the accepted revisions have the plan's rows, the newest winning."""
    change = PlanRevisionChange
    found = db.session.execute(
        select(
            change.revision_id,
            change.start,
            change.end,
            change.item_id,
            change.task_id,
            change.indicator_id,
        )
        .join(PlanRevision, PlanRevision.id == change.revision_id)
        .where(
            PlanRevision.plan_id == plan.id,
            PlanRevision.state == "accepted",
            change.start.is_not(None),
        )
        .order_by(PlanRevision.settled_at, PlanRevision.id, change.id)
    )
    places = {}
    for revision_id, start, end, *ids in found:
        for sort, id_ in zip(Sort, ids, strict=True):
            if id_ is not None:
                places[sort, id_] = _Place(revision_id, start, end)
    return places


def _rows(
    plan: Plan, staff: Staff, places: Mapping[tuple[Sort, int], _Place]
) -> dict[Sort, list[_Row]]:
    items = db.session.scalars(
        select(PlanItem).where(PlanItem.plan_id == plan.id).order_by(PlanItem.position)
    ).all()
    paths = _paths(items)
    supports = _supports(plan, staff)

    def row(
        sort: Sort, id_: int, now: Line, start: int | None, end: int | None, *, counts: bool
    ) -> _Row:
        place = places.get((sort, id_)) or _Place(_FIRST, start, end)
        beside = rates.get(id_) if sort is Sort.INDICATOR else None
        return _Row(id_, now, counts, place.document, place.start, place.end, beside)

    tasks = db.session.scalars(
        select(Task).where(Task.plan_id == plan.id).order_by(Task.position, Task.id)
    )
    indicators = db.session.scalars(
        select(Indicator)
        .where(Indicator.plan_id == plan.id)
        .order_by(Indicator.position, Indicator.id)
    ).all()
    rates = _rates(indicators)
    return {
        Sort.ITEM: [
            row(Sort.ITEM, one.id, _item_now(one, paths), one.start, one.end, counts=True)
            for one in items
        ],
        Sort.TASK: [
            row(
                Sort.TASK,
                one.id,
                _task_now(one, paths, staff, supports.get(one.id, "")),
                one.start,
                one.end,
                counts=one.state != TaskState.CANCELLED,
            )
            for one in tasks
        ],
        Sort.INDICATOR: [
            row(
                Sort.INDICATOR,
                one.id,
                _indicator_now(one, paths),
                one.start,
                one.end,
                counts=one.state == "issued",
            )
            for one in indicators
        ],
    }


def _rates(indicators: Sequence[Indicator]) -> dict[int, Beside]:
    """Return the growths that were merged with their levels, by their own rows."""
    levels = [
        (one, one.rate)
        for one in indicators
        if one.state == "issued" and one.rate is not None and not is_change(one.measure)
    ]
    gone = [one for one in indicators if one.state == "cancelled" and is_change(one.measure)]
    return {
        growth.id: Beside(growth.id, level.id, rate)
        for growth in gone
        for level, rate in levels
        if _is_beside(growth, level)
    }


def _is_beside(growth: Indicator, level: Indicator) -> bool:
    """Tell whether a level was merged with this growth: it has its name, or stands around it in the text."""
    if level.item_id != growth.item_id:
        return False
    spans = (level.start, growth.start, growth.end, level.end)
    known = [place for place in spans if place is not None]
    around = len(known) == len(spans) and known == sorted(known)
    return around or level.name == growth.name


def _paths(items: Sequence[PlanItem]) -> dict[int | None, tuple[str, ...]]:
    """Return the titles from the outermost heading down to each."""
    paths: dict[int | None, tuple[str, ...]] = {None: ()}
    waiting = list(items)
    while waiting:
        left = []
        for item in waiting:
            if item.parent_id in paths:
                paths[item.id] = (*paths[item.parent_id], item.title)
            else:
                left.append(item)
        if len(left) == len(waiting):
            break
        waiting = left
    return paths


def _supports(plan: Plan, staff: Staff) -> dict[int, str]:
    rows = db.session.execute(
        select(TaskUnit.task_id, TaskUnit.unit_id)
        .join(Task, Task.id == TaskUnit.task_id)
        .where(Task.plan_id == plan.id, TaskUnit.part == "supporting")
        .order_by(TaskUnit.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for task_id, unit_id in rows:
        if unit_id in staff.units:
            found[task_id].append(staff.units[unit_id].name)
    return {task_id: "、".join(names) for task_id, names in found.items()}


def _item_now(item: PlanItem, paths: Mapping[int | None, tuple[str, ...]]) -> Line:
    path = paths.get(item.parent_id, ())
    return Line(item.title, item.parent_id, path, (("number", item.number),))


def _task_now(
    task: Task, paths: Mapping[int | None, tuple[str, ...]], staff: Staff, support: str
) -> Line:
    unit = staff.units.get(task.lead_unit_id or 0)
    fields = (
        ("lead", unit.name if unit else task.lead_words),
        ("support", support),
        ("due", task.due_on.isoformat() if task.due_on else ""),
    )
    return Line(task.text, task.item_id, paths.get(task.item_id, ()), fields, quote=task.text)


def _indicator_now(row: Indicator, paths: Mapping[int | None, tuple[str, ...]]) -> Line:
    """Return what an indicator says; a growth that was worked out into a level is told as the growth."""
    as_rate = is_change(row.measure) and row.rate is not None
    figure = row.rate if as_rate else row.target
    shares = [format(share.normalize(), "f") for share in row.quarter_shares or () if share]
    fields = (
        ("target", _figure(figure)),
        ("unit", PERCENT if as_rate else row.unit),
        ("base", row.base),
        ("quarters", "、".join(shares)),
        ("rate", _figure(row.rate) if not as_rate else ""),
    )
    return Line(row.name, row.item_id, paths.get(row.item_id, ()), fields, row.measure, row.quote)


def _figure(figure: Decimal | None) -> str:
    return format(figure.normalize(), "f") if figure is not None else ""


#: The plan's heading for a heading of a document.
_Homes: TypeAlias = Mapping[tuple[Document, int], int]


def _olds(
    rows: Iterable[_Row],
    lines: Mapping[Document, tuple[Line, ...]],
    newest: Document,
    homes: _Homes,
) -> tuple[Old, ...]:
    """Put rows beside the lines that they were read from; lines of the newest document stand without rows too."""
    claimed, free = _claims(rows, lines)
    olds = [
        Old(row.now, row.now.item, ((row.id, row.now),), kept=True) for row in free if row.counts
    ]
    for key, found in lines.items():
        for index, line in enumerate(found):
            ours = claimed.get((key, index), ())
            alive = tuple((row.id, row.now) for row in ours if row.counts)
            beside = next((row.beside for row in ours if row.beside), None)
            if key == newest or alive or beside:
                home = homes.get((key, line.item)) if line.item is not None else None
                olds.append(Old(line, home, alive, key != newest, None if alive else beside))
    return tuple(olds)


def _claims(
    rows: Iterable[_Row], lines: Mapping[Document, tuple[Line, ...]]
) -> tuple[dict[tuple[Document, int], list[_Row]], list[_Row]]:
    """Return the rows by their line, and those that were never in a document."""
    finders: dict[Document, Callable[[int | None, int | None], int | None]] = {
        key: found_at(found) for key, found in lines.items()
    }
    claimed: dict[tuple[Document, int], list[_Row]] = defaultdict(list)
    free = []
    for row in rows:
        index = finders[row.document](row.start, row.end)
        if index is None:
            free.append(row)
        else:
            claimed[row.document, index].append(row)
    return claimed, free


def _homes(rows: Iterable[_Row], lines: Mapping[Document, Lines]) -> _Homes:
    claimed, _ = _claims(rows, {key: one.items for key, one in lines.items()})
    return {place: found[0].id for place, found in claimed.items()}
