"""Deliver what is due: claim → send → mark. Nothing is marked as sent before it is sent.

Each step is a transaction of its own. A worker that dies between sending and marking leaves the mail
claimed; whoever finds it dead, or its lease over, sends it again with the same Message-ID.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, or_, select, update
from sqlalchemy.exc import OperationalError

from tracker.extensions import db
from tracker.models import OutboxMessage, Person
from tracker.outbox.clean import one_line
from tracker.outbox.message import QueuedMail, build_message
from tracker.outbox.retry import delay_after
from tracker.outbox.transports import RefusedError, Transport, TryLaterError
from tracker.outbox.worker import is_dead, this_worker

log = logging.getLogger(__name__)

SLOW_FAILURES = 3
MARK_ATTEMPTS = 3
ERROR_LENGTH = 500
GONE = "收件人已停用"


@dataclass(frozen=True, slots=True)
class Sending:
    """How to send: as whom, how often to try again, and how long a claim holds.

    `now` is the program's clock, by which mails fall due; `wall` is the machine's, by which leases
    end even while the program's clock stands still.
    """

    sender: str
    schedule: Sequence[int]
    lease: timedelta
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: the state to mark, the error's words, the wait before the next."""

    state: str
    error: str = ""
    delay: timedelta | None = None
    slow: bool = False


@dataclass(frozen=True, slots=True)
class _Claimed:
    mail: QueuedMail
    wanted: bool


def deliver_due(
    transport: Transport, sending: Sending, *, limit: int | None = None
) -> Counter[str]:
    """Send what is due, at most `limit`, and count the outcomes by state.

    It ends early when told to stop, and when one mail after another runs into its deadline: a
    server that hangs must not hold up the hour's mails one by one.
    """
    worker, outcomes, slow = this_worker(), Counter[str](), 0
    _release_abandoned(sending.wall())
    try:
        while not sending.stopping() and (limit is None or outcomes.total() < limit):
            claimed = _claim(worker, sending)
            if claimed is None:
                break
            outcome = _attempt(transport, claimed, sending)
            _mark(claimed.mail, worker, outcome, sending.now())
            outcomes[outcome.state] += 1
            slow = slow + 1 if outcome.slow else 0
            if slow >= SLOW_FAILURES:
                break
    finally:
        transport.close()
    return outcomes


def _release_abandoned(wall: datetime) -> None:
    """Put back what a worker claimed that is dead or has outlived its lease."""
    claimed = OutboxMessage.state == "sending"
    with db.engine.begin() as connection:
        holders = connection.scalars(select(OutboxMessage.claimed_by).where(claimed).distinct())
        dead = [holder for holder in holders if holder is None or is_dead(holder)]
        over = or_(OutboxMessage.lease_until < wall, OutboxMessage.claimed_by.in_(dead))
        connection.execute(
            update(OutboxMessage)
            .where(claimed, over)
            .values(state="queued", claimed_by=None, lease_until=None)
        )


def _claim(worker: str, sending: Sending) -> _Claimed | None:
    """Take the mail that has waited longest; others skip it from now on."""
    oldest = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == "queued", OutboxMessage.next_at <= sending.now())
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with db.engine.begin() as connection:
        found = connection.scalar(oldest)
        if found is None:
            return None
        row = (
            connection.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == found)
                .values(
                    state="sending",
                    claimed_by=worker,
                    lease_until=sending.wall() + sending.lease,
                    attempts=OutboxMessage.attempts + 1,
                )
                .returning(OutboxMessage.person_id, *_COLUMNS)
            )
            .mappings()
            .one()
        )
        active = connection.scalar(select(Person.active).where(Person.id == row["person_id"]))
    mail = QueuedMail(**{column.key: row[column.key] for column in _COLUMNS})
    return _Claimed(mail, wanted=bool(active))


_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.key,
    OutboxMessage.address,
    OutboxMessage.subject,
    OutboxMessage.text,
    OutboxMessage.html,
    OutboxMessage.message_id,
    OutboxMessage.queued_at,
    OutboxMessage.attempts,
)


def _attempt(transport: Transport, claimed: _Claimed, sending: Sending) -> Outcome:
    """Send one mail and say what came of it; whatever goes wrong harms only this one."""
    mail = claimed.mail
    if not claimed.wanted:
        return Outcome("dropped", GONE)
    try:
        transport.send(build_message(mail, sending.sender), mail.address)
    except TryLaterError as failure:
        return _later(mail, str(failure), sending.schedule, slow=failure.slow)
    except RefusedError as refusal:
        return Outcome("failed", str(refusal))
    except Exception as error:
        log.exception("mail %s cannot be sent", mail.key)
        return Outcome("failed", one_line(f"{type(error).__name__}: {error}", ERROR_LENGTH))
    return Outcome("sent")


def _later(mail: QueuedMail, words: str, schedule: Sequence[int], *, slow: bool) -> Outcome:
    delay = delay_after(mail.attempts, schedule)
    if delay is None:
        return Outcome("failed", f"五天内未能送达。{words}", slow=slow)
    return Outcome("queued", words, delay, slow)


def _mark(mail: QueuedMail, worker: str, outcome: Outcome, now: datetime) -> None:
    """Write the outcome, unless the claim has passed to somebody else in between."""
    values: dict[str, Any] = {
        "state": outcome.state,
        "error": outcome.error,
        "claimed_by": None,
        "lease_until": None,
        "next_at": None if outcome.delay is None else now + outcome.delay,
    }
    if outcome.state == "sent":
        values["sent_at"] = now
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.id == mail.id, OutboxMessage.claimed_by == worker)
        .values(values)
    )
    _persistently(statement)
    log.info("mail %s %s%s", mail.key, outcome.state, f": {outcome.error}" if outcome.error else "")


def _persistently(statement: Update) -> None:
    """Write what has already happened; a database that is busy or just restarted is asked again."""
    for _ in range(MARK_ATTEMPTS - 1):
        try:
            return _write(statement)
        except OperationalError:
            log.warning("the outcome of a mail could not be written yet", exc_info=True)
    return _write(statement)


def _write(statement: Update) -> None:
    with db.engine.begin() as connection:
        connection.execute(statement)
