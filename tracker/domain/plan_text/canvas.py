"""The canvas: the text made even for analysis, each character knowing where it came from."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.plan_text.model import Span

_INVISIBLE = (
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u0000-\u0008\u000e-\u001b\u007f\ufffe"
)
_CUT = re.compile(rf"[{_INVISIBLE}]+|\r(?=\n)")
_BLANKS = re.compile(r"(?<=[\d%*])[ ](?=[\u4e00-\u9fff%])|(?<=[\u4e00-\u9fff（，])[ ](?=[\d*X_])")
_LINE_NUMBER = re.compile(r" *\d{1,2}(?:\.\d{1,2}){0,2}")
_UNSEEN = re.compile(rf"[{_INVISIBLE}]+|\s*[\r\n]\s*")
_WHITE = re.compile(r"\s+")


def _table() -> dict[int, str]:
    """One character to one character: full-width figures to half, half-width marks to full."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for code in range(0x2F00, 0x2FD6):
        table[code] = unicodedata.normalize("NFKC", chr(code))
    for half, full in zip("():;!?,[]", "（）：；！？，【】", strict=True):
        table[ord(half)] = full
        table[ord(full)] = full
    table.update(dict.fromkeys((0xFF3B, ord("〔")), "【"))
    table.update(dict.fromkeys((0xFF3D, ord("〕")), "】"))
    table.update(dict.fromkeys(map(ord, "\v\f\u0085\u2029\u001c\u001d\u001e"), "\n"))
    spaces = "\u00a0\u3000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    table.update(dict.fromkeys(map(ord, spaces), " "))
    singles = {"｡": "。", "\ufe30": "：", "﹕": "：", "﹐": "，", "﹔": "；", "「": "“", "」": "”"}
    singles |= {"『": "“", "』": "”", "✕": "×", "\u2573": "×", "﹪": "%", "\u2217": "*"}
    singles |= {
        "﹙": "（",
        "﹚": "）",
        "\u2772": "【",
        "\u2773": "】",
        "│": "|",
        "┃": "|",
        "︱": "|",
    }
    table.update({ord(a): b for a, b in singles.items()})
    return table


_TABLE = _table()


@dataclass(frozen=True, slots=True)
class Canvas:
    """`plain` is for rules; `origin` says where each of its characters stands in the source."""

    source: str
    plain: str
    origin: array[int] | None

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the canvas stands in the source."""
        if start >= end:
            at = self._at(start)
            return Span(at, at)
        return Span(self._at(start), self._at(end - 1) + 1)

    def words(self, start: int, end: int) -> str:
        """Return the document's own letters of a stretch, line ends and invisible marks left out."""
        place = self.place(start, end)
        raw = _UNSEEN.sub("", self.source[place.start : place.end])
        return _WHITE.sub(" ", raw).strip()

    def without(self, spans: Iterable[tuple[int, int]]) -> Canvas:
        """Return the canvas with some stretches taken out."""
        kept = list(_kept(spans, len(self.plain)))
        if len(kept) == 1 and kept[0] == (0, len(self.plain)):
            return self
        origin: array[int] = array("l")
        for start, end in kept:
            origin.extend(range(start, end) if self.origin is None else self.origin[start:end])
        plain = "".join(self.plain[start:end] for start, end in kept)
        return Canvas(self.source, plain, origin)

    def _at(self, index: int) -> int:
        if self.origin is None:
            return index
        return self.origin[index] if index < len(self.origin) else len(self.source)


def _kept(spans: Iterable[tuple[int, int]], length: int) -> Iterable[tuple[int, int]]:
    at = 0
    for start, end in spans:
        if start > at:
            yield at, start
        at = max(at, end)
    if at < length:
        yield at, length


def tightened(canvas: Canvas) -> Canvas:
    """Return the canvas without the blanks that some typists put around figures."""
    plain = canvas.plain
    return canvas.without(
        match.span()
        for match in _BLANKS.finditer(plain)
        if not _numbers_a_line(plain, match.start())
    )


def _numbers_a_line(plain: str, at: int) -> bool:
    """1.1 建设 at the start of a line: this blank ends its number."""
    begin = plain.rfind("\n", max(0, at - 8), at) + 1
    return (begin > 0 or at < 8) and _LINE_NUMBER.fullmatch(plain, begin, at) is not None


def prepare(text: str) -> Canvas:
    """Return the canvas of a text: even marks, nothing invisible."""
    plain = text.translate(_TABLE)
    if "\t" not in plain:
        plain = plain.replace("\u2028", "\n")
    canvas = Canvas(text, plain, None)
    canvas = canvas.without(match.span() for match in _CUT.finditer(plain))
    if "\r" not in canvas.plain:
        return canvas
    return Canvas(text, canvas.plain.replace("\r", "\n"), canvas.origin)
