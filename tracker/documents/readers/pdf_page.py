"""A page of a PDF as letters and ruled lines, turned upright, each with its place in points."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTComponent, LTCurve, LTFigure, LTImage, LTLine, LTPage, LTRect
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import Matrix, PathSegment

from tracker.domain.errors import DocumentError

MAX_MARKS = 60_000
MAX_CONTENT = 3_000_000
_TOO_MUCH = "PDF 里一页的文字或线条多得不合常理，不予读取，请另存为 .docx 后再传。"
_THIN = 3.0
_LONG = 4.0
_UNUSUAL = re.compile("[\u2e80-\u2fdf\uf900-\ufb4f]")
#: Radicals that some writers put for the letters themselves.
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter: its left and right edge, its baseline, its size."""

    x0: float
    x1: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight drawn line, level or upright."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(slots=True)
class Page:
    """What stands on a page."""

    bottom: float = 0
    top: float = 0
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: float = 0
    unknown: int = 0
    width: float = 0

    @property
    def is_picture(self) -> bool:
        """Whether pictures take up the page and no letter stands on it."""
        return not self.glyphs and self.pictures > 0.3 * self.width * (self.top - self.bottom)


class _Device(PDFPageAggregator):
    """Collects a page's marks and refuses one that has too many."""

    marks = 0

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        self.marks = 0
        super().begin_page(page, ctm)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        self._count()
        return super().render_char(matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate)

    def paint_path(
        self,
        gstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[PathSegment],
    ) -> None:
        self._count()
        super().paint_path(gstate, stroke, fill, evenodd, path)

    def _count(self) -> None:
        self.marks += 1
        if self.marks > MAX_MARKS:
            raise DocumentError(_TOO_MUCH)


class Renderer:
    """Draws pages one after another; fonts are kept between them."""

    def __init__(self) -> None:
        manager = PDFResourceManager()
        self._device = _Device(manager, laparams=None)
        self._interpreter = PDFPageInterpreter(manager, self._device)

    def page(self, page: PDFPage) -> Page:
        """Return what stands on a page."""
        if sum(_size(part) for part in page.contents) > MAX_CONTENT:
            raise DocumentError(_TOO_MUCH)
        self._interpreter.process_page(page)
        return _upright(self._device.get_result())


def _size(content: object) -> int:
    """Return how many bytes of drawing orders a part of a page's content is."""
    stream = resolve1(content)
    return len(stream.get_data()) if isinstance(stream, PDFStream) else 0


def _parts(container: Iterable[LTComponent]) -> Iterator[LTComponent]:
    for part in container:
        if isinstance(part, LTFigure):
            yield from _parts(part)
        else:
            yield part


def _turn(char: LTChar) -> int:
    """Return how often a letter is turned by a right angle; -1 where it stands aslant."""
    a, b = char.matrix[0], char.matrix[1]
    if abs(b) < abs(a) * 0.1:
        return 0 if a > 0 else 2
    if abs(a) < abs(b) * 0.1:
        return 1 if b > 0 else 3
    return -1


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _box(part: LTComponent, turn: int) -> tuple[float, float, float, float]:
    (ax, ay), (bx, by) = _turned(part.x0, part.y0, turn), _turned(part.x1, part.y1, turn)
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _upright(layout: LTPage) -> Page:
    """Sort a page's parts, as seen by one who reads most of its letters."""
    parts = list(_parts(layout))
    turns = Counter(_turn(part) for part in parts if isinstance(part, LTChar))
    turns.pop(-1, None)
    turn = turns.most_common(1)[0][0] if turns else 0
    left, bottom, right, top = _box(layout, turn)
    page = Page(bottom=bottom, top=top, width=right - left)
    for part in parts:
        if isinstance(part, LTChar):
            _take_letter(page, part, turn)
        elif isinstance(part, LTImage):
            page.pictures += part.width * part.height
        elif isinstance(part, (LTLine, LTRect, LTCurve)):
            page.rules += _rules(part, turn)
    return page


def _take_letter(page: Page, char: LTChar, turn: int) -> None:
    text = char.get_text()
    if text.startswith("(cid:") or text in ("\ufffd", ""):
        page.unknown += 1
        return
    if _turn(char) != turn or not text.strip("\u00ad\x00 \t\r\n\u3000\u00a0"):
        return
    x0, y0, x1, y1 = _box(char, turn)
    _, base = _turned(char.matrix[4], char.matrix[5], turn)
    page.glyphs.append(Glyph(x0, x1, base, max(y1 - y0, 1.0), _usual(text)))


def _usual(text: str) -> str:
    """Return the usual letters for radicals, compatibility letters and ligatures."""
    if _UNUSUAL.search(text) is None:
        return text
    return unicodedata.normalize("NFKC", text.translate(_RADICALS))


def _rules(part: LTLine | LTRect | LTCurve, turn: int) -> Iterator[Rule]:
    x0, y0, x1, y1 = _box(part, turn)
    if min(x1 - x0, y1 - y0) <= _THIN:
        if max(x1 - x0, y1 - y0) >= _LONG:
            yield _middle(x0, y0, x1, y1)
    elif isinstance(part, LTRect) and part.stroke:
        yield Rule(x0, y0, x1, y0)
        yield Rule(x0, y1, x1, y1)
        yield Rule(x0, y0, x0, y1)
        yield Rule(x1, y0, x1, y1)


def _middle(x0: float, y0: float, x1: float, y1: float) -> Rule:
    if x1 - x0 >= y1 - y0:
        return Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
