"""Use case: write down who did what. Entries of a top unit are chained, so that a missing or changed one shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from tracker.extensions import db, request_id
from tracker.models import AuditEntry

#: The action of the entry that says which older ones were removed (services.purge_audit).
PURGE = "purge"
_LOCK = 7301
_key = b""


def use_key(key: str) -> None:
    """Set the key of the chain; called once at start."""
    global _key  # noqa: PLW0603  one key a process, set before the first entry
    _key = key.encode()


def record(
    top_unit_id: int,
    action: str,
    *,
    now: datetime,
    person_id: int | None = None,
    object_type: str = "",
    object_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry in the transaction of what it records."""
    entry = AuditEntry(
        top_unit_id=top_unit_id,
        at=now,
        person_id=person_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        request_id=request_id.get(),
        detail=detail or {},
    )
    entry.mac = link(_last_mac(top_unit_id), entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def link(previous: str, entry: AuditEntry, key: str = "") -> str:
    """Return the entry's place in the chain: a MAC over the one before it and all that it says.

    `key` is that of another house, whose backup is looked into.
    """
    said = [
        previous,
        entry.top_unit_id,
        entry.at.astimezone(UTC).isoformat(),
        entry.person_id,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.request_id,
        entry.detail,
    ]
    message = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key.encode() or _key, message.encode(), hashlib.sha256).hexdigest()


def broken_links(top_unit_id: int) -> list[int]:
    """Return the ids of entries that do not follow from the one before them."""
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.top_unit_id == top_unit_id).order_by(AuditEntry.id)
    )
    return broken_in(rows.yield_per(1000))


def broken_in(entries: Iterable[AuditEntry], key: str = "") -> list[int]:
    """Return the ids of those of a bureau's entries, oldest first, that do not follow from the one before them.

    The oldest follows from nothing, or from the last one that a later entry `purge` says was removed.
    """
    previous, broken = "", []
    oldest: AuditEntry | None = None
    for entry in entries:
        if not hmac.compare_digest(entry.mac, link(previous, entry, key)):
            broken.append(entry.id)
            oldest = oldest or (None if previous else entry)
        elif oldest is not None and entry.action == PURGE:
            removed = str(entry.detail.get("mac"))
            if hmac.compare_digest(oldest.mac, link(removed, oldest, key)):
                broken.remove(oldest.id)
                oldest = None
        previous = entry.mac
    return broken


def hold_chain(top_unit_id: int) -> None:
    """Add to a bureau's chain one at a time, until the transaction ends. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK, top_unit_id)))


def _last_mac(top_unit_id: int) -> str:
    hold_chain(top_unit_id)
    last = db.session.scalar(
        select(AuditEntry.mac)
        .where(AuditEntry.top_unit_id == top_unit_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return last or ""
