"""What a person gets on one day, by rule and by hand; and what is taken back because it is settled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tests.services.reminding import SETTINGS, close_old, mails, run
from tracker.extensions import db
from tracker.models import Indicator, OutboxMessage
from tracker.queries.actor import actor_of
from tracker.services.remind_now import Pressed, remind_now

MORNING = "2024-04-03T09:00"


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    bureau = make_bureau(make)
    close_old(bureau, 3)
    return bureau


def press(bureau: Bureau, indicator: Indicator, moment: str = MORNING) -> Pressed:
    leader = actor_of(bureau.leader.id, at(moment).date())
    assert leader is not None
    pressed = remind_now(
        actor=leader,
        indicator=indicator,
        unit_name="预算股",
        situation="3月没有填报",
        settings=SETTINGS,
        now=at(moment),
    )
    db.session.commit()
    return pressed


def of_clerk(bureau: Bureau) -> list[OutboxMessage]:
    return [mail for mail in mails() if mail.person_id == bureau.clerk.id]


def test_a_mail_by_hand_counts_to_the_days_number(bureau: Bureau, make: Maker) -> None:
    more = [make.indicator(bureau.plan, bureau.section, name=f"指标{n}") for n in range(3)]
    for indicator in more:
        press(bureau, indicator, "2024-04-03T08:30")

    run(bureau, MORNING)

    assert [mail.kind for mail in of_clerk(bureau)] == ["manual"] * 3


def test_whoever_has_had_the_days_number_is_not_pressed(bureau: Bureau, make: Maker) -> None:
    more = [make.indicator(bureau.plan, bureau.section, name=f"指标{n}") for n in range(3)]
    for indicator in more:
        press(bureau, indicator)

    pressed = press(bureau, bureau.revenue)
    again = press(bureau, more[0])
    tomorrow = press(bureau, bureau.revenue, "2024-04-04T09:00")

    assert pressed == Pressed((), (), full=("陈晓燕",))
    assert again == Pressed((), ("陈晓燕",))
    assert tomorrow.queued == ("陈晓燕",)


def test_a_mail_that_was_taken_back_counts_for_nothing(bureau: Bureau, make: Maker) -> None:
    more = [make.indicator(bureau.plan, bureau.section, name=f"指标{n}") for n in range(3)]
    for indicator in more:
        press(bureau, indicator)
    mails()[0].state = "dropped"
    db.session.commit()

    assert press(bureau, bureau.revenue).queued == ("陈晓燕",)


def test_who_reports_before_the_mail_goes_out_gets_none(bureau: Bureau, make: Maker) -> None:
    run(bureau, MORNING)
    make.report(bureau.revenue, 3, "9000")
    db.session.commit()
    run(bureau, "2024-04-03T09:01")

    (mail,) = of_clerk(bureau)
    assert (mail.state, mail.attempts) == ("dropped", 0)


def test_pressing_is_taken_back_when_the_figure_comes(bureau: Bureau, make: Maker) -> None:
    press(bureau, bureau.revenue, "2024-04-03T08:00")
    moment = at("2024-04-03T08:00")
    make.report(bureau.revenue, 2, "9000", at=moment - timedelta(days=1))
    db.session.commit()
    run(bureau, "2024-04-03T08:01")
    before = of_clerk(bureau)[0].state
    make.report(bureau.revenue, 3, "9000", at=moment + timedelta(minutes=2))
    db.session.commit()
    run(bureau, "2024-04-03T08:03")

    assert (before, of_clerk(bureau)[0].state) == ("queued", "dropped")


def test_pressing_on_what_was_cancelled_is_taken_back(bureau: Bureau) -> None:
    press(bureau, bureau.revenue, "2024-04-03T08:00")
    bureau.revenue.state = "cancelled"
    db.session.commit()
    run(bureau, "2024-04-03T08:01")

    assert of_clerk(bureau)[0].state == "dropped"


def test_what_was_sent_is_not_taken_back(bureau: Bureau, make: Maker) -> None:
    press(bureau, bureau.revenue, "2024-04-03T08:00")
    mails()[0].state = "sent"
    make.report(bureau.revenue, 3, "9000", at=at("2024-04-03T08:01"))
    db.session.commit()
    run(bureau, "2024-04-03T08:02")

    assert of_clerk(bureau)[0].state == "sent"
