"""The record of what was done, for the auditor: filtered, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tracker.extensions import db
from tracker.models import AuditEntry, Person
from tracker.queries.audit_words import action_word, detail_words, object_words

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """The auditor's filters; days are of the bureau's own time."""

    person_id: int | None = None
    action: str = ""
    object_type: str = ""
    object_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry."""

    id: int
    at: datetime
    person: str
    action: str
    object_words: str
    request_id: str
    detail: dict[str, Any]

    @property
    def detail_words(self) -> str:
        """Return the entry's particulars in one line."""
        return detail_words(self.detail)


@dataclass(frozen=True, slots=True)
class Log:
    """A page of entries and how many there are in all."""

    rows: tuple[LogRow, ...]
    total: int
    page: int


def audit_log(wanted: Wanted, zone: tzinfo | None, size: int = PAGE) -> Log:
    """Return a page of the record. Two queries."""
    conditions = list(_conditions(wanted, zone))
    total = db.session.scalar(select(func.count(AuditEntry.id)).where(*conditions)) or 0
    page = min(max(1, wanted.page), max(1, -(-total // size)))
    rows = db.session.execute(
        select(
            AuditEntry.id,
            AuditEntry.at,
            Person.name,
            Person.login,
            AuditEntry.action,
            AuditEntry.object_type,
            AuditEntry.object_id,
            AuditEntry.request_id,
            AuditEntry.detail,
        )
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return Log(tuple(_row(*row) for row in rows), total, page)


def people_in_log() -> list[tuple[str, str]]:
    """Return who can be asked for: everybody of the bureau. One query."""
    rows = db.session.execute(select(Person.id, Person.name, Person.login).order_by(Person.id))
    return [(str(id_), f"{name}（{login}）") for id_, name, login in rows]


def _conditions(wanted: Wanted, zone: tzinfo | None) -> Iterator[ColumnElement[bool]]:
    if wanted.person_id is not None:
        yield AuditEntry.person_id == wanted.person_id
    if wanted.action:
        yield AuditEntry.action == wanted.action
    if wanted.object_type:
        yield AuditEntry.object_type == wanted.object_type
    if wanted.object_id is not None:
        yield AuditEntry.object_id == wanted.object_id
    if wanted.from_on is not None:
        yield AuditEntry.at >= datetime.combine(wanted.from_on, time(), zone)
    if wanted.until_on is not None:
        yield AuditEntry.at < datetime.combine(wanted.until_on + timedelta(days=1), time(), zone)


def _row(
    id_: int,
    at: datetime,
    name: str | None,
    login: str | None,
    action: str,
    object_type: str,
    object_id: int | None,
    request_id: str,
    detail: dict[str, Any],
) -> LogRow:
    return LogRow(
        id=id_,
        at=at,
        person=f"{name}（{login}）" if name else "程序",
        action=action_word(action),
        object_words=object_words(object_type, object_id),
        request_id=request_id,
        detail=detail,
    )
