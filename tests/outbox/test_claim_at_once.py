"""Two senders that reach for one mail in the same moment, on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import update

from tests.conftest import POSTGRES
from tests.outbox.conftest import FakeClock
from tests.outbox.test_deliver import FakeTransport
from tests.overlap import overlap
from tracker.extensions import db
from tracker.models import OutboxMessage
from tracker.outbox.deliver import deliver_due

DATABASES = (POSTGRES,)


def test_a_mail_that_is_being_claimed_is_passed_over(
    app: Flask, queue: Callable[..., OutboxMessage], clock: FakeClock
) -> None:
    queue()
    transport = FakeTransport()

    def claim() -> None:
        db.session.execute(update(OutboxMessage).values(state="sending", claimed_by="another"))

    outcomes = overlap(app, claim, lambda: deliver_due(transport, clock.sending()))

    assert outcomes == Counter()
    assert transport.sent == []
