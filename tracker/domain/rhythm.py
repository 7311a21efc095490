"""How often a figure is reported (填报频次): by the month, the quarter, the half-year or the year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from tracker.domain.phasing import MONTHS

Weight: TypeAlias = Decimal | Fraction

#: Months between two reports, and the word for them.
RHYTHMS = {1: "每月", 3: "每季", 6: "每半年", 12: "每年"}


def is_due(month: int, every: int) -> bool:
    """Tell whether month 1..12 ends a period of so many months: 3, 6, 9 and 12 for quarters."""
    return month % every == 0


def filled(
    actual: Sequence[Decimal | Fraction | None], every: int
) -> tuple[Decimal | Fraction | None, ...]:
    """Return a flow's months, January first, with nothing in those that are not asked for: the last holds it all."""
    return tuple(
        Decimal(0) if amount is None and not is_due(month, every) else amount
        for month, amount in enumerate(actual, start=1)
    )


def stepped(
    weights: Sequence[Weight] | None, quarters: Sequence[Weight] | None, every: int
) -> tuple[Weight, ...]:
    """Return the weights of a flow that is reported at the ends of periods, from its phasing by months or quarters."""
    if quarters is not None:
        nothing = (Decimal(0), Decimal(0))
        return gathered([part for quarter in quarters for part in (*nothing, quarter)], every)
    return gathered(weights or (Decimal(1),) * MONTHS, every)


def gathered(weights: Sequence[Weight], every: int) -> tuple[Weight, ...]:
    """Return twelve weights, those of a period in the month that ends it: the line steps where it is reported."""
    return tuple(
        _summed(weights[month - every : month]) if is_due(month, every) else Decimal(0)
        for month in range(1, MONTHS + 1)
    )


def _summed(weights: Sequence[Weight]) -> Weight:
    known = [weight for weight in weights if isinstance(weight, Decimal)]
    if len(known) == len(weights):
        return sum(known, Decimal(0))
    return sum((Fraction(weight) for weight in weights), Fraction(0))
