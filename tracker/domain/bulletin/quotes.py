"""A text without the words that it quotes as they were frozen, and the indicators that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.domain.bulletin.facts import Facts, IndicatorFact
from tracker.domain.bulletin.figures_in_text import normal, sentences
from tracker.domain.bulletin.text import cut

QUOTE, NAME = "※", "□"
_SHORTEST = 4
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sentences_with_names(
    paragraph: str, facts: Facts
) -> Iterator[tuple[str, tuple[IndicatorFact, ...], bool]]:
    """Yield each sentence, the indicators that it is about, and whether it names them itself.

    Quotations (reasons, next steps, decisions, tasks) and names are replaced by a mark, so that the
    figures left are the bulletin's own. A sentence that names none is about those named last in its paragraph.
    """
    about: tuple[IndicatorFact, ...] = ()
    for sentence in sentences(_without_quotes(normal(paragraph), facts)):
        masked, named = _without_names(sentence, facts.indicators)
        about = named or about
        yield masked, about, bool(named)


def _without_quotes(paragraph: str, facts: Facts) -> str:
    for quote in _quotes(facts):
        paragraph = paragraph.replace(quote, QUOTE)
    return paragraph


def _quotes(facts: Facts) -> list[str]:
    """Return what somebody said or what is decided, the longest first; too short to be meant is left out."""
    said = [
        *(words for one in facts.indicators for words in (one.reason, one.next_step)),
        *(task.text for task in (*facts.lagging_tasks, *facts.due)),
        *(decision.text for decision in facts.decisions),
        *(name for unit in facts.unreported for name in unit.names),
    ]
    names = {one.name for one in facts.indicators}
    whole = {normal(cut(words)) for words in said if cut(words) not in names}
    fit = (words for words in whole if len(words) >= _SHORTEST and _CHINESE.search(words))
    return sorted(fit, key=lambda words: (-len(words), words))


def _without_names(
    sentence: str, indicators: Sequence[IndicatorFact]
) -> tuple[str, tuple[IndicatorFact, ...]]:
    found: list[IndicatorFact] = []
    for name in sorted(
        {normal(one.name) for one in indicators}, key=lambda name: (-len(name), name)
    ):
        if name in sentence:
            sentence = sentence.replace(name, NAME)
            found += [one for one in indicators if normal(one.name) == name]
    return sentence, tuple(found)
