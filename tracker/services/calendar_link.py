"""Use case: give a person a secret link for the calendar program, or shut it (日历订阅)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete

from tracker.extensions import db
from tracker.models import CalendarLink
from tracker.services import audit


def make_calendar_link(*, top_unit_id: int, person_id: int, now: datetime) -> str:
    """Return the token of a new link; an older one is shut. It is shown once: only its hash is kept."""
    _delete(person_id)
    token = secrets.token_urlsafe(32)
    db.session.add(
        CalendarLink(
            top_unit_id=top_unit_id,
            person_id=person_id,
            token_sha256=token_hash(token),
            made_at=now,
        )
    )
    db.session.flush()
    _record(top_unit_id, person_id, "calendar_link_made", now)
    return token


def shut_calendar_link(*, top_unit_id: int, person_id: int, now: datetime) -> bool:
    """Shut a person's link; tell whether there was one."""
    shut = _delete(person_id)
    if shut:
        _record(top_unit_id, person_id, "calendar_link_shut", now)
    return shut


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _delete(person_id: int) -> bool:
    gone = db.session.execute(
        delete(CalendarLink).where(CalendarLink.person_id == person_id).returning(CalendarLink.id)
    ).all()
    return bool(gone)


def _record(top_unit_id: int, person_id: int, action: str, now: datetime) -> None:
    audit.record(
        top_unit_id,
        action,
        now=now,
        person_id=person_id,
        object_type="person",
        object_id=person_id,
    )
