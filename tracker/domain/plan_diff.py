"""What a revised document changes of an issued plan: row by row unchanged, changed, moved, added or dropped (修订对照).

Two documents are compared, not a document with what the office made of one: a figure that it filled in, a deadline
that it extended and a row that it left out are no changes while the document says what it said. A row counts as
changed where the new document says something else than the one it came from, and the plan does not say that yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from tracker.domain.amounts import convert
from tracker.domain.errors import FigureError
from tracker.domain.plan_lines import Line, Lines, Sort
from tracker.domain.plan_match import Candidate, pair_rows, same_words
from tracker.domain.plan_text import Measure


class ChangeKind(StrEnum):
    """修订情况."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    DROPPED = "dropped"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return {
            "unchanged": "未变",
            "changed": "有改动",
            "moved": "移动",
            "added": "新增",
            "dropped": "删去",
        }[self.value]


#: Fields that may become empty: a document that no longer names a lead or a day takes nothing back.
_MAY_EMPTY = frozenset({"support", "number"})
#: Fields that only say where a row stands.
_PLACE = frozenset({"item", "number"})


@dataclass(frozen=True, slots=True)
class Beside:
    """A growth that was merged with its level: its own row, which counts no more, the level's row and its rate."""

    own: int
    level: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Old:
    """A row of the document that counts so far, and what became of it.

    `rows` are the plan's rows read from it, with what they say now; none where it was left out on purpose. `item` is
    the plan's heading for the one that it stood under. A row `kept` against the document, or added by hand, is never
    dropped by it. A growth that stands `beside` a level, merged with it into one row, says so.
    """

    said: Line
    item: int | None
    rows: tuple[tuple[int, Line], ...] = ()
    kept: bool = False
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class OldRows:
    """All rows of the plan so far, by sort."""

    items: tuple[Old, ...] = ()
    tasks: tuple[Old, ...] = ()
    indicators: tuple[Old, ...] = ()

    def of(self, sort: Sort) -> tuple[Old, ...]:
        """Return the rows of a sort."""
        return {Sort.ITEM: self.items, Sort.TASK: self.tasks, Sort.INDICATOR: self.indicators}[sort]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, from what to what; figures in the unit that the row has now."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the revised document says of one row: `id` is the plan's, `at` the place among the new rows of its sort."""

    sort: Sort
    kind: ChangeKind
    id: int | None
    at: int | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All differences in the order of the new document, and which heading of the plan each new heading is."""

    rows: tuple[Difference, ...]
    headings: dict[int, int] = field(default_factory=dict)

    def counts(self) -> dict[ChangeKind, int]:
        """Return how many rows of each kind there are."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in ChangeKind}


def diff_plan(old: OldRows, new: Lines) -> PlanDiff:
    """Compare an issued plan with a revised document."""
    item_pairs = _pair_items(old, new)
    headings = {
        at: old.items[index].rows[0][0] for at, index in item_pairs.items() if old.items[index].rows
    }
    placed = []
    for sort in Sort:
        pairs = item_pairs if sort is Sort.ITEM else _pair(old.of(sort), new.of(sort), headings)
        found = _differences(sort, old.of(sort), new.of(sort), pairs, headings)
        placed += _with_rates(found, old.of(sort), new.of(sort), pairs)
    return PlanDiff(tuple(row for _, row in sorted(placed, key=lambda pair: pair[0])), headings)


# --- which row is which ---------------------------------------------------------------------------------------------


def _pair_items(old: OldRows, new: Lines) -> dict[int, int]:
    """Pair headings by their titles; those left over by the rows that stand under both."""
    pairs = pair_rows(
        [Candidate(row.said.text, row.said.path) for row in old.items],
        [Candidate(line.text, line.path) for line in new.items],
    )
    taken = set(pairs.values())
    ids = {id_: index for index, row in enumerate(old.items) for id_, _ in row.rows}
    for (at, item), votes in sorted(_votes(old, new).items(), key=lambda vote: (-vote[1], vote[0])):
        index = ids.get(item)
        if at not in pairs and index is not None and index not in taken and votes > 1:
            pairs[at] = index
            taken.add(index)
    return pairs


def _votes(old: OldRows, new: Lines) -> Counter[tuple[int, int]]:
    """Count identical tasks under a new heading and under an old one."""
    homes = {row.said.text: row.item for row in old.tasks}
    return Counter(
        (line.item, home)
        for line in new.tasks
        if line.item is not None and (home := homes.get(line.text)) is not None
    )


def _pair(old: Sequence[Old], new: Sequence[Line], headings: dict[int, int]) -> dict[int, int]:
    return pair_rows(
        [Candidate(row.said.text, row.item) for row in old],
        [Candidate(line.text, _heading(line.item, headings)) for line in new],
        lambda index, at: _may_be(old[index].said, new[at]),
    )


def _heading(item: int | None, headings: dict[int, int]) -> Hashable:
    """Return the plan's heading, or one that no old row has."""
    return item if item is None else headings.get(item, ("new", item))


def _may_be(said: Line, line: Line) -> bool:
    """Tell whether two rows can be one series: the same measure, and units that convert, or the same figure."""
    if said.measure != line.measure:
        return False
    one, other = said.field("unit"), line.field("unit")
    same_figure = said.field("target") == line.field("target") != ""
    return one == other or not one or not other or same_figure or _converts(one, other)


def _converts(one: str, other: str) -> bool:
    return _in_unit("1", one, other) is not None


def _in_unit(figure: str, unit: str, wanted: str) -> str | None:
    """Return a figure in another unit as text; None where that cannot be done."""
    try:
        value = convert(Decimal(figure.replace(",", "")), unit, wanted)
    except (FigureError, ArithmeticError):
        return None
    return format(value.normalize(), "f")


# --- what differs ---------------------------------------------------------------------------------------------------

_Placed = tuple[tuple[int, int, int], Difference]


def _differences(
    sort: Sort,
    old: Sequence[Old],
    new: Sequence[Line],
    pairs: dict[int, int],
    headings: dict[int, int],
) -> list[_Placed]:
    """Return what is said of every row of a sort, each with its place in the order of the new document."""
    rank = list(Sort).index(sort)
    placed: list[_Placed] = []
    ends: dict[int, int] = {}
    for at, line in enumerate(new):
        start = line.span.start if line.span is not None else 0
        index = pairs.get(at)
        if index is not None:
            ends[index] = start
        match = old[index] if index is not None else None
        said = _said_of(sort, match, at, line, headings)
        placed += [((start, rank, -1), row) for row in said]
    last = 0
    for index, before in enumerate(old):
        last = ends.get(index, last)
        if index not in ends and not before.kept:
            gone = (Difference(sort, ChangeKind.DROPPED, id_, None) for id_, _ in before.rows)
            placed += [((last, rank, index), row) for row in gone]
    return placed


def _with_rates(
    placed: list[_Placed], old: Sequence[Old], new: Sequence[Line], pairs: dict[int, int]
) -> list[_Placed]:
    """Put a changed growth on the row of the level that it stands beside; without that row it is one of its own."""
    levels = {row.id for _, row in placed if row.at is not None}
    growths = {
        at: beside
        for at, index in pairs.items()
        if (beside := old[index].beside) is not None and beside.level in levels
    }
    changes = {
        beside.level: _rate_change(old[pairs[at]].said, beside.rate, new[at])
        for at, beside in growths.items()
    }
    return [(place, _with_rate(row, growths, changes)) for place, row in placed]


def _with_rate(
    row: Difference,
    growths: dict[int, Beside],
    changes: dict[int, list[FieldChange]],
) -> Difference:
    if row.kind is ChangeKind.ADDED and row.at in growths:
        return Difference(row.sort, ChangeKind.UNCHANGED, growths[row.at].own, row.at)
    if row.at is None or row.id is None or row.id not in changes:
        return row
    fields = (*row.fields, *changes[row.id])
    return replace(row, fields=fields, kind=_kind(fields))


def _rate_change(said: Line, rate: Decimal, line: Line) -> list[FieldChange]:
    """Compare growths, a fall below zero."""
    sign = -1 if line.measure == Measure.REDUCTION else 1
    before, after = _number(said.field("target")), _number(line.field("target"))
    if not isinstance(after, Decimal) or after == before or sign * after == rate:
        return []
    return [FieldChange("rate", *(format(one.normalize(), "f") for one in (rate, sign * after)))]


def _said_of(
    sort: Sort, old: Old | None, at: int, line: Line, headings: dict[int, int]
) -> list[Difference]:
    """Return what a row of the new document means for the plan's rows, or that it is new."""
    if old is None or not old.rows:
        left_out = old is not None and _same_line(old.said, line)
        return [] if left_out else [Difference(sort, ChangeKind.ADDED, None, at)]
    found = []
    for number, (id_, now) in enumerate(old.rows):
        fields = tuple(_changes(old, now, line, headings, with_text=number == 0))
        found.append(Difference(sort, _kind(fields), id_, at, fields))
    return found


def _same_line(said: Line, line: Line) -> bool:
    return same_words(said.text, line.text) and said.fields == line.fields


def _kind(fields: Sequence[FieldChange]) -> ChangeKind:
    names = {change.name for change in fields}
    if not names:
        return ChangeKind.UNCHANGED
    return ChangeKind.MOVED if names <= _PLACE else ChangeKind.CHANGED


def _changes(
    old: Old, now: Line, line: Line, headings: dict[int, int], *, with_text: bool
) -> list[FieldChange]:
    """Return the fields in which the new document differs from the old one and from the row."""
    found = []
    words_differ = not same_words(old.said.text, line.text) and not same_words(now.text, line.text)
    if with_text and words_differ:
        found.append(FieldChange("text", now.text, line.text))
    for name, new in line.fields:
        said, has = old.said.field(name), now.field(name)
        if not new and name not in _MAY_EMPTY:
            continue
        if name == "target":
            found += _target_change(old.said, now, line)
        elif new not in {said, has} and not (name == "unit" and _converts(has, new)):
            found.append(FieldChange(name, has or said, new))
    if _has_moved(old.said, now, line, headings):
        found.append(FieldChange("item", "／".join(now.path), "／".join(line.path)))
    return found


def _target_change(said: Line, now: Line, line: Line) -> list[FieldChange]:
    """Compare figures in the unit that the row has: 9 亿元 is 90000 万元, and its reports go on in 万元."""
    unit, wanted = line.field("unit"), now.field("unit")
    value = _in_unit(line.field("target"), unit, wanted) or line.field("target")
    before = _in_unit(said.field("target"), said.field("unit"), wanted) or said.field("target")
    if _number(value) in {_number(before), _number(now.field("target"))}:
        return []
    return [FieldChange("target", now.field("target"), value)]


def _number(figure: str) -> Decimal | str:
    try:
        return Decimal(figure.replace(",", ""))
    except ArithmeticError:
        return figure


def _has_moved(said: Line, now: Line, line: Line, headings: dict[int, int]) -> bool:
    """Tell whether the document put a row under another heading; one that was only renamed is the same."""
    return _heading(line.item, headings) != now.item and line.path != said.path
