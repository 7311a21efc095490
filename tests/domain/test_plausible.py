"""A figure is held against its neighbours: what is odd is said, with what was probably meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.plausible import Neighbour, doubt_of

LAST = (Neighbour("上月", Decimal(3460)), Neighbour("上年同月", Decimal(2952)))


def test_yuan_for_wan_yuan_is_recognised() -> None:
    doubt = doubt_of(Decimal(31_200_000), "万元", 0, LAST)

    assert doubt is not None
    assert doubt.meant == 3120
    assert "是上月 3,460 万元的 9,017 倍，像是按“元”填的。若是，应为 3,120 万元" in doubt.sentence


def test_a_figure_in_a_larger_unit_is_recognised() -> None:
    doubt = doubt_of(Decimal("0.3"), "万元", 0, LAST)

    assert doubt is not None
    assert (doubt.meant, "亿元" in doubt.sentence) == (3000, True)


def test_a_share_typed_as_a_decimal_is_recognised() -> None:
    doubt = doubt_of(Decimal("0.58"), "%", 2, (Neighbour("当月计划", Decimal(60)),))

    assert doubt is not None
    assert doubt.meant == Decimal("58.00")


def test_a_jump_that_fits_no_unit_is_still_asked_about() -> None:
    doubt = doubt_of(Decimal(240_000), "万元", 0, (Neighbour("上月", Decimal(4000)),))

    assert doubt is not None
    assert doubt.meant is None


@pytest.mark.parametrize("value", ["3460", "34600", "35", "0", "-5000"])
def test_nothing_is_said_of_figures_that_may_well_be(value: str) -> None:
    assert doubt_of(Decimal(value), "万元", 0, LAST) is None


def test_nothing_is_said_where_there_is_nothing_to_hold_it_against() -> None:
    assert doubt_of(Decimal(10**9), "万元", 0, (Neighbour("上月", Decimal(0)),)) is None


def test_a_unit_that_nobody_knows_is_no_hindrance() -> None:
    doubt = doubt_of(Decimal(5000), "户", 0, (Neighbour("上月", Decimal(12)),))

    assert doubt is not None
    assert doubt.meant is None
