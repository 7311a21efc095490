"""Use case: send a mail again that was refused, given up or dropped, or send a waiting one at once."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.errors import NotFoundError, TransitionError
from tracker.extensions import db
from tracker.models import OutboxMessage, Person

AGAIN = frozenset({"queued", "failed", "dropped"})


def retry_mail(*, message_id: int, now: datetime) -> OutboxMessage:
    """Put a mail back into the queue, to the person's address of today. The caller commits.

    Raises NotFoundError, and TransitionError for one that was sent or is being sent.
    """
    message = db.session.get(OutboxMessage, message_id)
    if message is None:
        raise NotFoundError(f"没有编号为 {message_id} 的邮件。")
    if message.state not in AGAIN:
        raise TransitionError("这封邮件已经发出或正在发，不能重发。")
    person = db.session.get(Person, message.person_id)
    message.address = (person.email.strip() if person else "") or message.address
    if not message.address:
        raise TransitionError("收件人没有登记邮箱，登记后再重发。")
    message.state, message.next_at, message.attempts, message.error = "queued", now, 0, ""
    db.session.flush()
    return message
