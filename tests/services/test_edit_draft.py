"""The rows of a draft are assigned, corrected, cut, merged, dropped, and every step can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.makers import Maker
from tests.plan_office import (
    NOW,
    Office,
    assign_all,
    draft_of_text,
    indicators_of,
    make_office,
    staff,
    tasks_of,
)
from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import (
    FigureError,
    NotFoundError,
    NotReadyError,
    TrackerError,
    TransitionError,
)
from tracker.domain.plan_text import Measure
from tracker.extensions import db
from tracker.models import DraftStep, Indicator, Plan, Task, TaskUnit
from tracker.services.assign_draft import Assignment, assign_draft
from tracker.services.draft_gaps import gaps_of
from tracker.services.draft_moves import drop_rows
from tracker.services.draft_rows import Row, StaleRowsError, key_of, seen_rows
from tracker.services.edit_draft import (
    Duty,
    IndicatorValues,
    TaskValues,
    add_indicator,
    add_task,
    check_rows,
    edit_indicator,
    edit_task,
)
from tracker.services.undo_draft import last_step, undo_draft

BY: dict[str, Any] = {"person_id": None, "now": NOW}
NOBODY = Duty(None, None, None, None)


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    return draft_of_text(office)


def give(office: Office, plan: Plan, rows: list[Row], **what: Any) -> int:
    return assign_draft(
        plan=plan, rows=rows, assignment=Assignment(**what), staff=staff(office), **BY
    )


def task_values(task: Task, **changes: Any) -> TaskValues:
    values = TaskValues(task.text, task.item_id, NOBODY, task.due_on, (), checked=False)
    return replace(values, **changes)


def target_values(indicator: Indicator, **changes: Any) -> IndicatorValues:
    values = IndicatorValues(
        name=indicator.name,
        item_id=indicator.item_id,
        duty=NOBODY,
        measure=Measure(indicator.measure),
        kind=Kind(indicator.kind),
        polarity=Polarity(indicator.polarity),
        unit=indicator.unit,
        places=indicator.places,
        target=indicator.target,
        undecided=False,
        rate=indicator.rate,
        baseline=None,
        base=indicator.base,
        phasing="even",
        quarters=None,
        last_year=None,
        checked=False,
    )
    return replace(values, **changes)


def edit(office: Office, plan: Plan, indicator: Indicator, **changes: Any) -> None:
    edit_indicator(
        plan=plan,
        indicator=indicator,
        values=target_values(indicator, **changes),
        staff=staff(office),
        **BY,
    )


def test_a_range_has_both_bounds_and_loses_the_upper_one_with_its_direction(
    office: Office, plan: Plan
) -> None:
    indicator = indicators_of(plan)[0]
    amount = {"measure": Measure.AMOUNT, "kind": Kind.FLOW, "target": Decimal(100), "rate": None}

    edit(office, plan, indicator, **amount, polarity=Polarity.RANGE, high=Decimal(120))
    assert (indicator.target, indicator.target_high) == (100, 120)
    for high in (None, Decimal(99)):
        with pytest.raises(FigureError, match="区间目标要有下限"):
            edit(office, plan, indicator, **amount, polarity=Polarity.RANGE, high=high)
    edit(office, plan, indicator, **amount, polarity=Polarity.HIGHER, high=Decimal(120))
    assert indicator.target_high is None


def undo(plan: Plan) -> str:
    step = last_step(plan)
    assert step is not None
    return undo_draft(plan=plan, step_id=step.id)


def test_a_lead_unit_brings_its_people(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[1]

    give(office, plan, [task], lead_unit_id=office.budget.id)

    assert (task.owner_post_id, task.reporter_post_id) == (office.head.id, office.reporter.id)
    assert task.leader_post_id == office.leader.id


def test_people_who_are_named_are_kept(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[1]
    other = staff(office).duties_of(office.treasury.id).owner

    give(office, plan, [task], lead_unit_id=office.budget.id, owner_post_id=other)

    assert task.owner_post_id == other


def test_a_unit_without_a_reporter_reports_by_its_head(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[1]

    give(office, plan, [task], lead_unit_id=office.treasury.id)

    assert task.reporter_post_id == task.owner_post_id is not None


def test_targets_go_with_their_task_unless_they_have_a_unit(office: Office, plan: Plan) -> None:
    first, second = indicators_of(plan)[:2]
    give(office, plan, [second], lead_unit_id=office.treasury.id)

    give(office, plan, [tasks_of(plan)[0]], lead_unit_id=office.budget.id)

    assert (first.lead_unit_id, second.lead_unit_id) == (office.budget.id, office.treasury.id)


def test_supporting_units_never_hold_the_lead(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[1]
    give(office, plan, [task], support_ids=(office.budget.id, office.treasury.id))

    give(office, plan, [task], lead_unit_id=office.budget.id)

    assert db.session.scalars(select(TaskUnit.unit_id)).all() == [office.treasury.id]


def test_a_deadline_outside_the_year_is_refused(office: Office, plan: Plan) -> None:
    with pytest.raises(TrackerError, match="2024年内"):
        give(office, plan, [tasks_of(plan)[0]], due_on=date(2025, 1, 1))


def test_nothing_chosen_or_nothing_given_is_refused(office: Office, plan: Plan) -> None:
    with pytest.raises(NotReadyError, match="先选中"):
        give(office, plan, [], lead_unit_id=office.budget.id)
    with pytest.raises(NotReadyError, match="先选牵头单位"):
        give(office, plan, [tasks_of(plan)[0]])


def test_a_row_that_somebody_changed_is_stale(office: Office, plan: Plan) -> None:
    first, second = tasks_of(plan)[:2]
    seen = {key_of(row): row.version for row in (first, second)}
    give(office, plan, [first], lead_unit_id=office.budget.id)

    with pytest.raises(StaleRowsError) as stale:
        seen_rows(plan, seen, list(seen))

    assert stale.value.keys == (key_of(first),)


def test_undo_puts_back_what_was(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[0]
    give(office, plan, [task], lead_unit_id=office.budget.id, support_ids=(office.treasury.id,))
    give(office, plan, [task], due_on=date(2024, 5, 1), lead_unit_id=office.treasury.id)

    assert undo(plan) == "分派 1 项"
    assert (task.lead_unit_id, task.due_on) == (office.budget.id, date(2024, 12, 31))
    assert task.due_inferred
    assert db.session.scalars(select(TaskUnit.unit_id)).all() == [office.treasury.id]

    undo(plan)
    assert task.lead_unit_id is None
    assert indicators_of(plan)[0].lead_unit_id is None
    assert db.session.scalars(select(TaskUnit.unit_id)).all() == []
    assert db.session.scalars(select(DraftStep)).all() == []


def test_undo_of_a_step_that_was_overtaken_is_stale(office: Office, plan: Plan) -> None:
    give(office, plan, [tasks_of(plan)[0]], lead_unit_id=office.budget.id)
    shown = last_step(plan)
    assert shown is not None
    give(office, plan, [tasks_of(plan)[1]], lead_unit_id=office.budget.id)

    with pytest.raises(StaleRowsError):
        undo_draft(plan=plan, step_id=shown.id)


def test_nothing_to_undo_is_said(plan: Plan) -> None:
    with pytest.raises(NotReadyError, match="没有可以撤销"):
        undo_draft(plan=plan, step_id=0)


def test_growth_with_a_baseline_becomes_a_level(office: Office, plan: Plan) -> None:
    loans = indicators_of(plan)[2]

    edit(office, plan, loans, baseline=Decimal("200.5"), base="上年同期", unit="亿元")

    assert (loans.kind, loans.unit, loans.places) == ("stock", "亿元", 1)
    assert (loans.target, loans.rate) == (Decimal("228.6"), Decimal(14))
    assert loans.base == "上年同期"

    edit(office, plan, loans, baseline=None)
    assert (loans.kind, loans.unit, loans.target) == ("rate", "%", Decimal(14))


def test_a_level_that_becomes_known_is_spread_over_the_quarters_as_said(office: Office) -> None:
    plan = draft_of_text(
        office,
        "2024年财政工作计划\n（一）收入。一般公共预算收入增长10%。"
        "一季度、上半年和前三季度分别完成年度任务的26%、52%、77%。",
    )
    income = indicators_of(plan)[0]
    assert (income.kind, income.quarters) == ("rate", None)

    edit(office, plan, income, baseline=Decimal(1000), base="上年完成数", unit="万元")

    assert (income.kind, income.target, income.phasing) == ("flow", Decimal(1100), "quarters")
    assert income.quarters == tuple(map(Decimal, (286, 286, 275, 253)))


def test_a_reduction_with_a_baseline_must_not_be_exceeded(office: Office, plan: Plan) -> None:
    row = indicators_of(plan)[0]

    edit(
        office,
        plan,
        row,
        measure=Measure.REDUCTION,
        rate=Decimal(5),
        baseline=Decimal(9000),
        kind=Kind.RATE,
    )

    assert (row.kind, row.polarity, row.target) == ("flow", "lower", Decimal(8550))


def test_a_baseline_in_per_cent_is_refused(office: Office, plan: Plan) -> None:
    with pytest.raises(FigureError, match="计量单位"):
        edit(office, plan, indicators_of(plan)[2], baseline=Decimal(200))


def test_a_unit_that_no_rate_has_is_refused_not_dropped(office: Office, plan: Plan) -> None:
    with pytest.raises(FigureError, match="计量单位不能是“亿元”"):
        edit(office, plan, indicators_of(plan)[2], unit="亿元")


def test_a_rate_in_points_stays_in_points(office: Office, plan: Plan) -> None:
    loans = indicators_of(plan)[2]

    edit(office, plan, loans, unit="个百分点")

    assert loans.unit == "百分点"


def test_a_negative_target_is_refused(office: Office, plan: Plan) -> None:
    with pytest.raises(FigureError, match="目标值不能是负数"):
        edit(office, plan, indicators_of(plan)[0], target=Decimal(-5))


def test_of_a_rate_typed_in_one_field_the_other_follows(office: Office, plan: Plan) -> None:
    loans = indicators_of(plan)[2]

    edit(office, plan, loans, target=Decimal(12))
    assert (loans.target, loans.rate) == (12, 12)

    with pytest.raises(FigureError, match="请只留一个"):
        edit(office, plan, loans, target=Decimal(11), rate=Decimal(10))


def test_a_typed_level_that_its_growth_contradicts_is_refused(office: Office, plan: Plan) -> None:
    with pytest.raises(FigureError, match=r"目标值是 228\.6，与所填的 300 不一样"):
        edit(
            office,
            plan,
            indicators_of(plan)[2],
            baseline=Decimal("200.5"),
            unit="亿元",
            target=Decimal(300),
        )


def test_a_levels_growth_is_kept_beside_it(office: Office, plan: Plan) -> None:
    row = indicators_of(plan)[0]

    edit(office, plan, row, rate=Decimal("9.9"))

    assert (row.target, row.rate, row.kind) == (88200, Decimal("9.9"), "flow")


def test_quarters_must_add_up(office: Office, plan: Plan) -> None:
    row = indicators_of(plan)[0]
    quarters = tuple(Decimal(n) for n in (20000, 20000, 20000, 28000))

    with pytest.raises(FigureError, match="合计"):
        edit(office, plan, row, phasing="quarters", quarters=quarters)

    db.session.rollback()


def test_last_years_months_are_the_weights(office: Office, plan: Plan) -> None:
    row = indicators_of(plan)[0]
    months = tuple(Decimal(n) for n in range(1, 13))

    edit(office, plan, row, phasing="last_year", last_year=months)

    assert row.weights == months
    with pytest.raises(FigureError, match="不齐"):
        edit(office, plan, row, phasing="last_year", last_year=None)


def test_a_target_may_be_left_open_on_purpose(office: Office, plan: Plan) -> None:
    assign_all(office, plan)
    unknown = indicators_of(plan)[1]
    assert any("缺目标值" in gap.words for gap in gaps_of(plan))

    edit(office, plan, unknown, undecided=True, duty=Duty(office.budget.id, None, None, None))

    assert unknown.undecided
    assert gaps_of(plan) == ()
    edit(office, plan, unknown, undecided=True, target=Decimal(5))
    assert not unknown.undecided


def test_a_new_unit_on_the_page_brings_its_people(office: Office, plan: Plan) -> None:
    assign_all(office, plan)
    task = tasks_of(plan)[0]
    theirs = staff(office).duties_of(office.treasury.id)
    shown = Duty(office.treasury.id, task.owner_post_id, task.reporter_post_id, None)

    edit_task(plan=plan, task=task, values=task_values(task, duty=shown), staff=staff(office), **BY)

    assert (task.owner_post_id, task.reporter_post_id) == (theirs.owner, theirs.reporter)
    assert indicators_of(plan)[0].lead_unit_id == office.treasury.id


def test_rows_are_added_by_hand_after_their_heading(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[0]
    values = task_values(task, text="建立税源会商机制")

    (added,) = add_task(plan=plan, values=values, staff=staff(office), **BY)
    target = add_indicator(
        plan=plan,
        values=target_values(indicators_of(plan)[0], name="存量资金收回"),
        staff=staff(office),
        **BY,
    )

    assert tasks_of(plan)[2] is added
    assert indicators_of(plan)[2] is target
    undo(plan)
    undo(plan)
    assert len(tasks_of(plan)) == 5


@pytest.mark.parametrize("text", ["", " ｜ ", "\n"])
def test_a_task_without_words_is_refused(office: Office, plan: Plan, text: str) -> None:
    task = tasks_of(plan)[0]

    with pytest.raises(TrackerError, match="不能为空"):
        edit_task(
            plan=plan, task=task, values=task_values(task, text=text), staff=staff(office), **BY
        )


def test_rows_are_marked_as_looked_at(plan: Plan) -> None:
    rows: list[Row] = [*tasks_of(plan)]

    assert check_rows(plan=plan, rows=rows, checked=True, **BY) == 5
    assert all(row.checked for row in rows)
    with pytest.raises(NotReadyError):
        check_rows(plan=plan, rows=[], checked=True, **BY)


def test_an_issued_plan_is_not_edited(plan: Plan) -> None:
    plan.state = "issued"

    with pytest.raises(TransitionError, match="已经下达"):
        drop_rows(plan=plan, rows=[tasks_of(plan)[0]], **BY)


@pytest.mark.parametrize(
    "what",
    [{"lead_unit_id": 999}, {"owner_post_id": 999}, {"support_ids": (999,)}],
    ids=lambda what: next(iter(what)),
)
def test_units_and_posts_of_others_are_refused(
    office: Office, plan: Plan, what: dict[str, Any]
) -> None:
    with pytest.raises(NotFoundError):
        give(office, plan, [tasks_of(plan)[0]], **what)


@pytest.mark.parametrize(
    "changes",
    [
        {"item_id": 999},
        {"duty": Duty(999, None, None, None)},
        {"duty": Duty(None, 999, None, None)},
        {"support_ids": (999,)},
        {"due_on": date(2023, 12, 31)},
    ],
    ids=str,
)
def test_a_task_page_with_what_is_not_ours_is_refused(
    office: Office, plan: Plan, changes: dict[str, Any]
) -> None:
    task = tasks_of(plan)[0]

    with pytest.raises(TrackerError):
        edit_task(
            plan=plan, task=task, values=task_values(task, **changes), staff=staff(office), **BY
        )


def test_a_baseline_needs_a_rate(office: Office, plan: Plan) -> None:
    with pytest.raises(FigureError, match="增幅或降幅"):
        edit(office, plan, indicators_of(plan)[2], rate=None, baseline=Decimal(200), unit="亿元")


def test_quarter_targets_that_add_up_are_kept(office: Office, plan: Plan) -> None:
    row = indicators_of(plan)[0]
    quarters = tuple(Decimal(n) for n in (20000, 20000, 20000, 28200))

    edit(office, plan, row, phasing="quarters", quarters=quarters)

    assert (row.phasing, row.quarters) == ("quarters", quarters)


def test_a_row_under_no_heading_comes_last(office: Office, plan: Plan) -> None:
    values = target_values(indicators_of(plan)[0], item_id=None, name="  ")

    with pytest.raises(TrackerError, match="名称不能为空"):
        add_indicator(plan=plan, values=values, staff=staff(office), **BY)
    added = add_indicator(
        plan=plan, values=replace(values, name="存量资金"), staff=staff(office), **BY
    )

    assert indicators_of(plan)[-1] is added


def test_figures_that_do_not_fit_are_not_added(office: Office, plan: Plan) -> None:
    values = target_values(indicators_of(plan)[0], phasing="quarters", quarters=(Decimal(1),) * 4)

    with pytest.raises(FigureError, match="合计"):
        add_indicator(plan=plan, values=values, staff=staff(office), **BY)
