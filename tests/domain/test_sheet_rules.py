"""What a typed row of the sheet must say before it can be sent, and what its month must bring."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tracker.domain.lights import Light
from tracker.domain.plausible import Neighbour
from tracker.domain.sheet_rules import (
    LONGEST_TEXT,
    FigureRow,
    figure_lacks,
    neighbours_of,
    progress_lacks,
)
from tracker.domain.standing import Case, Kind, Standing, standing

PLAIN = FigureRow(Decimal(100), Kind.FLOW, Light.GREEN)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({"note": "字" * (LONGEST_TEXT + 1)}, f"最多 {LONGEST_TEXT} 字"),
        ({"amount": Decimal(-1)}, "负数"),
        ({"amount": Decimal(-1), "by_sum": True}, "累计数比上月还少"),
        ({"amount": Decimal(-1), "note": "退库"}, None),
        ({"amount": Decimal(-1), "kind": Kind.RATE}, None),
        ({"light": Light.RED, "note": "土地流拍"}, "红灯"),
        ({"light": Light.RED, "note": "土地流拍", "next_step": "重挂"}, None),
        ({"reported": Decimal(9500)}, "已报过 9,500，更正要写明理由"),
        ({"reported": Decimal(9500), "why": "与国库对账"}, None),
        ({"reported": Decimal(100)}, None),
    ],
)
def test_a_figure_says_what_it_lacks(changed: dict[str, object], said: str | None) -> None:
    words = figure_lacks(replace(PLAIN, **changed))  # type: ignore[arg-type]
    assert words is None if said is None else said in (words or "")


@pytest.mark.parametrize(
    ("light", "done", "obstacle", "next_step", "said"),
    [
        (Light.GREEN, "", "", "", None),
        (Light.GREEN, "字" * (LONGEST_TEXT + 1), "", "", "每格最多"),
        (Light.RED, "起草", "没有经费", "", "写明卡在哪里和下一步"),
        (Light.RED, "起草", "没有经费", "报县政府", None),
    ],
)
def test_progress_says_what_it_lacks(
    light: Light, done: str, obstacle: str, next_step: str, said: str | None
) -> None:
    words = progress_lacks(light, done=done, obstacle=obstacle, next_step=next_step)
    assert words is None if said is None else said in (words or "")


def stands(month: int, *actual: int, **changed: object) -> Standing:
    values: dict[str, object] = {
        "kind": Kind.FLOW,
        "target": Decimal(1200),
        "places": 0,
        "actual": tuple(Decimal(figure) for figure in actual),
    }
    return standing(Case(**(values | changed)), month)  # type: ignore[arg-type]


def test_a_figure_is_held_against_what_is_known_around_it() -> None:
    worked = stands(2, 90, 90)
    months = {1: Decimal(90)}
    assert neighbours_of(worked, 2, months, (Decimal(80), Decimal(70))) == [
        Neighbour("上月", Decimal(90)),
        Neighbour("上年同月", Decimal(70)),
        Neighbour("当月计划", Decimal(100)),
    ]


def test_what_is_unknown_is_no_neighbour() -> None:
    assert neighbours_of(stands(1, 90, target=None), 1, {}, None) == []
