"""How often a figure is reported (填报频次): by the month, the quarter, the half-year or the year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tracker.domain.phasing import MONTHS

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


def gathered(weights: Sequence[Decimal], every: int) -> tuple[Decimal, ...]:
    """Return twelve weights, those of a period in the month that ends it: the line steps where it is reported."""
    return tuple(
        sum(weights[month - every : month], Decimal(0)) if is_due(month, every) else Decimal(0)
        for month in range(1, MONTHS + 1)
    )
