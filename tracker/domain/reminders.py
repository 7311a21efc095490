"""Who is told what and when: notices from what is owed, and one mail a person for all of them.

The rules are those of DOMAIN, 'Cycles and reminders'. A notice is one thing to tell one person at
one moment, and its key is unique for ever. A mail carries every notice that has fallen due for a
person and was not carried before, so that a run that was missed loses nothing and a run that is
repeated sends nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import Cycle, Stage, stage_days
from tracker.domain.escalation import Chain, Ladder, ladder_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
TASK_DAYS_BEFORE = (5, 2)
WEEK = timedelta(days=7)
_ORDER = {stage: place for place, stage in enumerate(Stage)}


NOBODY = Chain()
USUAL = Ladder()


class Kind(StrEnum):
    """What a notice is about, in the order in which a mail is named after it."""

    CYCLE = "cycle"
    TASK = "task"
    ESCALATION = "escalation"


#: First part of the key of a mail that somebody sent by hand (催办); it is none of the kinds that are decided here.
MANUAL = "manual"
_KIND_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Rules:
    """The calendar, the hour of sending, and how many mails a person gets a day."""

    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    send_at: time = time(9)
    zone: tzinfo = SHANGHAI
    daily_limit: int = 3

    def moment(self, day: date) -> datetime:
        """Return the moment from which a day's mails go out."""
        return datetime.combine(day, self.send_at, self.zone)


@dataclass(frozen=True, slots=True)
class OwedReports:
    """What one person has to report for one cycle; `reported` when nothing of it is missing.

    `since` is when it began to bind the person: no reminder of before was ever due.
    """

    person_id: int
    cycle: Cycle
    reported: bool = False
    chain: Chain = NOBODY
    ladder: Ladder = USUAL
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwedTask:
    """A task that binds somebody: those who answer for it, those who support, and those above.

    `since` is when it began to bind them: no reminder of before was ever due.
    """

    task_id: int
    due_on: date | None
    responsible: tuple[int, ...]
    supporting: tuple[int, ...] = ()
    finished: bool = False
    chain: Chain = NOBODY
    ladder: Ladder = USUAL
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person at one moment.

    `subject` groups the stages of one thing, of which only the newest is told. `about_id` is the
    person who owes reports, in an escalation to somebody else. `since` is when the thing began to
    bind: a notice of before it was never due, and counts as no skipped one.
    """

    key: str
    kind: Kind
    stage: Stage
    person_id: int
    subject: str
    at: datetime
    period: str = ""
    task_id: int | None = None
    about_id: int | None = None
    quarter_first: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that a mail carries, with the older ones of its subject that never went out."""

    notice: Notice
    skipped: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """A mail to queue: everything that fell due for one person, named after its first notice.

    `key` is kind/period/person; `quarter_first` puts the quarter guard at the head of the mail, where
    the cycle that it is named after closes a quarter.
    """

    key: str
    kind: Kind
    stage: Stage
    period: str
    person_id: int
    at: datetime
    quarter_first: bool
    told: tuple[Told, ...]

    @property
    def notice_keys(self) -> tuple[str, ...]:
        """Return the keys of all that the mail settles: what it tells, and what it lists as skipped."""
        notices = (notice for item in self.told for notice in (item.notice, *item.skipped))
        return tuple(notice.key for notice in notices)


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out before: keys of notices and mails, and the day's number of mails by person."""

    keys: AbstractSet[str] = frozenset()
    mails_today: Mapping[int, int] = field(default_factory=dict)


def notices_of_reports(owed: OwedReports, rules: Rules) -> Iterator[Notice]:
    """Yield every notice of one person's cycle, to that person and to those above."""
    if owed.reported:
        return
    code, person = owed.cycle.code, owed.person_id
    plain = partial(Notice, period=code, since=owed.since)
    first = owed.cycle.month.is_quarter_end
    for stage, at in _cycle_moments(owed.cycle, rules):
        key = f"cycle/{code}.{stage}/{person}"
        yield plain(key, Kind.CYCLE, stage, person, code, at, quarter_first=first)
    for level, at in _ladder_moments(owed.cycle.due_on, owed.ladder, rules):
        for above in owed.chain.at(level):
            key = f"escalation/{code}.{person}.{level}/{above}"
            yield plain(key, Kind.ESCALATION, level, above, f"{code}/{person}", at, about_id=person)


def notices_of_task(task: OwedTask, rules: Rules, until: date) -> Iterator[Notice]:
    """Yield the notices of one task up to a day: to its own people, its supporters and those above.

    Keys carry the day, so that a new due day after an extension is reminded of anew.
    """
    if task.finished or task.due_on is None:
        return
    plain = partial(Notice, task_id=task.task_id, since=task.since)
    supporting = tuple(person for person in task.supporting if person not in task.responsible)
    for place, (stage, at) in enumerate(_task_moments(task.due_on, rules, until)):
        told = place == 0 or stage is Stage.OVERDUE
        for person in task.responsible + (supporting if told else ()):
            key = f"task/{task.task_id}.{at:%Y-%m-%d}.{stage}/{person}"
            subject = str(task.task_id)
            yield plain(key, Kind.TASK, stage, person, subject, at)
    for level, at in _ladder_moments(task.due_on, task.ladder, rules):
        for above in task.chain.at(level):
            key = f"escalation/task-{task.task_id}.{at:%Y-%m-%d}.{level}/{above}"
            subject = f"task/{task.task_id}"
            yield plain(key, Kind.ESCALATION, level, above, subject, at)


def decide(notices: Iterable[Notice], now: datetime, sent: Sent, rules: Rules) -> list[Intent]:
    """Return the mails to queue at `now`: at most one a person, none beyond the daily limit.

    Of each subject only the newest notice is told, and only if it was not told before; older ones
    that never went out are listed with it. Whoever has had the day's number of mails is left for
    the next day's run.
    """
    fallen = (notice for notice in notices if notice.at <= now)
    intents = []
    for person_id, own in sorted(_by_person(fallen).items()):
        if sent.mails_today.get(person_id, 0) >= rules.daily_limit:
            continue
        told = _newest(own, sent.keys)
        if told:
            intents.append(_intent(person_id, told, sent.keys))
    return intents


def due_between(notices: Iterable[Notice], start: date, end: date) -> list[Intent]:
    """Return the mails of daily runs from `start` to `end` inclusive, if nothing were reported."""
    days: dict[date, list[Notice]] = defaultdict(list)
    for notice in notices:
        if start <= notice.at.date() <= end:
            days[notice.at.date()].append(notice)
    return [
        _intent(person_id, _newest(own, frozenset()), frozenset())
        for _, on_day in sorted(days.items())
        for person_id, own in sorted(_by_person(on_day).items())
    ]


def _by_person(notices: Iterable[Notice]) -> dict[int, list[Notice]]:
    people: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        people[notice.person_id].append(notice)
    return people


def _newest(notices: list[Notice], keys: AbstractSet[str]) -> list[Told]:
    subjects: dict[tuple[Kind, str], list[Notice]] = defaultdict(list)
    for notice in notices:
        subjects[notice.kind, notice.subject].append(notice)
    told = []
    for stages in subjects.values():
        *older, newest = sorted(stages, key=lambda notice: (notice.at, _ORDER[notice.stage]))
        if newest.key not in keys:
            told.append(Told(newest, tuple(old for old in older if _was_missed(old, keys))))
    return sorted(told, key=_rank)


def _was_missed(notice: Notice, keys: AbstractSet[str]) -> bool:
    """Tell whether a notice was due to somebody and never went out."""
    return notice.key not in keys and (notice.since is None or notice.at >= notice.since)


def _rank(told: Told) -> tuple[int, float, str]:
    notice = told.notice
    return _KIND_ORDER[notice.kind], -notice.at.timestamp(), notice.key


def _intent(person_id: int, told: list[Told], keys: AbstractSet[str]) -> Intent:
    lead = told[0].notice
    key = lead.key if lead.kind is Kind.CYCLE else _digest_key(lead, keys)
    return Intent(
        key=key,
        kind=lead.kind,
        stage=lead.stage,
        period=key.split("/")[1],
        person_id=person_id,
        at=lead.at,
        quarter_first=lead.quarter_first,
        told=tuple(told),
    )


def _digest_key(lead: Notice, keys: AbstractSet[str]) -> str:
    """Name a digest after its day; a second one, for what was handed over since, gets a number."""
    day = f"{lead.at:%Y-%m-%d}"
    key, count = f"{lead.kind}/{day}/{lead.person_id}", 1
    while key in keys:
        count += 1
        key = f"{lead.kind}/{day}.{count}/{lead.person_id}"
    return key


@lru_cache(maxsize=1024)
def _cycle_moments(cycle: Cycle, rules: Rules) -> tuple[tuple[Stage, datetime], ...]:
    return _one_a_day(stage_days(cycle, rules.calendar), rules)


@lru_cache(maxsize=1024)
def _ladder_moments(
    due_on: date, ladder: Ladder, rules: Rules
) -> tuple[tuple[Stage, datetime], ...]:
    days = ladder_days(due_on, ladder, rules.calendar)
    return tuple((level, rules.moment(day)) for level, day in days)


@lru_cache(maxsize=4096)
def _task_moments(due_on: date, rules: Rules, until: date) -> tuple[tuple[Stage, datetime], ...]:
    calendar = rules.calendar
    overdue = calendar.add_working_days(due_on, 1)
    before = [(Stage.BEFORE, calendar.add_working_days(due_on, -n)) for n in TASK_DAYS_BEFORE]
    days = [*before, (Stage.DUE, calendar.next_working(due_on)), (Stage.OVERDUE, overdue)]
    monday = overdue + WEEK - timedelta(days=overdue.weekday())
    while monday <= until:
        weekly = (Stage.WEEKLY, calendar.next_working(monday))
        if weekly != days[-1]:  # two Mondays inside one long holiday are one reminder
            days.append(weekly)
        monday += WEEK
    return _one_a_day(days, rules)


def _one_a_day(
    days: Iterable[tuple[Stage, date]], rules: Rules
) -> tuple[tuple[Stage, datetime], ...]:
    """Keep the newest stage of each day: what is due on a Saturday is overdue when its mail goes out."""
    newest = {day: stage for stage, day in days}
    return tuple((stage, rules.moment(day)) for day, stage in newest.items())
