"""The document with what was read from it marked (原文与标记): paragraphs, and in them marks that never cross."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from tracker.domain.plan_text.model import Span

_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text that a row was read from; `outer` for tasks, which hold targets."""

    key: str
    label: str
    kind: str
    start: int
    end: int
    outer: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that lies in at most one inner mark. `first`: the mark begins here; `ends`: marks that end here."""

    text: str
    mark: Mark | None = None
    first: bool = False
    ends: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring parts that lie in the same outer mark, or in none."""

    mark: Mark | None
    first: bool
    ends: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the document; `heading` for a line that an item of the plan stands in alone."""

    runs: tuple[Run, ...]
    heading: bool = False


class MarkedText:
    """A text and the marks in it, whose inner ones are cut so that they lie in outer ones or beside them.

    Only what is asked for is laid out: of a text of five megabytes, the stretch that a page shows.
    """

    def __init__(self, text: str, marks: Iterable[Mark], headings: Iterable[Span] = ()) -> None:
        self._text = text
        self._marks = _disjoint(
            sorted(
                (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)),
                key=lambda mark: (mark.start, -mark.end),
            )
        )
        self._headings = sorted(headings, key=lambda span: span.start)
        self._lines = [(at, to) for at, to in _lines(text) if text[at:to].strip()]
        self._starts = [at for at, _ in self._lines]
        self._ends = [to for _, to in self._lines]

    @property
    def length(self) -> int:
        """Return how many paragraphs the whole text has."""
        return len(self._lines)

    def whole(self) -> tuple[Paragraph, ...]:
        """Return all paragraphs."""
        return self._paragraphs(range(len(self._lines)))

    def stretch(self, keys: Iterable[str], *, first: bool, last: bool) -> tuple[Paragraph, ...]:
        """Return the stretch that a page of rows was read from, with all that lies between its marks.

        Stretches of following pages meet: unmarked lines before a mark go with it; the `first` page begins with the
        text, the `last` one ends with it. A page whose rows are nowhere in the text has none.
        """
        mine = self._marked(keys)
        if not mine:
            return self.whole() if first and last else ()
        begins, ends = min(mine), max(mine)
        touched = (self._touched(mark) for mark in self._marks_before(begins))
        before = (min(lines.stop, begins) for lines in touched if lines and lines.start < begins)
        start = 0 if first else max(before, default=0)
        return self._paragraphs(range(start, len(self._lines) if last else ends + 1))

    def only(self, keys: Iterable[str]) -> tuple[Paragraph, ...]:
        """Return the lines that hold these rows' marks, each stretch under its own heading."""
        mine = self._marked(keys)
        heads = {self._heading_before(line) for line in mine}
        chosen = sorted(mine | {line for line in heads if line is not None})
        found: list[Paragraph] = []
        heading: Paragraph | None = None
        for line, paragraph in zip(chosen, self._paragraphs(chosen), strict=True):
            if line not in mine:
                heading = paragraph
                continue
            found += [heading] if heading is not None else []
            found.append(paragraph)
            heading = None
        return tuple(found)

    def _marked(self, keys: Iterable[str]) -> set[int]:
        """Return the numbers of the lines that these rows' marks touch."""
        wanted = frozenset(keys)
        touched = (self._touched(mark) for mark in self._marks if mark.key in wanted)
        return {line for lines in touched for line in lines}

    def _touched(self, mark: Mark) -> range:
        """Return the numbers of the lines that a mark touches."""
        return range(bisect_right(self._ends, mark.start), bisect_left(self._starts, mark.end))

    def _marks_before(self, line: int) -> Iterable[Mark]:
        """Return the marks that begin before a line."""
        return takewhile(lambda mark: mark.start < self._starts[line], self._marks)

    def _heading_before(self, line: int) -> int | None:
        """Return the number of the nearest line above that a heading fills."""
        at = bisect_left(self._headings, self._starts[line], key=lambda span: span.start)
        for heading in reversed(self._headings[:at]):
            number = bisect_right(self._starts, heading.start) - 1
            if 0 <= number < line and self._is_heading(number):
                return number
        return None

    def _is_heading(self, line: int) -> bool:
        start, end = self._lines[line]
        at, to = (
            bisect_left(self._headings, place, key=lambda span: span.start)
            for place in (start, end)
        )
        return _is_heading(self._text, start, end, self._headings[at:to])

    def _paragraphs(self, lines: Sequence[int]) -> tuple[Paragraph, ...]:
        """Lay out lines, given by their numbers from the top down."""
        if not lines:
            return ()
        begins, ends = self._starts[lines[0]], self._ends[lines[-1]]
        near = [mark for mark in self._marks if mark.start < ends and mark.end > begins]
        outer = _Coming([mark for mark in near if mark.outer])
        inner = _Coming([mark for mark in near if not mark.outer])
        paragraphs = []
        for line in lines:
            start, end = self._lines[line]
            runs = _runs(self._text, start, end, outer.at(start, end), inner.at(start, end))
            paragraphs.append(Paragraph(runs, self._is_heading(line)))
        return tuple(paragraphs)


class _Coming:
    """Marks in order, asked for line by line from the top down; those that are over are not looked at again."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks, self._next = marks, 0
        self._open: list[Mark] = []

    def at(self, start: int, end: int) -> list[Mark]:
        """Return the marks that touch a line."""
        while self._next < len(self._marks) and self._marks[self._next].start < end:
            self._open.append(self._marks[self._next])
            self._next += 1
        self._open = [mark for mark in self._open if mark.end > start]
        return list(self._open)


def _disjoint(marks: list[Mark]) -> list[Mark]:
    """Leave out an outer mark that overlaps the outer one before it."""
    kept: list[Mark] = []
    reached = 0
    for mark in marks:
        if mark.outer and mark.start < reached:
            continue
        reached = mark.end if mark.outer else reached
        kept.append(mark)
    return kept


def _lines(text: str) -> Iterable[tuple[int, int]]:
    at = 0
    for match in _LINE_ENDS.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _is_heading(text: str, start: int, end: int, heads: Sequence[Span]) -> bool:
    """Tell whether an item fills its line but for numbers and marks."""
    return any(len(text[start:end].strip()) - (span.end - span.start) <= 4 for span in heads)


def _runs(text: str, start: int, end: int, outer: list[Mark], inner: list[Mark]) -> tuple[Run, ...]:
    runs: list[Run] = []
    at = start
    for mark in outer:
        left, right = max(mark.start, start), min(mark.end, end)
        if left > at:
            runs.append(Run(None, False, False, _parts(text, at, left, inner)))
        parts = _parts(text, left, right, inner)
        runs.append(Run(mark, mark.start >= start, mark.end <= end, parts))
        at = right
    if at < end:
        runs.append(Run(None, False, False, _parts(text, at, end, inner)))
    return tuple(runs)


def _parts(text: str, start: int, end: int, inner: list[Mark]) -> tuple[Part, ...]:
    here = [mark for mark in inner if mark.start < end and mark.end > start]
    cuts = {start, end}
    for mark in here:
        cuts |= {max(mark.start, start), min(mark.end, end)}
    edges = sorted(cuts)
    parts = []
    for left, right in pairwise(edges):
        over = [mark for mark in here if mark.start < right and mark.end > left]
        top = max(over, key=lambda mark: mark.start) if over else None
        ends = tuple(mark for mark in here if mark.end == right)
        parts.append(Part(text[left:right], top, top is not None and top.start == left, ends))
    return tuple(parts)
