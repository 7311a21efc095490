"""Use case: take mails out of the queue whose matter was settled while they could not be delivered."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select, update

from tracker.domain.reminders import Kind
from tracker.extensions import db
from tracker.models import MailNotice, OutboxMessage
from tracker.queries.situation import Situation

SETTLED = "已填报或已办结，不再发"


def drop_settled(*, top_unit_id: int, situation: Situation) -> int:
    """Drop reminders that failed at least once and tell nothing that is still so; return how many.

    Somebody who reported while the mail server was down is not reminded when it comes back. The
    caller commits.
    """
    waiting = _waiting(top_unit_id)
    if not waiting:
        return 0
    people = {person for person, _ in waiting.values()}
    current = {notice.key for notice in situation.notices(people)}
    settled = [id_ for id_, (_, keys) in waiting.items() if keys and not keys & current]
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(settled), OutboxMessage.state == "queued")
        .values(state="dropped", error=SETTLED, next_at=None)
        .execution_options(synchronize_session=False)
    )
    return len(settled)


def _waiting(top_unit_id: int) -> dict[int, tuple[int, set[str]]]:
    """Return the reminders that wait for another attempt: whose they are and what they tell."""
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.person_id, MailNotice.key)
        .join(MailNotice, MailNotice.message_id == OutboxMessage.id)
        .where(
            OutboxMessage.top_unit_id == top_unit_id,
            OutboxMessage.state == "queued",
            OutboxMessage.attempts > 0,
            OutboxMessage.kind.in_(list(Kind)),
        )
    )
    keys: dict[int, set[str]] = defaultdict(set)
    person: dict[int, int] = {}
    for id_, person_id, key in rows:
        keys[id_].add(key)
        person[id_] = person_id
    return {id_: (person[id_], told) for id_, told in keys.items()}
