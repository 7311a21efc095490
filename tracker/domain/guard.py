"""以月保季、以季保年: what the months that are left must bring, and how hard that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import from_steps, round_half_up
from tracker.domain.lights import Guard, guard_of
from tracker.domain.periods import quarter_of
from tracker.domain.phasing import MONTHS, MONTHS_IN_QUARTER, YearPlan, spread
from tracker.domain.rates import change_percent


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a quarter or the year still asks of its months `first` to `last` (补欠).

    Unknown figures are None: the gap where nothing is reported, uplift where nothing was planned.
    """

    first: int
    last: int
    gap: Decimal | None
    need: tuple[Decimal, ...] | None
    uplift: Fraction | None
    guard: Guard | None
    is_year: bool = False

    @property
    def months(self) -> range:
        """Return the months that are left, January being 1."""
        return range(self.first, self.last + 1)

    @property
    def uplift_pct(self) -> Decimal | None:
        """Return the uplift over plan in per cent, rounded to two places."""
        return None if self.uplift is None else round_half_up(self.uplift, 2)


def quarter_outlook(
    plan: YearPlan | None,
    weights: Sequence[Decimal | Fraction],
    reached: Fraction | None,
    month: int,
    places: int,
) -> Outlook:
    """Look from the end of `month` (0..11) to the end of the next month's quarter."""
    last = quarter_of(month + 1) * MONTHS_IN_QUARTER
    goal = None if plan is None else plan.at(last)
    return _outlook(plan, weights, reached, goal, (month + 1, last), places)


def year_outlook(
    plan: YearPlan | None,
    weights: Sequence[Decimal | Fraction],
    reached: Fraction | None,
    target: Decimal | None,
    month: int,
    places: int,
) -> Outlook:
    """Look from the end of `month` (0..11) to the end of December."""
    outlook = _outlook(plan, weights, reached, target, (month + 1, MONTHS), places)
    return replace(outlook, is_year=True)


def _outlook(
    plan: YearPlan | None,
    weights: Sequence[Decimal | Fraction],
    reached: Fraction | None,
    goal: Decimal | None,
    span: tuple[int, int],
    places: int,
) -> Outlook:
    first, last = span
    if reached is None or goal is None:
        return Outlook(first, last, None, None, None, None)
    gap = Fraction(goal) - reached
    planned = None if plan is None else sum(map(Fraction, plan.monthly[first - 1 : last]))
    uplift = change_percent(gap, None if planned is None else Fraction(planned))
    unclear = plan is None and gap > 0
    return Outlook(
        first,
        last,
        gap=round_half_up(gap, places),
        need=_need(gap, weights[first - 1 : last], places),
        uplift=uplift,
        guard=None if unclear else guard_of(gap, uplift),
    )


def _need(gap: Fraction, weights: Sequence[Decimal | Fraction], places: int) -> tuple[Decimal, ...]:
    if gap <= 0:
        return (from_steps(0, places),) * len(weights)
    return spread(round_half_up(gap, places), weights, places)
