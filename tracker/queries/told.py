"""What people were told before, as far as it bears on what may be told now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from tracker.domain.reminders import Kind, Notice, Sent
from tracker.extensions import db
from tracker.models import MailNotice, OutboxMessage

KEYS_AT_ONCE = 5000
#: Kinds whose mails are named after a day: 2024-04-03, and 2024-04-03.2 for a second one.
DIGESTS = (Kind.TASK, Kind.ESCALATION)


def told_before(
    people: Collection[int], notices: Sequence[Notice], now: datetime, send_at: time = time()
) -> Sent:
    """Return which of these notices went out before, the digests of their days, and the day's number of mails.

    What else people were ever told is not read. Before `send_at` the mails since that hour of the day
    before count: what was one too many for a day waits for the hour of sending, not for midnight.
    """
    told = told_among({notice.key for notice in notices})
    days = {notice.at.date() for notice in notices if notice.key not in told}
    return Sent(told | _digests(people, days), mails_today(people, now, send_at))


def told_among(keys: Collection[str]) -> set[str]:
    """Return those of the keys that a notice or a mail has already."""
    told: set[str] = set()
    for some in _in_parts(sorted(keys)):
        told.update(db.session.scalars(select(MailNotice.key).where(MailNotice.key.in_(some))))
        told.update(
            db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.in_(some)))
        )
    return told


def mails_today(people: Collection[int], now: datetime, send_at: time = time()) -> dict[int, int]:
    """Return how many mails each of these people gets today, of whatever kind; one taken back is none. One query.

    Before `send_at` today begins with that hour of yesterday.
    """
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    begin = midnight if now.time() >= send_at else _yesterday_at(send_at, now)
    rows = db.session.execute(
        select(OutboxMessage.person_id, func.count())
        .where(
            OutboxMessage.person_id.in_(people),
            OutboxMessage.state != "dropped",
            OutboxMessage.queued_at >= begin,
            OutboxMessage.queued_at < midnight + timedelta(days=1),
        )
        .group_by(OutboxMessage.person_id)
    )
    return dict(rows.all())


def _yesterday_at(hour: time, now: datetime) -> datetime:
    return datetime.combine(now.date() - timedelta(days=1), hour, now.tzinfo)


def _digests(people: Collection[int], days: Collection[date]) -> set[str]:
    if not days:
        return set()
    named = [day.isoformat() for day in days]
    return set(
        db.session.scalars(
            select(OutboxMessage.key).where(
                OutboxMessage.person_id.in_(people),
                OutboxMessage.kind.in_(DIGESTS),
                func.substr(OutboxMessage.period, 1, len("2024-04-03")).in_(named),
            )
        )
    )


def _in_parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]
