"""Choosing a phasing: what each way needs, what does not fit, and sums in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.errors import FigureError
from tracker.domain.phasing_choice import (
    Choice,
    Way,
    chosen_case,
    hand_sum,
    quarter_sum,
    ways_for,
    whole_of,
)
from tracker.domain.sums import Sum, sum_words

DAYS = (21, 17, 21, 22, 20, 19, 23, 22, 21, 19, 21, 22)


def flow(**entries: Any) -> Case:
    given = {"kind": Kind.FLOW, "target": Decimal(120), "places": 0}
    return Case(**(given | entries))


def figures(*values: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(value) for value in values)


def months(choice: Choice, case: Case | None = None) -> list[Decimal]:
    line = chosen_case(case or flow(), choice, DAYS, "万元").line()
    assert line is not None
    return list(line.monthly)


def test_each_way_lays_its_own_line_that_adds_up() -> None:
    last = figures(2, *[1] * 11)
    quarters = figures(30, 60, 30, 0)
    assert months(Choice(Way.EVEN)) == [10] * 12
    assert months(Choice(Way.LAST_YEAR, last_year=last))[:2] == [19, 10]
    assert months(Choice(Way.QUARTERS, quarters=quarters)) == [
        *[10] * 3,
        *[20] * 3,
        *[10] * 3,
        0,
        0,
        0,
    ]
    by_days = months(Choice(Way.WORKING_DAYS))
    assert (by_days[1], sum(by_days)) == (8, 120)


def test_months_by_hand_come_out_exactly_as_typed() -> None:
    typed = figures(0, 5, 7, 8, 10, 12, 20, 20, 10, 10, 9, 9)
    assert months(Choice(Way.HAND, hand=typed)) == list(typed)
    nothing = figures(*[0] * 12)
    assert months(Choice(Way.HAND, hand=nothing), flow(target=Decimal(0))) == list(nothing)


def test_a_falling_balance_is_typed_as_its_falls() -> None:
    debt = flow(kind=Kind.STOCK, baseline=Decimal(100), target=Decimal(88))
    assert months(Choice(Way.HAND, hand=figures(*[-1] * 12)), debt) == [-1] * 12
    assert months(Choice(Way.QUARTERS, quarters=figures(-6, -6, 0, 0)), debt)[:7] == [*[-2] * 6, 0]


def test_a_rate_by_hand_has_its_levels_and_ends_at_its_target() -> None:
    rate = flow(kind=Kind.RATE, target=Decimal(60))
    assert months(Choice(Way.HAND, hand=figures(*range(49, 61))), rate) == list(range(49, 61))
    assert months(Choice(Way.EVEN), rate) == [60] * 12
    unknown = chosen_case(
        flow(kind=Kind.RATE, target=None), Choice(Way.HAND, hand=figures(*[5] * 12)), DAYS, "%"
    )
    assert unknown.line() is None


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(Way.LAST_YEAR), "上年 12 个月的数不齐"),
        (Choice(Way.LAST_YEAR, last_year=figures(None, *[1] * 11)), "上年 12 个月的数不齐"),
        (
            Choice(Way.QUARTERS, quarters=figures(30, 30, 30, 18)),
            "四个季度的目标合计 108 万元，还差 12 万元。",
        ),
        (
            Choice(Way.QUARTERS, quarters=figures(30, 30, 30)),
            "四个季度的目标已填 3 个，合计 90 万元，还差 30 万元。",
        ),
        (Choice(Way.QUARTERS, quarters=figures(*[30] * 5)), "四个季度的目标只要 4 个，填了 5 个。"),
        (
            Choice(Way.HAND, hand=figures(*[10] * 11, 13)),
            "十二个月合计 123 万元，多出 3 万元。",
        ),
        (Choice(Way.HAND, hand=figures(-10, 30, *[10] * 10)), "不能有正有负"),
    ],
)
def test_what_does_not_fit_is_said_in_words(choice: Choice, said: str) -> None:
    with pytest.raises(FigureError) as refused:
        chosen_case(flow(), choice, DAYS, "万元")
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (figures(*[60] * 11), "十二个月要填满，现有 11 个。"),
        (figures(*[60] * 11, None), "十二个月要填满，现有 11 个。"),
        (figures(*[60] * 11, 59), "12月的计划应是年度目标 60，现为 59。"),
    ],
)
def test_levels_that_do_not_fit_are_said(hand: tuple[Decimal | None, ...], said: str) -> None:
    rate = flow(kind=Kind.RATE, target=Decimal(60))
    with pytest.raises(FigureError) as refused:
        chosen_case(rate, Choice(Way.HAND, hand=hand), DAYS, "%")
    assert said in refused.value.message


def test_only_ways_that_fit_are_offered() -> None:
    ranged = {"polarity": Polarity.RANGE, "target": Decimal(5), "target_high": Decimal(6)}
    assert ways_for(flow()) == tuple(Way)
    assert ways_for(flow(kind=Kind.RATE)) == (Way.EVEN, Way.HAND)
    assert ways_for(flow(kind=Kind.RATE, **ranged)) == (Way.EVEN,)
    assert ways_for(flow(kind=Kind.STOCK, **ranged)) == (Way.EVEN,)
    assert ways_for(flow(**ranged)) == tuple(Way)
    with pytest.raises(FigureError, match="不用这种分月办法"):
        chosen_case(flow(kind=Kind.RATE), Choice(Way.QUARTERS), DAYS, "%")


def test_the_whole_of_a_balance_is_its_change() -> None:
    assert whole_of(flow(kind=Kind.STOCK, baseline=Decimal(100))) == 20
    assert [whole_of(flow(target=None)), whole_of(flow(kind=Kind.RATE))] == [None, None]
    assert hand_sum(flow(), figures(120)).missing == 11
    assert quarter_sum(flow(), figures(*[30] * 4)).fits


@pytest.mark.parametrize(
    ("parts", "whole", "said"),
    [
        ((60, 60), 120, "合计 120 万元，正好等于全年。"),
        ((120, None), 120, "已填 1 个，合计 120 万元，已等于全年，其余应填 0。"),
        ((60, 48), 120, "合计 108 万元，还差 12 万元。"),
        ((60, 63), 120, "合计 123 万元，多出 3 万元。"),
        ((-6, -5), -12, "合计 −11 万元，还差 1 万元。"),
        ((-6, -8), -12, "合计 −14 万元，多出 2 万元。"),
        ((5, None), None, "已填 1 个，合计 5 万元；年度目标未定，无法核对。"),
    ],
)
def test_a_difference_is_said_in_words(
    parts: tuple[int | None, ...], whole: int | None, said: str
) -> None:
    total = None if whole is None else Decimal(whole)
    assert sum_words(Sum(figures(*parts), total), "万元") == said
