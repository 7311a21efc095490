"""What is in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import OutboxMessage

STATES = ("queued", "sending", "sent", "failed", "dropped")
KIND_WORDS = {
    "cycle": "填报提醒",
    "task": "任务提醒",
    "escalation": "逾期上报",
    "digest": "滞后周报",
    "target-change": "目标调整",
    "manual": "催办",
    "issue": "下达通知",
    "revise": "修订通知",
    "extension": "延期办理",
    "order": "督办单",
    "order-late": "督办单逾期未答复",
}
STATE_WORDS = {
    "queued": "待发",
    "sending": "正在发",
    "sent": "已发",
    "failed": "未能送达",
    "dropped": "不再发",
}


def kind_word(kind: str) -> str:
    """Return what mails of a kind are called; the code itself where it has no word."""
    return KIND_WORDS.get(kind, kind)


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail as INTERFACES lists it; moments are aware, in UTC."""

    id: int
    key: str
    kind: str
    to: str
    state: str
    attempts: int
    subject: str
    message_id: str
    queued_at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    error: str


def list_mails(state: str | None = None) -> list[MailRow]:
    """Return the mails in a state, or all of them, oldest first."""
    query = select(
        OutboxMessage.id,
        OutboxMessage.key,
        OutboxMessage.kind,
        OutboxMessage.address.label("to"),
        OutboxMessage.state,
        OutboxMessage.attempts,
        OutboxMessage.subject,
        OutboxMessage.message_id,
        OutboxMessage.queued_at,
        OutboxMessage.next_at,
        OutboxMessage.sent_at,
        OutboxMessage.error,
    ).order_by(OutboxMessage.id)
    if state is not None:
        query = query.where(OutboxMessage.state == state)
    rows = db.session.execute(query).mappings()
    return [MailRow(**{str(name): value for name, value in row.items()}) for row in rows]
