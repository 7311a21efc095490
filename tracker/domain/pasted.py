"""Figures pasted from Excel (粘贴): a column or a row of cells, with thousands separators, blank for unknown."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.domain.amounts import parse_figure
from tracker.domain.errors import FigureError

UNKNOWN_CELLS = frozenset({"", "—", "-", "–", "－", "/", "空", "不明", "未知"})
_LABEL = re.compile(r"(1[0-2]|[1-9])月份?|[一二三四]季度|第[一二三四]季度")
_BETWEEN = re.compile(r"[\t\n]")


def cells_of(text: str, wanted: int) -> list[str]:
    """Take a pasted text apart: a column, a row, or either with the months' names beside it.

    What follows the last line is no cell; beyond `wanted` cells empty ones at the end, then at the
    beginning, are left out.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    if not text.strip():
        return []
    parts = _BETWEEN.split(text) if _BETWEEN.search(text) else text.split()
    cells = [cell.strip() for cell in parts]
    cells = [cell for cell in cells if not _LABEL.fullmatch(cell)]
    while len(cells) > wanted and not cells[-1]:
        cells.pop()
    while len(cells) > wanted and not cells[0]:
        cells.pop(0)
    return cells


def read_figures(text: str, wanted: int, places: int) -> tuple[Decimal | None, ...]:
    """Read pasted figures, None for unknown ones; nothing where the text is empty.

    FigureError names the cell that is no figure.
    """
    read: list[Decimal | None] = []
    for number, cell in enumerate(cells_of(text, wanted), start=1):
        try:
            read.append(None if cell in UNKNOWN_CELLS else parse_figure(cell, places))
        except FigureError as error:
            msg = f"第 {number} 个：{error.message}"
            raise FigureError(msg) from None
    return tuple(read)
