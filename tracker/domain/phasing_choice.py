"""Choosing a phasing (选分月办法): which ways fit an indicator, what each needs, and the case that results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from tracker.domain.amounts import EXACT, format_figure
from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.errors import FigureError
from tracker.domain.phasing import (
    MONTHS,
    QUARTERS,
    weights_from_last_year,
    weights_working_days,
)
from tracker.domain.sums import Sum, sum_words

Figures = tuple[Decimal | None, ...]


class Way(StrEnum):
    """分月办法: how a year's target is spread into months."""

    EVEN = "even"
    LAST_YEAR = "last_year"
    WORKING_DAYS = "working_days"
    QUARTERS = "quarters"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Choice:
    """A way with what was typed for it: four quarter targets, twelve months by hand, last year's twelve."""

    way: Way
    quarters: Figures = ()
    hand: Figures = ()
    last_year: Figures = ()


def ways_for(case: Case) -> tuple[Way, ...]:
    """Return the ways that make sense: a level in every month, or a rate's levels by hand, or all of them."""
    if case.kind == Kind.RATE and case.polarity != Polarity.RANGE:
        return (Way.EVEN, Way.HAND)
    return (Way.EVEN,) if case.is_level else tuple(Way)


def whole_of(case: Case) -> Decimal | None:
    """Return what the months must add up to: the target, of a balance the change from its baseline."""
    if case.target is None or case.start is None or case.kind == Kind.RATE:
        return None
    return EXACT.subtract(case.target, case.start)


def quarter_sum(case: Case, quarters: Figures) -> Sum:
    """Hold quarter targets against the year's."""
    return Sum(_filled(quarters, QUARTERS), whole_of(case))


def hand_sum(case: Case, months: Figures) -> Sum:
    """Hold months by hand against the year's target."""
    return Sum(_filled(months, MONTHS), whole_of(case))


def _filled(figures: Figures, count: int) -> Figures:
    return (*figures, *[None] * count)[: max(count, len(figures))]


def chosen_case(case: Case, choice: Choice, days: Sequence[int], unit: str) -> Case:
    """Return the case as the choice makes it, its line laid; FigureError says what does not fit."""
    if choice.way not in ways_for(case):
        msg = "这类指标每月末都按同一个目标，不用这种分月办法。"
        raise FigureError(msg)
    bare = replace(case, weights=None, quarters=None, plan=None)
    laid = _with_way(bare, choice, days, unit)
    laid.line()
    return laid


def _with_way(case: Case, choice: Choice, days: Sequence[int], unit: str) -> Case:
    if choice.way is Way.LAST_YEAR:
        return replace(case, weights=weights_from_last_year(choice.last_year))
    if choice.way is Way.WORKING_DAYS:
        return replace(case, weights=weights_working_days(days))
    if choice.way is Way.QUARTERS:
        _must_fit(quarter_sum(case, choice.quarters), "四个季度的目标", unit, QUARTERS)
        return replace(case, quarters=_known(choice.quarters))
    if choice.way is Way.HAND:
        return _by_hand(case, choice.hand, unit)
    return case


def _by_hand(case: Case, months: Figures, unit: str) -> Case:
    if case.kind == Kind.RATE:
        _must_end_at_target(case, months)
        return replace(case, plan=_known(months))
    _must_fit(hand_sum(case, months), "十二个月", unit, MONTHS)
    falls = (whole_of(case) or Decimal(0)) < 0
    weights = tuple(-month if falls else month for month in _known(months))
    if any(weight < 0 for weight in weights):
        msg = "各月的数要与全年同方向，不能有正有负。"
        raise FigureError(msg)
    return replace(case, weights=weights)


def _must_end_at_target(case: Case, months: Figures) -> None:
    known = _known(months)
    if len(known) != MONTHS or len(months) != MONTHS:
        msg = f"十二个月要填满，现有 {len(known)} 个。"
        raise FigureError(msg)
    if case.target is not None and known[-1] != case.target:
        msg = f"12月的计划应是年度目标 {format_figure(case.target)}，现为 {format_figure(known[-1])}。"
        raise FigureError(msg)


def _must_fit(sums: Sum, name: str, unit: str, count: int) -> None:
    if len(sums.parts) > count:
        msg = f"{name}只要 {count} 个，填了 {len(sums.parts)} 个。"
        raise FigureError(msg)
    if not sums.fits:
        msg = f"{name}{sum_words(sums, unit)}"
        raise FigureError(msg)


def _known(figures: Figures) -> tuple[Decimal, ...]:
    return tuple(figure for figure in figures if figure is not None)
