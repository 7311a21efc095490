"""Clauses: the words on both sides of a figure, up to the nearest mark."""

from __future__ import annotations

import re

REACH = 120
_MARKS = re.compile(r"[，；。：！？\n（）\t]")
_APPENDED = re.compile(
    r"(?<=[\u4e00-\u9fff”])（(?:[\u4e00-\u9fff“”、]{1,20}|[A-Za-z][A-Za-z0-9.]{1,7})）"
)


def clause_start(plain: str, start: int, at: int) -> int:
    """Return where the clause begins that a figure stands in; a bracket inside a name does not part it."""
    begin = max(start, at - REACH)
    inner = [match.span() for match in _APPENDED.finditer(plain, begin, at)]
    for match in _MARKS.finditer(plain, begin, at):
        if not any(first <= match.start() < last for first, last in inner):
            begin = match.end()
    return begin


def clause_end(plain: str, at: int, end: int) -> int:
    """Return where the clause ends that a figure stands in."""
    end = min(end, at + REACH)
    inner = [match.span() for match in _APPENDED.finditer(plain, at, end)]
    for match in _MARKS.finditer(plain, at, end):
        if not any(first <= match.start() < last for first, last in inner):
            return match.start()
    return end
