"""What the tests of reminders share: a bureau, a run, and the mails that came of it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.bureau import Bureau, at
from tracker.domain.reminders import Intent
from tracker.extensions import db
from tracker.models import Cycle, OutboxMessage
from tracker.outbox.settings import MailSettings
from tracker.services.queue_reminders import queue_reminders

SETTINGS = MailSettings("https://gz.example", ZoneInfo("Asia/Shanghai"), time(9), 3)


def run(bureau: Bureau, moment: str, **more: bool) -> list[Intent]:
    queued = queue_reminders(top_unit_id=bureau.top.id, now=at(moment), settings=SETTINGS, **more)
    db.session.commit()
    return queued


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def close_old(bureau: Bureau, before: int) -> None:
    """Close the months before one, so that only later ones are owed."""
    for cycle in db.session.scalars(select(Cycle).where(Cycle.month < before)):
        cycle.closed_at = datetime(2024, 1, 1, tzinfo=UTC)
    db.session.commit()
