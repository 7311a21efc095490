"""What a bulletin says of one indicator: one decimal, falls as falls, nothing of what is unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.domain.bulletin.making import indicator
from tracker.domain.bulletin.sentences import need_words, standing_words
from tracker.domain.case import Kind, Polarity
from tracker.domain.lights import Light

CAP = {"polarity": Polarity.LOWER, "last": None}
RATE: dict[str, Any] = {
    "kind": Kind.RATE,
    "unit": "%",
    "places": 2,
    "target": Decimal(67),
    "actual": Decimal("62.80"),
    "last": Decimal("66.42"),
    "completion": Decimal("93.7"),
}


def test_the_published_case_that_rose() -> None:
    assert standing_words(indicator()) == (
        "1—6月完成61,646万元，占年度任务的56.3%，快于计划6.3个百分点，同比增长10.7%"
    )


def test_the_published_case_that_fell() -> None:
    fact = indicator(target=Decimal(60999), actual=Decimal(24627), last=Decimal(25697), month=4)

    assert standing_words(fact).startswith("1—4月完成24,627万元，占年度任务的40.4%，")
    assert standing_words(fact).endswith("，同比下降4.2%")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"month": 1}, "1月完成"),
        ({"month": 12}, "全年完成"),
        ({"kind": Kind.STOCK}, "6月末为61,646万元，为年度目标的56.3%"),
        ({"yoy": Decimal(0)}, "同比持平"),
        (CAP, "1—6月累计61,646万元，占全年控制数的56.3%，低于计划6.3个百分点"),
        ({**CAP, "light": Light.RED}, "超出计划6.3个百分点"),
        ({"light": Light.YELLOW, "ahead": Decimal("-14.2")}, "落后计划14.2个百分点"),
        ({"light": Light.YELLOW, "ahead": Decimal(0)}, "落后计划不足0.1个百分点"),
        ({"ahead": Decimal(0)}, "与计划持平"),
        ({"polarity": Polarity.RANGE}, "在计划区间内"),
        ({"polarity": Polarity.RANGE, "light": Light.RED}, "偏离计划6.3个百分点"),
        (RATE, "6月末为62.8%，快于计划6.3个百分点，同比降低3.6个百分点"),
        (RATE | {"last": Decimal("62.80")}, "同比持平"),
        (RATE | {"last": Decimal(60)}, "同比提高2.8个百分点"),
    ],
)
def test_kinds_and_sides(values: dict[str, Any], words: str) -> None:
    assert words in standing_words(indicator(**values))


def test_what_is_unknown_is_left_out() -> None:
    fact = indicator(target=None, last=None, ahead=None)

    assert standing_words(fact) == "1—6月完成61,646万元"
    assert standing_words(indicator(**RATE | {"last": None, "ahead": None})) == "6月末为62.8%"


def test_a_month_that_nobody_reported() -> None:
    assert standing_words(indicator(light=Light.GREY)) == "6月未填报"
    assert standing_words(indicator(light=Light.GREY, month=None)) == "尚未到填报时间"


def test_what_is_done_is_not_held_against_its_plan() -> None:
    assert "计划" not in standing_words(indicator(light=Light.BLUE))


def test_the_need_of_the_months_that_are_left() -> None:
    need = ((8, Decimal(556)), (9, Decimal(555)))

    assert need_words(indicator(need=need, guard="难保")) == (
        "8月需556万元、9月需555万元方可保三季度，难保"
    )
    assert need_words(indicator(need=need, kind=Kind.STOCK)) == (
        "8月需净增556万元、9月需净增555万元方可保三季度"
    )


def test_nothing_needed() -> None:
    assert need_words(indicator(need=((8, Decimal(0)),))) == ""
    assert need_words(indicator(**RATE | {"need": ((8, Decimal(3)),)})) == ""
