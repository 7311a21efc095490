"""Is the program ready: database writable, schema the newest, scheduler alive, a backup that was looked into."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from tracker.extensions import writing_beside
from tracker.models import Lease, OutboxMessage

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
#: States of a mail, shown even where there is none.
STATES = ("queued", "sending", "sent", "failed", "dropped")
#: The note that `backup verify` leaves beside a backup that could be restored.
VERIFIED = "last-verified.json"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a monitor wants to know. Times are ISO 8601, or None.

    `last_verified_backup`: when the newest backup was made that was verified.
    """

    database: bool
    schema: bool
    scheduler_tick: str | None
    oldest_unsent_mail: str | None
    last_verified_backup: str | None = None

    @property
    def ready(self) -> bool:
        """Ready: the database takes writes and has the newest schema."""
        return self.database and self.schema

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, for JSON."""
        return asdict(self) | {"ready": self.ready}


def readiness(backups: Path | None = None) -> Readiness:
    """Look at the database and the folder of backups; a database that is not there is an answer, not an error."""
    verified = last_verified(backups) if backups else None
    try:
        return replace(_look(), last_verified_backup=verified)
    except SQLAlchemyError:
        return Readiness(False, False, None, None, verified)


def mails_by_state() -> dict[str, int]:
    """Return how many mails of all bureaus are in each state. One query."""
    with writing_beside() as connection:
        rows = connection.execute(
            select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
        ).all()
    return dict.fromkeys(STATES, 0) | dict(rows)


def last_verified(backups: Path) -> str | None:
    """Return when the newest verified backup of a folder was made."""
    try:
        made = json.loads((backups / VERIFIED).read_text("utf-8"))["created_at"]
        return datetime.fromisoformat(made).isoformat()
    except (OSError, ValueError, KeyError, TypeError):
        return None


def newest_schema() -> str | None:
    """Return the newest migration of this program."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def is_known_schema(revision: str) -> bool:
    """Tell whether this program knows a migration, so that it can upgrade from it."""
    script = ScriptDirectory(str(MIGRATIONS))
    return revision in {one.revision for one in script.walk_revisions()}


def _look() -> Readiness:
    with writing_beside() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current != newest_schema():
            return Readiness(True, False, None, None)
        connection.execute(update(Lease).where(Lease.name == "none").values(holder=Lease.holder))
        beat = connection.execute(select(func.max(Lease.beat_at))).scalar_one()
        unsent = connection.execute(
            select(func.min(OutboxMessage.queued_at)).where(
                OutboxMessage.state.in_(("queued", "sending"))
            )
        ).scalar_one()
    return Readiness(True, True, _iso(beat), _iso(unsent))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
