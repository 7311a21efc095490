"""Two versions of a text side by side, the words that went and came marked (对照)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

#: A figure or a foreign word is one piece; each Chinese character and mark is its own.
_PIECES = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|.", re.DOTALL)
#: So few equal characters between two changes belong to the change: a text of scraps cannot be read.
SCRAP = 1
#: Beyond so many pieces the texts are shown whole: comparing takes the square of it.
LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `changed` where the other side does not have it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The old text and the new one in pieces."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def compare_words(old: str, new: str) -> SideBySide:
    """Return both texts, what differs marked."""
    left, right = _PIECES.findall(old), _PIECES.findall(new)
    if max(len(left), len(right)) > LONGEST:
        same = old == new
        return SideBySide(*(_joined([(text, not same)]) for text in (old, new)))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    olds: list[tuple[str, bool]] = []
    news: list[tuple[str, bool]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        before, after = "".join(left[i1:i2]), "".join(right[j1:j2])
        scrap = tag == "equal" and len(before) <= SCRAP and i1 > 0 and i2 < len(left)
        olds.append((before, tag != "equal" or scrap))
        news.append((after, tag != "equal" or scrap))
    return SideBySide(_joined(olds), _joined(news))


def _joined(parts: Iterable[tuple[str, bool]]) -> tuple[Piece, ...]:
    """Put neighbours of one kind together and leave empty ones out."""
    pieces: list[Piece] = []
    for text, changed in parts:
        if text and pieces and pieces[-1].changed is changed:
            pieces[-1] = Piece(pieces[-1].text + text, changed)
        elif text:
            pieces.append(Piece(text, changed))
    return tuple(pieces)
