"""A page of a bureau's outbox, newest first, with who each mail is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import OutboxMessage, Person
from tracker.queries.mails import kind_word

PAGE = 50
AGAIN = frozenset({"queued", "failed", "dropped"})


@dataclass(frozen=True, slots=True)
class PostedMail:
    """One mail."""

    id: int
    person: str
    address: str
    subject: str
    kind: str
    state: str
    attempts: int
    error: str
    queued_at: datetime
    next_at: datetime | None
    sent_at: datetime | None

    @property
    def kind_word(self) -> str:
        """What mails of this kind are called."""
        return kind_word(self.kind)

    @property
    def can_retry(self) -> bool:
        """Tell whether it may be sent again."""
        return self.state in AGAIN


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """A page of mails and how many there are in all."""

    rows: tuple[PostedMail, ...]
    total: int
    page: int


def outbox_page(top_unit_id: int, state: str, page: int) -> OutboxPage:
    """Return a page of the mails in a state, or of all. Two queries."""
    conditions = [OutboxMessage.top_unit_id == top_unit_id]
    if state:
        conditions.append(OutboxMessage.state == state)
    total = db.session.scalar(select(func.count(OutboxMessage.id)).where(*conditions)) or 0
    here = min(max(1, page), max(1, -(-total // PAGE)))
    found = db.session.execute(
        select(
            OutboxMessage.id,
            Person.name.label("person"),
            OutboxMessage.address,
            OutboxMessage.subject,
            OutboxMessage.kind,
            OutboxMessage.state,
            OutboxMessage.attempts,
            OutboxMessage.error,
            OutboxMessage.queued_at,
            OutboxMessage.next_at,
            OutboxMessage.sent_at,
        )
        .join(Person, Person.id == OutboxMessage.person_id)
        .where(*conditions)
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE)
        .offset((here - 1) * PAGE)
    )
    rows = (
        PostedMail(**{str(name): value for name, value in row.items()}) for row in found.mappings()
    )
    return OutboxPage(tuple(rows), total, here)


def is_ours(top_unit_id: int, mail_id: int) -> bool:
    """Tell whether a mail is of this bureau. One query."""
    found = select(OutboxMessage.id).where(
        OutboxMessage.id == mail_id, OutboxMessage.top_unit_id == top_unit_id
    )
    return db.session.scalar(found) is not None
