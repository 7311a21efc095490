"""The counts beside the words of the navigation: what one owes, what lags in one's scope."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.makers import Maker
from tracker.domain.roles import Role
from tracker.models import Plan, Unit
from tracker.permissions import Actor
from tracker.queries.frame import Frame, frame_of
from tracker.services.refresh_standings import refresh_standings

NOW = datetime(2024, 4, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def section(make: Maker) -> Unit:
    return make.unit(make.top(), "预算股")


@pytest.fixture
def plan(make: Maker, section: Unit) -> Plan:
    plan = make.plan(top_of(section))
    for month in (1, 2, 3):
        make.cycle(plan, month)
    return plan


def top_of(section: Unit) -> Unit:
    from tracker.extensions import db

    return db.session.get_one(Unit, section.top_unit_id)


def frame(make: Maker, section: Unit, role: Role) -> Frame:
    top = top_of(section)
    person = make.person(top)
    units = frozenset({section.id}) if role in {Role.REPORTER, Role.HEAD} else frozenset()
    charge = frozenset({section.id}) if role is Role.LEADER else frozenset()
    return frame_of(
        Actor(person.id, top.id, person.name, frozenset({role}), frozenset(), units, charge), NOW
    )


def test_it_counts_rows_of_opened_months_that_nobody_has_reported(
    make: Maker, section: Unit, plan: Plan
) -> None:
    indicator = make.indicator(plan, section)
    make.report(indicator, 1, "1")
    make.task(plan, section)

    # February and March of the indicator, and three months of the task
    assert frame(make, section, Role.REPORTER).owed == 5


def test_a_leader_owes_no_reports(make: Maker, section: Unit, plan: Plan) -> None:
    make.indicator(plan, section)

    assert frame(make, section, Role.LEADER).owed == 0


@pytest.mark.parametrize("role", [Role.HEAD, Role.LEADER, Role.CHIEF, Role.OFFICE])
def test_it_counts_what_is_behind_and_what_is_overdue(
    make: Maker, section: Unit, plan: Plan, role: Role
) -> None:
    behind, fine = make.indicator(plan, section), make.indicator(plan, section)
    for month in (1, 2, 3):
        make.report(behind, month, "1")
        make.report(fine, month, "10000")
    refresh_standings(indicators=[behind, fine], now=NOW)
    make.task(plan, section, due_on=date(2024, 3, 31))
    make.task(plan, section, due_on=date(2024, 4, 1))

    assert frame(make, section, role).lagging == 2


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_are_told_nothing_of_the_plan(
    make: Maker, section: Unit, plan: Plan, role: Role
) -> None:
    make.task(plan, section, due_on=date(2024, 3, 1))

    found = frame(make, section, role)

    assert (found.owed, found.lagging) == (0, 0)
