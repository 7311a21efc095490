"""Tables of a PDF page that have no ruled lines: words that keep to the same columns, line after line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.documents.readers.pdf_lines import Line, joined
from tracker.documents.readers.pdf_tables import Cell, Table

_GAP = 1.0
_LEAST_COLUMNS = 3
_LEAST_ROWS = 3
_FAR = 4.0

_NUMBER_HEAD = re.compile(r"序\s*号|编\s*号")
_NUMBER = re.compile(r"\d{1,3}(?=\s*[^\d\s.．、%％年月日个项])")

Span = tuple[float, float]


@dataclass(slots=True)
class _Block:
    """Lines that seem to be one table, and its columns so far."""

    columns: list[Span]
    lines: list[tuple[Line, list[Line]]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(1 for _, runs in self.lines if len(runs) > 1)


def loose_tables(lines: Sequence[Line]) -> tuple[list[Table], list[Line]]:
    """Return the tables among lines, and the lines that are in none."""
    tables: list[Table] = []
    rest: list[Line] = []
    at = 0
    while at < len(lines):
        block = _block(lines, at)
        if block is None:
            rest.append(lines[at])
            at += 1
        else:
            tables.append(_table(block))
            at += len(block.lines)
    return tables, rest


def _runs(line: Line) -> list[Line]:
    """Return the stretches of a line that wide gaps part."""
    found = [[line.glyphs[0]]]
    for glyph in line.glyphs[1:]:
        if glyph.x0 - found[-1][-1].x1 > _GAP * max(glyph.size, found[-1][-1].size):
            found.append([glyph])
        else:
            found[-1].append(glyph)
    return [Line(tuple(run)) for run in found]


def _block(lines: Sequence[Line], at: int) -> _Block | None:
    """Return the table that begins with a line, None where none does."""
    heads = _runs(lines[at])
    if len(heads) < _LEAST_COLUMNS:
        return None
    block = _Block([(run.x0, run.x1) for run in heads], [(lines[at], heads)])
    for line in lines[at + 1 :]:
        if block.lines[-1][0].y - line.y > _FAR * line.size:
            break
        runs = _runs(line)
        if not (_takes(block, runs) or _is_group(block, runs)):
            break
        block.lines.append((line, runs))
    while len(block.lines[-1][1]) == 1 and _column(block.columns, block.lines[-1][1][0]) is None:
        block.lines.pop()
    return block if block.rows >= _LEAST_ROWS else None


def _takes(block: _Block, runs: Sequence[Line]) -> bool:
    """Tell whether every stretch has its column, and widen the columns by them."""
    places = [_column(block.columns, run) for run in runs]
    if None in places or len(set(places)) < len(places):
        return False
    for place, run in zip(places, runs, strict=True):
        if place is not None:
            start, end = block.columns[place]
            block.columns[place] = (min(start, run.x0), max(end, run.x1))
    return True


def _column(columns: Sequence[Span], run: Line) -> int | None:
    """Return the column that a stretch lies in or next to, None where it lies across several."""
    touched = [
        index for index, (start, end) in enumerate(columns) if run.x0 < end and run.x1 > start
    ]
    if len(touched) == 1:
        return touched[0]
    if touched:
        return None
    middle = (run.x0 + run.x1) / 2
    return min(
        range(len(columns)),
        key=lambda index: min(abs(columns[index][0] - middle), abs(columns[index][1] - middle)),
    )


def _is_group(block: _Block, runs: Sequence[Line]) -> bool:
    """Tell whether a line is a heading over the table's whole width."""
    (start, end), run = block.columns[0], runs[0]
    starts = start - run.size < run.x0 < end + run.size
    return len(runs) == 1 and starts and run.x1 <= block.columns[-1][1] + run.size


def _table(block: _Block) -> Table:
    rows = list(_rows(block))
    if _NUMBER_HEAD.match(rows[0][0]):
        for row in rows:
            _part_number(row)
    first, last = block.lines[0][0], block.lines[-1][0]
    width = len(block.columns)
    table = Table(
        block.columns[0][0], last.y, block.columns[-1][1], first.y + first.size, width, len(rows)
    )
    for top, cells in enumerate(rows):
        if len(cells) == 1:
            table.cells.append(Cell(top, 0, top + 1, width, cells[0]))
        else:
            table.cells += [Cell(top, n, top + 1, n + 1, words) for n, words in enumerate(cells)]
    return table


def _part_number(row: list[str]) -> None:
    """Put a number that stands close before the second column's words back into the first."""
    found = _NUMBER.match(row[1]) if len(row) > 1 and not row[0] else None
    if found is not None:
        row[0], row[1] = found[0], row[1][found.end() :].lstrip()


def _rows(block: _Block) -> Iterator[list[str]]:
    """Return the cells of each row; a heading over the whole width is one cell."""
    row: list[str] = []
    for _, runs in block.lines:
        place = _column(block.columns, runs[0])
        if len(runs) == 1 and place and len(row) > 1:
            row[place] = joined(row[place], runs[0].text)
            continue
        if row:
            yield row
        row = [""] * len(block.columns)
        if len(runs) == 1:
            row = [runs[0].text]
        for run in runs if len(runs) > 1 else ():
            row[_column(block.columns, run) or 0] = run.text
    if row:
        yield row
