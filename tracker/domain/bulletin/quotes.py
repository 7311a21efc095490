"""A text without the words that it quotes as they were frozen, and the indicators that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.bulletin.facts import Facts, IndicatorFact
from tracker.domain.bulletin.figures_in_text import normal, sentences
from tracker.domain.bulletin.text import cut

QUOTE, NAME = "※", "□"
_SHORTEST = 4
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NO_FIGURES = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_FIGURES = str.maketrans("⓪①②③④⑤⑥⑦⑧⑨", "0123456789")


@dataclass(frozen=True, slots=True)
class Known:
    """What a bulletin's text may quote and name, each the longest first."""

    quotes: tuple[str, ...]
    units: tuple[str, ...]
    indicators: tuple[tuple[str, tuple[IndicatorFact, ...]], ...]


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence with marks for quotations and names: the figures left are the bulletin's own.

    `about`: the indicators that it names, or else those named last in its paragraph; `named`: it names them itself.
    """

    words: str
    about: tuple[IndicatorFact, ...]
    named: bool

    def shown(self, words: str) -> str:
        """Return words of this sentence as a person reads them, without our marks."""
        name = self.about[0].name if len(self.about) == 1 else "指标"
        return words.replace(NAME, name).replace(QUOTE, "……").translate(_FIGURES)


def known(facts: Facts) -> Known:
    """Return what may be quoted (reasons, next steps, decisions, tasks) and named (indicators, units)."""
    said = [
        *(words for one in facts.indicators for words in (one.reason, one.next_step)),
        *(task.text for task in (*facts.lagging_tasks, *facts.due)),
        *(decision.text for decision in facts.decisions),
        *(name for unit in facts.unreported for name in unit.names),
    ]
    by_name: dict[str, list[IndicatorFact]] = {}
    for one in facts.indicators:
        by_name.setdefault(normal(one.name), []).append(one)
    quotes = {normal(cut(words)) for words in said} - set(by_name)
    fit = {words for words in quotes if len(words) >= _SHORTEST and _CHINESE.search(words)}
    return Known(
        _longest_first(fit),
        _longest_first({normal(name) for name in _units(facts) if re.search("[0-9]", name)}),
        tuple((name, tuple(by_name[name])) for name in _longest_first(set(by_name))),
    )


def without_figures(unit_name: str) -> str:
    """Return a unit's name as it stands in a masked sentence: its digits are no figures."""
    return normal(unit_name).translate(_NO_FIGURES)


def masked(paragraph: str, words: Known) -> Iterator[Masked]:
    """Yield a paragraph's sentences with their quotations and names masked."""
    about: tuple[IndicatorFact, ...] = ()
    body = normal(paragraph)
    for quote in words.quotes:
        body = body.replace(quote, QUOTE)
    for unit in words.units:
        body = body.replace(unit, without_figures(unit))
    for sentence in sentences(body):
        found: list[IndicatorFact] = []
        for name, facts in words.indicators:
            if name in sentence:
                sentence = sentence.replace(name, NAME)  # noqa: PLW2901
                found += facts
        about = tuple(found) or about
        yield Masked(sentence, about, bool(found))


def _units(facts: Facts) -> set[str]:
    return {one.name for one in facts.units} | {one.unit_name for one in facts.unreported}


def _longest_first(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda one: (-len(one), one)))
