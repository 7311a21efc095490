"""Pages of a PDF become one flow: no page numbers, heads and feet; what a page's end parted is put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.documents.readers.pdf_lines import (
    Line,
    Measure,
    continues,
    joined,
    lines_of,
    measure_of,
)
from tracker.documents.readers.pdf_loose import loose_tables
from tracker.documents.readers.pdf_page import Page
from tracker.documents.readers.pdf_tables import Table, tables_of
from tracker.documents.readers.rows import table_lines

_BAND = 0.13
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–－·.~\s]+\d{1,4}[-—–－·.~\s]+|第\s*\d{1,4}\s*页(?:[\s,，]*(?:[/／]?\s*共)\s*\d{1,4}\s*页)?"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}|Page\s*\d{1,4}(?:\s*of\s*\d{1,4})?)$"
)
_LEVEL = 4.0
_HEAD = re.compile(
    r"^(?:序号|.{0,6}(?:任务|目标|指标|措施|内容|事项|项目|单位|部门|科室|股室|领导|责任人|时限|时间|进度|备注|类别|分类))$"
)

Row = tuple[list[str], bool]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as it is read: its lines outside tables, its tables, from the top down."""

    page: Page
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]

    def in_band(self, line: Line) -> bool:
        """Tell whether a line stands where heads and feet of pages stand."""
        band = _BAND * (self.page.top - self.page.bottom)
        return line.y > self.page.top - band or line.y < self.page.bottom + band

    def blocks(self) -> list[Line | Table]:
        """Return lines and tables in reading order."""
        found: list[Line | Table] = [*self.lines, *self.tables]
        return sorted(found, key=lambda one: -(one.y1 if isinstance(one, Table) else one.y))


def text_of(pages: Sequence[Page]) -> list[str]:
    """Return the paragraphs and the rows of tables of all pages."""
    leaves = _without_chrome([_leaf(page) for page in pages])
    measures = _measures(leaves)
    flow = _Flow()
    for leaf in leaves:
        for block in leaf.blocks():
            if isinstance(block, Table):
                flow.add_table(block)
            else:
                flow.add_line(block, measures[round(leaf.page.width)])
    return flow.finished()


def _leaf(page: Page) -> Leaf:
    tables = tables_of(page.glyphs, page.rules)
    outside = [glyph for glyph in page.glyphs if not any(table.holds(glyph) for table in tables)]
    loose, lines = loose_tables(lines_of(outside))
    return Leaf(page, tuple(lines), (*tables, *loose))


def _measures(leaves: Sequence[Leaf]) -> dict[int, Measure]:
    """Return the column of text for each width of page."""
    lines: dict[int, list[Line]] = {}
    for leaf in leaves:
        lines.setdefault(round(leaf.page.width), []).extend(leaf.lines)
    return {width: measure_of(own) for width, own in lines.items() if own}


def _without_chrome(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Leave out page numbers, and heads and feet that come back page after page."""
    seen = Counter(
        key for leaf in leaves for key in {_key(line) for line in leaf.lines if leaf.in_band(line)}
    )
    least = max(2, len(leaves) * 2 // 5)
    shift = _number_shift(leaves)

    def is_chrome(index: int, leaf: Leaf, line: Line) -> bool:
        if not leaf.in_band(line):
            return False
        if _PAGE_NUMBER.match(line.text) or line.text == str(index + shift):
            return True
        return len(line.text) > 1 and not line.text.isdecimal() and seen[_key(line)] >= least

    return [
        Leaf(
            leaf.page,
            tuple(line for line in leaf.lines if not is_chrome(index, leaf, line)),
            leaf.tables,
        )
        for index, leaf in enumerate(leaves)
    ]


def _number_shift(leaves: Sequence[Leaf]) -> int:
    """Return by how much bare page numbers are ahead of the pages; -1 where there are none."""
    shifts = Counter(
        int(line.text) - index
        for index, leaf in enumerate(leaves)
        for line in leaf.lines
        if line.text.isdecimal() and len(line.text) < 5 and leaf.in_band(line)
    )
    shift, count = shifts.most_common(1)[0] if shifts else (-1, 0)
    last = leaves[0].lines[-1].text if len(leaves) == 1 and leaves[0].lines else ""
    return shift if count > 1 or last == "1" else -1


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", "".join(line.text.split())), round(line.y / 6)


class _Flow:
    """Puts blocks one after another and joins those that belong together."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._words = ""
        self._line: Line | None = None
        self._table: Table | None = None
        self._rows: list[Row] = []

    def add_line(self, line: Line, measure: Measure) -> None:
        """Take a line: a new paragraph, or more of the last one."""
        self._end_table()
        if self._line is not None and continues(self._line, line, measure):
            self._words = joined(self._words, line.text)
        else:
            self._end_paragraph()
            self._words = line.text
        self._line = line

    def add_table(self, table: Table) -> None:
        """Take a table: a new one, or more of the last one."""
        self._end_paragraph()
        rows = table.lines()
        if self._table is not None and _is_beside(self._rows, self._table, rows, table):
            self._rows = _beside(self._rows, rows)
            return
        if self._table is None or self._table.columns != table.columns:
            self._end_table()
            self._rows = rows
        else:
            self._rows = _continued(self._rows, self._table, rows, table)
        self._table = table

    def finished(self) -> list[str]:
        """Return the lines of text."""
        self._end_paragraph()
        self._end_table()
        return self._done

    def _end_paragraph(self) -> None:
        if self._words:
            self._done.append(self._words)
        self._words, self._line = "", None

    def _end_table(self) -> None:
        self._done += table_lines(self._rows)
        self._rows, self._table = [], None


def _is_beside(rows: list[Row], before: Table, more: list[Row], table: Table) -> bool:
    """Tell whether a sheet too wide for its page goes on to the right on the next one."""
    level = abs(before.y1 - table.y1) < _LEVEL and abs(before.y0 - table.y0) < _LEVEL
    if not (level and len(rows) == len(more) > 2):
        return False
    heads, names = more[0][0], [name for name in more[0][0] if _HEAD.search(name)]
    return (
        all(heads)
        and len(names) * 2 >= len(heads)
        and not set(heads) & set(rows[0][0])
        and any(_HEAD.search(name) for name in rows[0][0])
    )


def _beside(rows: list[Row], more: list[Row]) -> list[Row]:
    return [
        (one + other, wide and not any(other))
        for (one, wide), (other, _) in zip(rows, more, strict=True)
    ]


def _continued(rows: list[Row], before: Table, more: list[Row], table: Table) -> list[Row]:
    """Return the rows of a table that goes on at the top of the next page."""
    start = 0
    while start < min(2, len(more)) and more[start] in rows[:2]:
        start += 1
    more = more[start:]
    if not more or not rows:
        return rows + more
    last, first = rows[-1][0], more[0][0]
    parted = _is_parted(before, table, start, last, first)
    merged = dict(_merged_over(before, table, start))
    for column, bottom in merged.items():
        for cells, _ in more[: bottom - start]:
            cells[column] = last[column]
    if not parted:
        return rows + more
    whole = [
        one if column in merged else joined(one, other)
        for column, (one, other) in enumerate(zip(last, first, strict=True))
    ]
    return [*rows[:-1], (whole, False), *more[1:]]


def _is_parted(before: Table, table: Table, start: int, last: list[str], first: list[str]) -> bool:
    """Tell whether a page's end cut through a row: its number stands on the page before alone."""
    above, below = before.cell_at(before.rows - 1, 0), table.cell_at(start, 0)
    if above is None or below is None or below.words or not last[0]:
        return False
    single = above.bottom - above.top == 1 and below.bottom - below.top == 1
    filled = sum(1 for words in first if words)
    return single and 0 < filled < len(first) - 1


def _merged_over(before: Table, table: Table, start: int) -> Iterator[tuple[int, int]]:
    """Return the columns in which one cell goes on from page to page, and where it ends."""
    for column in range(table.columns):
        above, below = before.cell_at(before.rows - 1, column), table.cell_at(start, column)
        if above is None or below is None or below.words:
            continue
        if above.bottom - above.top > 1 or below.bottom - below.top > 1:
            yield column, below.bottom
