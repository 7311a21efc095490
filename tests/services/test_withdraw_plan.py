"""An issued plan is taken back while nobody has done anything on it, and not a moment longer."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

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
from tracker.domain.roles import Role
from tracker.extensions import Base, db
from tracker.models import (
    AgendaItem,
    AuditEntry,
    Cycle,
    OutboxMessage,
    Plan,
    Proof,
    Review,
    Standing,
    SupervisionOrder,
    TargetChange,
    TaskEvent,
    TaskReport,
)
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor
from tracker.services.issue_plan import issue_plan
from tracker.services.withdraw_plan import may_be_withdrawn, withdraw_plan

LATER = NOW + timedelta(hours=1)
SETTINGS = MailSettings("http://tracker.example", ZoneInfo("Asia/Shanghai"), time(9), 3)


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """A plan that is issued and announced."""
    plan = draft_of_text(office)
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW, settings=SETTINGS)
    db.session.flush()
    return plan


@pytest.fixture
def clerk(make: Maker, office: Office) -> Actor:
    person = make.person(office.top)
    return Actor(person.id, office.top.id, person.name, frozenset({Role.OFFICE}))


def withdrawn(plan: Plan, clerk: Actor) -> None:
    withdraw_plan(plan=plan, actor=clerk, why="年度选错了", version=plan.version, now=LATER)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def states() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(OutboxMessage.period, OutboxMessage.state).order_by(OutboxMessage.id)
    )
    return [(row.period, row.state) for row in rows]


def test_it_is_a_draft_again_with_its_history(plan: Plan, clerk: Actor) -> None:
    assert may_be_withdrawn(plan)

    withdrawn(plan, clerk)

    assert (plan.state, plan.issued_at) == ("draft", None)
    assert {task.state for task in tasks_of(plan)} == {"draft"}
    assert {indicator.state for indicator in indicators_of(plan)} == {"draft"}
    assert (count(Cycle), count(Standing)) == (0, 0)
    events = db.session.execute(
        select(TaskEvent.before, TaskEvent.after, TaskEvent.why).order_by(TaskEvent.id)
    ).all()
    assert events[0] == ("draft", "issued", "")
    assert events[-1] == ("issued", "draft", "年度选错了")
    assert "plan_withdrawn" in db.session.scalars(select(AuditEntry.action)).all()


def test_mails_that_wait_are_dropped_and_the_next_issue_is_announced_anew(
    plan: Plan, clerk: Actor
) -> None:
    first = states()
    assert first
    assert set(first) == {(f"plan-{plan.id}", "queued")}

    withdrawn(plan, clerk)
    assert {state for _, state in states()} == {"dropped"}

    issue_plan(plan=plan, actor=None, now=LATER + timedelta(hours=1), settings=SETTINGS)
    db.session.flush()
    again = states()[len(first) :]
    assert again == [(f"plan-{plan.id}-2", "queued")] * len(first)
    withdrawn(plan, clerk)
    assert {state for _, state in states()} == {"dropped"}


def test_once_somebody_acknowledged_it_stays(plan: Plan, clerk: Actor) -> None:
    task = tasks_of(plan)[0]
    db.session.add(
        TaskEvent(
            top_unit_id=plan.top_unit_id,
            task_id=task.id,
            at=LATER,
            what="state",
            before="issued",
            after="acknowledged",
        )
    )
    db.session.flush()

    assert not may_be_withdrawn(plan)
    with pytest.raises(TransitionError):
        withdrawn(plan, clerk)
    assert plan.state == "issued"


def test_once_somebody_reported_it_stays(make: Maker, plan: Plan, clerk: Actor) -> None:
    make.report(indicators_of(plan)[0], 1, "100")
    db.session.flush()

    with pytest.raises(TransitionError):
        withdrawn(plan, clerk)


def traces(make: Maker, plan: Plan, kind: str) -> Base:
    """Something that came of the plan."""
    task, indicator = tasks_of(plan)[0], indicators_of(plan)[0]
    own: dict[str, Any] = {"top_unit_id": plan.top_unit_id}
    review = Review(**own, kind="weekly", year=2024, number=1, at=LATER)
    db.session.add(review)
    db.session.flush()
    found: dict[str, Base] = {
        "report of a task": TaskReport(
            **own, task_id=task.id, year=2024, month=1, revision=1, progress=Decimal(5), at=LATER
        ),
        "file": Proof(
            **own,
            task_id=task.id,
            name="印发.pdf",
            media="application/pdf",
            size=1,
            sha256="0" * 64,
            content=b"1",
            at=LATER,
        ),
        "item of an agenda": AgendaItem(
            **own, review_id=review.id, position=1, part="lagging", title="滞后", task_id=task.id
        ),
        "order": SupervisionOrder(
            **own,
            task_id=task.id,
            unit_id=task.lead_unit_id,
            colour="blue",
            year=2024,
            number=1,
            state="issued",
            reason="逾期",
            demand="抓紧",
            printed={},
            reply_due_on=date(2024, 2, 1),
            issued_at=LATER,
        ),
        "change of a target": TargetChange(
            **own, indicator_id=indicator.id, from_month=2, why="调整", asked_at=LATER, before={}
        ),
    }
    return found[kind]


@pytest.mark.parametrize(
    "kind", ["report of a task", "file", "item of an agenda", "order", "change of a target"]
)
def test_whatever_came_of_it_holds_it(make: Maker, plan: Plan, clerk: Actor, kind: str) -> None:
    db.session.add(traces(make, plan, kind))
    db.session.flush()

    with pytest.raises(TransitionError):
        withdrawn(plan, clerk)
    assert plan.state == "issued"


def test_a_closed_month_holds_it(plan: Plan, clerk: Actor) -> None:
    cycle = db.session.scalar(select(Cycle).where(Cycle.month == 1))
    assert cycle is not None
    cycle.closed_at = LATER
    db.session.flush()

    with pytest.raises(TransitionError):
        withdrawn(plan, clerk)


def test_it_needs_a_reason_the_office_and_the_newest_version(plan: Plan, clerk: Actor) -> None:
    with pytest.raises(NotReadyError, match="理由"):
        withdraw_plan(plan=plan, actor=clerk, why=" ", version=plan.version, now=LATER)
    with pytest.raises(StaleError):
        withdraw_plan(plan=plan, actor=clerk, why="错", version=plan.version - 1, now=LATER)
    head = Actor(clerk.person_id, clerk.top_unit_id, clerk.name, frozenset({Role.HEAD}))
    with pytest.raises(NotAllowedError):
        withdraw_plan(plan=plan, actor=head, why="错", version=plan.version, now=LATER)
    assert plan.state == "issued"


def test_a_draft_is_not_withdrawn(office: Office, clerk: Actor) -> None:
    draft = draft_of_text(office)

    with pytest.raises(TransitionError):
        withdrawn(draft, clerk)
