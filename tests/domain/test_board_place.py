"""A place on the board is three numbers in one, and none of them runs over into the next."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from tracker.domain.lights import Guard, Light, board_place

FAR, NEAR = Decimal(-100_000), Decimal("-0.01")


def test_who_lags_little_comes_before_who_is_only_far_away() -> None:
    assert board_place(Light.RED, None, NEAR) > board_place(Light.GREY, Guard.AT_RISK, FAR)


def test_a_worse_guard_comes_before_any_distance() -> None:
    worst_last = sorted(Guard, key=lambda guard: guard.severity)
    for milder, worse in pairwise(worst_last):
        assert board_place(Light.RED, worse, NEAR) > board_place(Light.RED, milder, FAR)


def test_distance_counts_in_hundredths_and_ahead_is_no_distance() -> None:
    assert board_place(Light.YELLOW, None, NEAR) == board_place(Light.YELLOW, None, None) + 1
    assert board_place(Light.YELLOW, None, Decimal(5)) == board_place(Light.YELLOW, None, None)
