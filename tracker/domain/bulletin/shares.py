"""Shares (占比) of counts in per cent with one place, which add up to 100.0 exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import from_steps, round_half_up

WHOLE = 1_000  # per cent in steps of 0.1


def shares(counts: Sequence[int]) -> tuple[Decimal, ...]:
    """Return each count's share of their sum in per cent; the shares add up to 100.0.

    Largest remainder: each share is rounded down to 0.1, and the steps left over go one each to the largest
    remainders, the earlier count first on a tie. All are 0.0 where there is nothing to share.
    """
    total = sum(counts)
    if total == 0:
        return tuple(from_steps(0, 1) for _ in counts)
    steps = [count * WHOLE // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-(counts[i] * WHOLE % total), i))
    for place in by_remainder[: WHOLE - sum(steps)]:
        steps[place] += 1
    return tuple(from_steps(step, 1) for step in steps)


def percent_of(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Return a part of a whole in per cent, rounded once to one place; None where the whole is not positive."""
    if whole <= 0:
        return None
    return round_half_up(Fraction(part) * 100 / Fraction(whole), 1)
