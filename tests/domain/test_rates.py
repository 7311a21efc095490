"""Ratios that know when they are unknown, and levels from growth targets."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.rates import (
    change_percent,
    growth_level,
    growth_rates,
    percent,
    reduction_level,
)


@pytest.mark.parametrize("base", [None, Decimal(0), Decimal(-5)])
def test_a_ratio_without_a_base_above_zero_is_unknown(base: Decimal | None) -> None:
    assert percent(Decimal(1), base) is None
    assert change_percent(Decimal(1), base) is None


def test_a_ratio_of_the_unknown_is_unknown() -> None:
    assert percent(None, Decimal(1)) is None


def test_growth_and_reduction_give_levels() -> None:
    assert growth_level(Decimal("120.5"), Decimal(6), 2) == Decimal("127.73")
    assert reduction_level(Decimal(1000), Decimal("3.5"), 0) == Decimal(965)
    assert growth_level(None, Decimal(6), 2) is None


def test_growth_rates_go_month_by_month_and_end_where_last_year_does() -> None:
    rates = growth_rates(
        [Fraction(110), None, Fraction(90), Fraction(1)],
        [Fraction(100), Fraction(100), Fraction(0)],
    )
    assert rates == (Fraction(10), None, None, None)
