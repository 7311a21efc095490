"""Shares of counts: they add up to 100.0, by the largest remainder."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.bulletin.shares import percent_of, shares

COUNTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([44, 11], "80.0 20.0"),
        ([17, 10, 24, 9, 162], "7.7 4.5 10.8 4.0 73.0"),
        ([1, 1, 1], "33.4 33.3 33.3"),
        ([0, 0], "0.0 0.0"),
        ([5], "100.0"),
    ],
)
def test_published_and_small_cases(counts: list[int], expected: str) -> None:
    assert " ".join(map(str, shares(counts))) == expected


@given(COUNTS)
def test_they_add_up_to_a_hundred(counts: list[int]) -> None:
    assert sum(shares(counts)) == (Decimal("100.0") if sum(counts) else 0)


@given(COUNTS)
def test_each_is_less_than_a_step_from_its_exact_share(counts: list[int]) -> None:
    total = sum(counts)
    for count, share in zip(counts, shares(counts), strict=True):
        assert total == 0 or abs(share * total - count * 100) < Decimal("0.1") * total


def test_a_percentage_is_rounded_once_half_up() -> None:
    assert percent_of(20, 38) == Decimal("52.6")
    assert percent_of(1, 2000) == Decimal("0.1")
    assert percent_of(61646, 109466) == Decimal("56.3")


def test_a_share_of_nothing_is_unknown() -> None:
    assert percent_of(1, 0) is None
