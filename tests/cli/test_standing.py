"""`flask standing check`: what is stored follows from what was reported, and it says where it does not."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from tests.makers import Maker
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Standing
from tracker.services.refresh_standings import refresh_standings

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def run(app: Flask, *words: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["standing", *words])


def change(month: int, **values: object) -> None:
    """Change a stored row behind the program's back."""
    db.session.execute(update(Standing).where(Standing.month == month).values(**values))


@pytest.fixture
def revenue(make: Maker) -> Indicator:
    """An indicator with three months, the first of them closed."""
    plan = make.plan(make.top())
    indicator = make.indicator(plan, last_year=[Decimal(9000)] * 12)
    for month, amount in enumerate(("9000", "7000", "11000"), start=1):
        make.report(indicator, month, amount)
        make.cycle(plan, month)
    refresh_standings(indicators=[indicator], now=local_now())
    change(1, frozen=True)
    db.session.execute(update(Cycle).where(Cycle.month == 1).values(closed_at=local_now()))
    return indicator


def test_what_the_program_wrote_has_no_difference(app: Flask, revenue: Indicator) -> None:
    told = run(app, "check")

    assert (told.exit_code, told.stdout) == (0, "3 行都对得上，其中已封账 1 行。\n")


def test_a_closed_month_is_held_to_its_own_case_not_to_what_changed_since(
    app: Flask, make: Maker, revenue: Indicator
) -> None:
    revenue.target = Decimal(240000)
    make.report(revenue, 1, "1", revision=2)
    refresh_standings(indicators=[revenue], now=local_now())

    assert run(app, "check").exit_code == 0


def test_a_figure_written_with_more_decimals_is_the_same(app: Flask, revenue: Indicator) -> None:
    case = db.session.scalars(select(Standing.case).where(Standing.month == 3)).one()
    change(3, case=case | {"target": "120000.0"})
    assert run(app, "check").exit_code == 0
    change(3, case=case | {"unit": "元"})
    assert run(app, "check").exit_code == 3


@pytest.mark.parametrize(
    ("month", "values", "said"),
    [
        (3, {"light": "green"}, "3月（未封账）：light 现存 green，应为 yellow"),
        (2, {"actual": Decimal(1)}, "2月（未封账）：actual 现存 1，应为 16000"),
        (2, {"quarter_need": [Decimal(1)]}, "quarter_need 现存 1，应为 14000"),
        (1, {"light": "green"}, "1月（已封账）：light 现存 green，应为 yellow"),
        (1, {"quarter_gap": None}, "quarter_gap 现存 —，应为 21000"),
        (1, {"figures": {"month": 2}}, "figures 现存 month 2，应为 month 1"),
        (1, {"case": {"kind": "x", "places": 0}}, "case 现存 kind 只能是"),
        (3, {"case": {"kind": "x", "places": 0}}, "case 现存 kind x"),
        (1, {"frozen": False}, "1月（未封账）：frozen 现存 False，应为 True"),
    ],
)
def test_a_row_that_was_changed_is_named(
    app: Flask, revenue: Indicator, month: int, values: dict[str, object], said: str
) -> None:
    change(month, **values)

    told = run(app, "check")

    assert told.exit_code == 3
    assert said in told.stdout
    assert "处对不上" in told.stderr


def test_a_reported_month_without_a_row_is_a_difference(app: Flask, revenue: Indicator) -> None:
    row = db.session.scalars(select(Standing).where(Standing.month == 2)).one()
    db.session.delete(row)

    told = run(app, "check", "--json")

    assert told.exit_code == 3
    found = json.loads(told.stdout)["differences"]
    assert [(one["month"], one["column"], one["stored"]) for one in found] == [
        (2, "row", "没有这一行")
    ]


def test_rebuilding_mends_open_months_and_leaves_closed_ones(
    app: Flask, revenue: Indicator
) -> None:
    change(1, light="green")
    change(3, light="green")

    told = run(app, "rebuild")

    assert told.stdout == "已重算 2 行；已封账的月份没有动。\n"
    lights = select(Standing.light).order_by(Standing.month)
    assert db.session.scalars(lights).all() == ["green", "yellow", "yellow"]
