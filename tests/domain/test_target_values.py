"""A target that makes no sense is refused with one sentence; a growth stands beside its level."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.plan_text import Measure
from tracker.domain.target_values import (
    TypedTarget,
    baseline_behind,
    fault_of,
    level_fault,
    rate_unit,
    settled_rate,
)


def typed(measure: Measure, unit: str = "万元", **figures: str) -> TypedTarget:
    known = {name: Decimal(text) for name, text in figures.items()}
    return TypedTarget(measure, unit, known.get("target"), known.get("rate"), known.get("baseline"))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (typed(Measure.AMOUNT, target="88200"), None),
        (typed(Measure.AMOUNT, target="-1"), "目标值不能是负数"),
        (typed(Measure.COUNT, "个"), None),
        (typed(Measure.INCREASE, target="-300"), None),
        (typed(Measure.GROWTH, "%", rate="9.9"), None),
        (typed(Measure.GROWTH, "百分点", rate="2"), None),
        (typed(Measure.GROWTH, "%", rate="-2"), None),
        (typed(Measure.GROWTH, "%", target="-120"), "增幅不能低于 -100%"),
        (typed(Measure.GROWTH, "%"), None),
        (typed(Measure.GROWTH, rate="9.9"), "计量单位不能是“万元”"),
        (typed(Measure.GROWTH, rate="9.9", baseline="80000"), None),
        (typed(Measure.GROWTH, rate="9.9", baseline="-5"), "基期数要大于零"),
        (typed(Measure.REDUCTION, "%", rate="-5"), "降幅请填正数"),
        (typed(Measure.REDUCTION, "%", rate="105"), "降幅最多是 100%"),
        (typed(Measure.REDUCTION, "%", rate="5", target="-5"), "目标值不能是负数"),
    ],
)
def test_a_target_that_makes_no_sense_says_why(target: TypedTarget, said: str | None) -> None:
    words = fault_of(target)
    assert words is None if said is None else said in (words or "")


def test_no_quarter_is_below_zero() -> None:
    quarters = (Decimal(1), None, Decimal(-1), Decimal(2))
    assert (
        fault_of(TypedTarget(Measure.AMOUNT, "万元", quarters=quarters)) == "季度目标不能是负数。"
    )


@pytest.mark.parametrize(("unit", "kept"), [("％", "%"), ("个百分点", "百分点"), ("万元", None)])
def test_a_rate_keeps_the_units_that_rates_have(unit: str, kept: str | None) -> None:
    assert rate_unit(unit) == kept


@pytest.mark.parametrize(
    ("target", "rate", "meant"),
    [
        (None, "9.9", "9.9"),
        ("9.9", None, "9.9"),
        ("8", "8", "8"),
        ("8", "7", "8"),  # the rate stands as it was
        ("7", "9.9", "9.9"),  # the target stands as it was
    ],
)
def test_of_two_fields_the_one_that_was_changed_counts(
    target: str | None, rate: str | None, meant: str
) -> None:
    figures = {name: text for name, text in (("target", target), ("rate", rate)) if text}
    settled = settled_rate(typed(Measure.GROWTH, "%", **figures), Decimal(7), Decimal(7))
    assert settled == (Decimal(meant), None)


def test_two_fields_that_were_both_changed_cannot_be_told() -> None:
    both = typed(Measure.GROWTH, "%", target="8", rate="9.9")
    meant, words = settled_rate(both, Decimal(7), Decimal(7))
    assert meant is None
    assert words == "目标值填了 8，增幅或降幅填了 9.9，不一样：请只留一个。"


def test_a_level_that_is_not_what_baseline_and_growth_come_to_is_said() -> None:
    both = typed(Measure.GROWTH, target="90000", rate="10", baseline="80000")
    words = level_fault(both, Decimal(88000), None)
    assert words is not None
    assert "目标值是 88,000，与所填的 90,000 不一样" in words


@pytest.mark.parametrize("target", ["88000", "50000", "10"])
def test_a_level_that_fits_or_stands_there_from_before_is_fine(target: str) -> None:
    both = typed(Measure.GROWTH, target=target, rate="10", baseline="80000")
    assert level_fault(both, Decimal(88000), Decimal(50000)) is None


def test_the_baseline_behind_a_level_and_its_growth() -> None:
    assert baseline_behind(Decimal("9.64"), Decimal("9.9"), 2) == Decimal("8.77")
    assert baseline_behind(Decimal(90), Decimal(-10), 0) == 100
    assert baseline_behind(Decimal(90), Decimal(-100), 0) is None
