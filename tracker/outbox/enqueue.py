"""Put mails into the outbox, each key once, in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from tracker.extensions import db
from tracker.models import MailNotice, OutboxMessage

NO_ADDRESS = "收件人没有登记邮箱"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person, written and ready to queue. `notices` are the keys of all that it tells."""

    key: str
    person_id: int
    top_unit_id: int
    address: str
    subject: str
    text: str
    html: str
    notices: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The first part of the key."""
        return self.key.split("/")[0]

    @property
    def period(self) -> str:
        """The second part of the key."""
        return self.key.split("/")[1]


def enqueue(letters: Sequence[Letter], *, now: datetime, domain: str) -> set[str]:
    """Queue the letters whose keys are new; return those keys. The caller commits.

    A letter to somebody without an address is kept as failed, so that the office sees it. `domain`
    ends the Message-ID, which stays the same for every attempt.
    """
    if not letters:
        return set()
    values = [_values(letter, now, domain) for letter in letters]
    insert = _insert_new(OutboxMessage).returning(OutboxMessage.id, OutboxMessage.key)
    queued = {key: message_id for message_id, key in db.session.execute(insert, values)}
    notices = [
        {
            "top_unit_id": letter.top_unit_id,
            "key": notice,
            "person_id": letter.person_id,
            "message_id": queued[letter.key],
        }
        for letter in letters
        if letter.key in queued
        for notice in letter.notices
    ]
    if notices:
        db.session.execute(_insert_new(MailNotice), notices)
    return set(queued)


def _values(letter: Letter, now: datetime, domain: str) -> dict[str, Any]:
    reachable = bool(letter.address)
    return {
        "top_unit_id": letter.top_unit_id,
        "key": letter.key,
        "kind": letter.kind,
        "period": letter.period,
        "person_id": letter.person_id,
        "address": letter.address,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "message_id": f"<{uuid4().hex}@{domain}>",
        "state": "queued" if reachable else "failed",
        "error": "" if reachable else NO_ADDRESS,
        "queued_at": now,
        "next_at": now if reachable else None,
    }


def _insert_new(model: type[OutboxMessage] | type[MailNotice]) -> Any:
    """Return an insert that leaves a row alone whose key is there already."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101  a mapped class has one
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing(index_elements=["key"])
