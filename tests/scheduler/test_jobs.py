"""A round of the scheduler opens, decides and sends; any number of schedulers do it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Cycle, Lease, OutboxMessage, Standing
from tracker.outbox.worker import this_worker
from tracker.scheduler import jobs
from tracker.scheduler.jobs import decide_all, send_all
from tracker.scheduler.lease import give_back_lease, take_lease

WALL = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


def test_a_round_queues_and_sends(app: Flask, bureau: Bureau) -> None:
    now = at("2024-01-25T09:00")
    decided = decide_all(app, now)
    outcomes = send_all(app, lambda: now)

    assert [intent.person_id for intent in decided.queued] == [bureau.clerk.id]
    assert outcomes["sent"] == 1
    db.session.rollback()
    assert len(list(Path(app.config["MAIL_DIR"]).glob("*.eml"))) == 1


def test_a_second_round_does_nothing(app: Flask, bureau: Bureau) -> None:
    now = at("2024-01-25T09:00")
    for _ in range(2):
        decided = decide_all(app, now)
        outcomes = send_all(app, lambda: now)

    assert decided.queued == []
    assert outcomes.total() == 0


def test_cycles_are_laid_and_months_that_are_over_get_their_rows(
    app: Flask, bureau: Bureau
) -> None:
    db.session.execute(Cycle.__table__.delete())
    db.session.commit()
    decide_all(app, at("2024-04-10T10:00"))

    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 12
    months = db.session.scalars(select(Standing.month).order_by(Standing.month))
    assert list(months) == [1, 2, 3]
    assert set(db.session.scalars(select(Standing.light))) == {"grey"}


def test_a_bureau_that_fails_does_not_stop_the_others(
    app: Flask,
    bureau: Bureau,
    make: Maker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    well = make_bureau(make)
    ill = bureau.top.id
    real = jobs.open_cycles

    def fail_for_one(*, top_unit_id: int, now: datetime) -> int:
        if top_unit_id == ill:
            raise RuntimeError("broken row")
        return real(top_unit_id=top_unit_id, now=now)

    monkeypatch.setattr(jobs, "open_cycles", fail_for_one)
    well_clerk = well.clerk.id
    db.session.commit()
    decided = decide_all(app, at("2024-01-25T09:00"))

    assert decided.failed == [ill]
    assert [intent.person_id for intent in decided.queued] == [well_clerk]
    assert f"reminders of unit {ill} could not be decided" in caplog.text


def lease() -> Lease:
    db.session.rollback()
    row = db.session.get_one(Lease, "scheduler")
    db.session.refresh(row)
    db.session.expunge(row)
    db.session.rollback()
    return row


def test_one_scheduler_works_and_the_other_waits(app: Flask) -> None:
    first, second = "here:1:a", "there:1:b"

    assert take_lease(first, WALL)
    assert not take_lease(second, WALL + timedelta(seconds=89))
    assert take_lease(first, WALL + timedelta(seconds=89))
    assert lease().beat_at == WALL + timedelta(seconds=89)


def test_a_scheduler_that_is_gone_is_succeeded(app: Flask) -> None:
    take_lease("here:1:a", WALL)

    assert take_lease("there:1:b", WALL + timedelta(seconds=91))
    assert lease().holder == "there:1:b"


def test_a_scheduler_whose_process_died_is_succeeded_at_once(app: Flask) -> None:
    machine, pid, rest = this_worker().split(":")
    take_lease(f"{machine}:{2**22 + int(pid)}:{rest}", WALL)

    assert take_lease("there:1:b", WALL)


def test_a_scheduler_that_stops_gives_the_lease_back(app: Flask) -> None:
    take_lease("here:1:a", WALL)
    give_back_lease("there:1:b")
    assert lease().holder == "here:1:a"
    give_back_lease("here:1:a")

    assert take_lease("there:1:b", WALL)


def test_down_for_weeks_a_person_gets_one_mail(
    app: Flask, bureau: Bureau, set_clock: Callable[[str], None]
) -> None:
    decide_all(app, at("2024-01-25T09:00"))
    before = db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    db.session.rollback()
    decided = decide_all(app, at("2024-04-28T11:00"))
    people = [intent.person_id for intent in decided.queued]

    assert before == 1
    assert len(people) == len(set(people))
    assert bureau.clerk.id in people
