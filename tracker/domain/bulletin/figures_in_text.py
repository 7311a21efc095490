"""Figures that a text prints: where they stand, what they measure, and what they are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

PERCENT, POINTS = "%", "个百分点"
_FULL_WIDTH = str.maketrans({**{chr(0xFF10 + d): str(d) for d in range(10)}, "％": "%", "．": "."})
_SEPARATOR = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?<![\d.,A-Za-z])([-−－+＋]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\d])")
_CLAUSE_END = "，。；：、\n"
_SENTENCE_ENDS = re.compile(r"(?<=[。；！？])")
_NUMBERING = re.compile(r"^\s*(?:（[一二三四五六七八九十]+）|\d{1,3}[.．、](?!\d))")
#: What follows a number that is no quantity of an indicator: a date, a span, a number in a series.
_NO_QUANTITY = (
    "年",
    "月",
    "日",
    "天",
    "季",
    "期",
    "号",
    "次",
    "周",
    "岁",
    "时",
    "分钟",
    "旬",
    "—",
    "－",
    "~",
    "～",
    "至",
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure in a sentence: where, its value and places, what follows it, its clause and what that says before it."""

    at: int
    shown: str
    value: Decimal
    places: int
    after: str
    before: str
    clause: str

    @property
    def is_percent(self) -> bool:
        """Tell whether it is a percentage."""
        return self.after.startswith(PERCENT)

    @property
    def is_points(self) -> bool:
        """Tell whether it is a distance between two rates."""
        return self.after.startswith((POINTS, "百分点"))

    @property
    def is_quantity(self) -> bool:
        """Tell whether it can measure anything at all: a date or a number in a series does not."""
        return not self.after.startswith(_NO_QUANTITY)

    def last_of(self, words: Sequence[str]) -> str:
        """Return which of these words stands nearest before the figure in its clause; empty where none does."""
        found = [
            (self.before.rfind(word) + len(word), word) for word in words if word in self.before
        ]
        return max(found, key=lambda one: (one[0], len(one[1])))[1] if found else ""


def normal(text: str) -> str:
    """Return text with ASCII digits, points, per cent signs and thousands separators."""
    return _SEPARATOR.sub(",", text.translate(_FULL_WIDTH))


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph, without its number at the beginning, into sentences."""
    body = _NUMBERING.sub("", paragraph)
    return [part for part in _SENTENCE_ENDS.split(body) if part.strip()]


def printed(sentence: str) -> Iterator[Printed]:
    """Yield the figures of a sentence in their order."""
    for found in _NUMBER.finditer(sentence):
        sign, whole, part = found.groups()
        digits = whole.replace(",", "") + (part or "")
        start = max(sentence.rfind(mark, 0, found.start()) for mark in _CLAUSE_END) + 1
        ends = (sentence.find(mark, found.end()) for mark in _CLAUSE_END)
        end = min((place for place in ends if place >= 0), default=len(sentence))
        yield Printed(
            at=found.start(),
            shown=found.group(),
            value=Decimal(f"-{digits}" if sign and sign in "-−－" else digits),
            places=len(part or ".") - 1,
            after=sentence[found.end() : end].lstrip(" "),
            before=sentence[start : found.start()],
            clause=sentence[start:end],
        )
