"""Tables that administrators send in (.csv, .xlsx): a head row with known names, then rows of text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.documents.readers import read_document
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
    """A row of the table: its number in the file, from 1, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_lines(
    name: str, data: bytes, columns: Mapping[str, Sequence[str]], needed: Sequence[str], limit: int
) -> list[Line]:
    """Return the rows under a head whose names are known by `columns` (column → names it may have).

    Raises DocumentError with one sentence: not a table, a column missing, too many rows.
    """
    if not name.lower().endswith(SUFFIXES):
        raise DocumentError("请用 .csv 或 .xlsx 的表格文件。")
    text = read_document(name, data, limit).text
    filled = [(number, row) for number, row in enumerate(_rows(text), start=1) if any(row)]
    if not filled:
        raise DocumentError("表里没有内容，请核对后再传。")
    at, places = _head([row for _, row in filled[:HEAD_WITHIN]], columns, needed)
    rows = filled[at + 1 :]
    if len(rows) > MOST_ROWS:
        raise DocumentError(f"表有 {len(rows)} 行，超过 {MOST_ROWS} 行，请分开再传。")
    return [
        Line(number, {column: row[at] if at < len(row) else "" for column, at in places.items()})
        for number, row in rows
    ]


def read_day(text: str) -> date | None:
    """Return the day that a cell names: 2024-02-10, 2024/2/10, 2024年2月10日; None where it names none."""
    found = _DAY.match(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _rows(text: str) -> list[list[str]]:
    return [
        [_cell(cell) for cell in row.split("\t")] for row in text.replace("\r\n", "\n").split("\n")
    ]


def _cell(text: str) -> str:
    return text.translate({ord(sign): None for sign in _HIDDEN}).replace(CELL_BREAK, " ").strip()


def _head(
    rows: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[int, dict[str, int]]:
    """Return which row is the head, and where its columns are."""
    found = [_places(row, columns) for row in rows]
    for at, places in enumerate(found):
        if all(column in places for column in needed):
            return at, places
    nearest = max(found, key=len)
    missing = [columns[column][0] for column in needed if column not in nearest]
    raise DocumentError(f"表头里没有“{'”“'.join(missing)}”，请核对第一行。")


def _places(head: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Find the columns by their names; what a name says in brackets is a hint for people."""
    known = {name.lower(): column for column, names in columns.items() for name in names}
    places: dict[str, int] = {}
    for at, name in enumerate(head):
        column = known.get(_HINT.sub("", name).lower())
        if column is not None:
            places.setdefault(column, at)
    return places
