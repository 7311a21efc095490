"""Two schedulers that reach for one lease in the same second, on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import update

from tests.conftest import POSTGRES
from tests.overlap import overlap, tables_locked
from tracker.extensions import db
from tracker.models import Lease
from tracker.outbox.worker import this_worker
from tracker.scheduler.lease import take_lease

DATABASES = (POSTGRES,)
WALL = datetime(2030, 1, 1, tzinfo=UTC)


def test_of_two_that_find_the_holder_dead_one_gets_the_lease(app: Flask) -> None:
    machine, _, _ = this_worker().partition(":")
    assert take_lease(f"{machine}:{2**22 + 1}:dead", WALL)

    def succeed() -> None:
        later = WALL + timedelta(seconds=90)
        db.session.execute(update(Lease).values(holder=this_worker(), until=later))

    assert overlap(app, succeed, lambda: take_lease(this_worker(), WALL)) is False
    assert tables_locked(lambda: take_lease(this_worker(), WALL)) == ["lease"]  # for a third
