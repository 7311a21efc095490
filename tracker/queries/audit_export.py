"""The record of what was done as rows for a machine: oldest first, with each entry's link of the chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import AuditEntry, Person, Unit


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One entry; `unit` is the code of its bureau, `login` and `name` who did it (empty: the program)."""

    id: int
    at: datetime
    unit: str
    person: int | None
    login: str
    name: str
    action: str
    object_type: str
    object_id: int | None
    request_id: str
    detail: dict[str, Any]
    mac: str


def audit_rows(
    from_on: date, until_on: date, zone: tzinfo, top_unit_id: int | None = None
) -> Iterator[ExportRow]:
    """Yield the entries of these days of the bureau's own time, of one bureau or all. One query."""
    statement = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            Unit.code,
            AuditEntry.person_id,
            func.coalesce(Person.login, ""),
            func.coalesce(Person.name, ""),
            AuditEntry.action,
            AuditEntry.object_type,
            AuditEntry.object_id,
            AuditEntry.request_id,
            AuditEntry.detail,
            AuditEntry.mac,
        )
        .join(Unit, Unit.id == AuditEntry.top_unit_id)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(
            AuditEntry.at >= datetime.combine(from_on, time(), zone),
            AuditEntry.at < datetime.combine(until_on + timedelta(days=1), time(), zone),
        )
        .order_by(AuditEntry.id)
    )
    if top_unit_id is not None:
        statement = statement.where(AuditEntry.top_unit_id == top_unit_id)
    for id_, at, *rest in db.session.execute(statement):
        yield ExportRow(id_, at.astimezone(zone), *rest)


def entries_by_bureau() -> list[tuple[int, str, int]]:
    """Return each bureau that has entries: id, code, how many."""
    rows = db.session.execute(
        select(Unit.id, Unit.code, func.count(AuditEntry.id))
        .join(AuditEntry, AuditEntry.top_unit_id == Unit.id)
        .group_by(Unit.id, Unit.code)
        .order_by(Unit.id)
    )
    return [(id_, code, count) for id_, code, count in rows]
