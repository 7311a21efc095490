"""An indicator's row as the case that its standing is worked out from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from tracker.domain.case import Case, Earlier, Kind, Polarity
from tracker.domain.case_json import earlier_as_json, earlier_from_json
from tracker.domain.errors import FigureError
from tracker.domain.month_need import month_need
from tracker.domain.phasing import MONTHS
from tracker.domain.rhythm import filled, gathered
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.queries.figures import reported_figures

#: Phasings whose weights are kept in the row; those of an even one need no keeping.
WEIGHED = frozenset({"last_year", "hand", "working_days"})


def case_of(
    indicator: Indicator,
    actual: Sequence[Decimal | Fraction | None],
    yellow_points: Decimal,
) -> Case:
    """Return what an indicator's standing is worked out from. Raises FigureError when its parts do not fit together."""
    weights, quarters, plan = _line(indicator)
    by_month = indicator.every == 1 or indicator.kind != Kind.FLOW
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
        actual=tuple(actual) if by_month else filled(actual, indicator.every),
        last_year=tuple(indicator.last_year) if indicator.last_year is not None else None,
        yellow_points=yellow_points,
        earlier=earlier_from_json(indicator.earlier),
    )


Amounts = tuple[Decimal, ...] | None


def _line(indicator: Indicator) -> tuple[Amounts, Amounts, Amounts]:
    """Return weights, quarter targets and levels, of which the phasing uses one; a rate set by hand has levels."""
    weights = _known(indicator.weights)
    if indicator.every > 1 and indicator.kind == Kind.FLOW:
        return gathered(_monthly(indicator, weights), indicator.every), None, None
    if indicator.phasing == "quarters":
        return None, _known(indicator.quarters), None
    if indicator.phasing == "hand" and indicator.kind == Kind.RATE:
        return None, None, weights
    return (weights if indicator.phasing in WEIGHED else None), None, None


def _monthly(indicator: Indicator, weights: Amounts) -> tuple[Decimal, ...]:
    """Return twelve weights, quarter targets standing in the quarters' last months."""
    quarters = _known(indicator.quarters) if indicator.phasing == "quarters" else None
    if quarters is not None:
        nothing = (Decimal(0), Decimal(0))
        return tuple(part for quarter in quarters for part in (*nothing, quarter))
    return (weights if indicator.phasing in WEIGHED else None) or (Decimal(1),) * MONTHS


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


def month_needs(wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return, in words, what months must bring, by indicator and month; empty where that is unknown. Two queries."""
    months: dict[int, set[int]] = {}
    for indicator_id, month in wanted:
        months.setdefault(indicator_id, set()).add(month)
    if not months:
        return {}
    reported = reported_figures(list(months))
    rows = db.session.execute(
        select(Indicator, Plan.yellow_points)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(Indicator.id.in_(months))
    )
    return {
        (row.id, month): need_of(row, reported.get(row.id, {}), yellow_points, month)
        for row, yellow_points in rows
        for month in months[row.id]
    }


def need_of(
    indicator: Indicator, reported: Mapping[int, Decimal], yellow_points: Decimal, month: int
) -> str:
    """Say what a month must bring, from the figures of the months before it; empty where that is unknown."""
    before = [reported.get(number) for number in range(1, month)]
    try:
        return month_need(case_of(indicator, before, yellow_points), month)
    except FigureError:
        return ""
