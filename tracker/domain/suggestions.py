"""What can be proposed for a draft's rows, each with its reason (建议). Nothing here decides anything.

A lead unit comes from an earlier plan's like task or from the units' own duties; a baseline from last year's results in
the same document. A target counted from a budget figure (预算数) never gets a result (完成数) as its baseline, nor the
other way round: two bases are never mixed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.amounts import MAX_INTEGER_DIGITS, convert
from tracker.domain.case import Kind
from tracker.domain.errors import FigureError
from tracker.domain.plan_text import Bound, Measure
from tracker.domain.target_shape import MAX_PLACES, decimals_needed, is_change

#: Words that say what an office does with a thing, not which thing: they point to no unit.
_FILLERS = (
    "负责|承担|牵头|组织|指导|协调|落实|推进|推动|加强|开展|做好|强化|完善|实施|管理|监督|检查|工作|全县|全市|全区|县级|市级|本级|"
    "单位|部门|相关|有关|其他|事项|局领导|交办|制度|机制|政策|建设|服务|保障|项目|资金|财政|编制|拟订|研究|分析|情况|以及|和|的|等"
)
_FILLER = re.compile(_FILLERS)
_NO_WORD = re.compile(r"[^一-鿿A-Za-z0-9]")
_NOTHING = "\n"
_ENOUGH = 2.0
_CLEARLY = 1.5
_ALIKE = 0.6
_SHOWN_RUNS = 3
_SHOWN_TEXT = 24
_SHORTEST = 2

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_SCOPE = re.compile(
    r"^(我?[县市区乡镇局]|全[县市区乡镇局年省]|本级|[县市区]级|地方|全年|累计|实现|完成)+"
)
#: A base that means what was reached in the year before.
_LAST_YEAR = re.compile(
    r"(较|比)?(上年|去年|上一年|(?P<year>[0-9]{4})年)?(度|全年|同期|末|底)?(完成数|实绩|执行数|决算数|完成|实际)?"
)


@dataclass(frozen=True, slots=True)
class UnitHint:
    """A unit that a task may fall to, and why."""

    unit_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class EarlierTask:
    """A task of an earlier year, and the unit that led it."""

    text: str
    unit_id: int
    year: int


@dataclass(frozen=True, slots=True)
class LastResult:
    """What the document says was reached last year (上年完成情况)."""

    name: str
    measure: str
    value: str | None
    unit: str
    bound: str
    quote: str


@dataclass(frozen=True, slots=True)
class Wanting:
    """A target of a year whose baseline is not known; its base as the document words it, its unit unless a rate's."""

    name: str
    measure: str
    kind: str
    base: str
    unit: str
    year: int

    @property
    def counts_from_last_year(self) -> bool:
        """Tell whether the base is what was reached in the year before, or is not said."""
        base = _LAST_YEAR.fullmatch(self.base.strip())
        return base is not None and base["year"] in {None, str(self.year - 1)}


@dataclass(frozen=True, slots=True)
class BaselineHint:
    """A figure to count from, with its unit, and the words it was read from."""

    figure: Decimal
    unit: str
    reason: str


class DutyIndex:
    """The units' duties, held against sentences: a rare word in common counts more than one that many units share."""

    def __init__(self, duties: Mapping[int, str]) -> None:
        self._words = {unit: _bare(words) for unit, words in duties.items() if words.strip()}
        self._units: dict[str, list[int]] = {}
        for unit, words in self._words.items():
            for pair in _pairs(words):
                self._units.setdefault(pair, []).append(unit)

    def best(self, text: str) -> UnitHint | None:
        """Return the unit whose duties speak of this sentence clearly more than any other's."""
        said = _bare(text)
        near = {unit for pair in _pairs(said) for unit in self._units.get(pair, ())}
        found = sorted(((self._score(said, unit), -unit) for unit in near), reverse=True)
        if not found or found[0][0] < _ENOUGH:
            return None
        if len(found) > 1 and found[0][0] < found[1][0] * _CLEARLY:
            return None
        unit = -found[0][1]
        words = "".join(f"“{run}”" for run in _longest(_runs(said, self._words[unit])))
        return UnitHint(unit, f"单位职责中有{words}")

    def _score(self, said: str, unit: int) -> float:
        runs = dict.fromkeys(_runs(said, self._words[unit]))
        return sum((len(run) - 1) / self._sharing(run) for run in runs)

    def _sharing(self, run: str) -> int:
        return sum(run in words for words in self._words.values())


class EarlierIndex:
    """The tasks of earlier plans, found by likeness."""

    def __init__(self, tasks: Iterable[EarlierTask]) -> None:
        newest_first = sorted(tasks, key=lambda task: -task.year)
        self._tasks = [(task, _pairs(_plain_text(task.text))) for task in newest_first]
        self._places: dict[str, list[int]] = {}
        for place, (_, pairs) in enumerate(self._tasks):
            for pair in pairs:
                self._places.setdefault(pair, []).append(place)

    def best(self, text: str) -> UnitHint | None:
        """Return the unit of the earlier task that is most like this one, the newer first."""
        pairs = _pairs(_plain_text(text))
        common = Counter(place for pair in pairs for place in self._places.get(pair, ()))
        alike = [
            (2 * count / (len(pairs) + len(self._tasks[place][1])), -place)
            for place, count in common.items()
        ]
        if not alike or max(alike)[0] < _ALIKE:
            return None
        task = self._tasks[-max(alike)[1]][0]
        shown = task.text[:_SHOWN_TEXT] + ("…" if len(task.text) > _SHOWN_TEXT else "")
        return UnitHint(task.unit_id, f"{task.year}年“{shown}”由该单位牵头")


def unit_hint(text: str, earlier: EarlierIndex, duties: DutyIndex) -> UnitHint | None:
    """Return the unit to propose for a task: what was done before counts more than what duties say."""
    before, by_duty = earlier.best(text), duties.best(text)
    if before is None:
        return by_duty
    if by_duty is not None and by_duty.unit_id == before.unit_id:
        return UnitHint(before.unit_id, f"{before.reason}；{by_duty.reason}")
    return before


def wants_baseline(target: Wanting) -> bool:
    """Tell whether a baseline would help: a change is counted from one, a balance starts at one."""
    return is_change(target.measure) or target.kind == Kind.STOCK


def baseline_hint(target: Wanting, results: Iterable[LastResult]) -> BaselineHint | None:
    """Return last year's result of the same name: the only one, exact, and of the base that the target names."""
    if not wants_baseline(target) or not target.counts_from_last_year:
        return None
    name = _plain_name(target.name)
    hints: dict[tuple[Decimal, str], BaselineHint] = {}
    for result in results:
        if _plain_name(result.name) == name:
            hint = _level_of(result, target)
            if hint is not None:
                hints.setdefault((hint.figure, hint.unit), hint)
    return next(iter(hints.values())) if len(hints) == 1 else None


def _level_of(result: LastResult, target: Wanting) -> BaselineHint | None:
    exact = result.bound == Bound.EQUAL and result.measure in {Measure.AMOUNT, Measure.COUNT}
    value = (result.value or "").replace(",", "").replace("，", "")
    if not exact or _PLAIN.fullmatch(value) is None:
        return None
    figure, unit = Decimal(value), result.unit
    if not figure or len(value.partition(".")[0]) > MAX_INTEGER_DIGITS:
        return None
    if not is_change(target.measure):
        try:
            figure, unit = convert(figure, unit, target.unit), target.unit
        except FigureError:
            return None
    if decimals_needed(figure) > MAX_PLACES:
        return None
    return BaselineHint(figure, unit, f"上年完成情况：“{' '.join(result.quote.split())}”")


def _plain_name(name: str) -> str:
    bare = _NO_WORD.sub("", name)
    return _SCOPE.sub("", bare) or bare


def _plain_text(text: str) -> str:
    return _NO_WORD.sub("", text)


def _bare(text: str) -> str:
    """Cut a text at punctuation and at words that say nothing, so that no run reaches across."""
    return _FILLER.sub(_NOTHING, _NO_WORD.sub(_NOTHING, text))


def _pairs(text: str) -> set[str]:
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    return {pair for pair in pairs if _NOTHING not in pair}


def _runs(said: str, words: str) -> Iterable[str]:
    """Yield the longest runs of two characters or more that both have, from left to right."""
    at = 0
    while at < len(said) - 1:
        end = at
        while end < len(said) and said[end] != _NOTHING and said[at : end + 1] in words:
            end += 1
        if end - at >= _SHORTEST:
            yield said[at:end]
        at = max(end, at + 1)


def _longest(runs: Iterable[str]) -> list[str]:
    """Return the longest runs, none inside another."""
    kept: list[str] = []
    for run in sorted(dict.fromkeys(runs), key=len, reverse=True):
        if not any(run in longer for longer in kept):
            kept.append(run)
    return kept[:_SHOWN_RUNS]
