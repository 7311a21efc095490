"""One at a time: whoever decides for a bureau waits until the one before has committed."""

from __future__ import annotations

from sqlalchemy import func, select

from tracker.extensions import db

_LOCK = 7302


def wait_for_turn(top_unit_id: int) -> None:
    """Hold the bureau's turn until the transaction ends. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK, top_unit_id)))
