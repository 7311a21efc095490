"""Outline: the text lines cut into enumerated stretches, and which of them are headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.plan_text.canvas import Canvas
from tracker.domain.plan_text.lines import Line
from tracker.domain.plan_text.numbering import Mark, Rank, marks_in, stretches
from tracker.domain.plan_text.owners import bracket_note, line_note, trailing_label
from tracker.domain.plan_text.quantities import quantities_in
from tracker.domain.plan_text.sections import is_title_line
from tracker.domain.plan_text.sentences import body_end

HEADING_LIMIT = 30
_DEPTH = {"（": 1, "）": -1, "“": 1, "”": -1, "《": 1, "》": -1, "【": 1, "】": -1}
_BRACKET = re.compile(r"[（【]([^（）【】]*(?:（[^（）]*）[^（）【】]*)*)[）】]$")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one line after an enumerator or without one."""

    mark: Mark | None
    start: int
    end: int
    line: int
    leads: bool
    closes: bool

    @property
    def rank(self) -> Rank | None:
        """The enumerator's rank."""
        return self.mark.rank if self.mark else None

    @property
    def numbered(self) -> bool:
        """Tell whether it begins with an enumerator that can head an item."""
        return self.mark is not None and self.mark.rank <= Rank.CIRCLE


def segments_of(canvas: Canvas, lines: Sequence[Line]) -> list[Segment]:
    """All stretches of the lines, in order."""
    found: list[Segment] = []
    last: dict[Rank, int] = {}
    for index, line in enumerate(lines):
        marks = marks_in(canvas.plain, line.start, line.end, last)
        cut = stretches(marks, line.start, line.end)
        for place, (mark, start, end) in enumerate(cut):
            found.append(Segment(mark, start, end, index, place == 0, place == len(cut) - 1))
        for mark in marks:
            for rank in [rank for rank in last if rank > mark.rank]:
                del last[rank]
    return found


def head_end(plain: str, start: int, end: int) -> int:
    """Where the first sentence of an entry ends: at the first 。 or ： outside brackets."""
    depth = 0
    for at in range(start, min(end, start + 200)):
        character = plain[at]
        depth = max(0, depth + _DEPTH.get(character, 0))
        if character in "。：" and depth == 0:
            return at
    return end


def without_note(canvas: Canvas, start: int, end: int) -> tuple[int, str]:
    """Return the end of the words before trailing owner brackets, and the brackets' words."""
    plain, notes = canvas.plain, ""
    while True:
        at = body_end(plain, start, end)
        match = _BRACKET.search(plain[max(start, at - 400) : at]) if at > start else None
        note = bracket_note(match[1]) if match else None
        if match is None or note is None:
            label = trailing_label(plain[start:at])
            if label is None:
                return at, notes
            words, end = plain[start + label : at], start + label
        else:
            words, end = match[1], at - len(match[0])
        notes = f"{words}；{notes}" if notes else words


def is_owner_segment(canvas: Canvas, segment: Segment) -> bool:
    """Tell whether a line only names owners or a deadline."""
    return line_note(canvas.plain[segment.start : segment.end]) is not None


def _has_rest(canvas: Canvas, start: int, end: int) -> bool:
    rest = canvas.plain[start:end].strip("。：； ")
    return bool(rest) and line_note(rest) is None


def _following(segments: Sequence[Segment], index: int) -> Iterator[Segment]:
    """Yield the stretches after one, without copying them."""
    return (segments[place] for place in range(index + 1, len(segments)))


def _under(canvas: Canvas, segments: Sequence[Segment], index: int) -> bool:
    """Tell whether text of the same entry follows on later stretches."""
    rank = segments[index].rank
    for after in _following(segments, index):
        if not after.numbered and is_owner_segment(canvas, after):
            continue
        if not after.numbered and is_title_line(canvas.plain[after.start : after.end]):
            return False
        return not after.numbered or (
            rank is not None and after.mark is not None and after.mark.rank > rank
        )
    return False


def _is_sentence(canvas: Canvas, segments: Sequence[Segment], index: int, title_end: int) -> bool:
    """Tell whether an entry alone on its line is the last of a list of sentences, not a heading."""
    segment, plain = segments[index], canvas.plain
    if "。" not in plain[title_end : segment.end]:
        return False
    if quantities_in(plain, segment.start, title_end):
        return True
    before = segments[index - 1] if index else segment
    return (
        before is not segment
        and before.rank is segment.rank
        and before.closes
        and plain[before.start : before.end].count("。") == 1
    )


def heading_of(
    canvas: Canvas, segments: Sequence[Segment], index: int, more: bool = False
) -> tuple[int, int] | None:
    """Return the (end of title, start of the rest) of an entry that is an item, None for a task."""
    segment = segments[index]
    end = head_end(canvas.plain, segment.start, segment.end)
    title_end, _ = without_note(canvas, segment.start, end)
    rest = _has_rest(canvas, end, segment.end)
    if title_end <= segment.start or not (rest or more or _under(canvas, segments, index)):
        return None
    alone = segment.closes and not rest
    if alone and not more and _is_sentence(canvas, segments, index, title_end):
        return None
    if alone and canvas.plain[segment.start : title_end].count("；") == 0:
        return title_end, end
    short = title_end - segment.start <= HEADING_LIMIT
    if short and not quantities_in(canvas.plain, segment.start, title_end):
        return title_end, end
    return None


_LEAD_LINE = re.compile(
    r"^(?:(?:重点)?(?:工作|任务|项目|工程|行动|专项|举措)[一二三四五六七八九十\d]{1,2}：)?"
    r"[\u4e00-\u9fff“”、，（）A-Za-z+—]{3,24}$"
)


def is_lead_line(canvas: Canvas, segments: Sequence[Segment], index: int) -> bool:
    """Tell whether a short line over longer text is a heading that lost its number."""
    segment = segments[index]
    words = canvas.plain[segment.start : segment.end]
    if segment.mark is not None or not segment.closes or not _LEAD_LINE.match(words):
        return False
    if index + 1 >= len(segments):
        return False
    after = segments[index + 1]
    length = after.end - after.start
    return after.numbered or after.rank is Rank.ORDINAL or length * 2 > len(words) * 3
