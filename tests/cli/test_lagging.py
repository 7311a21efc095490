"""`flask lagging`: what lags on any day, in rows for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Task, TaskEvent, TaskReport
from tracker.services.refresh_standings import refresh_standings


@pytest.fixture
def bureau(make: Maker) -> Maker:
    """Two sections, a yellow indicator of March, a task due on 31 March, and nothing told of it."""
    top = make.top(code="LX")
    section, other = make.unit(top, "预算股", code="LX-01"), make.unit(top, "国库股", code="LX-02")
    make.post(section, "head", make.person(top, name="周立新"))
    plan = make.plan(top)
    for month in range(1, 6):
        make.cycle(plan, month)
    indicator = make.indicator(plan, section)
    for month, amount in enumerate(("9000", "7000", "11000"), start=1):
        make.report(indicator, month, amount)
    make.task(
        plan, other, text="清理收回结余资金", start_on=date(2024, 3, 5), due_on=date(2024, 3, 31)
    )
    refresh_standings(indicators=[indicator], now=datetime(2024, 4, 1, tzinfo=UTC))
    db.session.commit()
    return make


def rows(app: Flask, *arguments: str) -> list[dict[str, Any]]:
    result = app.test_cli_runner().invoke(args=["lagging", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    listed: list[dict[str, Any]] = json.loads(result.output)
    return listed


def test_the_row_of_an_indicator_says_all(app: Flask, bureau: Maker) -> None:
    row = rows(app, "--at", "2024-04-03")[0]

    assert (row["type"], row["name"], row["unit"], row["owner"]) == (
        "indicator",
        "一般公共预算收入",
        "预算股",
        "周立新",
    )
    assert (row["period"], row["light"], row["status"]) == ("2024-03", "yellow", "behind")
    assert (row["quarter_guard"], row["quarter_need"]) == ("push", ["11000"] * 3)
    assert row["inputs"]["ahead_of_plan_points"] == "-2.50"
    assert "10 个百分点以内亮黄" in row["rule"]


def test_a_task_is_overdue_from_the_day_after(app: Flask, bureau: Maker) -> None:
    def tasks(day: str) -> list[tuple[str, int]]:
        found = rows(app, "--at", day)
        return [(row["light"], row["days_overdue"]) for row in found if row["type"] == "task"]

    assert tasks("2024-03-31") == [("red", 0)]  # nothing done, and the plan says all of it
    assert tasks("2024-04-01") == [("red", 1)]
    assert tasks("2024-04-30") == [("red", 30)]
    assert tasks("2024-03-04") == []


def test_a_month_is_owed_from_the_day_after_it_was_due(app: Flask, bureau: Maker) -> None:
    def owed(day: str) -> list[tuple[str, str, int]]:
        found = rows(app, "--at", day)
        return [
            (row["inputs"]["what"], row["period"], row["days_overdue"])
            for row in found
            if row["type"] == "report"
        ]

    assert owed("2024-04-03") == []
    assert owed("2024-04-04") == [("task", "2024-03", 1)]
    assert owed("2024-05-03") == [("task", "2024-03", 30)]
    assert owed("2024-05-04") == [
        ("indicator", "2024-04", 1),
        ("task", "2024-03", 31),
        ("task", "2024-04", 1),
    ]


def test_an_overdue_month_takes_the_indicator_off_its_old_light(app: Flask, bureau: Maker) -> None:
    assert [row["type"] for row in rows(app, "--at", "2024-05-03")].count("indicator") == 1
    assert [row["type"] for row in rows(app, "--at", "2024-05-04")].count("indicator") == 0


def test_a_unit_and_those_below_it(app: Flask, bureau: Maker) -> None:
    assert {row["unit"] for row in rows(app, "--at", "2024-04-10", "--unit", "LX-01")} == {"预算股"}
    assert {row["unit"] for row in rows(app, "--at", "2024-04-10", "--unit", "LX")} == {
        "预算股",
        "国库股",
    }


def test_a_unit_that_there_is_not_is_refused(app: Flask, bureau: Maker) -> None:
    result = app.test_cli_runner().invoke(args=["lagging", "--unit", "XX"])

    assert result.exit_code == 1
    assert "没有代码为 XX 的单位" in result.stderr


def test_a_wrong_day_is_wrong_usage(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["lagging", "--at", "2024-02-30"])

    assert result.exit_code == 2


def test_nothing_lags_in_an_empty_house(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["lagging", "--at", "2024-04-10"])

    assert (result.exit_code, result.output) == (0, "没有滞后。\n")


def test_a_past_day_knows_nothing_of_what_was_reported_since(
    app: Flask, bureau: Maker, set_clock: Callable[[str], None]
) -> None:
    set_clock("2024-06-10T10:00:00")
    before = rows(app, "--at", "2024-04-10")
    indicator = db.session.scalars(select(Indicator)).one()
    late = datetime(2024, 5, 20, tzinfo=UTC)
    bureau.report(indicator, 3, "20000", revision=2, at=late)
    bureau.report(indicator, 4, "10000", at=late)
    task = db.session.scalars(select(Task)).one()
    for month in (3, 4):
        db.session.add(
            TaskReport(
                top_unit_id=task.top_unit_id,
                task_id=task.id,
                year=2024,
                month=month,
                revision=1,
                progress=Decimal(100),
                at=late,
            )
        )
    task.progress, task.state, task.finished_on = Decimal(100), "finished", date(2024, 5, 20)
    db.session.add(
        TaskEvent(
            top_unit_id=task.top_unit_id,
            task_id=task.id,
            at=late,
            what="state",
            before="issued",
            after="finished",
        )
    )
    refresh_standings(indicators=[indicator], now=late)
    db.session.commit()

    assert rows(app, "--at", "2024-04-10") == before
    assert [row["type"] for row in before] == ["indicator", "task", "report"]
    assert rows(app, "--at", "2024-05-20") == []


def test_a_month_that_was_closed_since_was_owed_then(
    app: Flask, bureau: Maker, set_clock: Callable[[str], None]
) -> None:
    set_clock("2024-06-10T10:00:00")
    cycle = db.session.scalars(select(Cycle).where(Cycle.month == 3)).one()
    cycle.closed_at = datetime(2024, 4, 20, tzinfo=UTC)
    db.session.commit()

    def owed(day: str) -> int:
        return [row["period"] for row in rows(app, "--at", day)].count("2024-03")

    assert owed("2024-04-19") == 2  # the indicator of March, and the task's report
    assert owed("2024-04-20") == 1
