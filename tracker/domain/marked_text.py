"""The document with what was read from it marked (原文与标记): paragraphs, and in them marks that never cross."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

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

    @property
    def keys(self) -> frozenset[str]:
        """Return the rows whose marks lie in it, or reach into it."""
        found = {run.mark.key for run in self.runs if run.mark is not None}
        parts = (part for run in self.runs for part in run.parts)
        return frozenset(found | {part.mark.key for part in parts if part.mark is not None})


def marked_paragraphs(
    text: str, marks: Iterable[Mark], headings: Iterable[Span] = ()
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text with its marks cut so that inner ones lie in outer ones or beside them."""
    placed = sorted(
        (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)),
        key=lambda mark: (mark.start, -mark.end),
    )
    outer = _disjoint([mark for mark in placed if mark.outer])
    inner = [mark for mark in placed if not mark.outer]
    heads = sorted(headings, key=lambda span: span.start)
    paragraphs = []
    for start, end in _lines(text):
        if text[start:end].strip():
            here_outer, outer = _reaching(outer, start, end)
            here_inner, inner = _reaching(inner, start, end)
            runs = _runs(text, start, end, here_outer, here_inner)
            here_heads, heads = _heads(heads, end)
            paragraphs.append(Paragraph(runs, _is_heading(text, start, end, here_heads)))
    return tuple(paragraphs)


def stretch_of(
    paragraphs: Sequence[Paragraph], keys: Iterable[str], *, first: bool, last: bool
) -> tuple[Paragraph, ...]:
    """Return the stretch of a document that a page of its rows was read from, with all that lies between its marks.

    Stretches of following pages meet: unmarked lines before a mark go with it; the `first` page begins with the
    document, the `last` one ends with it. A page whose rows are nowhere in the document has none.
    """
    wanted = frozenset(keys)
    marked = [at for at, paragraph in enumerate(paragraphs) if paragraph.keys]
    mine = [at for at in marked if not wanted.isdisjoint(paragraphs[at].keys)]
    if not mine:
        return tuple(paragraphs) if first and last else ()
    before = [at for at in marked if at < mine[0]]
    start = 0 if first else before[-1] + 1 if before else 0
    return tuple(paragraphs[start : len(paragraphs) if last else mine[-1] + 1])


def marked_only(paragraphs: Sequence[Paragraph], keys: Iterable[str]) -> tuple[Paragraph, ...]:
    """Return the lines that hold these rows' marks, each stretch under its own heading."""
    wanted = frozenset(keys)
    found: list[Paragraph] = []
    heading: Paragraph | None = None
    for paragraph in paragraphs:
        if not wanted.isdisjoint(paragraph.keys):
            if heading is not None and heading is not paragraph:
                found.append(heading)
            found.append(paragraph)
            heading = None
        elif paragraph.heading:
            heading = paragraph
    return tuple(found)


def _disjoint(marks: list[Mark]) -> list[Mark]:
    """Leave out an outer mark that overlaps the one before it."""
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _lines(text: str) -> Iterable[tuple[int, int]]:
    at = 0
    for match in _LINE_ENDS.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _reaching(marks: list[Mark], start: int, end: int) -> tuple[list[Mark], list[Mark]]:
    """Return the marks that touch a line, and those that the following lines may still touch."""
    here = [mark for mark in _until(marks, end) if mark.end > start]
    first_left = next((i for i, mark in enumerate(marks) if mark.end > end), len(marks))
    return here, marks[first_left:]


def _until(marks: list[Mark], end: int) -> Iterable[Mark]:
    for mark in marks:
        if mark.start >= end:
            return
        yield mark


def _heads(heads: list[Span], end: int) -> tuple[list[Span], list[Span]]:
    count = next((i for i, span in enumerate(heads) if span.start >= end), len(heads))
    return heads[:count], heads[count:]


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
