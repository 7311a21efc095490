"""Use case: take mails out of the queue whose matter was settled before they went out."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from tracker.extensions import db
from tracker.models import OutboxMessage

SETTLED = "已填报或已办结，不再发"


def drop_settled(*, mail_ids: Collection[int]) -> int:
    """Drop those of these mails that still wait; return how many. The caller commits.

    Somebody who reported before the mail went out, or while the mail server was down, is not reminded.
    """
    if not mail_ids:
        return 0
    dropped = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(mail_ids), OutboxMessage.state == "queued")
        .values(state="dropped", error=SETTLED, next_at=None)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(dropped.all())
