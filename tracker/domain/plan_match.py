"""Which row of one document is which row of another: one to one, the same every time, rather none than a wrong one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: How alike two rows must be under the same heading, and how much more where the heading differs or they are short.
ALIKE, ELSEWHERE, SHORT = 0.6, 0.15, 0.2
SHORT_LENGTH = 12
#: A sentence that stands in the other almost whole is the same one with something added or cut.
WHOLE, WHOLE_SHARE, WHOLE_LENGTH, BLOCK = 0.92, 0.3, 12, 4
#: Pairs of characters that so many rows hold say nothing of a row; so many candidates are compared closely.
COMMON, CANDIDATES = 40, 4
LOOKED_AT = 1000  # characters of a row that are compared
SCANNED = 20

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row to be paired: its words, and its heading, which is the same value on both sides where it is the same."""

    text: str
    heading: Hashable


Allowed = Callable[[int, int], bool]


def pair_rows(
    old: Sequence[Candidate], new: Sequence[Candidate], allowed: Allowed = lambda _old, _new: True
) -> dict[int, int]:
    """Return which old row each new one is. `allowed` bars pairs that must not be, however alike.

    Identical words pair first, then words that differ in figures alone, then the most alike: each under the same
    heading before any other.
    """
    pairs = _Pairs(old, new, allowed)
    words = [_plain(row.text) for row in old], [_plain(row.text) for row in new]
    bones = [_bones(text) for text in words[0]], [_bones(text) for text in words[1]]
    for texts in (words, bones):
        pairs.by_key(*(_with_heading(*side) for side in zip(texts, (old, new), strict=True)))
        pairs.by_key(*texts)
    pairs.by_likeness(*bones)
    return pairs.found


def _with_heading(texts: Sequence[str], rows: Sequence[Candidate]) -> list[Hashable]:
    return [(row.heading, text) for text, row in zip(texts, rows, strict=True)]


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts differ in white space and in the width of characters at most."""
    return one == other or _even(one) == _even(other)


def _even(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _plain(text: str) -> str:
    """Return the words alone, without marks and white space."""
    return _MARKS.sub("", _DIGITS.sub(lambda match: match[0].replace(",", ""), _even(text)))


def _bones(plain: str) -> str:
    """Return the words with every figure made the same."""
    return _DIGITS.sub("0", plain)


class _Pairs:
    """What was paired so far."""

    def __init__(
        self, old: Sequence[Candidate], new: Sequence[Candidate], allowed: Allowed
    ) -> None:
        self.found: dict[int, int] = {}
        self._old, self._new, self._allowed = old, new, allowed
        self._taken: set[int] = set()

    def by_key(self, old_keys: Sequence[Hashable], new_keys: Sequence[Hashable]) -> None:
        """Pair rows of the same key, in their order."""
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for index in self._free_old():
            waiting[old_keys[index]].append(index)
        for index in self._free_new():
            queue = waiting.get(new_keys[index], deque())
            fits = (o for o in list(queue)[:SCANNED] if self._allowed(o, index))
            chosen = next(fits, None)
            if chosen is not None:
                queue.remove(chosen)
                self._take(chosen, index)

    def by_likeness(self, old_texts: Sequence[str], new_texts: Sequence[str]) -> None:
        """Pair the most alike first, those under the same heading before all others."""
        index = _Index({row: old_texts[row] for row in self._free_old()})
        scored = []
        for new_row in self._free_new():
            likeness = _Likeness(new_texts[new_row])
            for old_row in index.nearest(new_texts[new_row], self._near(new_row)):
                away = self._old[old_row].heading != self._new[new_row].heading
                score = likeness.with_(old_texts[old_row])
                if score >= _threshold(old_texts[old_row], new_texts[new_row], away=away):
                    scored.append((away, -score, new_row, old_row))
        for _, _, new_row, old_row in sorted(scored):
            free_yet = new_row not in self.found and old_row not in self._taken
            if free_yet and self._allowed(old_row, new_row):
                self._take(old_row, new_row)

    def _near(self, new_row: int) -> Callable[[int], bool]:
        heading = self._new[new_row].heading
        return lambda old_row: self._old[old_row].heading == heading

    def _free_old(self) -> list[int]:
        return [index for index in range(len(self._old)) if index not in self._taken]

    def _free_new(self) -> list[int]:
        return [index for index in range(len(self._new)) if index not in self.found]

    def _take(self, old_row: int, new_row: int) -> None:
        self.found[new_row] = old_row
        self._taken.add(old_row)


def _threshold(one: str, other: str, *, away: bool) -> float:
    short = min(len(one), len(other)) < SHORT_LENGTH
    return min(ALIKE + (ELSEWHERE if away else 0) + (SHORT if short else 0), WHOLE)


class _Index:
    """Old rows by the pairs of characters that they hold; pairs that many hold are left out."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._rows: dict[str, list[int]] = defaultdict(list)
        for row, text in texts.items():
            for gram in _grams(text):
                self._rows[gram].append(row)

    def nearest(self, text: str, near: Callable[[int], bool]) -> list[int]:
        """Return the rows that share the most telling pairs with a text: a few near ones, and a few of all."""
        weights: Counter[int] = Counter()
        for gram in sorted(_grams(text)):
            rows = self._rows.get(gram, ())
            if len(rows) <= COMMON:
                for row in rows:
                    weights[row] += 1000 // len(rows)
        ranked = sorted(weights, key=lambda row: (-weights[row], row))
        close = [row for row in ranked if near(row)][:CANDIDATES]
        return list(dict.fromkeys([*close, *ranked[:CANDIDATES]]))


def _grams(text: str) -> Iterable[str]:
    seen = text[:LOOKED_AT]
    return {seen[i : i + 2] for i in range(len(seen) - 1)}


class _Likeness:
    """How alike a text is to others, from 0 to 1."""

    def __init__(self, text: str) -> None:
        self._length = len(text[:LOOKED_AT])
        self._matcher = SequenceMatcher(None, "", text[:LOOKED_AT], autojunk=False)

    def with_(self, other: str) -> float:
        """Compare with one."""
        self._matcher.set_seq1(other[:LOOKED_AT])
        ratio = self._matcher.ratio()
        shorter = min(self._length, len(other[:LOOKED_AT]))
        if ratio < WHOLE_SHARE or shorter < WHOLE_LENGTH:
            return ratio
        blocks = (block.size for block in self._matcher.get_matching_blocks())
        held = sum(size for size in blocks if size >= BLOCK)
        return max(ratio, WHOLE) if held >= WHOLE * shorter else ratio
