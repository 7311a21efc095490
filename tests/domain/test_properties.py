"""What must hold for any figures: sums, needs, units, order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.amounts import (
    MEASURE_UNITS,
    convert,
    format_figure,
    from_steps,
    parse_figure,
    plain,
)
from tracker.domain.lights import Light
from tracker.domain.phasing import spread, year_plan
from tracker.domain.standing import Case, Kind, Polarity, standing

places = st.integers(0, 4)
steps = st.integers(-(10**16), 10**16)
positive = st.integers(1, 10**12)
weights = st.lists(st.integers(0, 10**6).map(Decimal), min_size=12, max_size=12).map(tuple)
months = st.lists(st.integers(-(10**6), 10**11), min_size=1, max_size=12)


def total(parts: tuple[Decimal, ...]) -> Fraction:
    return sum(map(Fraction, parts), Fraction(0))


@st.composite
def cases(draw: st.DrawFn, kind: Kind = Kind.FLOW, longest: int = 12) -> Case:
    digits = draw(places)
    return Case(
        kind=kind,
        target=from_steps(draw(positive), digits),
        places=digits,
        weights=draw(weights),
        baseline=from_steps(draw(positive), digits),
        actual=tuple(from_steps(month, digits) for month in draw(months)[:longest]),
    )


@given(steps=steps, weights=weights, places=places)
def test_months_add_up_to_the_target_exactly(
    steps: int, weights: tuple[Decimal, ...], places: int
) -> None:
    target = from_steps(steps, places)
    assert total(spread(target, weights, places)) == Fraction(target)


@given(steps=steps, weights=weights, places=places)
def test_every_month_is_within_one_step_of_its_exact_share(
    steps: int, weights: tuple[Decimal, ...], places: int
) -> None:
    assume(any(weights))
    target = from_steps(steps, places)
    for month, weight in zip(spread(target, weights, places), weights, strict=True):
        exact = Fraction(target) * Fraction(weight) / total(weights)
        assert abs(Fraction(month) - exact) < Fraction(1, 10**places)


@given(steps=steps, weights=weights, places=places, scale=st.integers(1, 1000))
def test_only_the_proportion_of_weights_matters(
    steps: int, weights: tuple[Decimal, ...], places: int, scale: int
) -> None:
    target = from_steps(steps, places)
    scaled = [Fraction(weight) / scale for weight in weights]
    assert spread(target, scaled, places) == spread(target, weights, places)


@given(quarters=st.tuples(*[positive] * 4), weights=weights, places=places)
def test_months_add_up_to_each_quarter_and_quarters_to_the_year(
    quarters: tuple[int, ...], weights: tuple[Decimal, ...], places: int
) -> None:
    amounts = [from_steps(quarter, places) for quarter in quarters]
    target = from_steps(sum(quarters), places)
    plan = year_plan(target, weights, places, quarters=amounts)
    for index, amount in enumerate(amounts):
        assert total(plan.monthly[index * 3 : index * 3 + 3]) == Fraction(amount)
    assert plan.at(12) == target


@pytest.mark.parametrize("kind", [Kind.FLOW, Kind.STOCK])
@given(data=st.data())
def test_a_need_met_exactly_closes_the_gap(kind: Kind, data: st.DataObject) -> None:
    case = data.draw(cases(kind, longest=11))
    now = standing(case)
    assume(now.quarter_gap is not None and now.quarter_gap > 0)
    outlook = now.for_quarter
    assert outlook is not None
    assert outlook.need is not None
    assert total(outlook.need) == Fraction(outlook.gap or 0)
    met = case.actual
    for month in outlook.need:
        met += (month if kind is Kind.FLOW else Fraction(met[-1] or 0) + Fraction(month),)
    then = standing(replace(case, actual=met))
    assert then.ahead_of_plan == 0
    assert then.light in {Light.GREEN, Light.BLUE}
    assert outlook.last // 3 not in then.quarters_lost


@given(case=cases(longest=11))
def test_the_years_need_met_exactly_reaches_the_target(case: Case) -> None:
    need = standing(case).year_need
    assert need is not None
    then = standing(replace(case, actual=case.actual + need))
    assert then.actual_cumulative is not None
    assert case.target is not None
    assert then.actual_cumulative >= case.target
    assert then.light is Light.BLUE


@given(case=cases())
def test_a_past_month_is_never_changed_by_a_later_one(case: Case) -> None:
    for month in range(1, len(case.actual)):
        then = standing(replace(case, actual=case.actual[:month]))
        assert standing(case, month) == replace(then, case=case)


@given(case=cases())
def test_better_for_the_one_polarity_is_worse_for_the_other(case: Case) -> None:
    higher = standing(case)
    lower = standing(replace(case, polarity=Polarity.LOWER))
    assert higher.ahead_share is not None
    assert lower.ahead_share == -higher.ahead_share
    assert lower.light is not Light.BLUE


@given(case=cases(), month=st.integers(0, 11))
def test_an_unreported_month_is_never_green(case: Case, month: int) -> None:
    assume(month < len(case.actual))
    gap = (*case.actual[:month], None, *case.actual[month + 1 :])
    now = standing(replace(case, actual=gap))
    assert now.light is Light.GREY
    assert all(mark is None for mark in now.months[month:])


@given(steps=steps, places=places, units=st.tuples(*[st.sampled_from(sorted(MEASURE_UNITS))] * 2))
def test_a_unit_changed_and_changed_back_is_the_same(
    steps: int, places: int, units: tuple[str, str]
) -> None:
    here, there = units
    assume(MEASURE_UNITS[here].measures == MEASURE_UNITS[there].measures)
    value = from_steps(steps, places)
    assert convert(convert(value, here, there), there, here) == value


@given(steps=st.integers(-(10**14) + 1, 10**14 - 1), places=places)
def test_what_is_printed_is_read_back_unchanged(steps: int, places: int) -> None:
    value = from_steps(steps, places)
    assert parse_figure(format_figure(value), places) == value
    assert parse_figure(plain(value, places), places) == value
