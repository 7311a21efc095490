"""Tasks of a draft are cut, merged, dropped, taken in again, turned into targets and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

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
from tracker.domain.errors import NotReadyError, TrackerError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskEvent, TaskUnit
from tracker.services.assign_draft import Assignment, assign_draft
from tracker.services.draft_cuts import merge_tasks, split_task
from tracker.services.draft_moves import drop_rows, restore_rows, turn_row
from tracker.services.draft_rows import Row
from tracker.services.edit_draft import Duty, TaskValues, add_task, edit_task
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


def undo(plan: Plan) -> str:
    step = last_step(plan)
    assert step is not None
    return undo_draft(plan=plan, step_id=step.id)


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
    with pytest.raises(NotReadyError, match="不能合在一起"):
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


def test_both_parts_of_a_rewritten_task_keep_their_place_where_it_is_found(
    office: Office, plan: Plan
) -> None:
    task = tasks_of(plan)[2]
    values = task_values(task, text="组织形式多样的银企对接活动｜加大首贷投放")
    start = task.start

    _, right = edit_task(plan=plan, task=task, values=values, staff=staff(office), **BY)

    assert (task.start, right.start) == (start, start + 14)


def test_a_task_added_by_hand_has_no_place_to_be_cut_at(office: Office, plan: Plan) -> None:
    values = task_values(tasks_of(plan)[0], text="建立台账，按月通报")
    (added,) = add_task(plan=plan, values=values, staff=staff(office), **BY)

    with pytest.raises(TrackerError, match="已改过"):
        split_task(plan=plan, task=added, at=4, **BY)
    assert merge_tasks(plan=plan, rows=[added, tasks_of(plan)[3]], **BY).start is None


@pytest.mark.parametrize("step", [drop_rows, restore_rows])
def test_a_step_over_no_rows_is_refused(plan: Plan, step: Callable[..., int]) -> None:
    with pytest.raises(NotReadyError, match="先选中"):
        step(plan=plan, rows=[], **BY)


def test_a_target_dropped_with_its_task_keeps_it(plan: Plan) -> None:
    task, target = tasks_of(plan)[0], indicators_of(plan)[0]

    drop_rows(plan=plan, rows=[task, target], **BY)

    assert (target.state, target.task_id) == ("cancelled", task.id)
    restore_rows(plan=plan, rows=[target], **BY)
    restore_rows(plan=plan, rows=[target], **BY)
    assert target.state == "draft"


def test_a_row_without_a_place_is_turned_at_the_end(office: Office, plan: Plan) -> None:
    values = task_values(tasks_of(plan)[0], text="建立台账")
    (added,) = add_task(plan=plan, values=values, staff=staff(office), **BY)

    target = turn_row(plan=plan, row=added, **BY)
    task = turn_row(plan=plan, row=target, **BY)

    assert task is tasks_of(plan)[-1]
