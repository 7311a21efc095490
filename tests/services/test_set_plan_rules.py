"""A plan's rules are set by the office, kept on record, and move only cycles that have not opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tracker.domain.cycles import CycleRuleError
from tracker.domain.errors import NotAllowedError, StaleError
from tracker.domain.escalation import LadderError
from tracker.extensions import db
from tracker.models import AuditEntry, Cycle, Person
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.set_plan_rules import PlanRules, RulesSet, rules_of, set_plan_rules

NOW = at("2024-04-01T10:00")


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


def actor(person_id: int) -> Actor:
    found = actor_of(person_id, NOW.date())
    assert found is not None
    return found


def office(bureau: Bureau) -> Actor:
    login = f"office{bureau.top.id}"
    return actor(db.session.scalars(select(Person.id).where(Person.login == login)).one())


def put(bureau: Bureau, version: int = 0, **changed: Any) -> RulesSet:
    plan = bureau.plan
    done = set_plan_rules(
        plan=plan,
        rules=replace(rules_of(plan), **changed),
        actor=office(bureau),
        version=version or plan.version,
        now=NOW,
    )
    db.session.commit()
    return done


def days() -> dict[int, tuple[date, date]]:
    rows = db.session.scalars(select(Cycle).order_by(Cycle.month))
    return {row.month: (row.opens_on, row.due_on) for row in rows}


def test_another_rule_lays_anew_what_has_not_opened(bureau: Bureau) -> None:
    before = days()

    done = put(bureau, opens="day:26", due="workday:-1")

    after = days()
    assert [after[month] for month in (1, 2, 3)] == [before[month] for month in (1, 2, 3)]
    assert after[4] == (date(2024, 4, 26), date(2024, 4, 30))
    assert done.moved == tuple(range(4, 13))


def test_the_same_rule_moves_nothing_and_records_nothing(bureau: Bureau) -> None:
    done = put(bureau)

    assert (done.changes, done.moved) == ({}, ())
    assert db.session.scalar(select(AuditEntry)) is None


def test_what_was_changed_is_on_record(bureau: Bureau) -> None:
    put(bureau, ladder="leader:2,chief:4", auto_orders=True)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.object_type, entry.object_id) == (
        "plan_rules",
        "plan",
        bureau.plan.id,
    )
    assert entry.detail["changes"] == {
        "ladder": ["head:1,leader:3,chief:5", "leader:2,chief:4"],
        "auto_orders": [False, True],
    }


def test_confirmation_and_approval_go_their_own_way(bureau: Bureau) -> None:
    put(bureau, confirm_reports=True, approve_targets=True)

    assert (bureau.plan.confirm_reports, bureau.plan.approve_targets) == (True, True)
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert actions == {"confirm_rule", "approve_targets"}


def test_a_draft_has_no_cycles_to_lay(make: Maker, bureau: Bureau) -> None:
    draft = make.plan(bureau.top, state="draft")
    done = set_plan_rules(
        plan=draft,
        rules=PlanRules("", False, False, False, "day:28", "next-workday:5"),
        actor=office(bureau),
        version=draft.version,
        now=NOW,
    )

    assert done.moved == ()
    assert (draft.ladder, draft.opens) == ("", "day:28")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"ladder": "head:5,leader:3"}, LadderError),
        ({"opens": "day:40"}, CycleRuleError),
        ({"due": "weekday:2"}, CycleRuleError),
    ],
)
def test_rules_that_do_not_hold_together_are_refused(
    bureau: Bureau, changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        put(bureau, **changed)


def test_a_stale_page_changes_nothing(bureau: Bureau) -> None:
    with pytest.raises(StaleError):
        put(bureau, version=99, ladder="head:2")


def test_only_the_office_sets_them(bureau: Bureau) -> None:
    with pytest.raises(NotAllowedError):
        set_plan_rules(
            plan=bureau.plan,
            rules=rules_of(bureau.plan),
            actor=actor(bureau.head.id),
            version=bureau.plan.version,
            now=NOW,
        )
