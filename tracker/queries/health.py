"""Is the program ready: database writable, schema the newest, scheduler alive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from tracker.extensions import db, reading_only
from tracker.models import Lease, OutboxMessage

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a monitor wants to know. Times are ISO 8601 in UTC, or None."""

    database: bool
    schema: bool
    scheduler_tick: str | None
    oldest_unsent_mail: str | None

    @property
    def ready(self) -> bool:
        """Ready: the database takes writes and has the newest schema."""
        return self.database and self.schema

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, for JSON."""
        return asdict(self) | {"ready": self.ready}


def readiness() -> Readiness:
    """Look at the database; a database that is not there is an answer, not an error."""
    mark = reading_only.set(False)
    try:
        return _look()
    except SQLAlchemyError:
        return Readiness(database=False, schema=False, scheduler_tick=None, oldest_unsent_mail=None)
    finally:
        reading_only.reset(mark)


def _look() -> Readiness:
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        if current != newest:
            return Readiness(True, False, None, None)
        connection.execute(text("UPDATE lease SET name = name WHERE name = 'none'"))
        connection.rollback()
        beat = connection.execute(select(func.max(Lease.beat_at))).scalar_one()
        unsent = connection.execute(
            select(func.min(OutboxMessage.queued_at)).where(
                OutboxMessage.state.in_(("queued", "sending"))
            )
        ).scalar_one()
    return Readiness(True, True, _iso(beat), _iso(unsent))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
