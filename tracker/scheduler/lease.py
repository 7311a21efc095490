"""The lease: of any number of schedulers one works, and another takes over when it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.extensions import db
from tracker.models import Lease
from tracker.outbox.worker import is_dead

NAME = "scheduler"
HOLDS_FOR = timedelta(seconds=90)


def take_lease(worker: str, wall: datetime) -> bool:
    """Take or renew the lease and leave a sign of life; False while another scheduler has it."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    with db.engine.begin() as connection:
        connection.execute(
            dialect.insert(Lease).values(name=NAME, holder="").on_conflict_do_nothing()
        )
        holder = connection.scalar(select(Lease.holder).where(Lease.name == NAME).with_for_update())
        free = or_(Lease.holder.in_(("", worker)), Lease.until.is_(None), Lease.until < wall)
        mine = Lease.name == NAME if holder and is_dead(holder) else (Lease.name == NAME) & free
        taken = connection.execute(
            update(Lease).where(mine).values(holder=worker, until=wall + HOLDS_FOR, beat_at=wall)
        )
    return taken.rowcount == 1


def give_back_lease(worker: str) -> None:
    """Let another scheduler work at once."""
    with db.engine.begin() as connection:
        connection.execute(
            update(Lease)
            .where(Lease.name == NAME, Lease.holder == worker)
            .values(holder="", until=None)
        )
