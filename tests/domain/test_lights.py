"""Bands, lights, status words and guards."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.errors import FigureError
from tracker.domain.lights import (
    Bands,
    Guard,
    Light,
    Measure,
    Status,
    board_place,
    guard_of,
)


def test_every_light_has_a_shape_and_a_word_beside_its_colour() -> None:
    assert [(light.shape, light.word, light.meaning) for light in Light] == [
        ("◆", "蓝", "已完成"),
        ("●", "绿", "达进度"),
        ("▲", "黄", "欠进度"),
        ("■", "红", "严重滞后"),
        ("○", "灰", "未报/未到时"),
    ]


def test_the_worst_light_and_guard_come_first() -> None:
    assert sorted(Light, key=lambda light: -light.severity)[:3] == ["red", "yellow", "grey"]
    assert max(Guard, key=lambda guard: guard.severity) is Guard.AT_RISK
    assert [light for light in Light if light.is_lagging] == [Light.YELLOW, Light.RED]


def test_status_and_guard_have_the_words_of_bulletins() -> None:
    assert [status.word for status in Status] == [
        *("已完成", "提前完成", "超进度", "达进度", "欠进度", "未到时", "未报"),
    ]
    assert [guard.word for guard in Guard] == ["可保", "需加力", "吃力", "难保"]


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        (Bands(), "落后计划 10 个百分点以内亮黄，超过亮红；不落后亮绿"),
        (Bands(Decimal("7.50")), "落后计划 7.5 个百分点以内亮黄，超过亮红；不落后亮绿"),
        (
            Bands(measure=Measure.PACE, yellow_pace=Decimal("80.0")),
            "低于计划但不少于计划的 80% 亮黄，再低亮红；不落后亮绿",
        ),
        (Bands(measure=Measure.MET), "落后计划即亮红；不落后亮绿"),
    ],
)
def test_a_rule_says_itself_in_words(bands: Bands, words: str) -> None:
    assert bands.describe() == words


def test_bands_that_leave_a_hole_are_refused() -> None:
    with pytest.raises(FigureError, match="亮黄的百分点不能是负数。"):
        Bands(Decimal(-1))
    with pytest.raises(FigureError, match="亮黄的进度比例应在 0 到 100 之间。"):
        Bands(yellow_pace=Decimal(101))


def test_a_distance_that_is_unknown_is_not_shown_to_be_little() -> None:
    assert not Bands().is_yellow(None, None)
    assert not Bands(measure=Measure.PACE).is_yellow(Fraction(-1), None)


@pytest.mark.parametrize(
    ("gap", "uplift", "guard"),
    [
        (0, Fraction(50), Guard.SAFE),
        (-1, None, Guard.SAFE),
        (1, Fraction(0), Guard.SAFE),
        (1, Fraction(10), Guard.PUSH),
        (1, Fraction(10) + Fraction(1, 10**9), Guard.STRAINED),
        (1, Fraction(25), Guard.STRAINED),
        (1, Fraction(25) + Fraction(1, 10**9), Guard.AT_RISK),
        (1, None, Guard.AT_RISK),
    ],
)
def test_a_guard_follows_its_bounds_before_rounding(
    gap: int, uplift: Fraction | None, guard: Guard
) -> None:
    assert guard_of(Fraction(gap), uplift) is guard


def test_the_board_puts_who_lags_first_then_the_worst_guard_then_the_distance() -> None:
    places = [
        board_place(Light.YELLOW, Guard.AT_RISK, Decimal(-1)),
        board_place(Light.RED, Guard.STRAINED, Decimal(-30)),
        board_place(Light.RED, Guard.STRAINED, Decimal("-12.5")),
        board_place(Light.RED, None, Decimal(-2000)),
        board_place(Light.GREEN, Guard.AT_RISK, Decimal(3)),
    ]

    assert places == sorted(places, reverse=True)
    assert len(set(places)) == len(places)


def test_what_does_not_lag_has_no_guard_on_the_board() -> None:
    assert board_place(Light.GREY, Guard.AT_RISK, None) == 0
