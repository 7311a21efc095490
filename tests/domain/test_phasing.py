"""Spreading a year's target into months."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.errors import FigureError
from tracker.domain.phasing import (
    level_line,
    spread,
    weights_even,
    weights_from_last_year,
    weights_working_days,
    year_plan,
)


def amounts(*figures: object) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(figure)) for figure in figures)


def test_steps_left_over_go_to_the_largest_remainders() -> None:
    assert spread(Decimal(10), amounts(1, 1, 5), 0) == amounts(2, 1, 7)


def test_the_earlier_month_goes_first_on_a_tie() -> None:
    assert spread(Decimal("0.04"), amounts(1, 1, 1), 2) == amounts("0.02", "0.01", "0.01")


def test_weights_that_are_all_zero_spread_evenly() -> None:
    assert spread(Decimal(3), amounts(0, 0, 0), 0) == amounts(1, 1, 1)


def test_a_fall_is_rounded_down_and_mended_from_the_front() -> None:
    assert spread(Decimal(-10), amounts(1, 1, 1), 0) == amounts(-3, -3, -4)


def test_a_month_without_weight_gets_nothing() -> None:
    assert spread(Decimal(7), amounts(0, 1, 2), 0) == amounts(0, 2, 5)


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(FigureError, match="月度权重不能是负数。"):
        spread(Decimal(1), amounts(1, -1), 0)


def test_quarter_targets_are_spread_over_their_own_months() -> None:
    plan = year_plan(Decimal(10), weights_even(), 0, quarters=amounts(4, 3, 3, 0))
    assert plan.monthly == amounts(2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0)
    assert plan.at(3) == 4
    assert plan.cumulative[-1] == 10


def test_quarter_targets_must_add_up() -> None:
    with pytest.raises(FigureError, match="四个季度的目标合计 1,100，与全年的 1,000 不等"):
        year_plan(Decimal(1000), weights_even(), 0, quarters=amounts(300, 300, 300, 200))


def test_months_by_hand_must_add_up() -> None:
    with pytest.raises(FigureError, match="分月计划合计 12，与全年的 13 不等"):
        year_plan(Decimal(13), weights_even(), 0, by_hand=weights_even())


def test_months_by_hand_may_not_be_finer_than_the_indicator() -> None:
    fine = amounts("0.5", "1.5", *[1] * 10)
    with pytest.raises(FigureError, match="小数多于 0 位"):
        year_plan(Decimal(12), weights_even(), 0, by_hand=fine)


def test_a_level_is_never_added_up() -> None:
    assert level_line(amounts(*[60] * 12)).at(12) == 60


def test_last_years_months_become_weights_and_a_fall_weighs_nothing() -> None:
    assert weights_from_last_year(amounts(-5, *[7] * 11)) == amounts(0, *[7] * 11)


@pytest.mark.parametrize("months", [amounts(*[1] * 11), (*amounts(*[1] * 11), None)])
def test_last_year_must_be_whole_to_weigh_by(months: tuple[Decimal | None, ...]) -> None:
    with pytest.raises(FigureError, match="上年 12 个月的数不齐，不能按上年分月。"):
        weights_from_last_year(months)


def test_working_days_become_weights() -> None:
    assert weights_working_days([22, 18, *[21] * 10])[:2] == amounts(22, 18)


@pytest.mark.parametrize("days", [[21] * 11, [-1, *[21] * 11]])
def test_working_days_must_cover_the_year(days: list[int]) -> None:
    with pytest.raises(FigureError, match="需要 12 个月的工作日天数。"):
        weights_working_days(days)
