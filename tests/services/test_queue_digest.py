"""The weekly digest: to leaders and the chief, once a week, where a plan wants it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tests.services.reminding import SETTINGS, mails
from tracker.domain.periods import Week
from tracker.extensions import db
from tracker.models import OutboxMessage
from tracker.scheduler.jobs import decide_all
from tracker.services.queue_digest import digests_due, queue_digests
from tracker.services.refresh_standings import refresh_standings


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """A bureau whose plan wants digests; its revenue is far behind in January and February."""
    built = make_bureau(make)
    built.plan.weekly_digest = True
    built.revenue.target = Decimal(120000)
    for month, amount in ((1, "5000"), (2, "4000")):
        make.report(built.revenue, month, amount)
    refresh_standings(indicators=[built.revenue], now=at("2024-03-20T10:00"))
    db.session.commit()
    return built


def run(bureau: Bureau, moment: str) -> list[OutboxMessage]:
    """Queue what is due and return the digests so far."""
    queue_digests(top_unit_id=bureau.top.id, settings=SETTINGS, now=at(moment))
    db.session.commit()
    return [mail for mail in mails() if mail.kind == "digest"]


def test_leaders_and_the_chief_hear_on_the_weeks_first_working_day(bureau: Bureau) -> None:
    assert run(bureau, "2024-03-25T08:59") == []

    sent = run(bureau, "2024-03-25T09:00")

    assert {mail.person_id for mail in sent} == {bureau.leader.id, bureau.chief.id}
    assert {mail.period for mail in sent} == {"2024-W13"}
    text = sent[0].text
    assert "税收收入" in text
    assert "严重滞后" not in sent[0].subject
    assert "滞后周报（3月25日—31日）：1 项指标滞后" in sent[0].subject
    assert "https://gz.example/lagging" in text


def test_it_goes_out_once_a_week_and_again_the_next(bureau: Bureau) -> None:
    run(bureau, "2024-03-25T09:00")
    assert len(run(bureau, "2024-03-29T18:00")) == 2
    assert len(run(bureau, "2024-04-01T09:00")) == 4


def test_a_holiday_moves_it_and_downtime_makes_it_late(bureau: Bureau) -> None:
    """4 to 6 April 2024 are holidays; the week of 1 April begins on its Monday, worked."""
    assert len(run(bureau, "2024-04-03T15:00")) == 2  # down since Sunday: this week's, late
    assert {mail.period for mail in mails() if mail.kind == "digest"} == {"2024-W14"}


def test_nothing_that_lags_is_said_as_well(bureau: Bureau, make: Maker) -> None:
    make.report(bureau.revenue, 2, "30000", revision=2)
    refresh_standings(indicators=[bureau.revenue], now=at("2024-03-20T10:00"))
    db.session.commit()

    assert {mail.subject.split("：")[1] for mail in run(bureau, "2024-03-25T09:00")} == {"没有滞后"}


def test_a_plan_that_does_not_want_it_sends_none(bureau: Bureau) -> None:
    bureau.plan.weekly_digest = False
    db.session.commit()

    assert (
        digests_due(top_unit_id=bureau.top.id, settings=SETTINGS, now=at("2024-03-25T10:00")) == []
    )
    assert run(bureau, "2024-03-25T10:00") == []


def test_a_leader_hears_of_the_own_charge_alone(bureau: Bureau, make: Maker) -> None:
    other = make.person(bureau.top, "otherleader", "孙局长")
    make.post(bureau.top, "leader", other)
    db.session.commit()

    by_person = {mail.person_id: mail for mail in run(bureau, "2024-03-25T09:00")}

    assert "税收收入" not in by_person[other.id].text
    assert "税收收入" in by_person[bureau.leader.id].text


def test_the_scheduler_sends_it_with_the_rest(app: Flask, bureau: Bureau) -> None:
    for _ in range(2):
        decide_all(app, at("2024-03-25T09:00"))

    db.session.rollback()
    assert len([mail for mail in mails() if mail.kind == "digest"]) == 2
    assert Week.of(at("2024-03-25T09:00").date()).code == "2024-W13"
