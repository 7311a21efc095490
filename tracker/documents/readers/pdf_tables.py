"""Ruled tables of a PDF page: lines that cross become a grid, cells without a line between them are merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tracker.documents.readers.pdf_lines import cell_words
from tracker.documents.readers.pdf_page import Glyph, Rule
from tracker.documents.readers.rows import CELL_BREAK, cell_text

_NEAR = 3.0
_MOST_RULES = 2_000
_MOST_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the rows and columns it takes up (the ends left out), and its words."""

    top: int
    left: int
    bottom: int
    right: int
    words: str


@dataclass(slots=True)
class Table:
    """A table: where it stands, and its cells."""

    x0: float
    y0: float
    x1: float
    y1: float
    columns: int
    rows: int
    cells: list[Cell] = field(default_factory=list)

    def holds(self, glyph: Glyph) -> bool:
        """Tell whether a letter stands inside."""
        middle = (glyph.x0 + glyph.x1) / 2
        return (
            self.x0 - 1 <= middle <= self.x1 + 1
            and self.y0 - 1 <= glyph.y + glyph.size * 0.3 <= self.y1 + 1
        )

    def cell_at(self, row: int, column: int) -> Cell | None:
        """Return the cell that begins in a column and takes up a row."""
        for cell in self.cells:
            if cell.top <= row < cell.bottom and cell.left == column:
                return cell
        return None

    def lines(self) -> list[tuple[list[str], bool]]:
        """Return the rows; a cell over several rows is repeated in each, as in Word's tables."""
        rows = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.top, cell.bottom):
                rows[row][cell.left] = cell.words
        wide = {cell.top for cell in self.cells if cell.right - cell.left == self.columns}
        return [(row, index in wide) for index, row in enumerate(rows)]


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return the rules that touch one another, group by group."""
    ordered = sorted(rules, key=lambda rule: rule.y0)
    group_of = list(range(len(ordered)))

    def root(index: int) -> int:
        while group_of[index] != index:
            group_of[index] = group_of[group_of[index]]
            index = group_of[index]
        return index

    active: list[int] = []
    for index, rule in enumerate(ordered):
        active = [one for one in active if ordered[one].y1 >= rule.y0 - _NEAR]
        for other in active:
            if _touch(ordered[other], rule):
                group_of[root(other)] = root(index)
        active.append(index)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate(ordered):
        groups.setdefault(root(index), []).append(rule)
    return list(groups.values())


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x0 - _NEAR <= other.x1
        and other.x0 - _NEAR <= one.x1
        and one.y0 - _NEAR <= other.y1
        and other.y0 - _NEAR <= one.y1
    )


def _snapped(values: Iterable[float]) -> list[float]:
    """Return places, those that are nearly the same taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _covers(spans: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    """Tell whether drawn stretches cover most of the way from start to end."""
    drawn = sum(max(0.0, min(end, last) - max(start, first)) for first, last in spans)
    return drawn >= 0.6 * (end - start)


class _Grid:
    """Where the lines of one group stand, and which cells have none between them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        level = [rule for rule in rules if rule.level]
        upright = [rule for rule in rules if not rule.level]
        ends_x = [end for rule in level for end in (rule.x0, rule.x1)]
        ends_y = [end for rule in upright for end in (rule.y0, rule.y1)]
        self.xs = _snapped(
            [rule.x0 for rule in upright] + ([min(ends_x), max(ends_x)] if ends_x else [])
        )
        self.ys = _snapped(
            [rule.y0 for rule in level] + ([min(ends_y), max(ends_y)] if ends_y else [])
        )[::-1]
        self._level = _by_place(level, self.ys, level=True)
        self._upright = _by_place(upright, self.xs, level=False)

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    @property
    def rows(self) -> int:
        return len(self.ys) - 1

    def wall_right(self, row: int, column: int) -> bool:
        spans = self._upright.get(column + 1, [])
        return _covers(spans, self.ys[row + 1], self.ys[row])

    def wall_below(self, row: int, column: int) -> bool:
        spans = self._level.get(row + 1, [])
        return _covers(spans, self.xs[column], self.xs[column + 1])

    def blocks(self) -> Iterator[tuple[int, int, int, int]]:
        """Return the cells, merged ones as one: top, left, bottom, right."""
        taken: set[tuple[int, int]] = set()
        for row in range(self.rows):
            for column in range(self.columns):
                if (row, column) in taken:
                    continue
                bottom, right = self._block(row, column, taken)
                taken.update(
                    (one, other) for one in range(row, bottom) for other in range(column, right)
                )
                yield row, column, bottom, right

    def _block(self, row: int, column: int, taken: set[tuple[int, int]]) -> tuple[int, int]:
        right = column + 1
        while (
            right < self.columns
            and (row, right) not in taken
            and not self.wall_right(row, right - 1)
        ):
            right += 1
        bottom = row + 1
        while bottom < self.rows and not any(
            self.wall_below(bottom - 1, one) for one in range(column, right)
        ):
            bottom += 1
        return bottom, right


def _by_place(
    rules: Sequence[Rule], places: Sequence[float], *, level: bool
) -> dict[int, list[tuple[float, float]]]:
    found: dict[int, list[tuple[float, float]]] = {}
    for rule in rules:
        at = rule.y0 if level else rule.x0
        index = min(range(len(places)), key=lambda one: abs(places[one] - at))
        span = (rule.x0, rule.x1) if level else (rule.y0, rule.y1)
        found.setdefault(index, []).append(span)
    return {index: _merged(spans) for index, spans in found.items()}


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return stretches without overlaps, small gaps closed."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + _NEAR:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _tidied(rules: Sequence[Rule], *, level: bool) -> Iterator[Rule]:
    """Return the rules of one direction, those that go on from one another put together."""
    places: list[tuple[float, list[tuple[float, float]]]] = []
    own = [rule for rule in rules if rule.level is level]
    for rule in sorted(own, key=lambda one: one.y0 if level else one.x0):
        at = rule.y0 if level else rule.x0
        if not places or at - places[-1][0] > _NEAR / 2:
            places.append((at, []))
        places[-1][1].append((rule.x0, rule.x1) if level else (rule.y0, rule.y1))
    for at, spans in places:
        for start, end in _merged(spans):
            yield Rule(start, at, end, at) if level else Rule(at, start, at, end)


def tables_of(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> list[Table]:
    """Return the ruled tables of a page with their words, from the top down."""
    tidied = [*_tidied(rules, level=True), *_tidied(rules, level=False)]
    if len(tidied) > _MOST_RULES:
        return []
    found = []
    for group in _groups(tidied):
        grid = _Grid(group)
        if grid.columns < 2 or grid.rows < 1 or grid.columns * grid.rows > _MOST_CELLS:
            continue
        table = _filled(grid, glyphs)
        if sum(1 for cell in table.cells if cell.words) >= 2:
            found.append(table)
    return sorted(found, key=lambda table: -table.y1)


def _filled(grid: _Grid, glyphs: Sequence[Glyph]) -> Table:
    table = Table(grid.xs[0], grid.ys[-1], grid.xs[-1], grid.ys[0], grid.columns, grid.rows)
    inside = _sorted_in(grid, [glyph for glyph in glyphs if table.holds(glyph)])
    for top, left, bottom, right in grid.blocks():
        own = [
            glyph
            for row in range(top, bottom)
            for column in range(left, right)
            for glyph in inside.get((row, column), ())
        ]
        words = cell_words(own, grid.xs[left], grid.xs[right], CELL_BREAK)
        table.cells.append(Cell(top, left, bottom, right, cell_text(words)))
    return table


def _sorted_in(grid: _Grid, glyphs: Sequence[Glyph]) -> dict[tuple[int, int], list[Glyph]]:
    """Return the letters by the row and column they stand in."""
    found: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        middle, height = (glyph.x0 + glyph.x1) / 2, glyph.y + glyph.size * 0.3
        column = sum(1 for x in grid.xs[1:-1] if x <= middle)
        row = sum(1 for y in grid.ys[1:-1] if y >= height)
        found.setdefault((row, column), []).append(glyph)
    return found
