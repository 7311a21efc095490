"""Use case: press those who answer for an indicator or tasks, by hand (催办): of each matter once a person and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.errors import NotAllowedError, NotReadyError
from tracker.domain.reminders import MANUAL
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.models import Indicator, Task
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Notice
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor, may_remind
from tracker.queries.holders import holders_on
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients
from tracker.queries.told import mails_today, told_among
from tracker.services import audit

NOT_YOURS = "催办由督查办和分管领导办理。"
_SHORT = 30


@dataclass(frozen=True, slots=True)
class Pressed:
    """Whom the mail goes to, by name; who had it today already; who has had the number of mails of a day."""

    queued: tuple[str, ...]
    before: tuple[str, ...]
    full: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A task that is pressed for, with its unit's name and one sentence on where it stands."""

    task: Task
    unit_name: str
    situation: str


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a mail is about; `key` as in i12, t5."""

    key: str
    name: str
    unit: str
    situation: str


@dataclass(frozen=True, slots=True)
class _Words:
    """What differs between pressing for an indicator and for tasks."""

    kind: str
    place: str
    button: str
    url: str


@dataclass(frozen=True, slots=True)
class _Round:
    """One pressing: who presses, about what, to whom; `wanted` are each person's matters."""

    actor: Actor
    words: _Words
    wanted: Mapping[int, Sequence[_Matter]]
    people: Mapping[int, Recipient]
    settings: MailSettings
    now: datetime

    def key(self, person_id: int, matter: _Matter) -> str:
        """Return what says that a person was pressed about a matter today."""
        return f"{MANUAL}/{self.now.date().isoformat()}-{matter.key}/{person_id}"


def remind_now(
    *,
    actor: Actor,
    indicator: Indicator,
    unit_name: str,
    situation: str,
    settings: MailSettings,
    now: datetime,
) -> Pressed:
    """Queue a mail to owner and reporter; `situation` is the board's sentence on the indicator.

    It counts to the day's number of mails, and whoever has had that gets none. Raises NotAllowedError,
    and NotReadyError where nobody holds the posts.
    """
    if not may_remind(actor, indicator):
        raise NotAllowedError(NOT_YOURS)
    words = _Words("指标", "滞后预警", "打开滞后预警", Links(settings.base_url).lagging())
    matter = _Matter(f"i{indicator.id}", indicator.name, unit_name, situation)
    pressed = _press(actor, [(indicator, matter)], words, settings, now)
    if pressed.queued:
        _record(actor, "indicator", indicator.id, pressed, now)
    return pressed


def remind_tasks(
    *, actor: Actor, asked: Sequence[AskedTask], settings: MailSettings, now: datetime
) -> Pressed:
    """Queue one mail a person about all the tasks that are that person's, if they are open.

    It counts to the day's number of mails, and whoever has had that gets none. Raises NotAllowedError,
    and NotReadyError where no task is open or nobody holds the posts.
    """
    if not all(may_remind(actor, one.task) for one in asked):
        raise NotAllowedError(NOT_YOURS)
    still = [one for one in asked if TaskState(one.task.state).is_open]
    if not still:
        raise NotReadyError(("没有在办的任务，不用催办。",))
    links = Links(settings.base_url)
    single = len(still) == 1
    words = _Words(
        "任务",
        "任务台账",
        "打开这项任务" if single else "打开工作台",
        links.task(still[0].task.id) if single else links.desk(),
    )
    pairs = [
        (one.task, _Matter(f"t{one.task.id}", one.task.text, one.unit_name, one.situation))
        for one in still
    ]
    pressed = _press(actor, pairs, words, settings, now)
    if pressed.queued:
        for one in still:
            _record(actor, "task", one.task.id, pressed, now)
    return pressed


def _press(
    actor: Actor,
    pairs: Iterable[tuple[Indicator | Task, _Matter]],
    words: _Words,
    settings: MailSettings,
    now: datetime,
) -> Pressed:
    now = now.astimezone(settings.zone)
    holders = holders_on(actor.top_unit_id, now.date())
    wanted: dict[int, list[_Matter]] = {}
    for row, matter in pairs:
        for person in dict.fromkeys((*holders.owners(row), *holders.reporters(row))):
            wanted.setdefault(person, []).append(matter)
    people = recipients(wanted, now.date())
    if not people:
        raise NotReadyError((f"没有可催办的人：{words.kind}的责任人、联络员都空缺。",))
    known = {person: matters for person, matters in wanted.items() if person in people}
    return _send(_Round(actor, words, known, people, settings, now))


def _send(pressing: _Round) -> Pressed:
    """Write and queue the mails: to nobody of what was said today, to nobody over the day's number."""
    keys = {pressing.key(p, matter) for p, matters in pressing.wanted.items() for matter in matters}
    had = told_among(keys)
    counts = mails_today(pressing.people, pressing.now)
    bureau = bureau_of(pressing.actor.top_unit_id, pressing.now.date())
    letters: list[Letter] = []
    before: list[str] = []
    full: list[str] = []
    for person, matters in pressing.wanted.items():
        fresh = [matter for matter in matters if pressing.key(person, matter) not in had]
        name = pressing.people[person].name
        if not fresh:
            before.append(name)
        elif counts.get(person, 0) >= pressing.settings.daily_limit:
            full.append(name)
        else:
            letters.append(_letter(pressing, pressing.people[person], fresh, bureau))
    new = enqueue(letters, now=pressing.now, domain=pressing.settings.domain)
    queued = [pressing.people[one.person_id].name for one in letters if one.key in new]
    before += [pressing.people[one.person_id].name for one in letters if one.key not in new]
    return Pressed(tuple(queued), tuple(before), tuple(full))


def _letter(
    pressing: _Round, person: Recipient, matters: Sequence[_Matter], bureau: Bureau
) -> Letter:
    actor, words = pressing.actor, pressing.words
    post = Role.LEADER.word if actor.has(Role.LEADER) else Role.OFFICE.word
    first, count = matters[0], len(matters)
    several = count > 1
    named = first.name if len(first.name) <= _SHORT else f"{first.name[:_SHORT]}…"
    heading = f"催办：{count} 项{words.kind}" if several else f"催办：{named}"
    these = f"{count} 项" if several else "这项"
    notice = Notice(
        bureau=bureau.name,
        person=person.name,
        contact=bureau.contact,
        why=f"您是{these}{words.kind}的责任人或联络员，{post}{actor.name}在{words.place}里发出催办。",
        heading=heading,
        subject=heading if several else f"{heading}，{first.situation}",
        opening=f"{post}{actor.name}请您抓紧办理下面{these}{words.kind}。",
        url=words.url,
        button=words.button,
        lines=matters,
    )
    keys = tuple(pressing.key(person.id, matter) for matter in matters)
    return notice.letter(
        "manual",
        key=keys[0],
        person=person,
        top_unit_id=actor.top_unit_id,
        notices=keys[1:],
    )


def _record(actor: Actor, kind: str, row_id: int, pressed: Pressed, now: datetime) -> None:
    audit.record(
        actor.top_unit_id,
        "remind",
        now=now,
        person_id=actor.person_id,
        object_type=kind,
        object_id=row_id,
        detail={"to": list(pressed.queued)},
    )
