"""What every reader hands back."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.plan_text.model import Problem

#: The sheet and the row of a line of text; the row 0 for a line that parts two sheets.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as text: table cells are parted by tabs, rows by line ends.

    A workbook says of each line where it stands, as its empty rows are left out.
    """

    text: str
    kind: str
    problems: tuple[Problem, ...] = ()
    places: tuple[Place, ...] = ()
