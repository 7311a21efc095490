"""What each of the cast sees: owner, colleague, supporting unit, leader, office, stranger."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, Person, Plan, Task, TaskUnit, Unit
from tracker.permissions import Actor, may_remind, may_report, may_see_row
from tracker.queries.actor import actor_of
from tracker.queries.scope import (
    reportable_indicators,
    reportable_tasks,
    visible_indicators,
    visible_plans,
    visible_tasks,
)

TODAY = date(2024, 4, 1)


class Cast:
    """A bureau with a task and an indicator of 预算股, and everybody around them."""

    def __init__(self, make: Maker) -> None:
        self.top = make.top()
        self.section, self.other = make.unit(self.top, "预算股"), make.unit(self.top, "国库股")
        self.plan = make.plan(self.top)
        self.task = make.task(self.plan, self.section)
        self.indicator = make.indicator(self.plan, self.section)
        stranger_top = make.top("云泽县财政局")
        self.people = {
            "owner": self.one(make, self.section, "head"),
            "reporter": self.one(make, self.section, "reporter"),
            "colleague": self.one(make, self.other, "head"),
            "office": self.one(make, self.top, "office"),
            "chief": self.one(make, self.top, "chief"),
            "leader": self.one(make, self.top, "leader", charge=self.section),
            "other leader": self.one(make, self.top, "leader", charge=self.other),
            "administrator": self.one(make, self.top, "system_admin"),
            "stranger": self.one(make, stranger_top, "office"),
        }

    def one(self, make: Maker, unit: Unit, role: str, charge: Unit | None = None) -> Person:
        top = db.session.get_one(Unit, unit.top_unit_id)
        person = make.person(top)
        post = make.post(unit, role, person)
        if charge is not None:
            make.charge(post, charge)
        return person

    def actor(self, who: str) -> Actor:
        actor = actor_of(self.people[who].id, TODAY)
        assert actor is not None
        return actor


@pytest.fixture
def cast(make: Maker) -> Cast:
    return Cast(make)


SEES = {
    "owner": True,
    "reporter": True,
    "colleague": False,
    "office": True,
    "chief": True,
    "leader": True,
    "other leader": False,
    "administrator": False,
    "stranger": False,
}
REPORTS = {"owner", "reporter"}


@pytest.mark.parametrize(("who", "sees"), SEES.items())
def test_who_sees_a_section_s_rows(cast: Cast, who: str, sees: bool) -> None:
    actor = cast.actor(who)

    tasks = db.session.scalars(select(Task.id).where(visible_tasks(actor))).all()
    indicators = db.session.scalars(select(Indicator.id).where(visible_indicators(actor))).all()

    assert (bool(tasks), bool(indicators)) == (sees, sees)
    assert may_see_row(actor, cast.task) is sees


@pytest.mark.parametrize("who", SEES)
def test_who_fills_them_in(cast: Cast, who: str) -> None:
    actor = cast.actor(who)

    tasks = db.session.scalars(select(Task.id).where(reportable_tasks(actor))).all()
    indicators = db.session.scalars(select(Indicator.id).where(reportable_indicators(actor))).all()

    assert (bool(tasks), bool(indicators)) == (who in REPORTS,) * 2
    assert may_report(actor, cast.indicator) is (who in REPORTS)


def test_a_supporting_unit_sees_the_task_but_does_not_fill_it_in(cast: Cast) -> None:
    db.session.add(TaskUnit(top_unit_id=cast.top.id, task_id=cast.task.id, unit_id=cast.other.id))
    actor = cast.actor("colleague")

    assert db.session.scalars(select(Task.id).where(visible_tasks(actor))).all() == [cast.task.id]
    assert db.session.scalars(select(Task.id).where(reportable_tasks(actor))).all() == []


def test_drafts_are_in_nobody_s_lists_and_the_office_alone_sees_a_draft_plan(
    cast: Cast, make: Maker
) -> None:
    cast.task.state = cast.indicator.state = "draft"
    cast.plan.state = "draft"

    seen = {
        who: (
            db.session.scalars(select(Task.id).where(visible_tasks(cast.actor(who)))).all(),
            db.session.scalars(select(Plan.id).where(visible_plans(cast.actor(who)))).all(),
        )
        for who in SEES
    }

    assert seen.pop("office") == ([], [cast.plan.id])
    assert all(rows == ([], []) for rows in seen.values())


def test_a_task_left_out_in_the_review_is_in_no_list_but_one_cancelled_later_is(
    cast: Cast, make: Maker
) -> None:
    left_out = make.task(cast.plan, cast.section, state="cancelled")
    left_out.first_due_on = None  # nobody was ever bound by it
    cancelled = make.task(cast.plan, cast.section, state="cancelled")
    db.session.flush()

    seen = set(db.session.scalars(select(Task.id).where(visible_tasks(cast.actor("office")))))

    assert cancelled.id in seen
    assert left_out.id not in seen


def test_a_draft_row_is_the_office_s_alone(cast: Cast) -> None:
    cast.task.state = "draft"

    assert [who for who in SEES if may_see_row(cast.actor(who), cast.task)] == ["office"]


def test_the_office_and_the_leader_in_charge_may_press(cast: Cast) -> None:
    pressing = {who for who in SEES if may_remind(cast.actor(who), cast.indicator)}

    assert pressing == {"office", "leader"}
