"""Where an indicator stands: what a month, an unknown and a growth rate make of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.case_json import case_from_json, earlier_from_json
from tracker.domain.errors import FigureError
from tracker.domain.lights import Guard, Light, Status
from tracker.domain.standing import (
    Case,
    Kind,
    Polarity,
    Standing,
    growth_standing,
    standing,
    standing_as_json,
)


def flow(*actual: int | None, target: int = 1200, polarity: Polarity = Polarity.HIGHER) -> Case:
    return Case(
        kind=Kind.FLOW,
        target=Decimal(target),
        places=0,
        polarity=polarity,
        actual=tuple(None if figure is None else Decimal(figure) for figure in actual),
    )


def test_an_earlier_month_stands_as_it_stood_then() -> None:
    case = flow(90, 90, 200)
    assert standing(case, 2) == replace(standing(flow(90, 90)), case=case)


def test_a_month_that_is_over_and_unreported_is_grey_and_unknown() -> None:
    late = standing(flow(100), 2)
    assert (late.light, late.status, late.actual_cumulative) == (
        Light.GREY,
        Status.NOT_REPORTED,
        None,
    )
    assert late.quarter_gap is None
    assert standing_as_json(late)["status"] == "not_due"


def test_the_beginning_of_the_year_is_not_due() -> None:
    early = standing(flow(), 0)
    assert (early.light, early.status, early.plan_cumulative) == (Light.GREY, Status.NOT_DUE, None)
    assert early.quarter_need == (Decimal(100),) * 3


@pytest.mark.parametrize("month", [-1, 13])
def test_a_month_outside_the_year_is_refused(month: int) -> None:
    with pytest.raises(FigureError, match="月份应在 1 到 12 之间。"):
        standing(flow(100), month)


def test_december_has_no_coming_quarter() -> None:
    december = standing(flow(*[100] * 12))
    assert (december.quarter, december.quarter_guard, december.year_need) == (None, None, None)
    assert (december.quarter_gap, december.quarter_need, december.quarter_uplift_pct) == (None,) * 3
    assert (december.year_gap, december.year_uplift_pct, december.year_guard) == (None,) * 3


def test_a_month_is_behind_since_the_run_of_open_months_began() -> None:
    assert standing(flow(90, 130, 60, 90)).behind_since == 3
    assert standing(flow(90, 90)).behind_since == 1
    assert standing(flow(90, 110)).behind_since is None


def test_an_unknown_month_ends_the_run() -> None:
    case = Case(
        kind=Kind.STOCK,
        target=Decimal(120),
        baseline=Decimal(0),
        places=0,
        actual=(Decimal(1), None, Decimal(2)),
    )
    assert standing(case).behind_since == 3


def test_a_repair_is_shown_beside_the_lost_quarter() -> None:
    assert standing(flow(90, 90, 90, 130)).quarters_repaired == {1: 4}
    assert standing(flow(90, 90, 90)).quarters_repaired == {}


def test_the_same_figures_can_be_asked_for_one_by_one() -> None:
    now = standing(flow(90, 90))
    assert now.plan_cumulative == 200
    assert now.monthly_plan == (Decimal(100),) * 12
    assert now.cumulative_plan is not None
    assert (now.quarter, now.quarter_gap, now.quarter_need) == (1, Decimal(120), (Decimal(120),))
    assert (now.quarter_uplift_pct, now.quarter_guard) == (Decimal("20.00"), Guard.STRAINED)
    assert (now.year_gap, now.year_need, now.year_guard) == (
        Decimal(1020),
        (Decimal(102),) * 10,
        Guard.PUSH,
    )
    assert now.year_uplift_pct == Decimal("2.00")
    assert now.for_quarter is not None
    assert list(now.for_quarter.months) == [3]


def test_a_flow_has_a_forecast_and_a_balance_has_none() -> None:
    forecast = standing(flow(90)).forecast
    assert forecast is not None
    assert forecast.figure == 1080
    balance = Case(
        kind=Kind.STOCK, target=Decimal(10), baseline=Decimal(0), places=0, actual=(Decimal(1),)
    )
    assert standing(balance).forecast is None


def test_a_range_has_no_place_in_time() -> None:
    case = Case(
        kind=Kind.FLOW,
        target=Decimal(1200),
        target_high=Decimal(1320),
        places=0,
        polarity=Polarity.RANGE,
        actual=(Decimal(111),),
    )
    over = standing(case)
    assert over.ahead_of_time_points is None
    assert (over.ahead_of_plan, over.light) == (Decimal(-1), Light.YELLOW)
    assert over.for_quarter is None


def test_a_ratio_is_done_only_at_the_end_of_the_year() -> None:
    case = Case(kind=Kind.RATE, target=Decimal(60), places=0, actual=(Decimal(61),) * 12)
    assert standing(case, 3).status is Status.ON_PACE
    assert standing(case, 12).status is Status.DONE


def test_growth_is_held_against_the_target_rate_in_points() -> None:
    now = growth_standing(
        target_rate=Decimal("6.0"),
        actual=[Decimal(100), Decimal(108)],
        last_year=[Decimal(100), Decimal(100)],
        places=1,
    )
    assert now.actual_cumulative == Decimal("4.0")
    assert now.ahead_of_plan_points == Decimal("-2.00")
    assert (now.light, now.status) == (Light.YELLOW, Status.BEHIND)


def test_growth_is_judged_before_rounding() -> None:
    now = growth_standing(
        target_rate=Decimal(7), actual=[Decimal(106999)], last_year=[Decimal(100000)], places=1
    )
    assert now.actual_cumulative == Decimal("7.0")
    assert now.ahead_share == Fraction(-1, 1000)
    assert now.light is Light.YELLOW


def test_growth_is_unknown_where_last_year_is() -> None:
    now = growth_standing(
        target_rate=Decimal(6), actual=[Decimal(1), Decimal(1)], last_year=[Decimal(1)]
    )
    assert (now.light, now.status) == (Light.GREY, Status.NOT_REPORTED)


def test_a_growth_target_that_is_unknown_is_grey() -> None:
    now = growth_standing(target_rate=None, actual=[Decimal(1)], last_year=[Decimal(1)])
    assert (now.light, now.status) == (Light.GREY, Status.NOT_DUE)
    assert "allowance_left" not in standing_as_json(now)


def test_a_cap_without_target_has_no_allowance() -> None:
    case = Case(
        kind=Kind.FLOW, target=None, places=0, polarity=Polarity.LOWER, actual=(Decimal(1),)
    )
    assert standing(case).allowance_left is None


@pytest.mark.parametrize(("kind", "left"), [(Kind.FLOW, 600), (Kind.STOCK, -100)])
def test_before_january_the_whole_of_a_cap_is_left(kind: Kind, left: int) -> None:
    case = Case(
        kind=kind, target=Decimal(600), places=0, polarity=Polarity.LOWER, baseline=Decimal(700)
    )
    assert standing(case).allowance_left == left


def test_before_january_nothing_is_known_to_be_left_of_a_balance_without_baseline() -> None:
    case = Case(kind=Kind.STOCK, target=Decimal(600), places=0, polarity=Polarity.LOWER)
    assert standing(case).allowance_left is None


def test_months_have_the_words_of_the_strip() -> None:
    case = Case(
        kind=Kind.STOCK,
        target=Decimal(120),
        baseline=Decimal(0),
        places=0,
        actual=tuple(None if n is None else Decimal(n) for n in (1, 20, None, 3)),
    )
    assert [mark.state.word for mark in standing(case).marks] == ["补", "达", "缺", "欠"]


def ranged(kind: str, *actual: str | None, places: int = 1, **entries: object) -> Standing:
    bounds = {"kind": kind, "places": places, "polarity": "range", "low": "5", "high": "5.5"}
    return standing(case_from_json(bounds | {"actual": list(actual)} | entries))


@pytest.mark.parametrize(
    ("figure", "light", "status", "ahead", "points"),
    [
        ("5", Light.GREEN, Status.ON_PACE, "0", "0"),
        ("5.2", Light.GREEN, Status.ON_PACE, "0.2", "0.20"),
        ("5.5", Light.GREEN, Status.ON_PACE, "0", "0"),
        ("5.7", Light.YELLOW, Status.BEHIND, "-0.2", "-0.20"),
        ("4.6", Light.YELLOW, Status.BEHIND, "-0.4", "-0.40"),
        ("15.6", Light.RED, Status.BEHIND, "-10.1", "-10.10"),
    ],
)
def test_a_rate_is_held_to_the_nearer_bound_of_its_range(
    figure: str, light: Light, status: Status, ahead: str, points: str
) -> None:
    now = ranged("rate", figure)
    assert (now.light, now.status) == (light, status)
    assert (now.ahead_of_plan, now.ahead_of_plan_points) == (Decimal(ahead), Decimal(points))
    assert (now.completion_pct, now.pace_pct) == (None, None)
    assert (now.for_quarter, now.for_year, now.allowance_left) == (None, None, None)


def test_a_balance_outside_its_range_is_behind_in_points_of_the_nearer_bound() -> None:
    bounds = {"low": "5000", "high": "6000", "places": 0}
    over, under = ranged("stock", "6300", **bounds), ranged("stock", "4000", **bounds)
    assert (over.ahead_of_plan_points, over.light) == (Decimal("-5.00"), Light.YELLOW)
    assert (under.ahead_of_plan_points, under.light) == (Decimal("-20.00"), Light.RED)
    assert (over.plan_cumulative, over.ceiling_cumulative) == (5000, 6000)
    assert standing(over.case, 0).ceiling_cumulative is None


def test_a_flow_within_its_range_is_on_pace_however_much_room_it_has() -> None:
    now = ranged("flow", "1000", low="1200", high="24000", places=0)
    assert (now.light, now.status) == (Light.GREEN, Status.ON_PACE)
    assert (now.ahead_of_plan, now.completion_pct) == (900, Decimal("83.33"))
    assert standing_as_json(now)["cumulative_plan_high"] == [f"{n * 2000}" for n in range(1, 13)]


def test_a_range_without_bounds_is_grey() -> None:
    now = ranged("rate", "5", low=None, high=None)
    assert now.light is Light.GREY
    assert standing_as_json(now)["cumulative_plan_high"] is None


def changed(*actual: str, through: int = 2, before: str | None = "1200") -> Case:
    old = [{"through": through, "target": before}]
    given = {"kind": "flow", "target": "2400", "places": 0, "earlier": old}
    return case_from_json(given | {"actual": list(actual)})


def test_months_before_a_change_are_judged_by_the_old_target_and_later_ones_by_the_new() -> None:
    case = changed("100", "100", "100")
    february, march = standing(case, 2), standing(case)
    assert (february.case.target, february.light, february.completion_pct) == (
        1200,
        Light.GREEN,
        Decimal("16.67"),
    )
    assert (march.case.target, march.ahead_of_plan, march.completion_pct) == (
        2400,
        -300,
        Decimal("12.50"),
    )
    assert march.months == ("met", "met", "open")
    assert march.cumulative_plan is not None
    assert march.cumulative_plan[:4] == (100, 200, 600, 800)


def test_what_is_to_come_is_counted_by_the_new_target_even_before_it_holds() -> None:
    february = standing(changed("100", "100"), 2)
    assert (february.quarter_gap, february.year_gap) == (400, 2200)


def test_a_target_set_in_the_year_leaves_the_months_before_it_unjudged() -> None:
    case = changed("100", "100", "100", before=None)
    assert standing(case, 2).light is Light.GREY
    assert standing(case).months == (None, None, "open")


def test_a_cap_that_was_raised_leaves_the_new_allowance() -> None:
    case = replace(changed("100"), polarity=Polarity.LOWER)
    assert standing(case).allowance_left == 2300


def test_a_range_that_was_moved_keeps_both_lines_of_its_months() -> None:
    old = [{"through": 2, "low": "1200", "high": "2400"}]
    case = replace(
        changed("100", "100", "100"),
        polarity=Polarity.RANGE,
        target_high=Decimal(3600),
        earlier=earlier_from_json(old),
    )
    now = standing(case)
    assert now.ceiling is not None
    assert now.ceiling.cumulative[:4] == (200, 400, 900, 1200)
    assert (now.months, now.plan_cumulative) == (("met", "met", "open"), 600)


def test_every_change_keeps_its_own_months() -> None:
    old = [{"through": 1, "target": "1200"}, {"through": 3, "target": "1800"}]
    case = replace(changed(*["150"] * 4), earlier=earlier_from_json(old))
    assert [standing(case, month).case.target for month in (1, 2, 3, 4)] == [1200, 1800, 1800, 2400]
    assert standing(case).months == ("met", "met", "met", "open")
