"""Mails are claimed, sent and then marked: none is lost, none is doubled without a crash between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from threading import Barrier, Thread

import pytest
from flask import Flask

from tests.bureau import Bureau
from tests.outbox.conftest import NOON, FakeClock, change, reread
from tracker.extensions import db
from tracker.models import OutboxMessage
from tracker.outbox.deliver import deliver_due
from tracker.outbox.transports import RefusedError, TryLaterError
from tracker.outbox.worker import this_worker

Queue = Callable[..., OutboxMessage]


class FakeTransport:
    """Takes messages, or does to each what its subject's entry says."""

    def __init__(self, **trouble: Exception) -> None:
        self.trouble = trouble
        self.sent: list[EmailMessage] = []
        self.closed = False

    def send(self, message: EmailMessage, recipient: str) -> None:
        if error := self.trouble.get(message["Subject"]):
            raise error
        self.sent.append(message)

    def close(self) -> None:
        self.closed = True


def test_a_mail_is_sent_and_then_marked(queue: Queue, clock: FakeClock) -> None:
    row, transport = queue(), FakeTransport()
    outcomes = deliver_due(transport, clock.sending())

    assert outcomes == Counter(sent=1)
    assert (reread(row).state, row.attempts, row.sent_at) == ("sent", 1, NOON)
    assert (row.claimed_by, row.lease_until, row.next_at, row.error) == (None, None, None, "")
    assert transport.closed


def test_a_second_round_sends_nothing(queue: Queue, clock: FakeClock) -> None:
    queue()
    transport = FakeTransport()
    deliver_due(transport, clock.sending())
    deliver_due(transport, clock.sending())

    assert len(transport.sent) == 1


def test_a_mail_that_is_not_due_waits(queue: Queue, clock: FakeClock) -> None:
    row = queue()
    clock.now = NOON - timedelta(seconds=1)

    assert deliver_due(FakeTransport(), clock.sending()) == Counter()
    assert reread(row).state == "queued"


def test_what_cannot_be_sent_now_is_tried_again_after_1_5_15_30_minutes_then_hourly(
    queue: Queue, clock: FakeClock
) -> None:
    row = queue()
    transport = FakeTransport(**{row.subject: TryLaterError("451 later")})
    waits = []
    for _ in range(6):
        deliver_due(transport, clock.sending())
        wait = (reread(row).next_at or NOON) - clock.now
        waits.append(wait // timedelta(minutes=1))
        clock.now += wait

    assert waits == [1, 5, 15, 30, 60, 60]
    assert (row.state, row.attempts, row.error) == ("queued", 6, "451 later")


def test_after_five_days_it_is_given_up(queue: Queue, clock: FakeClock) -> None:
    row = queue()
    transport = FakeTransport(**{row.subject: TryLaterError("451 later")})
    while reread(row).state == "queued":
        clock.now = row.next_at or NOON
        deliver_due(transport, clock.sending())

    assert (row.state, row.error) == ("failed", "五天内未能送达。451 later")
    assert timedelta(days=4, hours=22) < clock.now - NOON <= timedelta(days=5)


def test_once_the_server_is_well_again_it_arrives(queue: Queue, clock: FakeClock) -> None:
    row = queue()
    deliver_due(FakeTransport(**{row.subject: TryLaterError("421")}), clock.sending())
    clock.pass_(minutes=1)
    transport = FakeTransport()
    deliver_due(transport, clock.sending())

    assert reread(row).state == "sent"
    assert transport.sent[0]["Message-ID"] == row.message_id


def test_a_refused_mail_stops_with_the_servers_words(queue: Queue, clock: FakeClock) -> None:
    row = queue()
    deliver_due(FakeTransport(**{row.subject: RefusedError("550 no such user")}), clock.sending())

    assert (reread(row).state, row.error, row.next_at) == ("failed", "550 no such user", None)


def test_one_poisoned_mail_harms_only_itself(queue: Queue, clock: FakeClock) -> None:
    poisoned = queue("task/a/1", address="张三\n@example.cn")
    well = queue("task/b/1")
    transport = FakeTransport()
    outcomes = deliver_due(transport, clock.sending())

    assert outcomes == Counter(failed=1, sent=1)
    assert reread(poisoned).state == "failed"
    assert poisoned.error
    assert reread(well).state == "sent"


def test_somebody_who_left_gets_no_more_mail(
    queue: Queue, clock: FakeClock, bureau: Bureau
) -> None:
    row = queue()
    bureau.clerk.active = False
    db.session.commit()
    transport = FakeTransport()
    deliver_due(transport, clock.sending())

    assert (reread(row).state, row.error) == ("dropped", "收件人已停用")
    assert transport.sent == []


def test_a_limit_ends_the_round(queue: Queue, clock: FakeClock) -> None:
    for number in range(3):
        queue(f"task/{number}/1")

    assert deliver_due(FakeTransport(), clock.sending(), limit=2) == Counter(sent=2)
    assert deliver_due(FakeTransport(), clock.sending(), limit=0) == Counter()


def test_told_to_stop_it_ends_after_the_mail_in_hand(queue: Queue, clock: FakeClock) -> None:
    for number in range(3):
        queue(f"task/{number}/1")
    transport = FakeTransport()
    outcomes = deliver_due(transport, clock.sending(stopping=lambda: bool(transport.sent)))

    assert outcomes == Counter(sent=1)


def test_a_server_that_hangs_does_not_hold_up_the_round_mail_by_mail(
    queue: Queue, clock: FakeClock
) -> None:
    for number in range(5):
        queue(f"task/{number}/1", subject="慢")
    outcomes = deliver_due(FakeTransport(慢=TryLaterError("60 秒", slow=True)), clock.sending())

    assert outcomes == Counter(queued=3)


def test_a_claim_whose_worker_died_is_sent_again_with_the_same_message_id(
    queue: Queue, clock: FakeClock
) -> None:
    row = queue()
    own, pid, rest = this_worker().split(":")
    claim(row, f"{own}:{2**22 + int(pid)}:{rest}", clock)
    transport = FakeTransport()
    deliver_due(transport, clock.sending())

    assert [message["Message-ID"] for message in transport.sent] == [row.message_id]
    assert reread(row).state == "sent"


def test_a_claim_of_another_machine_holds_until_its_lease_is_over(
    queue: Queue, clock: FakeClock
) -> None:
    row = queue()
    claim(row, "elsewhere:1:abc", clock)

    assert deliver_due(FakeTransport(), clock.sending()) == Counter()
    clock.wall += timedelta(seconds=151)
    assert deliver_due(FakeTransport(), clock.sending()) == Counter(sent=1)


def test_a_claim_that_passed_to_somebody_else_is_not_marked_over(
    queue: Queue, clock: FakeClock
) -> None:
    row = queue()

    class Slow(FakeTransport):
        def send(self, message: EmailMessage, recipient: str) -> None:
            claim(row, "elsewhere:1:abc", clock)
            super().send(message, recipient)

    deliver_due(Slow(), clock.sending())

    assert (reread(row).state, row.claimed_by) == ("sending", "elsewhere:1:abc")


def claim(row: OutboxMessage, worker: str, clock: FakeClock) -> None:
    lease = clock.wall + timedelta(seconds=150)
    change(row, state="sending", claimed_by=worker, lease_until=lease)


def test_four_workers_at_once_send_each_mail_once(
    app: Flask, queue: Queue, clock: FakeClock
) -> None:
    for number in range(40):
        queue(f"task/{number}/1")
    transports, start = [FakeTransport() for _ in range(4)], Barrier(4)

    def work(transport: FakeTransport) -> None:
        with app.app_context():
            start.wait()
            deliver_due(transport, clock.sending())

    threads = [Thread(target=work, args=(transport,)) for transport in transports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [message["X-Tracker-Key"] for transport in transports for message in transport.sent]

    assert len(keys) == len(set(keys)) == 40


def test_a_database_that_is_busy_for_a_moment_still_learns_the_outcome(
    queue: Queue, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from tracker.outbox import deliver

    row, write, calls = queue(), deliver._write, []

    def busy_once(statement: object) -> None:
        calls.append(statement)
        if len(calls) == 1:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        write(statement)  # type: ignore[arg-type]

    monkeypatch.setattr(deliver, "_write", busy_once)
    deliver_due(FakeTransport(), clock.sending())

    assert reread(row).state == "sent"
