"""Use case: tell those who answer for the rows of a plan that it binds them now (下达通知): one mail a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from tracker.domain.wording import quantity
from tracker.extensions import db
from tracker.models import Indicator, OutboxMessage, Plan, Task
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Line, Notice
from tracker.outbox.settings import MailSettings
from tracker.queries.holders import holders_on
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients

#: First part of the key of these mails.
ISSUE = "issue"
#: A mail lists no more of each kind; the page lists all.
MOST = 50


@dataclass(slots=True)
class _Share:
    """What falls to one person."""

    tasks: list[Task]
    indicators: list[Indicator]


def announce_plan(
    *,
    plan: Plan,
    tasks: Sequence[Task],
    indicators: Sequence[Indicator],
    settings: MailSettings,
    now: datetime,
) -> int:
    """Queue a mail to each owner and reporter with what falls to that person; return how many were new.

    A plan is announced to nobody twice; one that was taken back and issued anew is another announcement. To be
    called in the transaction that issues it.
    """
    now = now.astimezone(settings.zone)
    shares = _shares(plan, tasks, indicators, now.date())
    people = recipients(shares, now.date())
    bureau = bureau_of(plan.top_unit_id, now.date())
    period = _period(plan)
    letters = [
        _letter(plan, people[id_], share, bureau, settings, period)
        for id_, share in shares.items()
        if id_ in people
    ]
    return len(enqueue(letters, now=now, domain=settings.domain))


def announcements_of(plan: Plan) -> ColumnElement[bool]:
    """Return the condition on OutboxMessage: the mails that told of this plan."""
    period = OutboxMessage.period
    return and_(
        OutboxMessage.top_unit_id == plan.top_unit_id,
        OutboxMessage.kind == ISSUE,
        or_(period == f"plan-{plan.id}", period.like(f"plan-{plan.id}-%")),
    )


def _period(plan: Plan) -> str:
    """Return the middle of the key: plan-3, and plan-3-2 when it is issued for the second time."""
    if plan.issued_at is None:
        return f"plan-{plan.id}"
    told = db.session.scalar(
        select(func.count(OutboxMessage.period.distinct())).where(
            announcements_of(plan), OutboxMessage.queued_at < plan.issued_at
        )
    )
    return f"plan-{plan.id}-{told + 1}" if told else f"plan-{plan.id}"


def _shares(
    plan: Plan, tasks: Iterable[Task], indicators: Iterable[Indicator], today: date
) -> dict[int, _Share]:
    holders = holders_on(plan.top_unit_id, today)
    shares: dict[int, _Share] = {}
    for task in tasks:
        for person in holders.owners(task):
            shares.setdefault(person, _Share([], [])).tasks.append(task)
    for indicator in indicators:
        for person in holders.owners(indicator):
            shares.setdefault(person, _Share([], [])).indicators.append(indicator)
    return shares


def _letter(
    plan: Plan,
    person: Recipient,
    share: _Share,
    bureau: Bureau,
    settings: MailSettings,
    period: str,
) -> Letter:
    counts = ((len(share.tasks), "项任务"), (len(share.indicators), "项指标"))
    said = "、".join(f"{count} {word}" for count, word in counts if count)
    left_out = sum(max(count - MOST, 0) for count, _ in counts)
    notice = Notice(
        bureau=bureau.name,
        person=person.name,
        contact=bureau.contact,
        why="您是其中任务、指标的责任人或联络员。",
        heading=f"下达通知：《{plan.title}》",
        subject=f"下达通知：《{plan.title}》，您有 {said}",
        opening=f"《{plan.title}》已经下达，其中 {said}由您负责。任务请签收，指标和任务按月填报。",
        url=Links(settings.base_url).desk(),
        button="打开工作台",
        groups=_groups(share),
        rest=f"另有 {left_out} 项，请在工作台查看。" if left_out else "",
    )
    return notice.letter(
        ISSUE,
        key=f"{ISSUE}/{period}/{person.id}",
        person=person,
        top_unit_id=plan.top_unit_id,
    )


def _groups(share: _Share) -> list[tuple[str, list[Line]]]:
    tasks = [Line(task.text, _due(task.due_on)) for task in share.tasks[:MOST]]
    indicators = [Line(row.name, _target(row)) for row in share.indicators[:MOST]]
    return [group for group in (("任务", tasks), ("指标", indicators)) if group[1]]


def _due(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日前" if day else ""


def _target(row: Indicator) -> str:
    return f"目标 {quantity(row.target, row.unit)}" if row.target is not None else "暂不设目标"
