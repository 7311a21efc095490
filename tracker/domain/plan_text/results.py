"""Results: last year's figures out of the review parts."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.plan_text.canvas import Canvas
from tracker.domain.plan_text.model import Result, SectionKind
from tracker.domain.plan_text.numbering import Rank
from tracker.domain.plan_text.outline import Segment, head_end
from tracker.domain.plan_text.pairing import Found
from tracker.domain.plan_text.sections import heading_kind
from tracker.domain.plan_text.sentences import sentences_in
from tracker.domain.plan_text.targets import quantified

_HEADING_ROOM = 24


def _speaks_of_problems(canvas: Canvas, segment: Segment, year: int | None) -> bool:
    end = head_end(canvas.plain, segment.start, segment.end)
    if not segment.numbered or end - segment.start > _HEADING_ROOM:
        return False
    return heading_kind(canvas.plain[segment.start : end], year) is SectionKind.PROBLEMS


def told(canvas: Canvas, part: Sequence[Segment], year: int | None) -> list[tuple[int, int]]:
    """Return the stretches of a review part that tell results: not those under 存在问题."""
    found: list[tuple[int, int]] = []
    shut: Rank | None = None
    for segment in part:
        rank = segment.rank
        if segment.numbered and shut is not None and rank is not None and rank <= shut:
            shut = None
        if shut is None and _speaks_of_problems(canvas, segment, year):
            shut = rank
        if shut is None:
            found.append((segment.start, segment.end))
    return found


def _result(canvas: Canvas, found: Found) -> Result:
    return Result(
        found.name,
        found.measure,
        found.value,
        found.unit,
        found.bound,
        found.base,
        canvas.words(found.start, found.end).strip("，、；：。 "),
        canvas.place(found.start, found.end),
    )


def results_in(canvas: Canvas, stretches: Sequence[tuple[int, int]]) -> list[Result]:
    """Return every quantified result of the stretches, in order."""
    return [
        _result(canvas, one)
        for start, end in stretches
        for first, last in sentences_in(canvas.plain, start, end)
        for one in quantified(canvas.plain, first, last)
    ]
