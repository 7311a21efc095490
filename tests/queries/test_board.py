"""What lists and board show of an indicator on a day, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import true

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanItem
from tracker.queries.board import (
    LAGGING,
    BoardRow,
    View,
    Wanted,
    board_rows,
    light_counts,
    row_count,
    worst_first,
)
from tracker.queries.heat_map import heat_map
from tracker.services.refresh_standings import refresh_standings

NOW = datetime(2024, 4, 1, tzinfo=UTC)
IN_APRIL = View(date(2024, 4, 10))


@pytest.fixture
def plan(make: Maker) -> Plan:
    plan = make.plan(make.top())
    for month in range(1, 7):
        make.cycle(plan, month)
    return plan


def reported(make: Maker, plan: Plan, name: str, *amounts: str) -> Indicator:
    indicator = make.indicator(plan, name=name)
    for month, amount in enumerate(amounts, start=1):
        make.report(indicator, month, amount)
    refresh_standings(indicators=[indicator], now=NOW)
    return indicator


def shown(view: View, **wanted: object) -> list[BoardRow]:
    return board_rows(true(), view, Wanted(**wanted), worst_first())  # type: ignore[arg-type]


def test_worst_guard_first_then_distance(make: Maker, plan: Plan) -> None:
    reported(make, plan, "green", "10000", "10000", "10000")
    reported(make, plan, "push", "9000", "9000", "9500")
    reported(make, plan, "at risk", "5000", "5000", "5000")
    reported(make, plan, "strained", "8000", "8000", "8000")

    assert [row.name for row in shown(IN_APRIL, light=LAGGING)] == ["at risk", "strained", "push"]


def test_a_month_whose_row_is_not_written_yet_is_late_all_the_same(make: Maker, plan: Plan) -> None:
    reported(make, plan, "behind", "9000", "9000", "9000")

    on_the_day, after = shown(View(date(2024, 5, 3)))[0], shown(View(date(2024, 5, 4)))[0]

    assert (on_the_day.light, on_the_day.shown_month, on_the_day.unreported) == ("yellow", 3, False)
    assert (after.light, after.shown_month, after.unreported) == ("grey", 4, True)
    assert after.word == "未报"


def test_an_indicator_without_any_row_is_not_due_and_then_late(make: Maker, plan: Plan) -> None:
    make.indicator(plan, name="new")

    assert shown(View(date(2024, 2, 1)))[0].word == "未到时"
    assert shown(View(date(2024, 2, 4)))[0].unreported
    assert row_count(true(), View(date(2024, 2, 1)), Wanted(light=LAGGING)) == 0


def test_counts_are_those_of_the_lists(make: Maker, plan: Plan) -> None:
    reported(make, plan, "green", "10000", "10000", "10000")
    reported(make, plan, "red", "1000", "1000", "1000")
    reported(make, plan, "unreported", "10000")

    counts = light_counts(true(), IN_APRIL, Wanted(light="green"))

    assert {name: counts[name] for name in ("green", "red", "grey", LAGGING, "at_risk")} == {
        "green": 1,
        "red": 1,
        "grey": 1,
        LAGGING: 2,
        "at_risk": 1,
    }
    for light in ("blue", "green", "yellow", "red", "grey", LAGGING):
        assert row_count(true(), IN_APRIL, Wanted(light=light)) == counts[light]


def test_a_past_month_is_looked_at_as_it_stood(make: Maker, plan: Plan) -> None:
    reported(make, plan, "caught up", "9000", "11000", "10000")

    assert shown(View(date(2024, 4, 10), month=1))[0].light == "yellow"
    assert shown(IN_APRIL)[0].light == "green"


def test_only_the_newest_plan_of_a_unit_is_on_the_board(make: Maker, plan: Plan) -> None:
    reported(make, plan, "this year", "9000")
    old = Plan(
        top_unit_id=plan.top_unit_id,
        unit_id=plan.unit_id,
        year=2023,
        title="2023",
        state="issued",
        sha256="0",
        imported_at=NOW,
    )
    db.session.add(old)
    db.session.flush()
    make.indicator(old, name="last year")

    assert [row.name for row in shown(IN_APRIL)] == ["this year"]
    assert [row.name for row in shown(View(date(2023, 12, 31)))] == ["last year"]


def test_cancelled_and_draft_rows_are_not_listed(make: Maker, plan: Plan) -> None:
    make.indicator(plan, state="cancelled")
    make.indicator(plan, state="draft")

    assert shown(IN_APRIL) == []


def test_a_heading_filters_with_all_below_it(make: Maker, plan: Plan) -> None:
    top = PlanItem(top_unit_id=plan.top_unit_id, plan_id=plan.id, position=1, title="收支管理")
    db.session.add(top)
    db.session.flush()
    below = PlanItem(
        top_unit_id=plan.top_unit_id, plan_id=plan.id, position=2, title="税收", parent_id=top.id
    )
    db.session.add(below)
    db.session.flush()
    make.indicator(plan, name="inside", item_id=below.id)
    make.indicator(plan, name="outside")

    assert [row.name for row in shown(IN_APRIL, item_id=top.id)] == ["inside"]


def test_a_percent_sign_in_the_search_is_only_a_sign(make: Maker, plan: Plan) -> None:
    make.indicator(plan, name="增长8%以上")
    make.indicator(plan, name="税收")

    assert [row.name for row in shown(IN_APRIL, text="8%")] == ["增长8%以上"]


def test_the_heat_map_leaves_out_months_that_are_not_due(make: Maker, plan: Plan) -> None:
    reported(make, plan, "a", "9000", "9000")

    (row,) = heat_map(true(), View(date(2024, 4, 2)), Wanted())
    (later,) = heat_map(true(), View(date(2024, 4, 4)), Wanted())

    assert [cell and cell.light.value for cell in row.cells[:4]] == ["yellow", "yellow", None, None]
    assert [cell and cell.light.value for cell in later.cells[:3]] == ["yellow", "yellow", "grey"]
