from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.case import Kind, Polarity
from tracker.domain.plan_text import Bound, Measure, Span, Target
from tracker.domain.target_shape import (
    decimals,
    decimals_needed,
    is_balance,
    kind_of_level,
    level_from,
    quarter_amounts,
    quarter_shares,
    shape_of,
)


def target(
    name: str,
    measure: Measure,
    value: str | None,
    unit: str = "万元",
    bound: Bound = Bound.EQUAL,
    quote: str = "",
) -> Target:
    return Target(name, measure, value, unit, bound, None, quote or name, Span(0, 1))


def test_an_amount_adds_up_over_the_months() -> None:
    shape = shape_of(target("税收收入", Measure.AMOUNT, "88200"))

    assert (shape.kind, shape.polarity, shape.unit) == (Kind.FLOW, Polarity.HIGHER, "万元")
    assert shape.target == Decimal(88200)
    assert shape.places == 0


@pytest.mark.parametrize(
    "name", ["各项贷款余额", "金融存款", "政府债务", "生猪存栏", "在保余额", "汽车保有量"]
)
def test_a_balance_is_a_stock(name: str) -> None:
    assert shape_of(target(name, Measure.AMOUNT, "312.60", "亿元")).kind == Kind.STOCK


@pytest.mark.parametrize(
    "name", ["新增贷款", "贷款投放", "化解隐性债务", "专项债券发行", "生猪出栏"]
)
def test_what_moves_a_balance_is_a_flow(name: str) -> None:
    assert not is_balance(name)
    assert kind_of_level(name) == Kind.FLOW


def test_a_rise_in_a_balance_is_a_flow() -> None:
    assert shape_of(target("贷款", Measure.INCREASE, "30", "亿元")).kind == Kind.FLOW


def test_a_rise_in_points_is_a_rate() -> None:
    shape = shape_of(target("覆盖率", Measure.INCREASE, "2", "个百分点"))

    assert (shape.kind, shape.unit) == (Kind.RATE, "百分点")


def test_growth_is_judged_by_its_rate() -> None:
    shape = shape_of(target("一般公共预算收入", Measure.GROWTH, "9.9", "%"))

    assert (shape.kind, shape.unit, shape.places) == (Kind.RATE, "%", 1)
    assert shape.target == shape.rate == Decimal("9.9")


@pytest.mark.parametrize("measure", [Measure.SHARE, Measure.COMPLETION, Measure.REDUCTION])
def test_a_ratio_is_a_rate_that_should_be_high(measure: Measure) -> None:
    shape = shape_of(target("预算执行率", measure, "95", "%"))

    assert (shape.kind, shape.polarity) == (Kind.RATE, Polarity.HIGHER)


def test_a_rank_should_be_low() -> None:
    shape = shape_of(target("考核", Measure.RANK, "3", "名", Bound.AT_MOST))

    assert (shape.kind, shape.polarity, shape.unit) == (Kind.RATE, Polarity.LOWER, "名")


@pytest.mark.parametrize(
    "found",
    [
        target("综合债务率", Measure.SHARE, "110", "%", Bound.AT_MOST),
        target("“三公”经费控制数", Measure.AMOUNT, "300"),
        target("“三公”经费", Measure.AMOUNT, "300", quote="“三公”经费压减至300万元"),
    ],
    ids=lambda found: found.quote,
)
def test_what_must_not_be_exceeded_should_be_low(found: Target) -> None:
    assert shape_of(found).polarity == Polarity.LOWER


@pytest.mark.parametrize(("value", "unit"), [("500", "万元"), ("5", "%")])
def test_of_what_is_cut_more_is_better(value: str, unit: str) -> None:
    shape = shape_of(target("一般性支出", Measure.REDUCTION, value, unit))

    assert shape.polarity == Polarity.HIGHER


@pytest.mark.parametrize(("unit", "places"), [("亿元", 2), ("万元", 0), ("个", 0)])
def test_a_masked_figure_is_unknown(unit: str, places: int) -> None:
    shape = shape_of(target("税收收入", Measure.AMOUNT, None, unit))

    assert shape.target is None
    assert shape.places == places


@pytest.mark.parametrize(
    "value", ["0.00001", "123456789012345", "三十", "NaN", "1e5", ""], ids=lambda v: v or "empty"
)
def test_a_figure_that_cannot_be_kept_exactly_is_unknown(value: str) -> None:
    assert shape_of(target("税收收入", Measure.AMOUNT, value)).target is None


def test_of_a_range_the_end_that_binds_is_the_target() -> None:
    assert shape_of(target("新增企业", Measure.COUNT, "1-2", "家")).target == 1
    assert shape_of(target("债务率", Measure.SHARE, "60-80", "%", Bound.AT_MOST)).target == 80


@pytest.mark.parametrize(
    ("value", "quote", "bounds", "places"),
    [
        ("5-5.5", "失业率控制在5%—5.5%之间", ("5", "5.5"), 1),
        ("5-8", "物价涨幅保持在5%—8%", ("5", "8"), 0),
        ("1.55-2", "介于1.55%和2%", ("1.55", "2"), 2),
    ],
)
def test_what_must_stay_between_two_bounds_is_a_range(
    value: str, quote: str, bounds: tuple[str, str], places: int
) -> None:
    shape = shape_of(target("失业率", Measure.SHARE, value, "%", Bound.AT_MOST, quote))

    assert (shape.polarity, shape.places) == (Polarity.RANGE, places)
    assert (shape.target, shape.high) == tuple(map(Decimal, bounds))


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("5.5", "失业率控制在5.5%以内"),
        ("5-8", "增长5%—8%"),
        ("8-5", "控制在8%—5%"),
        ("5-0.00001", "控制在5%—0.00001%"),
    ],
)
def test_what_is_reached_or_cannot_be_kept_is_no_range(value: str, quote: str) -> None:
    assert shape_of(target("失业率", Measure.SHARE, value, "%", quote=quote)).high is None


def test_a_rank_is_no_range() -> None:
    assert shape_of(target("排名", Measure.RANK, "1-3", "名", quote="保持在1—3名")).high is None


def test_a_baseline_turns_growth_and_reduction_into_a_level() -> None:
    baseline = Decimal(120000)

    assert level_from("growth", baseline, Decimal("9.9"), 0) == Decimal(131880)
    assert level_from("reduction", baseline, Decimal(5), 0) == Decimal(114000)


def test_running_shares_become_quarter_amounts() -> None:
    shares = quarter_shares(("25", "51%", "77"))

    assert quarter_amounts(shares, Decimal(200), 0, Kind.FLOW) == tuple(
        map(Decimal, (50, 52, 52, 46))
    )


@pytest.mark.parametrize("said", [("25", "20", "77"), ("25",), ("a", "51", "77"), None])
def test_shares_that_do_not_rise_to_the_whole_are_left_out(said: tuple[str, ...] | None) -> None:
    assert quarter_shares(said) is None


def test_four_shares_are_taken_as_well() -> None:
    shares = quarter_shares(("10", "40", "70", "100"))

    assert list(quarter_amounts(shares, Decimal(10), 0, Kind.FLOW) or ()) == [1, 3, 3, 3]


@given(
    st.lists(st.integers(0, 1000), min_size=3, max_size=3), st.integers(0, 10**9), st.integers(0, 4)
)
def test_quarter_amounts_add_up_to_the_target(tenths: list[int], steps: int, places: int) -> None:
    target = Decimal(steps).scaleb(-places)
    shares = quarter_shares(tuple(str(Decimal(part) / 10) for part in sorted(tenths)))

    amounts = quarter_amounts(shares, target, places, Kind.FLOW)

    assert amounts is not None
    assert sum(amounts) == target
    assert all(part >= 0 and decimals(part) <= places for part in amounts)


def test_without_a_target_there_are_no_quarter_amounts() -> None:
    shares = quarter_shares(("25", "51", "77"))

    assert quarter_amounts(shares, None, 0, Kind.FLOW) is None
    assert quarter_amounts(None, Decimal(3), 0, Kind.FLOW) is None
    assert quarter_amounts((Decimal(25), None), Decimal(3), 0, Kind.FLOW) is None


def test_what_does_not_add_up_has_no_quarter_amounts() -> None:
    shares = tuple(map(Decimal, (25, 50, 75, 100)))

    assert quarter_amounts(shares, Decimal(7), 2, Kind.RATE) is None


def test_decimals_are_counted_as_written() -> None:
    assert decimals(Decimal("312.60")) == 2
    assert decimals(Decimal(120)) == 0


def test_a_stored_figure_needs_no_trailing_noughts() -> None:
    assert decimals_needed(Decimal("42000.0000")) == 0
    assert decimals_needed(Decimal("9.90")) == 1
