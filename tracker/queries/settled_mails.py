"""Which mails wait in the queue although what they tell is settled."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select

from tracker.domain.reminders import MANUAL, Kind
from tracker.extensions import db
from tracker.models import Indicator, MailNotice, OutboxMessage, Report
from tracker.queries.situation import Situation


def settled_mails(top_unit_id: int, situation: Situation) -> list[int]:
    """Return the ids of queued mails that tell nothing that is still so, whether they were tried yet or not."""
    return [*_settled_reminders(top_unit_id, situation), *_settled_pressing(top_unit_id)]


def _settled_reminders(top_unit_id: int, situation: Situation) -> list[int]:
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.person_id, MailNotice.key)
        .join(MailNotice, MailNotice.message_id == OutboxMessage.id)
        .where(
            OutboxMessage.top_unit_id == top_unit_id,
            OutboxMessage.state == "queued",
            OutboxMessage.kind.in_(list(Kind)),
        )
    )
    told: dict[int, set[str]] = defaultdict(set)
    people: set[int] = set()
    for id_, person_id, key in rows:
        told[id_].add(key)
        people.add(person_id)
    current = {notice.key for notice in situation.notices(people)}
    return [id_ for id_, keys in told.items() if not keys & current]


def _settled_pressing(top_unit_id: int) -> list[int]:
    """Return mails of 催办 on an indicator that was reported since, or binds nobody any more."""
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.period, OutboxMessage.queued_at).where(
            OutboxMessage.top_unit_id == top_unit_id,
            OutboxMessage.state == "queued",
            OutboxMessage.kind == MANUAL,
        )
    )
    pressed = {id_: (pressed_indicator(period), at) for id_, period, at in rows}
    if not pressed:
        return []
    newest = dict(
        db.session.execute(
            select(Indicator.id, func.max(Report.at))
            .outerjoin(Report, Report.indicator_id == Indicator.id)
            .where(Indicator.state == "issued", Indicator.id.in_({i for i, _ in pressed.values()}))
            .group_by(Indicator.id)
        ).all()
    )
    return [
        id_
        for id_, (indicator_id, queued_at) in pressed.items()
        if indicator_id not in newest or (newest[indicator_id] or queued_at) > queued_at
    ]


def pressed_indicator(period: str) -> int:
    """Return the indicator that a mail of 催办 is about: 2024-04-03-i12 → 12."""
    return int(period.rpartition("-i")[2])
