"""What a copy of the database holds: its schema, its rows, and whether the record of each bureau is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from tracker.documents.backup.archive import DamagedError
from tracker.documents.backup.postgres_dump import read_postgres
from tracker.documents.backup.sqlite_copy import read_sqlite
from tracker.documents.backup.tables import Row
from tracker.models import AuditEntry
from tracker.services.audit import broken_in

SCHEMA, AUDIT = "alembic_version", "audit_entry"


@dataclass(frozen=True, slots=True)
class Contents:
    """The newest migration, the rows by table, and the audit entries that do not follow."""

    schema: str
    counts: Mapping[str, int]
    broken: tuple[int, ...]


def contents_of(copy: Path, audit_key: str) -> Contents:
    """Look through a copy. Raises DamagedError where it cannot be read."""
    read = read_sqlite if copy.suffix == ".sqlite3" else read_postgres
    tables = read(copy, (SCHEMA, AUDIT))
    schema = [str(row["version_num"]) for row in tables.rows.get(SCHEMA, ())]
    if len(schema) != 1 or AUDIT not in tables.counts:
        raise DamagedError("备份里的数据库不是本程序的。")
    try:
        entries = sorted(map(_entry, tables.rows.get(AUDIT, ())), key=_place)
    except (KeyError, TypeError, ValueError):
        raise DamagedError("备份里的审计记录读不懂。") from None
    broken = [
        id_
        for _, chain in groupby(entries, key=lambda entry: entry.top_unit_id)
        for id_ in broken_in(chain, audit_key)
    ]
    return Contents(schema[0], tables.counts, tuple(broken))


def _place(entry: AuditEntry) -> tuple[int, int]:
    return entry.top_unit_id, entry.id


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(
        id=int(row["id"]),
        top_unit_id=int(row["top_unit_id"]),
        at=datetime.fromisoformat(row["at"]).replace(tzinfo=UTC),
        person_id=_number(row["person_id"]),
        action=row["action"],
        object_type=row["object_type"],
        object_id=_number(row["object_id"]),
        request_id=row["request_id"],
        detail=json.loads(row["detail"]),
        mac=row["mac"],
    )


def _number(value: str | int | None) -> int | None:
    return None if value is None else int(value)
