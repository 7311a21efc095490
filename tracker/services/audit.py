"""Use case: write down who did what. Entries of a top unit are chained, so that a missing or changed one shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text

from tracker.extensions import db, request_id
from tracker.models import AuditEntry

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
    """Return the ids of those of a bureau's entries, oldest first, that do not follow from the one before them."""
    previous, broken = "", []
    for entry in entries:
        if not hmac.compare_digest(entry.mac, link(previous, entry, key)):
            broken.append(entry.id)
        previous = entry.mac
    return broken


def _last_mac(top_unit_id: int) -> str:
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
        db.session.execute(text("SELECT pg_advisory_xact_lock(7301, :unit)"), {"unit": top_unit_id})
    last = db.session.scalar(
        select(AuditEntry.mac)
        .where(AuditEntry.top_unit_id == top_unit_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return last or ""
