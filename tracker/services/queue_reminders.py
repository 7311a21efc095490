"""Use case: decide who is to be reminded at a moment, write the mails and queue them, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from tracker.domain.errors import FigureError
from tracker.domain.lights import Light, Status
from tracker.domain.reminders import Intent, Kind, Rules, decide, due_between
from tracker.domain.standing import standing
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.outbox.compose import Facts, compose
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.settings import MailSettings
from tracker.outbox.turn import wait_for_turn
from tracker.queries.calendar import working_calendar
from tracker.queries.cases import case_of
from tracker.queries.mail_facts import (
    Bureau,
    Recipient,
    Stood,
    bureau_of,
    recipients,
    stood_before,
    unit_names,
)
from tracker.queries.needs import month_needs
from tracker.queries.owed import OwedReport
from tracker.queries.settled_mails import settled_mails
from tracker.queries.situation import Situation, situation_of
from tracker.queries.told import told_among, told_before
from tracker.services.drop_settled import drop_settled

PEOPLE_AT_ONCE = 300


@dataclass(frozen=True, slots=True)
class Decided:
    """What has fallen due in a bureau: mails written and not yet queued, and waiting ones that are settled."""

    intents: tuple[Intent, ...] = ()
    letters: tuple[Letter, ...] = ()
    settled: tuple[int, ...] = ()


def decide_reminders(*, top_unit_id: int, now: datetime, settings: MailSettings) -> Decided:
    """Decide what has fallen due and write the mails. It only reads, which takes its time. `now` is aware."""
    now = now.astimezone(settings.zone)
    today = now.date()
    situation = situation_of(
        top_unit_id, day=today, until=today, rules=_rules(top_unit_id, settings)
    )
    writer = _Writer(top_unit_id, today, situation, settings)
    decided: list[Intent] = []
    letters: list[Letter] = []
    for people in _in_batches(sorted(situation.concerns)):
        fallen = [notice for notice in situation.notices(people) if notice.at <= now]
        sent = told_before(people, fallen, now, situation.rules.send_at)
        intents = decide(fallen, now, sent, situation.rules)
        decided += intents
        letters += writer.write(intents)
    settled = settled_mails(top_unit_id, situation)
    return Decided(tuple(decided), tuple(letters), tuple(settled))


def queue_decided(
    *, top_unit_id: int, decided: Decided, now: datetime, settings: MailSettings
) -> list[Intent]:
    """Queue what was decided and return it; drop what is settled. The caller commits.

    A mail whose matter somebody else told in between is left out: the next run decides on it anew.
    """
    if not decided.letters and not decided.settled:
        return []
    wait_for_turn(top_unit_id)
    drop_settled(mail_ids=decided.settled)
    told = told_among({key for letter in decided.letters for key in letter.notices})
    letters = [letter for letter in decided.letters if told.isdisjoint(letter.notices)]
    new = enqueue(letters, now=now.astimezone(settings.zone), domain=settings.domain)
    return [intent for intent in decided.intents if intent.key in new]


def queue_reminders(
    *, top_unit_id: int, now: datetime, settings: MailSettings, dry_run: bool = False
) -> list[Intent]:
    """Queue the mails that have fallen due in a bureau and return what was queued, all in one transaction.

    Running it again queues nothing; one that was missed is made up for by the next. Mails that wait
    are dropped when their matter is settled. `dry_run` decides and queues nothing. `now` is aware. The caller commits.
    """
    if dry_run:
        return list(decide_reminders(top_unit_id=top_unit_id, now=now, settings=settings).intents)
    wait_for_turn(top_unit_id)
    decided = decide_reminders(top_unit_id=top_unit_id, now=now, settings=settings)
    return queue_decided(top_unit_id=top_unit_id, decided=decided, now=now, settings=settings)


def foresee_reminders(
    *, top_unit_id: int, start: date, end: date, settings: MailSettings
) -> list[Intent]:
    """Return the mails that would fall due from `start` to `end` if nothing were reported."""
    situation = situation_of(top_unit_id, day=start, until=end, rules=_rules(top_unit_id, settings))
    return due_between(situation.notices(situation.concerns), start, end)


def _rules(top_unit_id: int, settings: MailSettings) -> Rules:
    return Rules(
        calendar=working_calendar(top_unit_id),
        send_at=settings.send_at,
        zone=settings.zone,
        daily_limit=settings.daily_limit,
    )


def _in_batches(people: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        yield people[start : start + PEOPLE_AT_ONCE]


@dataclass(slots=True)
class _Writer:
    """Writes the mails of one run, batch by batch."""

    top_unit_id: int
    today: date
    situation: Situation
    settings: MailSettings
    _bureau: Bureau | None = None
    _units: Mapping[int, str] | None = None

    def write(self, intents: Sequence[Intent]) -> list[Letter]:
        """Write the mails of a batch."""
        if not intents:
            return []
        facts = self._facts(intents)
        return [compose(intent, facts) for intent in intents]

    def _facts(self, intents: Sequence[Intent]) -> Facts:
        if self._bureau is None or self._units is None:
            self._bureau = bureau_of(self.top_unit_id, self.today)
            self._units = unit_names(self.top_unit_id)
        people = recipients(self._mentioned(intents), self.today)
        return Facts(
            top_unit_id=self.top_unit_id,
            bureau=self._bureau,
            today=self.today,
            calendar=self.situation.rules.calendar,
            links=Links(self.settings.base_url),
            cycles=self.situation.cycles,
            people=people,
            units=self._units,
            owed=self.situation.owed,
            stood=_stood(self._rows(intents)),
            needs=month_needs([(row.id, row.month.month) for row in self._rows(intents)]),
            tasks=self.situation.open_tasks,
            owners=self._owners(intents, people),
            supporting=self._supporting(intents),
        )

    def _mentioned(self, intents: Sequence[Intent]) -> set[int]:
        """Return whom the mails go to and whom they name."""
        named = {intent.person_id for intent in intents}
        for notice in (item.notice for intent in intents for item in intent.told):
            if notice.about_id is not None:
                named.add(notice.about_id)
            if notice.task_id is not None:
                named.update(self.situation.tasks[notice.task_id].responsible)
        return named

    def _owners(self, intents: Sequence[Intent], people: Mapping[int, Recipient]) -> dict[int, str]:
        """Return the names of those who answer for the tasks that are told upwards."""
        tasks = {
            item.notice.task_id
            for intent in intents
            for item in intent.told
            if item.notice.kind is Kind.ESCALATION and item.notice.task_id is not None
        }
        responsible = {id_: self.situation.tasks[id_].responsible for id_ in tasks}
        return {
            id_: "、".join(people[person].name for person in persons)
            for id_, persons in responsible.items()
        }

    def _supporting(self, intents: Sequence[Intent]) -> frozenset[tuple[int, int]]:
        tasks = self.situation.tasks
        return frozenset(
            (notice.task_id, intent.person_id)
            for intent in intents
            for notice in (item.notice for item in intent.told)
            if notice.task_id is not None
            and intent.person_id not in tasks[notice.task_id].responsible
        )

    def _rows(self, intents: Sequence[Intent]) -> list[OwedReport]:
        """Return the indicators' rows that the monthly mails list."""
        return [
            row
            for intent in intents
            if intent.kind is Kind.CYCLE
            for rows in self.situation.owed[intent.person_id].values()
            for row in rows
            if row.what == "indicator"
        ]


def _stood(rows: Sequence[OwedReport]) -> dict[int, Stood]:
    """Return where indicators stood before their newest owed month, or at the year's beginning."""
    wanted: dict[int, dict[int, int]] = {}
    for row in rows:
        months = wanted.setdefault(row.month.year, {})
        months[row.id] = max(months.get(row.id, 0), row.month.month)
    stood: dict[int, Stood] = {}
    for year, months in wanted.items():
        stood |= stood_before(months, year)
    return stood | _beginnings({row.id for row in rows} - set(stood))


def _beginnings(indicator_ids: set[int]) -> dict[int, Stood]:
    """Return what a year begins with, for indicators that nobody has reported yet."""
    if not indicator_ids:
        return {}
    rows = db.session.execute(
        select(Indicator, Plan.yellow_points)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(Indicator.id.in_(indicator_ids))
    )
    return {indicator.id: _beginning(indicator, yellow) for indicator, yellow in rows}


def _beginning(indicator: Indicator, yellow_points: Decimal) -> Stood:
    """Return an indicator's first outlook; figures that do not fit together leave it unknown."""
    try:
        first = standing(case_of(indicator, (), yellow_points), 0)
    except FigureError:
        return Stood(0, None, Light.GREY, Status.NOT_DUE, None)
    return Stood(
        month=0,
        actual=None,
        light=Light.GREY,
        status=Status.NOT_DUE,
        quarter_guard=first.quarter_guard,
    )
