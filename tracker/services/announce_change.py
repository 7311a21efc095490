"""Use case: write to those whom a change of a target (目标调整) concerns: who decides, and who asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from tracker.domain.target_change import ChangeState
from tracker.domain.wording import quantity
from tracker.extensions import db
from tracker.models import Indicator, OutboxMessage, Person, Plan, TargetChange
from tracker.outbox.clean import one_line
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Notice
from tracker.outbox.settings import MailSettings
from tracker.queries.mail_facts import Recipient, bureau_of, recipients
from tracker.queries.target_changes import deciders

#: First part of the key of these mails; they are laid out as those of an extension.
CHANGE, LAYOUT = "target-change", "extension"


def tell_deciders(
    *, change: TargetChange, indicator: Indicator, settings: MailSettings, now: datetime
) -> int:
    """Write to whoever decides on a change that waits; return how many mails were queued."""
    if change.state != ChangeState.ASKED:
        return 0
    plan = db.session.get_one(Plan, indicator.plan_id)
    today = now.astimezone(settings.zone).date()
    people = deciders(indicator, today, needs_leader=plan.approve_targets) - {change.asked_by_id}
    asker = db.session.get(Person, change.asked_by_id) if change.asked_by_id else None
    opening = f"{asker.name if asker else '有人'}提出调整“{indicator.name}”的目标，请批复。"
    words = ("目标调整待批", opening, "您是这项目标调整的批复人，所以收到这封信。", "去批复")
    return _queue(change, indicator, words, people, settings, now)


def tell_asker(
    *,
    change: TargetChange,
    indicator: Indicator,
    decider: int,
    settings: MailSettings,
    now: datetime,
) -> int:
    """Write to whoever asked what was decided, and ask nobody else any more; return how many mails were queued."""
    ask_nobody(change)
    if change.asked_by_id is None or change.asked_by_id == decider:
        return 0
    word = ChangeState(change.state).word
    answer = f"批复意见：{change.answer}。" if change.answer else ""
    opening = f"您提出的“{indicator.name}”目标调整{word}。{answer}"
    words = (f"目标调整{word}", opening, "您提出了这项目标调整，所以收到这封信。", "打开指标")
    return _queue(change, indicator, words, {change.asked_by_id}, settings, now)


def ask_nobody(change: TargetChange) -> None:
    """Drop the mails that wait to ask for a decision."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.top_unit_id == change.top_unit_id,
            OutboxMessage.kind == CHANGE,
            OutboxMessage.period == str(change.id),
            OutboxMessage.state == "queued",
        )
        .values(state="dropped", next_at=None, error="申请已有结果，未发。")
    )


def _queue(
    change: TargetChange,
    indicator: Indicator,
    words: tuple[str, str, str, str],
    people: Collection[int | None],
    settings: MailSettings,
    now: datetime,
) -> int:
    found = recipients({id_ for id_ in people if id_ is not None}, now.date())
    letters = [
        _letter(change, indicator, words, person, settings, now) for person in found.values()
    ]
    return len(enqueue(letters, now=now, domain=settings.domain))


def _letter(
    change: TargetChange,
    indicator: Indicator,
    words: tuple[str, str, str, str],
    person: Recipient,
    settings: MailSettings,
    now: datetime,
) -> Letter:
    heading, opening, why, button = words
    bureau = bureau_of(change.top_unit_id, now.astimezone(settings.zone).date())
    notice = Notice(
        bureau=bureau.name,
        person=person.name,
        contact=bureau.contact,
        why=why,
        heading=heading,
        subject=f"{heading}：{one_line(indicator.name, 30)}",
        opening=opening,
        url=Links(settings.base_url).target(indicator.id),
        button=button,
        facts=(
            ("指标", indicator.name),
            ("调整为", quantity(change.target, indicator.unit, indicator.places)),
            ("从几月起", f"{change.from_month}月"),
            ("理由", change.why),
        ),
    )
    return notice.letter(
        LAYOUT,
        key=f"{CHANGE}/{change.id}/{person.id}",
        person=person,
        top_unit_id=change.top_unit_id,
    )
