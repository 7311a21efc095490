"""A postbox for the tests of the decider: runs it as a scheduler would and remembers what it queued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import CycleRule, Stage, cycle_of
from tracker.domain.escalation import Chain
from tracker.domain.periods import Month
from tracker.domain.reminders import (
    SHANGHAI,
    Intent,
    Notice,
    OwedReports,
    OwedTask,
    Rules,
    Sent,
    decide,
    notices_of_reports,
    notices_of_task,
)

HOLIDAYS = WorkingCalendar(
    {date(2024, 4, day): False for day in (4, 5, 6)}
    | {date(2024, 5, day): False for day in range(1, 6)}
    | {date(2024, 9, 16): False, date(2024, 9, 17): False, date(2024, 9, 14): True}
    | {date(2024, 10, day): False for day in range(1, 8)}
    | {date(2024, 4, 7): True, date(2024, 4, 28): True, date(2024, 5, 11): True},
    frozenset({2024}),
)
RULES = Rules(HOLIDAYS)
CHEN, ZHOU, HEAD, LEADER, CHIEF = 17, 18, 3, 2, 1
CHAIN = Chain((HEAD,), (LEADER,), (CHIEF,))
TASK_DUE = date(2024, 6, 12)  # a Wednesday


def march(person: int = CHEN, *, reported: bool = False, chain: Chain | None = None) -> OwedReports:
    cycle = cycle_of(Month(2024, 3), CycleRule(), HOLIDAYS)
    return OwedReports(person, cycle, reported, chain or Chain())


def task(number: int = 5, **changed: object) -> OwedTask:
    return replace(OwedTask(number, TASK_DUE, (CHEN,)), **changed)  # type: ignore[arg-type]


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def all_notices(owed: Iterable[OwedReports | OwedTask], until: date) -> Iterator[Notice]:
    for one in owed:
        if isinstance(one, OwedTask):
            yield from notices_of_task(one, RULES, until)
        else:
            yield from notices_of_reports(one, RULES)


class Postbox:
    """Runs the decider as a scheduler would and remembers what it queued."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.mails: list[tuple[datetime, Intent]] = []

    def run(self, now: datetime, *owed: OwedReports | OwedTask) -> list[Intent]:
        keys = {key for _, mail in self.mails for key in keys_of(mail)}
        today: dict[int, int] = {}
        for moment, mail in self.mails:
            if moment.date() == now.date():
                today[mail.person_id] = today.get(mail.person_id, 0) + 1
        notices = all_notices(owed, now.date())
        queued = decide(notices, now, Sent(keys, today), self.rules)
        self.mails += [(now, mail) for mail in queued]
        return queued

    def run_daily(self, start: date, end: date, *owed: OwedReports | OwedTask) -> None:
        for day in days(start, end):
            self.run(at(day, 9, 5), *owed)


def keys_of(mail: Intent) -> set[str]:
    return {mail.key, *mail.notice_keys}


def days(start: date, end: date) -> Iterator[date]:
    for n in range((end - start).days + 1):
        yield start + timedelta(days=n)


def stages_told(box: Postbox, person: int) -> list[tuple[date, Stage]]:
    return [
        (moment.date(), item.notice.stage)
        for moment, mail in box.mails
        if mail.person_id == person
        for item in mail.told
    ]
