"""The scheduler removes what has been kept long enough, once, however often it is asked."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.bureau import at
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Unit, WebSession
from tracker.scheduler.jobs import tidy_all
from tracker.services.audit import broken_links, record

NOW = at("2024-04-01T10:00")


def signed_in(make: Maker, top: Unit, began: timedelta, seen: timedelta) -> int:
    person = make.person(top)
    session = WebSession(
        top_unit_id=top.id,
        person_id=person.id,
        token_hash=person.login,
        created_at=NOW - began,
        seen_at=NOW - seen,
    )
    db.session.add(session)
    db.session.flush()
    return session.id


def test_sessions_that_ended_go_and_the_others_stay(app: Flask, make: Maker) -> None:
    top, hour = make.top(), timedelta(hours=1)
    open_ = signed_in(make, top, hour, hour)
    signed_in(make, top, 3 * hour, 2.5 * hour)  # idle for more than two hours
    signed_in(make, top, 13 * hour, hour)  # begun more than twelve hours ago
    db.session.commit()

    for _ in range(2):
        tidy_all(app, NOW)

    assert db.session.scalars(select(WebSession.id)).all() == [open_]


def test_audit_entries_are_kept_for_their_days(app: Flask, make: Maker) -> None:
    top, other = make.top(), make.top("云泽县财政局")
    days = app.config["AUDIT_RETENTION_DAYS"]
    for age in (days + 2, days + 1, days, 0):
        record(top.id, "sign_in", now=NOW - timedelta(days=age))
    record(other.id, "sign_in", now=NOW)
    db.session.commit()

    for _ in range(2):
        tidy_all(app, NOW)

    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 4
    assert (broken_links(top.id), broken_links(other.id)) == ([], [])
