"""The title and year that were read for a draft are corrected, its days with them, and the step is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.makers import Maker
from tests.plan_office import NOW, Office, draft_of_text, make_office, tasks_of
from tracker.domain.errors import StaleError, TrackerError, TransitionError
from tracker.extensions import db
from tracker.models import DraftStep, Plan
from tracker.services.rename_plan import rename_plan
from tracker.services.undo_draft import last_step, undo_draft


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """A draft of 2024, one task of which is due on 30 June."""
    return draft_of_text(office)


def rename(plan: Plan, **changes: Any) -> None:
    values: dict[str, Any] = {"title": plan.title, "year": plan.year, "version": plan.version}
    rename_plan(plan=plan, person_id=None, now=NOW, **(values | changes))


def test_days_move_to_the_new_year(plan: Plan) -> None:
    tasks_of(plan)[0].due_on = date(2024, 2, 29)

    rename(plan, title=" 2025年财政\n工作计划 ", year=2025)

    assert (plan.title, plan.year) == ("2025年财政 工作计划", 2025)
    days = [task.due_on for task in tasks_of(plan)]
    assert days[0] == date(2025, 2, 28)
    assert date(2025, 6, 30) in days
    assert {task.start_on for task in tasks_of(plan)} == {date(2025, 1, 1)}


def test_a_day_of_another_year_stays(plan: Plan) -> None:
    tasks_of(plan)[0].due_on = date(2026, 3, 1)

    rename(plan, year=2025)

    assert tasks_of(plan)[0].due_on == date(2026, 3, 1)


def test_it_is_taken_back_with_its_days(plan: Plan) -> None:
    title = plan.title
    rename(plan, title="别的", year=2025)
    step = last_step(plan)
    assert step is not None

    assert undo_draft(plan=plan, step_id=step.id) == "修改名称、年度"

    assert (plan.title, plan.year) == (title, 2024)
    assert {task.due_on.year for task in tasks_of(plan) if task.due_on} == {2024}


def test_what_changes_nothing_is_no_step(plan: Plan) -> None:
    rename(plan)

    assert db.session.scalars(db.select(DraftStep)).all() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "  "}, "计划名称要写"),
        ({"title": "长" * 201}, "1 到 200 字"),
        ({"year": 1999}, "2000 到 2099"),
    ],
)
def test_what_makes_no_sense_is_refused(plan: Plan, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(TrackerError, match=said):
        rename(plan, **changes)


def test_a_document_is_no_ones_plan_of_a_year_twice(office: Office, plan: Plan) -> None:
    draft_of_text(office, year=2025)

    with pytest.raises(TrackerError, match="已经作为2025年的计划导入过"):
        rename(plan, year=2025)


def test_a_stale_form_and_an_issued_plan_are_refused(plan: Plan) -> None:
    with pytest.raises(StaleError):
        rename(plan, title="新名", version=plan.version + 1)
    plan.state = "issued"
    with pytest.raises(TransitionError):
        rename(plan, title="新名")
