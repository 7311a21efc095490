"""Quarters: 一季度、上半年、前三季度分别完成25%、51%、77% put on the year's target as running shares."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from decimal import Decimal

from tracker.domain.plan_text.model import Item, Measure, Target

_PERIOD = re.compile(
    r"(?P<half>上半年|半年)|(?P<whole>全年|年底|年末|12月底?)|前?第?(?P<quarter>[一二三四1234])季度"
    r"|(?P<list>[一二三四])(?=、[一二三四])|(?P<month>[369]|12)月(?:底|末)"
)
_NUMBERS = {word: number for number, word in enumerate("一二三四", start=1)}
_LEVELS = {Measure.AMOUNT, Measure.COUNT, Measure.INCREASE}
_CHANGES = {Measure.GROWTH, Measure.REDUCTION}  # of a level that a baseline will tell
_WHOLE_TASK = re.compile(r"(?:年度|全年|年)?(?:目标)?(?:任务|计划|目标|总量|指标)(?:任务)?数?")
_FULL = 4
_MOST = 40


def _quarter(match: re.Match[str]) -> int:
    """Return how many quarters are over at the end of a period."""
    if match["half"]:
        return 2
    if match["whole"]:
        return 4
    if match["month"]:
        return int(match["month"]) // 3
    said = match["quarter"] or match["list"]
    return int(said) if said.isdigit() else _NUMBERS[said]


def periods_in(words: str) -> list[int]:
    """一季度、上半年和前三季度 → 1, 2, 3."""
    return [_quarter(match) for match in _PERIOD.finditer(words)]


def running_shares(said: dict[int, str]) -> tuple[str, ...] | None:
    """Return the shares in per cent at the end of each quarter, None where one of the first three is unknown.

    Four shares that together make the whole were meant quarter by quarter: they are added up.
    """
    if not {1, 2, 3} <= set(said):
        return None
    shares = [Decimal(said[quarter]) for quarter in sorted(said)]
    if len(shares) == _FULL and sum(shares) == 100 and shares[-1] != 100:
        shares = [sum(shares[: count + 1], Decimal()) for count in range(_FULL)]
    return tuple(str(share) for share in shares) if shares == sorted(shares) else None


def _said(group: Sequence[Target]) -> dict[int, str]:
    """Return quarter → share of the completions of one sentence."""
    said: dict[int, str] = {}
    shares = [one for one in group if one.measure is Measure.COMPLETION and one.value is not None]
    for place, one in enumerate(shares):
        periods = periods_in(one.quote)
        if len(periods) == len(shares):
            said.setdefault(periods[place], one.value or "")
        elif len(periods) == 1:
            said.setdefault(periods[0], one.value or "")
    return {quarter: share for quarter, share in said.items() if re.fullmatch(r"[\d.]+", share)}


def with_quarters(targets: Sequence[Target], items: Sequence[Item]) -> list[Target]:
    """Return the targets, those of a year that a sentence splits over its quarters with their shares."""
    done = list(targets)
    by_task: dict[int | None, list[int]] = {}
    for place, target in enumerate(targets):
        by_task.setdefault(target.task, []).append(place)
    levels, changes = _Places(targets, items, _LEVELS), _Places(targets, items, _CHANGES)
    for group in by_task.values():
        shares = running_shares(_said([targets[place] for place in group]))
        if shares is None:
            continue
        saying = [place for place in group if targets[place].measure is Measure.COMPLETION]
        meant = _meant(targets, _near(levels, changes, targets[group[0]]), targets[saying[0]].name)
        for place in meant:
            done[place] = replace(done[place], quarters=done[place].quarters or shares)
        for place in saying if meant else ():
            done[place] = replace(done[place], splits=True)
    return done


class _Places:
    """Where the year's amounts, or their changes, stand: by task, by heading and by the heading above that."""

    def __init__(
        self, targets: Sequence[Target], items: Sequence[Item], measures: Set[Measure]
    ) -> None:
        self._above = [item.parent for item in items]
        self._by_task: dict[int | None, list[int]] = {}
        self._by_item: dict[int | None, list[int]] = {}
        self._by_parent: dict[int, list[int]] = {}
        for place, target in enumerate(targets):
            if target.measure not in measures:
                continue
            self._by_task.setdefault(target.task, []).append(place)
            self._by_item.setdefault(target.item, []).append(place)
            parent = self._parent(target)
            if parent is not None:
                self._by_parent.setdefault(parent, []).append(place)

    def own(self, one: Target) -> list[int]:
        """Return those of a sentence, else of its heading."""
        return (self._by_task.get(one.task) or self._by_item.get(one.item, []))[:_MOST]

    def beside(self, one: Target) -> list[int]:
        """Return those of the headings beside: 收入目标, 支出目标 and 进度目标 stand so."""
        parent = self._parent(one)
        return self._by_parent.get(parent, [])[:_MOST] if parent is not None else []

    def _parent(self, target: Target) -> int | None:
        return self._above[target.item] if target.item is not None else None


def _near(levels: _Places, changes: _Places, one: Target) -> list[int]:
    """Return what a split over the quarters is about: the nearest amounts, or the growths where none is as near."""
    return levels.own(one) or changes.own(one) or levels.beside(one) or changes.beside(one)


def _meant(targets: Sequence[Target], places: Sequence[int], name: str) -> list[int]:
    """Return those of the places that 年度任务, or 年度投资计划 by its name, means."""
    if _WHOLE_TASK.fullmatch(name):
        return list(places)
    core = _WHOLE_TASK.sub("", name)
    return [place for place in places if core in targets[place].name or targets[place].name in core]
