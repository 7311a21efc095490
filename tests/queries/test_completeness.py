"""Has everybody reported: by unit, with what is late, and nothing that is not owed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Plan, TaskReport, Unit
from tracker.queries.completeness import Completeness, completeness

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2024, 4, 1)


@pytest.fixture
def plan(make: Maker) -> Plan:
    top = make.top()
    plan = make.plan(top)
    make.cycle(plan, 2)
    make.cycle(plan, 3)
    make.cycle(plan, 4)
    return plan


def of(plan: Plan, today: date = TODAY) -> Completeness:
    found = completeness(plan.top_unit_id, today, SHANGHAI)
    assert found is not None
    return found


def top_of(plan: Plan) -> Unit:
    return db.session.get_one(Unit, plan.top_unit_id)


def test_before_the_first_month_opens_there_is_none(plan: Plan) -> None:
    assert completeness(plan.top_unit_id, date(2024, 2, 1), SHANGHAI) is None


def test_it_is_about_the_newest_opened_month(plan: Plan) -> None:
    assert of(plan).month.label == "3月"
    assert of(plan, date(2024, 4, 25)).month.label == "4月"


def test_units_owe_indicators_and_tasks_that_have_begun(make: Maker, plan: Plan) -> None:
    section = make.unit(top_of(plan), "预算股")
    make.report(make.indicator(plan, section), 3, "1")
    make.indicator(plan, section)
    make.task(plan, section)
    make.task(plan, section, start_on=date(2024, 4, 1))
    make.task(plan, section, state="closed_out")
    make.indicator(plan, section, state="cancelled")

    unit = of(plan).units[0]

    assert (unit.unit_name, unit.owed, unit.done, unit.missing) == ("预算股", 3, 1, 2)
    assert of(plan).sentence() == "3月填报：已报 1 / 3，未报 1 个单位（预算股 2）。"


def test_a_later_month_s_report_of_a_task_stands_for_this_one(make: Maker, plan: Plan) -> None:
    task = make.task(plan, make.unit(top_of(plan)))
    db.session.add(
        TaskReport(
            top_unit_id=plan.top_unit_id,
            task_id=task.id,
            year=2024,
            month=4,
            revision=1,
            progress=Decimal(10),
            at=datetime(2024, 4, 1, tzinfo=UTC),
        )
    )
    db.session.flush()

    assert of(plan).sentence() == "3月填报：已报 1 / 1，已报齐。"


def test_a_correction_does_not_make_a_report_late(make: Maker, plan: Plan) -> None:
    indicator = make.indicator(plan, make.unit(top_of(plan)))
    make.report(indicator, 3, "1", at=datetime(2024, 4, 2, tzinfo=UTC))
    make.report(indicator, 3, "2", revision=2, at=datetime(2024, 4, 20, tzinfo=UTC))

    assert of(plan, date(2024, 4, 21)).units[0].late == 0


def test_another_bureau_s_rows_do_not_count(make: Maker, plan: Plan) -> None:
    other = make.top("云泽县财政局")
    theirs = make.plan(other)
    make.cycle(theirs, 3)
    make.indicator(theirs, make.unit(other))

    assert of(plan).owed == 0


def test_more_than_five_units_are_named_in_part(make: Maker, plan: Plan) -> None:
    for number in range(1, 7):
        make.indicator(plan, make.unit(top_of(plan), f"{number}股"))

    said = of(plan).sentence()

    assert said == "3月填报：已报 0 / 6，未报 6 个单位（1股 1、2股 1、3股 1、4股 1、5股 1等）。"
