"""A complete draft becomes binding; an incomplete one says all that it lacks."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.makers import Maker
from tests.plan_office import (
    NOW,
    Office,
    complete,
    draft_of_text,
    indicators_of,
    make_office,
    tasks_of,
)
from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError, TransitionError
from tracker.extensions import db
from tracker.models import AuditEntry, Cycle, Plan, Standing, TaskEvent
from tracker.permissions import Actor
from tracker.services.issue_plan import Issued, issue_plan


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    return draft_of_text(office)


def refusal_of(plan: Plan) -> tuple[str, ...]:
    with pytest.raises(NotReadyError) as refused:
        issue_plan(plan=plan, actor=None, now=NOW)
    assert plan.state == "draft"
    return refused.value.problems


def test_a_complete_draft_binds(office: Office, plan: Plan) -> None:
    complete(office, plan)

    issued = issue_plan(plan=plan, actor=None, now=NOW)

    assert issued == Issued(tasks=5, indicators=3, units=1)
    assert (plan.state, plan.issued_at) == ("issued", NOW)
    assert {row.state for row in (*tasks_of(plan), *indicators_of(plan))} == {"issued"}
    assert all(task.first_due_on == task.due_on for task in tasks_of(plan))


def test_issuing_leaves_its_traces(office: Office, plan: Plan) -> None:
    complete(office, plan)

    issue_plan(plan=plan, actor=None, now=NOW.replace(month=3))

    events = db.session.execute(select(TaskEvent.before, TaskEvent.after)).all()
    assert [tuple(event) for event in events] == [("draft", "issued")] * 5
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 12
    assert db.session.scalar(select(func.count()).select_from(Standing)) == 3 * 2
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-1] == "issue"


def test_a_tasks_time_begins_when_it_is_issued(office: Office, plan: Plan) -> None:
    complete(office, plan)

    issue_plan(plan=plan, actor=None, now=NOW.replace(month=3))

    assert {task.start_on for task in tasks_of(plan)} == {date(2024, 3, 15)}


def test_everything_that_is_missing_is_said(plan: Plan) -> None:
    problems = refusal_of(plan)

    assert problems == (
        "任1、任2、任3、任4、任5：没有牵头单位和责任人",
        "目2：缺目标值，请填数，或注明暂不设目标",
    )


def test_a_deadline_outside_the_year_is_missing_one(office: Office, plan: Plan) -> None:
    complete(office, plan)
    first, second = tasks_of(plan)[:2]
    first.due_on, second.due_on = date(2025, 3, 1), None

    assert refusal_of(plan) == ("任1：时限不在2024年内", "任2：没有完成时限")


def test_figures_that_do_not_fit_are_said(office: Office, plan: Plan) -> None:
    complete(office, plan)
    row = indicators_of(plan)[0]
    row.phasing, row.quarters = "quarters", (row.target,) * 4

    assert "合计" in refusal_of(plan)[0]


def test_a_unit_without_a_head_is_said(make: Maker, office: Office, plan: Plan) -> None:
    complete(office, plan)
    tasks_of(plan)[0].owner_post_id = None

    assert "没有责任人" in refusal_of(plan)[0]


def test_a_plan_without_tasks_is_not_issued(office: Office) -> None:
    empty = draft_of_text(office, "这里没有任何计划。", year=2024)

    assert refusal_of(empty) == ("没有任务，至少要有一项任务才能下达",)


def test_dropped_rows_stay_out(office: Office, plan: Plan) -> None:
    complete(office, plan)
    dropped = tasks_of(plan)[1]
    dropped.state, dropped.lead_unit_id = "cancelled", None

    assert issue_plan(plan=plan, actor=None, now=NOW).tasks == 4
    assert dropped.state == "cancelled"


def test_a_plan_is_issued_once(office: Office, plan: Plan) -> None:
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW)

    with pytest.raises(TransitionError):
        issue_plan(plan=plan, actor=None, now=NOW)


def test_only_the_office_issues(office: Office, plan: Plan) -> None:
    complete(office, plan)
    somebody = Actor(1, office.top.id, "周立新", frozenset())

    with pytest.raises(NotAllowedError):
        issue_plan(plan=plan, actor=somebody, now=NOW)


def test_a_plan_that_was_changed_in_between_is_not_issued(office: Office, plan: Plan) -> None:
    complete(office, plan)

    with pytest.raises(StaleError):
        issue_plan(plan=plan, actor=None, now=NOW, version=plan.version + 1)
