"""Walk: a plan section from its first stretch to its last, items and tasks gathered on the way."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.plan_text.drafts import Ledger
from tracker.domain.plan_text.model import SectionKind
from tracker.domain.plan_text.numbering import Mark, Rank
from tracker.domain.plan_text.outline import Segment, heading_of, is_lead_line, without_note
from tracker.domain.plan_text.owners import (
    bracket_note,
    heading_note,
    inside_note,
    line_note,
)
from tracker.domain.plan_text.sections import is_title_line, switches_mode
from tracker.domain.plan_text.sentences import (
    announces_targets,
    asks_nothing,
    closes_a_speech,
    field_end,
    is_guidance,
    is_motto,
    lead_in_end,
    looks_back,
    opens_problems,
    sentences_in,
    tells_on,
    turns_ahead,
)
from tracker.domain.plan_text.targets import quantified


class Walker:
    """Takes stretches in order and fills the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.canvas = ledger.canvas
        self.intro = False
        self.targets_follow = False
        self.mute_line = -1
        self.opening_line = -1

    def begin(self, intro: bool, opening_line: int = -1) -> None:
        """Begin a new part of the document; `intro`: numbered entries will follow.

        Without numbers only the first line may speak of the spirit of the work.
        """
        self.opening_line = opening_line
        self.ledger.stack.clear()
        self.ledger.entries += 1
        self.ledger.units += 1
        self.intro = intro

    def take(self, segments: Sequence[Segment], index: int, more: bool = False) -> None:
        """Read one stretch; `more`: a table follows it."""
        segment = segments[index]
        if segment.leads:
            self.targets_follow = False
        if segment.mark is not None and segment.numbered:
            self._entry(segments, index, segment.mark, more)
        elif segment.mark is not None:
            self.ledger.units += 1
            self.sentences(segment, segment.start)
        elif more and is_title_line(self.canvas.plain[segment.start : segment.end]):
            return  # the name of the table below
        elif self._is_heading_line(segments, index):
            self._lead_line(segment)
        else:
            self._text(segment)

    def _is_heading_line(self, segments: Sequence[Segment], index: int) -> bool:
        return is_lead_line(self.canvas, segments, index)

    def _lead_line(self, segment: Segment) -> None:
        """Take an unnumbered heading."""
        words = self.canvas.plain[segment.start : segment.end]
        if is_title_line(words) and not self.ledger.stack and not self.ledger.drafts:
            return
        node = self.ledger.open(Rank.PART if not self.ledger.stack else self._lead_rank())
        title = self.canvas.words(segment.start, segment.end)
        self.ledger.head(node, "", title, segment.start, segment.end)
        node.note = heading_note(words)
        node.silent = self._silent(words)
        self.intro = False

    def _lead_rank(self) -> Rank:
        """Return the rank of an unnumbered heading: below the innermost numbered item."""
        headed = [node for node in self.ledger.stack if node.item is not None]
        if not headed:
            return Rank.PART
        last = headed[-1]
        unnumbered = not self.ledger.items[last.item or 0].number
        return last.rank if unnumbered else Rank(min(last.rank + 1, Rank.CIRCLE))

    def _text(self, segment: Segment) -> None:
        """Take an unnumbered line."""
        words = self.canvas.plain[segment.start : segment.end]
        note = line_note(words)
        if note is not None:
            self.ledger.give_item(note)
            return
        if closes_a_speech(words):
            return
        start, opens = field_end(self.canvas.plain, segment.start, segment.end)
        if not self.ledger.stack and (opens or start == segment.start):
            self.ledger.entries += 1
        self.ledger.units += 1
        self.targets_follow = self.targets_follow or start > segment.start
        self.sentences(segment, start)

    def _entry(self, segments: Sequence[Segment], index: int, mark: Mark, more: bool) -> None:
        """Take a numbered entry: an item with its rest, or a task."""
        segment = segments[index]
        self.intro = False
        node = self.ledger.open(mark.rank)
        heading = heading_of(self.canvas, segments, index, more)
        if heading is None:
            self.sentences(segment, segment.start)
            return
        title_end, rest = heading
        title = self.canvas.words(segment.start, title_end)
        number = self.canvas.words(mark.start, mark.end)
        self.ledger.head(node, number, title, mark.start, title_end)
        plain_title = self.canvas.plain[segment.start : title_end]
        _, noted = without_note(self.canvas, segment.start, rest)
        node.note = (bracket_note(noted) if noted else None) or heading_note(plain_title)
        node.silent = self._silent(plain_title)
        self.targets_follow = announces_targets(plain_title + "：")
        self.sentences(segment, rest)

    def _silent(self, title: str) -> bool:
        return switches_mode(title, self.ledger.year) in (
            SectionKind.PROBLEMS,
            SectionKind.OTHER,
            SectionKind.REVIEW,
        )

    def sentences(self, segment: Segment, start: int) -> None:
        """Take the tasks of a stretch."""
        if self.ledger.silent:
            return
        past = False
        plain, year = self.canvas.plain, self.ledger.year
        telling = segment.leads and segment.mark is None and tells_on(plain[start : segment.end])
        for first, last in sentences_in(plain, start, segment.end):
            if self.mute_line == segment.line:
                return
            words = plain[first:last]
            telling = telling and (first == start or not turns_ahead(words))
            past = past or telling or looks_back(words, year)
            if not past:
                self._sentence(first, last, segment)
            past = past and plain[last - 1] == "；"

    def _sentence(self, start: int, end: int, segment: Segment) -> None:
        plain = self.canvas.plain
        words = plain[start:end]
        note = line_note(words)
        if note is not None:
            self.ledger.give_entry(note)
            return
        if opens_problems(words):
            self.mute_line = segment.line
            return
        self.targets_follow = self.targets_follow or announces_targets(words)
        start = lead_in_end(plain, start, end)
        last, noted = without_note(self.canvas, start, end)
        found = bracket_note(noted) if noted else None
        if not self._asks(start, end, last, segment):
            return
        self.ledger.add(start, last, inside_note(plain[start:last]))
        if found is not None and (found.lead or found.support):
            self.ledger.give_unit(found)
        elif found is not None:
            self.ledger.give_last(found)

    def _asks(self, start: int, end: int, last: int, segment: Segment) -> bool:
        """Tell whether the sentence asks for something."""
        words = self.canvas.plain[start:end]
        body = self.canvas.plain[start:last]
        if last <= start or asks_nothing(words):
            return False
        loose = segment.mark is None
        if loose and segment.leads and is_motto(words):
            return False
        if loose and segment.line == self.opening_line and is_guidance(words):
            return bool(quantified(self.canvas.plain, start, last)) and not is_guidance_only(body)
        if not self.intro or self.targets_follow:
            whole = start == segment.start and end >= segment.end and body == words
            return not (loose and whole and not self.ledger.stack and is_title_line(body))
        return bool(quantified(self.canvas.plain, start, last)) and not is_guidance_only(body)


def is_guidance_only(body: str) -> bool:
    """Guiding words whose figures only name things (“一个突破、两类项目”)."""
    return is_guidance(body) and not any(sign in body for sign in "0123456789%")
