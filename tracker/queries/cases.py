"""An indicator's row as the case that its standing is worked out from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tracker.domain.case import Case, Earlier, Kind, Polarity
from tracker.domain.case_json import earlier_as_json, earlier_from_json
from tracker.domain.errors import FigureError
from tracker.domain.month_need import month_need
from tracker.domain.rhythm import filled, stepped
from tracker.models import Indicator

#: Phasings whose weights are kept in the row; those of an even one need no keeping.
WEIGHED = frozenset({"last_year", "hand", "working_days"})


def case_of(
    indicator: Indicator,
    actual: Sequence[Decimal | Fraction | None],
    yellow_points: Decimal,
) -> Case:
    """Return what an indicator's standing is worked out from. Raises FigureError when its parts do not fit together."""
    weights, quarters, plan = _line(indicator)
    every = rhythm_of(indicator)
    return Case(
        kind=Kind(indicator.kind),
        target=indicator.target,
        target_high=indicator.target_high,
        places=indicator.places,
        polarity=Polarity(indicator.polarity),
        weights=weights,
        quarters=quarters,
        plan=plan,
        baseline=indicator.baseline if indicator.kind == Kind.STOCK else None,
        actual=tuple(actual) if every == 1 else filled(actual, every),
        last_year=tuple(indicator.last_year) if indicator.last_year is not None else None,
        yellow_points=yellow_points,
        earlier=earlier_from_json(indicator.earlier),
    )


def rhythm_of(indicator: Indicator) -> int:
    """Return how many months a flow's figure covers; 1 for what does not add up, and for a row that is only made."""
    return (indicator.every or 1) if indicator.kind == Kind.FLOW else 1


Amounts = tuple[Decimal, ...] | None
Weights = tuple[Decimal | Fraction, ...] | None


def _line(indicator: Indicator) -> tuple[Weights, Amounts, Amounts]:
    """Return the phasing as it counts: a flow's steps where it is reported."""
    weights, quarters, plan = _kept_line(indicator)
    every = rhythm_of(indicator)
    if every > 1:
        return stepped(weights, quarters, every), None, None
    return weights, quarters, plan


def _kept_line(indicator: Indicator) -> tuple[Amounts, Amounts, Amounts]:
    """Return weights, quarter targets and levels, of which the phasing uses one; a rate set by hand has levels."""
    weights = _known(indicator.weights)
    if indicator.phasing == "quarters":
        return None, _known(indicator.quarters), None
    if indicator.phasing == "hand" and indicator.kind == Kind.RATE:
        return None, None, weights
    return (weights if indicator.phasing in WEIGHED else None), None, None


def terms_of(indicator: Indicator, through: int) -> dict[str, object]:
    """Return the target and its line as they are now, as JSON, for the months up to `through` to keep."""
    weights, quarters, plan = _line(indicator)
    return earlier_as_json(
        Earlier(through, indicator.target, indicator.target_high, weights, quarters, plan)
    )


def _known(figures: Sequence[Decimal | None] | None) -> tuple[Decimal, ...] | None:
    if figures is None or any(figure is None for figure in figures):
        return None
    return tuple(figure for figure in figures if figure is not None)


def kept_case(indicator: Indicator) -> Case:
    """Return the case with its phasing by the month as it was set, whatever the rhythm: what an editor shows."""
    weights, quarters, plan = _kept_line(indicator)
    return replace(
        case_of(indicator, (), Decimal(10)), weights=weights, quarters=quarters, plan=plan
    )


def need_of(
    indicator: Indicator,
    reported: Mapping[int, Decimal | Fraction],
    yellow_points: Decimal,
    month: int,
) -> str:
    """Say what a month must bring, from the figures of the months before it; empty where that is unknown."""
    before = [reported.get(number) for number in range(1, month)]
    try:
        return month_need(case_of(indicator, before, yellow_points), month)
    except FigureError:
        return ""
