"""Figures reported by the quarter, the half-year or the year."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.rhythm import RHYTHMS, filled, gathered, is_due, stepped


def figures(*said: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if one is None else Decimal(one) for one in said)


@pytest.mark.parametrize(
    ("every", "due"), [(1, list(range(1, 13))), (3, [3, 6, 9, 12]), (6, [6, 12]), (12, [12])]
)
def test_the_month_that_ends_a_period_is_due(every: int, due: list[int]) -> None:
    assert [month for month in range(1, 13) if is_due(month, every)] == due


def test_months_that_are_not_asked_for_bring_nothing() -> None:
    assert filled(figures(None, None, 7, None, None, None), 3) == figures(0, 0, 7, 0, 0, None)
    assert filled(figures(1, None), 1) == figures(1, None)


@given(
    st.lists(st.integers(0, 1000).map(Decimal), min_size=12, max_size=12),
    st.sampled_from(list(RHYTHMS)),
)
def test_the_line_meets_the_monthly_one_at_each_periods_end(
    weights: list[Decimal], every: int
) -> None:
    steps = gathered(weights, every)

    for month in range(every, 13, every):
        assert sum(steps[:month]) == sum(weights[:month])
    assert all(step == 0 for month, step in enumerate(steps, start=1) if not is_due(month, every))


def test_quarter_targets_stand_at_the_quarters_ends() -> None:
    quarters = [Decimal(part) for part in (10, 20, 30, 40)]

    assert stepped(None, quarters, 3) == tuple(
        map(Decimal, (0, 0, 10, 0, 0, 20, 0, 0, 30, 0, 0, 40))
    )
    assert stepped(None, quarters, 6)[5] == 30
    assert stepped(None, None, 12) == (Decimal(0),) * 11 + (Decimal(12),)
    assert stepped([Decimal(2)] * 12, None, 6)[5] == 12
    assert stepped([Fraction(1, 3)] * 12, None, 3)[2] == 1
