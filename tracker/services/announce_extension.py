"""Use case: write to those whom a request for more time (延期) concerns: who decides, and who asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.extensions import ExtensionState
from tracker.models import ExtensionRequest, Task
from tracker.outbox.clean import one_line
from tracker.outbox.content import day_words
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Notice
from tracker.outbox.settings import MailSettings
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients

#: First part of the key of these mails; their template.
EXTENSION = "extension"
_SHORT = 30


@dataclass(frozen=True, slots=True)
class _Words:
    """What a mail says, the same for each of its readers."""

    heading: str
    opening: str
    why: str
    button: str
    facts: Sequence[tuple[str, str]]


def tell_deciders(
    *,
    task: Task,
    request: ExtensionRequest,
    asker: str,
    people: Collection[int],
    settings: MailSettings,
    now: datetime,
) -> int:
    """Write to whoever decides; return how many mails were queued. In the transaction of the request."""
    today = now.astimezone(settings.zone).date()
    words = _Words(
        heading="延期申请待批",
        opening=f"{asker}申请把“{one_line(task.text, _SHORT)}”延期，请批复。",
        why="您是这项任务延期的批复人，所以收到这封信。",
        button="去批复",
        facts=_facts(task, request, today),
    )
    return _queue(task, request, words, people, settings, now)


def tell_asker(
    *,
    task: Task,
    request: ExtensionRequest,
    decider: str,
    settings: MailSettings,
    now: datetime,
) -> int:
    """Write to whoever asked what was decided; return how many mails were queued."""
    if request.asked_by_id is None or request.asked_by_id == request.decided_by_id:
        return 0
    today = now.astimezone(settings.zone).date()
    state = ExtensionState(request.state)
    holds = request.due_on if state is ExtensionState.APPROVED else request.was_due_on
    words = _Words(
        heading=f"延期申请{state.word}",
        opening=f"“{one_line(task.text, _SHORT)}”的延期申请{state.word}，时限为{day_words(holds, today)}。",
        why="您申请了这项任务的延期，所以收到这封信。",
        button="打开任务",
        facts=(*_facts(task, request, today), (f"{decider}的批复", request.answer)),
    )
    return _queue(task, request, words, {request.asked_by_id}, settings, now)


def _facts(task: Task, request: ExtensionRequest, today: date) -> list[tuple[str, str]]:
    return [
        ("任务", task.text),
        ("原时限", day_words(request.was_due_on, today)),
        ("申请延至", day_words(request.due_on, today)),
        ("理由", request.why),
        ("目前进展", request.done),
    ]


def _queue(
    task: Task,
    request: ExtensionRequest,
    words: _Words,
    people: Collection[int],
    settings: MailSettings,
    now: datetime,
) -> int:
    today = now.astimezone(settings.zone).date()
    bureau = bureau_of(task.top_unit_id, today)
    found = recipients(people, today)
    letters = [
        _letter(task, request, words, found[id_], bureau, settings)
        for id_ in sorted(people)
        if id_ in found
    ]
    return len(enqueue(letters, now=now, domain=settings.domain))


def _letter(
    task: Task,
    request: ExtensionRequest,
    words: _Words,
    person: Recipient,
    bureau: Bureau,
    settings: MailSettings,
) -> Letter:
    notice = Notice(
        bureau=bureau.name,
        person=person.name,
        contact=bureau.contact,
        why=words.why,
        heading=words.heading,
        subject=f"{words.heading}：{one_line(task.text, _SHORT)}",
        opening=words.opening,
        url=Links(settings.base_url).task(task.id),
        button=words.button,
        facts=words.facts,
    )
    return notice.letter(
        EXTENSION,
        key=f"{EXTENSION}/{request.id}/{person.id}",
        person=person,
        top_unit_id=task.top_unit_id,
    )
