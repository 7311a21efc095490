"""Use case: tell those who answer for rows that a revision changed (修订通知): one mail a person and revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.plan_diff import ChangeKind
from tracker.models import Plan, PlanRevision
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Line, Notice
from tracker.outbox.settings import MailSettings
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients

#: First part of the key of these mails; they look like those of issuing.
REVISE, TEMPLATE = "revise", "issue"
#: A mail lists no more of each kind; the plan's page lists all.
MOST = 50
WORDS = {
    ChangeKind.CHANGED: "有改动",
    ChangeKind.MOVED: "换了条目",
    ChangeKind.ADDED: "新增",
    ChangeKind.DROPPED: "撤销",
}


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that a revision changed, what of it, and the people who answer for it, before or after."""

    kind: ChangeKind
    name: str
    note: str
    people: frozenset[int]


def announce_revision(
    *,
    plan: Plan,
    revision: PlanRevision,
    touched: Sequence[Touched],
    settings: MailSettings,
    now: datetime,
) -> int:
    """Queue a mail to everybody whose rows changed; return how many were new. In the transaction of the change."""
    now = now.astimezone(settings.zone)
    shares: dict[int, list[Touched]] = {}
    for one in touched:
        for person_id in sorted(one.people):
            shares.setdefault(person_id, []).append(one)
    people = recipients(shares, now.date())
    bureau = bureau_of(plan.top_unit_id, now.date())
    letters = [
        _letter(plan, revision, people[id_], share, bureau, settings)
        for id_, share in shares.items()
        if id_ in people
    ]
    return len(enqueue(letters, now=now, domain=settings.domain))


def _letter(
    plan: Plan,
    revision: PlanRevision,
    person: Recipient,
    share: Sequence[Touched],
    bureau: Bureau,
    settings: MailSettings,
) -> Letter:
    kinds = _by_kind(share)
    said = "、".join(f"{WORDS[kind]} {len(rows)} 项" for kind, rows in kinds.items())
    left_out = sum(max(len(rows) - MOST, 0) for rows in kinds.values())
    notice = Notice(
        bureau=bureau.name,
        person=person.name,
        contact=bureau.contact,
        why="您是其中任务、指标的责任人或联络员。",
        heading=f"修订通知：《{plan.title}》",
        subject=f"修订通知：《{plan.title}》，您有 {said}",
        opening=f"《{plan.title}》按《{revision.name}》作了修订，您负责的任务、指标{said}。已报的数和历史都保留。",
        url=Links(settings.base_url).desk(),
        button="打开工作台",
        groups=[
            (WORDS[kind], [Line(row.name, row.note) for row in rows[:MOST]])
            for kind, rows in kinds.items()
        ],
        rest=f"另有 {left_out} 项，请在计划页查看。" if left_out else "",
    )
    return notice.letter(
        TEMPLATE,
        key=f"{REVISE}/revision-{revision.id}/{person.id}",
        person=person,
        top_unit_id=plan.top_unit_id,
    )


def _by_kind(share: Iterable[Touched]) -> Mapping[ChangeKind, list[Touched]]:
    kinds: dict[ChangeKind, list[Touched]] = {kind: [] for kind in WORDS}
    for one in share:
        kinds[one.kind].append(one)
    return {kind: rows for kind, rows in kinds.items() if rows}
