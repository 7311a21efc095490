"""Rates (比率、增幅): ratios in per cent, and levels from growth targets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import round_half_up

Number = Decimal | Fraction


def percent(numerator: Number | None, base: Number | None) -> Fraction | None:
    """Return numerator ÷ base in per cent, exactly; None where the base is not above zero."""
    if numerator is None or base is None or base <= 0:
        return None
    return Fraction(numerator) / Fraction(base) * 100


def change_percent(now: Number | None, before: Number | None) -> Fraction | None:
    """Return the change since `before` in per cent; None where that is not above zero."""
    ratio = percent(now, before)
    return None if ratio is None else ratio - 100


def growth_level(baseline: Decimal | None, growth_pct: Decimal, places: int) -> Decimal | None:
    """Return the level that a growth target of g % asks for: B × (1 + g/100), rounded half up."""
    if baseline is None:
        return None
    return round_half_up(Fraction(baseline) * (100 + Fraction(growth_pct)) / 100, places)


def reduction_level(
    baseline: Decimal | None, reduction_pct: Decimal, places: int
) -> Decimal | None:
    """Return the level that a reduction of r % asks for (压减): B × (1 − r/100)."""
    return growth_level(baseline, -reduction_pct, places)


def growth_rates(
    reached: Sequence[Fraction | None], last_year: Sequence[Fraction | None]
) -> tuple[Fraction | None, ...]:
    """Return year-on-year rates in per cent, month by month, from two lines of like figures."""
    known = [*last_year, *[None] * len(reached)]
    return tuple(change_percent(now, before) for now, before in zip(reached, known, strict=False))
