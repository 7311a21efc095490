"""Tables that administrators send in (.csv, .xlsx): a head row with known names, then rows of text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.documents.readers import DocumentText, read_document
from tracker.documents.readers.rows import CELL_BREAK
from tracker.domain.errors import DocumentError

SUFFIXES = (".csv", ".xlsx")
MOST_ROWS = 20_000
#: A title or two may stand above the head row.
HEAD_WITHIN = 5
_HIDDEN = "\u200b\ufeff"
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*日?")
_HINT = re.compile(r"[（(][^（）()]*[）)]|[*＊\s]")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: its number in the file, from 1, its cells by column, its sheet where there are several."""

    number: int
    cells: Mapping[str, str]
    sheet: str = ""

    @property
    def place(self) -> str:
        """Say where it stands: 第12行."""
        return f"工作表“{self.sheet}”第{self.number}行" if self.sheet else f"第{self.number}行"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that holds something, as it was read."""

    sheet: str
    number: int
    cells: Sequence[str]


def read_lines(
    name: str, data: bytes, columns: Mapping[str, Sequence[str]], needed: Sequence[str], limit: int
) -> list[Line]:
    """Return the rows under a head whose names are known by `columns` (column → names it may have).

    A further sheet may have a head of its own. Raises DocumentError with one sentence: not a table, a
    column missing, too many rows.
    """
    if not name.lower().endswith(SUFFIXES):
        raise DocumentError("请用 .csv 或 .xlsx 的表格文件。")
    filled = _rows(read_document(name, data, limit))
    if not filled:
        raise DocumentError("表里没有内容，请核对后再传。")
    sheets = [list(rows) for _, rows in groupby(filled, key=lambda row: row.sheet)]
    lines: list[Line] = []
    places: dict[str, int] = {}
    for rows in sheets:
        at, places = _head(rows[:HEAD_WITHIN], columns, needed, places)
        lines += (_line(row, places, many=len(sheets) > 1) for row in rows[at:])
    if len(lines) > MOST_ROWS:
        raise DocumentError(f"表有 {len(lines)} 行，超过 {MOST_ROWS} 行，请分开再传。")
    return lines


def _line(row: _Row, places: Mapping[str, int], *, many: bool) -> Line:
    cells = row.cells
    said = {column: cells[at] if at < len(cells) else "" for column, at in places.items()}
    return Line(row.number, said, row.sheet if many else "")


def read_day(text: str) -> date | None:
    """Return the day that a cell names: 2024-02-10, 2024/2/10, 2024年2月10日; None where it names none."""
    found = _DAY.match(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _rows(document: DocumentText) -> list[_Row]:
    rows = document.text.replace("\r\n", "\n").split("\n")
    places = document.places or [("", number) for number in range(1, len(rows) + 1)]
    read = (
        _Row(sheet, number, [_cell(cell) for cell in row.split("\t")])
        for row, (sheet, number) in zip(rows, places, strict=True)
    )
    return [row for row in read if any(row.cells)]


def _cell(text: str) -> str:
    return text.translate({ord(sign): None for sign in _HIDDEN}).replace(CELL_BREAK, " ").strip()


def _head(
    rows: Sequence[_Row],
    columns: Mapping[str, Sequence[str]],
    needed: Sequence[str],
    before: dict[str, int],
) -> tuple[int, dict[str, int]]:
    """Return after how many rows the table begins, and where its columns are: as before, where no head says it."""
    found = [_places(row.cells, columns) for row in rows]
    for at, places in enumerate(found, start=1):
        if all(column in places for column in needed):
            return at, places
    if before:
        return 0, before
    nearest = max(found, key=len)
    missing = [columns[column][0] for column in needed if column not in nearest]
    raise DocumentError(f"表头里没有“{'”“'.join(missing)}”，请核对第一行。")


def _places(head: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Find the columns by their names, an earlier name before a later one; in brackets are hints for people."""
    known = {
        name.lower(): (rank, column)
        for column, names in columns.items()
        for rank, name in enumerate(names)
    }
    found = [(known.get(_HINT.sub("", name).lower()), at) for at, name in enumerate(head)]
    places: dict[str, int] = {}
    for (_, column), at in sorted((key, at) for key, at in found if key is not None):
        places.setdefault(column, at)
    return places
