"""Letters of a PDF become lines, and lines that a typesetter broke become paragraphs again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.documents.readers.pdf_page import Glyph

_SAME_LINE = 0.4
_STOPS = "。；！？：…"
_MIDWAY = "，、（《“第"
_NARROW = 10
_OPENING = "（《“‘〔【〈「『([<"
_CLOSING = "，。、；：！？）》”’〕】〉」』…％%,.;:!?)]>·"
_QUOTES = "“”‘’"
_BINDING = f"{_QUOTES}/"
_MARK = re.compile(
    r"^(?:第?[一二三四五六七八九十百]{1,4}[、，,.．章节条]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、）)](?!\d)"
    r"|[①-⑳●■•▪◆]|附件|附：)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """Letters on one baseline, from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def x0(self) -> float:
        """Its left edge."""
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        """Its right edge."""
        return max(self.glyphs[-1].x1, self.glyphs[0].x1)

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.glyphs[0].y

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes = sorted(glyph.size for glyph in self.glyphs)
        return sizes[len(sizes) // 2]

    @property
    def text(self) -> str:
        """Its words; wide gaps become blanks."""
        pieces: list[str] = []
        before: Glyph | None = None
        for glyph in self.glyphs:
            if before is not None:
                pieces.append(_gap(before, glyph))
            pieces.append(glyph.text)
            before = glyph
        return "".join(pieces)

    @property
    def is_entry(self) -> bool:
        """Whether it opens with a number: 一、 （二） 3. ④."""
        return _MARK.match(self.text) is not None

    @property
    def is_open(self) -> bool:
        """Whether its sentence has not come to an end."""
        return self.text[-1] not in _STOPS


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _gap(before: Glyph, after: Glyph) -> str:
    size = max(before.size, after.size)
    gap = after.x0 - before.x1
    if gap > size * 1.5:
        return "  "
    words = before.text[-1].isalpha() and after.text[0].isalpha()
    narrow = words and _is_latin(before.text[-1]) and _is_latin(after.text[0])
    return " " if gap > size * (0.18 if narrow else 0.6) else ""


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """Return the lines that letters stand on, from the top of the page down."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (-one.y, one.x0)):
        if rows and _on_line(rows[-1], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [Line(tuple(_once(sorted(row, key=lambda one: one.x0)))) for row in rows]


def _on_line(row: list[Glyph], glyph: Glyph) -> bool:
    return row[-1].y - glyph.y <= _SAME_LINE * max(row[-1].size, glyph.size) and (
        row[0].y - glyph.y <= 0.7 * max(row[0].size, glyph.size)
    )


def _once(row: list[Glyph]) -> list[Glyph]:
    """Leave out letters that were printed twice to look bold."""
    kept: list[Glyph] = []
    for glyph in row:
        twin = kept and kept[-1].text == glyph.text
        if not twin or glyph.x0 - kept[-1].x0 > 0.12 * glyph.size:
            kept.append(glyph)
    return kept


def first_token(line: Line) -> float:
    """Return the width of what a typesetter could not have parted from the line's beginning."""
    glyphs = line.glyphs
    end = 1
    while end < len(glyphs) and _binds(glyphs[end - 1], glyphs[end]):
        end += 1
    return glyphs[end - 1].x1 - glyphs[0].x0


def _binds(before: Glyph, after: Glyph) -> bool:
    """Tell whether no line may end between two letters; typesetters differ, so this is the widest."""
    last, first = before.text[-1], after.text[0]
    if first in _CLOSING or last in _OPENING or first in _QUOTES or last in _BINDING:
        return True
    near = after.x0 - before.x1 < 0.18 * after.size
    return near and first.isascii() and (last.isascii() or last in "、，％")


def runs_on(after: Line, room: float) -> bool:
    """Tell whether a line was broken for want of room: `after`'s beginning did not fit in."""
    return first_token(after) > room - 0.45 * after.size


def joined(before: str, after: str) -> str:
    """Return two stretches of one sentence put together again."""
    if not before or not after:
        return before + after
    if before[-1] == "-" and after[0].islower() and len(before) > 1 and before[-2].islower():
        return before[:-1] + after
    blank = " " if _is_latin(before[-1]) and _is_latin(after[0]) else ""
    return before + blank + after


def _supported(values: Sequence[float], within: float, least: int) -> float | None:
    """Return the first of sorted values that `least` others stand near."""
    for index, value in enumerate(values if least else ()):
        near = values[index : index + least]
        if len(near) == least and abs(near[-1] - value) <= within:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Measure:
    """The column that a text is set in: its edges and how far apart its lines are."""

    left: float
    right: float
    pitch: float


def measure_of(lines: Sequence[Line]) -> Measure:
    """Return the edges that most lines keep to."""
    size = sorted(line.size for line in lines)[len(lines) // 2]
    least = min(len(lines), 3 if len(lines) > 8 else 2)
    left = _supported(sorted(line.x0 for line in lines), size * 0.6, least)
    full = [line.x1 for line in lines if line.text[-1] not in _CLOSING]  # those may hang
    right = _supported(sorted(full, reverse=True), size * 1.1, min(least, len(full)))
    gaps = sorted(before.y - after.y for before, after in pairwise(lines) if before.y > after.y)
    return Measure(
        min(line.x0 for line in lines) if left is None else left,
        max(line.x1 for line in lines) if right is None else right,
        gaps[len(gaps) // 2] if gaps else size * 1.5,
    )


def continues(line: Line, after: Line, measure: Measure) -> bool:
    """Tell whether `after` goes on with the paragraph of `line`."""
    if abs(line.size - after.size) > 0.12 * max(line.size, after.size):
        return False
    if line.y > after.y and line.y - after.y > 1.7 * measure.pitch:
        return False
    if _is_centred(line, measure) and _is_centred(after, measure) and not after.is_entry:
        return runs_on(after, measure.right - measure.left - (line.x1 - line.x0))
    if not runs_on(after, measure.right - line.x1):
        return False
    if measure.right - measure.left < _NARROW * line.size:
        return False
    if after.is_entry and line.text[-1] not in _MIDWAY:
        return False
    if after.x0 - measure.left < 1.0 * after.size:
        return True
    hangs = line.is_entry or abs(line.x0 - after.x0) < 0.5 * after.size
    return hangs and line.is_open


def _is_centred(line: Line, measure: Measure) -> bool:
    before, behind = line.x0 - measure.left, measure.right - line.x1
    return before > 0.5 * line.size and abs(before - behind) < 0.8 * line.size


def cell_words(glyphs: Iterable[Glyph], left: float, right: float, parting: str) -> str:
    """Return the words of a cell; `parting` stands between lines that were not broken for room."""
    lines = lines_of(glyphs)
    if not lines:
        return ""
    pad = max(0.0, min(min(line.x0 for line in lines) - left, 6.0))
    room = right - left - 2 * pad
    words = lines[0].text
    for line, after in pairwise(lines):
        broken = runs_on(after, room - (line.x1 - line.x0)) and not _is_listed(line, after)
        words = joined(words, after.text) if broken else f"{words}{parting}{after.text}"
    return words


_UNIT = re.compile(r"^[\u4e00-\u9fff]{2,}(?:科|股|室|局|站|办|中心|委|院|所|队|镇|乡|街道)$")


def _is_listed(line: Line, after: Line) -> bool:
    """Tell whether two lines are two names of units, one below the other."""
    return bool(_UNIT.match(line.text) and _UNIT.match(after.text) and len(after.text) > 2)
