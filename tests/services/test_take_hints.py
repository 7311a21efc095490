"""Proposals are taken as one step that can be undone, or declined for good; nothing happens by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.makers import Maker
from tests.plan_office import (
    NOW,
    Office,
    draft_of_text,
    indicators_of,
    make_office,
    staff,
    tasks_of,
)
from tracker.domain.errors import NotReadyError
from tracker.extensions import db
from tracker.models import Plan
from tracker.queries.plan_suggestions import Suggestion, suggestions_of
from tracker.services.take_hints import decline_hints, take_hints
from tracker.services.undo_draft import last_step, undo_draft

TEXT = """2024年财政工作计划
一、2023年工作总结
全县一般公共预算收入119990万元，增长14.8%。贷款余额312.6亿元。
二、2024年工作计划
（一）抓好收入。一般公共预算收入增长9.9%。加快暂付款清理消化。
（二）抓好金融。贷款余额达到350亿元。
"""


def office_with_duties(make: Maker) -> Office:
    office = make_office(make)
    office.treasury.duties = "管理国库集中支付；负责存量资金盘活和暂付款清理消化。"
    office.budget.duties = "编制县级预算草案，管理政府债务。"
    office.top.duties = "暂付款清理消化"  # the bureau itself is never proposed
    db.session.flush()
    return office


def offered(office: Office, plan: Plan) -> dict[str, Suggestion]:
    return {one.words: one for one in suggestions_of(plan, staff(office))}


def test_duties_and_last_years_results_are_proposed_with_their_reasons(make: Maker) -> None:
    office = office_with_duties(make)
    plan = draft_of_text(office, TEXT)

    found = offered(office, plan)

    assert found["国库股"].reason == "单位职责中有“暂付款清理消化”"
    assert "119,990 万元（上年完成数）" in found
    assert found["312.6 亿元（年初数）"].figure == Decimal("312.6")
    assert all(task.lead_unit_id is None for task in tasks_of(plan))


def test_a_taken_lead_brings_its_people_and_can_be_undone(make: Maker) -> None:
    office = office_with_duties(make)
    plan = draft_of_text(office, TEXT)
    hint = offered(office, plan)["国库股"]

    taken = take_hints(plan=plan, hints=[hint], staff=staff(office), person_id=None, now=NOW)

    task = next(task for task in tasks_of(plan) if "暂付款" in task.text)
    assert taken == 1
    assert (task.lead_unit_id, task.owner_post_id is None) == (office.treasury.id, False)
    assert "国库股" not in offered(office, plan)
    step = last_step(plan)
    assert step is not None
    undo_draft(plan=plan, step_id=step.id)
    assert task.lead_unit_id is None
    assert "国库股" in offered(office, plan)


def test_a_taken_baseline_turns_the_growth_into_its_level(make: Maker) -> None:
    office = office_with_duties(make)
    plan = draft_of_text(office, TEXT)
    found = offered(office, plan)
    hints = [found["119,990 万元（上年完成数）"], found["312.6 亿元（年初数）"]]

    take_hints(plan=plan, hints=hints, staff=staff(office), person_id=None, now=NOW)

    rows = {row.name: row for row in indicators_of(plan)}
    revenue, loans = rows["一般公共预算收入"], rows["贷款余额"]
    assert (revenue.kind, revenue.unit, revenue.baseline) == ("flow", "万元", Decimal(119990))
    assert revenue.target == Decimal(131869)  # 119,990 × 1.099 = 131,869.01
    assert (loans.baseline, loans.target, loans.places) == (Decimal("312.6"), Decimal(350), 1)


def test_a_target_inside_the_task_goes_with_it(make: Maker) -> None:
    office = office_with_duties(make)
    plan = draft_of_text(
        office, "2024年工作计划\n（一）抓好收入。加快暂付款清理消化，暂付款压减30%。\n"
    )
    hint = offered(office, plan)["国库股"]

    take_hints(plan=plan, hints=[hint], staff=staff(office), person_id=None, now=NOW)

    assert [row.lead_unit_id for row in indicators_of(plan)] == [office.treasury.id]


def test_what_is_declined_is_not_proposed_again(make: Maker) -> None:
    office = office_with_duties(make)
    plan = draft_of_text(office, TEXT)
    hint = offered(office, plan)["国库股"]

    declined = decline_hints(plan=plan, hints=[hint], person_id=None, now=NOW)

    assert declined == 1
    assert "国库股" not in offered(office, plan)
    assert all(task.lead_unit_id is None for task in tasks_of(plan))


def test_an_earlier_years_plan_proposes_its_units(make: Maker) -> None:
    office = make_office(make)
    before = make.plan(office.top, year=2023, state="issued")
    make.task(before, office.budget, text="加快暂付款的清理消化", state="issued")
    plan = draft_of_text(office, TEXT)

    found = offered(office, plan)

    assert found["预算股"].reason == "2023年“加快暂付款的清理消化”由该单位牵头"


def test_choosing_nothing_is_refused(make: Maker) -> None:
    office = make_office(make)
    plan = draft_of_text(office, TEXT)

    with pytest.raises(NotReadyError):
        take_hints(plan=plan, hints=[], staff=staff(office), person_id=None, now=NOW)
    with pytest.raises(NotReadyError):
        decline_hints(plan=plan, hints=[], person_id=None, now=NOW)
