"""Issuing a plan tells each who answers for something in it, once, through the outbox."""

from __future__ import annotations

import pytest

from tests.makers import Maker
from tests.plan_office import (
    NOW,
    Office,
    complete,
    draft_of_text,
    make_office,
    staff,
    tasks_of,
)
from tests.services.reminding import SETTINGS, mails
from tracker.domain.errors import NotReadyError, TransitionError
from tracker.extensions import db
from tracker.models import OutboxMessage, Plan
from tracker.services.announce_plan import announce_plan
from tracker.services.assign_draft import Assignment, give
from tracker.services.issue_plan import issue_plan


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """A complete draft of the budget section, one task of which is the treasury's."""
    plan = draft_of_text(office)
    complete(office, plan)
    return plan


def issue(plan: Plan) -> None:
    issue_plan(plan=plan, actor=None, now=NOW, settings=SETTINGS)
    db.session.commit()


def mail_to(login: str) -> OutboxMessage:
    (found,) = [mail for mail in mails() if mail.address.startswith(f"{login}@")]
    return found


def test_each_owner_gets_one_mail_with_all_that_is_his(office: Office, plan: Plan) -> None:
    issue(plan)

    mail = mail_to("head")
    assert (mail.key, mail.kind) == (f"issue/plan-{plan.id}/{mail.person_id}", "issue")
    assert mail.subject == f"下达通知：《{plan.title}》，您有 5 项任务、3 项指标"
    assert all(task.text in mail.text for task in tasks_of(plan))
    assert "2024年6月30日前" in mail.text
    assert "目标 88,200 万元" in mail.text
    assert {each.person_id for each in mails()} == {mail.person_id, mail_to("reporter").person_id}


def test_nobody_is_told_of_what_is_not_his(office: Office, plan: Plan) -> None:
    last = tasks_of(plan)[-1]
    give([last], Assignment(lead_unit_id=office.treasury.id), staff(office))
    db.session.flush()

    issue(plan)

    assert mail_to("head2").subject.endswith("您有 1 项任务")
    assert last.text not in mail_to("head").text


def test_a_plan_is_announced_to_nobody_twice(office: Office, plan: Plan) -> None:
    issue(plan)
    before = len(mails())

    with pytest.raises(TransitionError):
        issue(plan)
    db.session.rollback()
    again = announce_plan(
        plan=plan, tasks=tasks_of(plan), indicators=[], settings=SETTINGS, now=NOW
    )

    assert (again, len(mails())) == (0, before)


def test_a_draft_that_is_not_issued_tells_nobody(office: Office, plan: Plan) -> None:
    tasks_of(plan)[0].owner_post_id = None
    db.session.flush()

    with pytest.raises(NotReadyError):
        issue(plan)

    assert mails() == []


def test_the_mail_goes_with_the_issuing_or_not_at_all(office: Office, plan: Plan) -> None:
    db.session.commit()
    issue_plan(plan=plan, actor=None, now=NOW, settings=SETTINGS)
    db.session.rollback()

    assert mails() == []
    assert plan.state == "draft"


def test_a_long_share_is_cut_and_says_so(office: Office, plan: Plan) -> None:
    many = [tasks_of(plan)[0]] * 60

    announce_plan(plan=plan, tasks=many, indicators=[], settings=SETTINGS, now=NOW)

    text = mail_to("head").text
    assert "50. " in text
    assert "51. " not in text
    assert "另有 10 项，请在工作台查看。" in text
