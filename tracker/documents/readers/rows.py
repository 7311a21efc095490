"""Rows of a table as lines of text: one form for every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

CELL_BREAK = "\u2028"
_LINE_ENDS = re.compile(r"[ \t]*[\r\n\v\f\u2028\u2029]+[ \t]*")


def cell_text(words: str) -> str:
    """Return a cell's words on one line; its own line ends become U+2028."""
    return _LINE_ENDS.sub(CELL_BREAK, words.strip()).replace("\t", " ")


def row_line(cells: Sequence[str], spans_all: bool = False) -> str:
    """Cells parted by tabs; a full-width row has its one text and no tab."""
    filled = [cell for cell in cells if cell]
    if spans_all or (len(filled) == 1 and cells[0] == filled[0] and len(cells) > 1 and spans_all):
        return filled[0] if filled else ""
    return "\t".join(cells)


def table_lines(rows: Iterable[tuple[Sequence[str], bool]]) -> list[str]:
    """Return the lines of a table, empty rows left out."""
    lines = [row_line(cells, spans_all) for cells, spans_all in rows]
    return [line for line in lines if line.strip()]
