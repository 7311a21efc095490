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
from tracker.domain.errors import FigureError, NotReadyError, TrackerError, TransitionError
from tracker.domain.plan_text import Measure
from tracker.extensions import db
from tracker.models import DraftStep, Indicator, Plan, Task, TaskEvent, TaskUnit
from tracker.services.assign_draft import Assignment, assign_draft
from tracker.services.draft_cuts import merge_tasks, split_task
from tracker.services.draft_gaps import draft_of, gaps_of
from tracker.services.draft_moves import drop_rows, restore_rows, turn_row
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


def test_a_task_is_cut_at_the_cursor(office: Office, plan: Plan) -> None:
    before = tasks_of(plan)
    task = before[1]
    assert task.text == "加强行政事业单位资产盘活处置，提高配置效率"
    give(office, plan, [task], lead_unit_id=office.budget.id, support_ids=(office.treasury.id,))

    left, right = split_task(plan=plan, task=task, at=task.text.index("，"), **BY)

    assert (left.text, right.text) == ("加强行政事业单位资产盘活处置", "提高配置效率")
    assert [row.text for row in tasks_of(plan)][1:3] == [left.text, right.text]
    assert right.lead_unit_id == office.budget.id
    assert (left.end, right.start) == (task.start + 14, task.start + 15)
    assert len(db.session.scalars(select(TaskUnit)).all()) == 2

    undo(plan)
    assert [row.text for row in tasks_of(plan)] == [row.text for row in before]
    assert left.text.endswith("提高配置效率")


def test_targets_go_with_the_part_that_they_stand_in(plan: Plan) -> None:
    task = tasks_of(plan)[0]

    left, right = split_task(plan=plan, task=task, at=task.text.index("，"), **BY)

    assert [row.task_id for row in indicators_of(plan)[:2]] == [left.id, right.id]


@pytest.mark.parametrize("at", [0, 1000])
def test_a_cut_needs_words_on_both_sides(plan: Plan, at: int) -> None:
    with pytest.raises(TrackerError, match="两边都要有字"):
        split_task(plan=plan, task=tasks_of(plan)[0], at=at, **BY)


def test_a_rewritten_task_is_cut_by_its_mark(office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[1]
    values = task_values(task, text="盘活资产｜提高配置效率｜")

    rows = edit_task(plan=plan, task=task, values=values, staff=staff(office), **BY)

    assert [row.text for row in rows] == ["盘活资产", "提高配置效率"]
    assert rows[1].start is None
    with pytest.raises(TrackerError, match="已改过"):
        split_task(plan=plan, task=task, at=2, **BY)


def test_neighbours_become_one_task(office: Office, plan: Plan) -> None:
    first, second = tasks_of(plan)[:2]
    give(office, plan, [second], lead_unit_id=office.treasury.id)

    merged = merge_tasks(plan=plan, rows=[first, second], **BY)

    assert merged.text == f"全年税收收入88200万元，非税收入XX万元；{second.text}"
    assert (merged.start, merged.end) == (first.start, second.end)
    assert merged.lead_unit_id == office.treasury.id
    assert second.state == "cancelled"
    undo(plan)
    assert [row.id for row in tasks_of(plan)][:2] == [first.id, second.id]


def test_tasks_that_stand_apart_keep_the_first_place(plan: Plan) -> None:
    first, _, third = tasks_of(plan)[:3]
    end = first.end

    assert merge_tasks(plan=plan, rows=[first, third], **BY).end == end


def test_a_target_is_not_merged(plan: Plan) -> None:
    with pytest.raises(NotReadyError, match="不能合并"):
        merge_tasks(plan=plan, rows=[tasks_of(plan)[0], indicators_of(plan)[0]], **BY)


def test_a_dropped_task_leaves_its_targets_and_comes_back(plan: Plan) -> None:
    task, target = tasks_of(plan)[0], indicators_of(plan)[0]

    drop_rows(plan=plan, rows=[task], **BY)

    assert task not in tasks_of(plan)
    assert target in indicators_of(plan)
    assert target.task_id is None
    assert db.session.scalars(select(TaskEvent.after)).all() == ["cancelled"]
    restore_rows(plan=plan, rows=[task], **BY)
    assert tasks_of(plan)[0] is task


def test_a_task_becomes_a_target_and_a_target_a_task(plan: Plan) -> None:
    task = tasks_of(plan)[1]

    target = turn_row(plan=plan, row=task, **BY)

    assert isinstance(target, Indicator)
    assert (target.name, target.start) == (task.text, task.start)
    assert indicators_of(plan)[2] is target
    back = turn_row(plan=plan, row=target, **BY)
    assert isinstance(back, Task)
    assert tasks_of(plan)[1] is back
    undo(plan)
    undo(plan)
    assert tasks_of(plan)[1] is task
    assert len(indicators_of(plan)) == 3


def test_a_target_inside_a_task_becomes_a_task_beside_it(plan: Plan) -> None:
    turned = turn_row(plan=plan, row=indicators_of(plan)[1], **BY)

    assert isinstance(turned, Task)
    assert turned.text == "非税收入XX万元"
    assert tasks_of(plan)[1] is turned


def test_growth_with_a_baseline_becomes_a_level(office: Office, plan: Plan) -> None:
    loans = indicators_of(plan)[2]

    edit(office, plan, loans, baseline=Decimal("200.5"), base="上年同期", unit="亿元")

    assert (loans.kind, loans.unit, loans.places) == ("stock", "亿元", 1)
    assert (loans.target, loans.rate) == (Decimal("228.6"), Decimal(14))
    assert loans.base == "上年同期"

    edit(office, plan, loans, baseline=None)
    assert (loans.kind, loans.unit, loans.target) == ("rate", "%", Decimal(14))


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
    assert any("缺目标值" in gap.words for gap in gaps_of(plan, draft_of(plan)))

    edit(office, plan, unknown, undecided=True, duty=Duty(office.budget.id, None, None, None))

    assert unknown.undecided
    assert gaps_of(plan, draft_of(plan)) == ()
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
