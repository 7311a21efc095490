"""Use case: remove the sessions that have ended by themselves, so that the table holds browsers that are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from tracker.extensions import db
from tracker.models import WebSession


def forget_sessions(*, now: datetime, idle: timedelta, longest: timedelta) -> int:
    """Remove the sessions of every bureau that nobody can go on with; return how many. The caller commits.

    The limits are those of services.sessions.find_session. Again changes nothing.
    """
    ended = or_(WebSession.seen_at < now - idle, WebSession.created_at < now - longest)
    return len(db.session.scalars(delete(WebSession).where(ended).returning(WebSession.id)).all())
