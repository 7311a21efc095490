"""A key is queued once, in the transaction of its cause."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from tests.bureau import Bureau
from tests.outbox.conftest import NOON
from tracker.extensions import db
from tracker.models import MailNotice, OutboxMessage
from tracker.outbox.enqueue import Letter, enqueue


def letter(bureau: Bureau, key: str, *notices: str) -> Letter:
    return Letter(
        key=key,
        person_id=bureau.clerk.id,
        top_unit_id=bureau.top.id,
        address="chen@example.cn",
        subject="3月填报",
        text="正文",
        html="<p>正文</p>",
        notices=notices,
    )


def count(model: type[OutboxMessage] | type[MailNotice]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_key_is_queued_once(bureau: Bureau) -> None:
    first = enqueue([letter(bureau, "cycle/a/1")], now=NOON, domain="x.cn")
    second = enqueue(
        [letter(bureau, "cycle/a/1"), letter(bureau, "cycle/b/1")], now=NOON, domain="x.cn"
    )

    assert (first, second) == ({"cycle/a/1"}, {"cycle/b/1"})
    assert count(OutboxMessage) == 2


def test_a_mail_goes_with_its_cause_or_not_at_all(bureau: Bureau) -> None:
    enqueue([letter(bureau, "cycle/a/1", "cycle/a/1")], now=NOON, domain="x.cn")
    db.session.rollback()

    assert (count(OutboxMessage), count(MailNotice)) == (0, 0)


def test_what_it_tells_is_kept_with_it(bureau: Bureau) -> None:
    enqueue([letter(bureau, "cycle/a/1", "cycle/a/1", "task/5/1")], now=NOON, domain="x.cn")
    enqueue([letter(bureau, "cycle/a/1", "task/6/1")], now=NOON, domain="x.cn")

    assert set(db.session.scalars(select(MailNotice.key))) == {"cycle/a/1", "task/5/1"}


def test_every_mail_has_its_own_message_id_from_the_start(bureau: Bureau) -> None:
    enqueue(
        [letter(bureau, "cycle/a/1"), letter(bureau, "cycle/b/1")], now=NOON, domain="gz.example"
    )
    ids = set(db.session.scalars(select(OutboxMessage.message_id)))

    assert len(ids) == 2
    assert all(one.startswith("<") and one.endswith("@gz.example>") for one in ids)


def test_nothing_to_queue_asks_nothing(app: Flask) -> None:
    assert enqueue([], now=NOON, domain="x.cn") == set()


def test_kind_and_period_come_from_the_key(queue: Callable[..., OutboxMessage]) -> None:
    row = queue("escalation/2024-04-07/3")

    assert (row.kind, row.period) == ("escalation", "2024-04-07")
