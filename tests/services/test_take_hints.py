"""Proposals are taken as one step that can be undone, or declined for good; nothing happens by itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

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
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.domain.errors import FigureError, NotFoundError, NotReadyError
from tracker.extensions import db
from tracker.models import Indicator, IndicatorDefinition, Plan
from tracker.queries.plan_suggestions import LIBRARY, Suggestion, suggestions_of
from tracker.services.edit_definition import add_definition, retire_definition
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


class TestTheLibrary:
    """Definitions whose names the plan's indicators have are proposed with the rest."""

    def defined(self, office: Office, **changes: Any) -> IndicatorDefinition:
        values = DefinitionValues("", "贷款余额", (), "万元", Kind.STOCK, Polarity.HIGHER, 0)
        return add_definition(
            unit=office.top, values=replace(values, **changes), person_id=None, now=NOW
        )

    def proposed(self, office: Office, plan: Plan) -> list[Suggestion]:
        return [one for one in suggestions_of(plan, staff(office)) if one.field == LIBRARY]

    def take(self, office: Office, plan: Plan, *hints: Suggestion) -> None:
        take_hints(plan=plan, hints=hints, staff=staff(office), person_id=None, now=NOW)

    def loans(self, plan: Plan) -> Indicator:
        return next(row for row in indicators_of(plan) if row.name == "贷款余额")

    def test_what_differs_is_proposed_with_the_reason(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office)

        (hint,) = self.proposed(office, plan)

        assert hint.words == "按指标库“贷款余额”：万元、时点数、越高越好、取整数"
        assert hint.reason == "名称相同；现为亿元"
        assert len(hint.hint) <= 100

    def test_of_several_as_sure_the_others_are_said(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office)
        self.defined(office, unit="元")

        assert "另有 1 个同样对得上" in self.proposed(office, plan)[0].reason

    @pytest.mark.parametrize(
        "changes",
        [
            {"unit": "亿元"},
            {"unit": "户"},
            {"unit": "%", "kind": Kind.RATE},
            {"name": "存款余额"},
        ],
        ids=["already so", "another quantity", "a rate", "another name"],
    )
    def test_what_would_change_nothing_or_cannot_be_is_not(
        self, make: Maker, changes: dict[str, Any]
    ) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office, **changes)

        assert self.proposed(office, plan) == []

    def test_of_a_growth_only_the_direction_is_proposed(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office, name="一般公共预算收入", kind=Kind.FLOW, polarity=Polarity.LOWER)

        (hint,) = self.proposed(office, plan)

        assert hint.words == "按指标库“一般公共预算收入”：不超过（按增幅、降幅考核，只采用方向）"
        assert hint.reason == "名称相同；现为越高越好"

    def test_it_is_one_step_with_the_other_proposals(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office)
        found = offered(office, plan)
        (definition,) = self.proposed(office, plan)

        self.take(office, plan, definition, found["312.6 亿元（年初数）"], found["国库股"])

        loans = self.loans(plan)
        assert (loans.unit, loans.target, loans.baseline, loans.places) == (
            "万元",
            Decimal(3500000),
            Decimal(3126000),
            0,
        )
        assert self.proposed(office, plan) == []
        step = last_step(plan)
        assert step is not None
        assert undo_draft(plan=plan, step_id=step.id) == "采用建议 3 条"
        assert (loans.unit, loans.target, loans.baseline) == ("亿元", Decimal(350), None)
        assert all(task.lead_unit_id is None for task in tasks_of(plan))

    def test_a_level_that_its_baseline_makes_goes_over_too(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office, name="一般公共预算收入", unit="亿元", kind=Kind.FLOW, places=2)
        found = offered(office, plan)
        self.take(office, plan, found["119,990 万元（上年完成数）"])

        (hint,) = self.proposed(office, plan)
        assert "亿元、累计数、越高越好、4 位小数" in hint.words
        self.take(office, plan, hint)

        revenue = next(row for row in indicators_of(plan) if row.name == "一般公共预算收入")
        assert (revenue.unit, revenue.baseline) == ("亿元", Decimal("11.999"))
        assert revenue.target == Decimal("13.1869")  # as exact as the 131,869 万元 before

    def test_what_fits_no_longer_is_refused_by_its_name(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        self.defined(office, kind=Kind.FLOW)
        (hint,) = self.proposed(office, plan)
        loans = self.loans(plan)
        loans.quarters, loans.phasing = tuple(map(Decimal, (1, 1, 1, 1))), "quarters"

        with pytest.raises(FigureError, match="“贷款余额”没有采用指标库："):
            self.take(office, plan, hint)

    def test_a_retired_definition_is_refused(self, make: Maker) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        definition = self.defined(office)
        (hint,) = self.proposed(office, plan)
        retire_definition(definition=definition, version=1, person_id=None, now=NOW)

        with pytest.raises(NotFoundError):
            self.take(office, plan, hint)

    def test_a_declined_one_comes_back_only_when_the_library_says_something_else(
        self, make: Maker
    ) -> None:
        office = office_with_duties(make)
        plan = draft_of_text(office, TEXT)
        definition = self.defined(office)

        decline_hints(plan=plan, hints=self.proposed(office, plan), person_id=None, now=NOW)
        assert self.proposed(office, plan) == []

        definition.places = 2
        db.session.flush()
        assert len(self.proposed(office, plan)) == 1
