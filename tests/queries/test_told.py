"""Of all that people were ever told, only what can be told again now is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tracker.domain.cycles import Stage
from tracker.domain.reminders import Kind, Notice
from tracker.extensions import db
from tracker.models import MailNotice, OutboxMessage
from tracker.queries import told
from tracker.queries.told import told_among, told_before

NOW = at("2024-04-03T09:00")


def mail(bureau: Bureau, key: str, day: str, *notices: str) -> None:
    kind, period, _ = key.split("/")
    message = OutboxMessage(
        top_unit_id=bureau.top.id,
        key=key,
        kind=kind,
        period=period,
        person_id=bureau.clerk.id,
        address="",
        subject="",
        text="",
        html="",
        message_id="",
        queued_at=at(day),
    )
    db.session.add(message)
    db.session.flush()
    for notice in notices:
        db.session.add(
            MailNotice(
                top_unit_id=bureau.top.id,
                key=notice,
                person_id=bureau.clerk.id,
                message_id=message.id,
            )
        )
    db.session.flush()


def notice(bureau: Bureau, key: str, days_ago: int = 0) -> Notice:
    return Notice(
        key, Kind.TASK, Stage.DUE, bureau.clerk.id, key, NOW - timedelta(days=days_ago), task_id=1
    )


def test_keys_of_things_long_past_are_not_read(make: Maker) -> None:
    bureau = make_bureau(make)
    me = bureau.clerk.id
    mail(bureau, f"task/2023-11-01/{me}", "2023-11-01T09:00", f"task/1.2023-11-01.due/{me}")
    mail(bureau, f"task/2024-04-03/{me}", "2024-04-03T09:00", f"task/2.2024-04-03.due/{me}")
    told_of = [notice(bureau, f"task/2.2024-04-03.due/{me}"), notice(bureau, f"task/3/{me}")]

    sent = told_before([me], told_of, NOW)

    assert sent.keys == {f"task/2.2024-04-03.due/{me}", f"task/2024-04-03/{me}"}
    assert sent.mails_today == {me: 1}


def test_a_digest_of_the_day_is_known_under_every_number(make: Maker) -> None:
    bureau = make_bureau(make)
    me = bureau.clerk.id
    mail(bureau, f"task/2024-04-02/{me}", "2024-04-02T09:00")
    mail(bureau, f"task/2024-04-02.2/{me}", "2024-04-02T10:00")
    mail(bureau, f"manual/2024-04-02-i1/{me}", "2024-04-02T11:00")

    sent = told_before([me], [notice(bureau, f"task/3/{me}", days_ago=1)], NOW)

    assert sent.keys == {f"task/2024-04-02/{me}", f"task/2024-04-02.2/{me}"}
    assert sent.mails_today == {}


def test_many_keys_are_asked_for_in_parts(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = make_bureau(make)
    me = bureau.clerk.id
    keys = {f"task/2024-04-{day:02}/{me}" for day in range(1, 8)}
    for key in keys:
        mail(bureau, key, "2024-04-01T09:00")
    monkeypatch.setattr(told, "KEYS_AT_ONCE", 2)

    assert told_among({*keys, "task/none/0"}) == keys
