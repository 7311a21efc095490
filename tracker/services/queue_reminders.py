"""Use case: decide who is to be reminded at a moment, write the mails and queue them, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from tracker.domain.errors import FigureError
from tracker.domain.lights import Light, Status
from tracker.domain.reminders import Intent, Kind, Rules, Sent, decide, due_between
from tracker.domain.standing import standing, standing_as_json
from tracker.extensions import db
from tracker.models import Indicator, MailNotice, OutboxMessage, Plan
from tracker.outbox.compose import Facts, compose
from tracker.outbox.enqueue import enqueue
from tracker.outbox.links import Links
from tracker.outbox.settings import MailSettings
from tracker.outbox.turn import wait_for_turn
from tracker.queries.calendar import working_calendar
from tracker.queries.mail_facts import (
    Bureau,
    Recipient,
    Stood,
    bureau_of,
    recipients,
    stood_before,
    unit_names,
)
from tracker.queries.owed import OwedReport
from tracker.queries.situation import Situation, situation_of
from tracker.services.drop_settled import drop_settled
from tracker.services.refresh_standings import case_of

PEOPLE_AT_ONCE = 300


def queue_reminders(
    *, top_unit_id: int, now: datetime, settings: MailSettings, dry_run: bool = False
) -> list[Intent]:
    """Queue the mails that have fallen due in a bureau and return what was queued.

    Running it again queues nothing; one that was missed is made up for by the next. Mails that
    wait for another attempt are dropped when their matter is settled. `dry_run` decides and queues
    nothing. `now` is aware. The caller commits.
    """
    if not dry_run:
        wait_for_turn(top_unit_id)
    now = now.astimezone(settings.zone)
    today = now.date()
    situation = situation_of(
        top_unit_id, day=today, until=today, rules=_rules(top_unit_id, settings)
    )
    if not dry_run:
        drop_settled(top_unit_id=top_unit_id, situation=situation)
    writer = _Writer(top_unit_id, today, situation, settings)
    queued: list[Intent] = []
    for people in _in_batches(sorted(situation.concerns)):
        sent = _sent(people, now)
        intents = decide(situation.notices(people), now, sent, situation.rules)
        if dry_run:
            queued += intents
        elif intents:
            queued += writer.queue(intents, now)
    return queued


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


def _sent(people: Sequence[int], now: datetime) -> Sent:
    """Return what these people were told before, and how many mails they got today."""
    notices = db.session.scalars(select(MailNotice.key).where(MailNotice.person_id.in_(people)))
    mails = db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.person_id.in_(people)))
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    today = db.session.execute(
        select(OutboxMessage.person_id, func.count())
        .where(
            OutboxMessage.person_id.in_(people),
            OutboxMessage.kind.in_(list(Kind)),
            OutboxMessage.queued_at >= midnight,
            OutboxMessage.queued_at < midnight + timedelta(days=1),
        )
        .group_by(OutboxMessage.person_id)
    )
    return Sent(frozenset(notices) | frozenset(mails), dict(today.all()))


@dataclass(slots=True)
class _Writer:
    """Writes and queues the mails of one run, batch by batch."""

    top_unit_id: int
    today: date
    situation: Situation
    settings: MailSettings
    _bureau: Bureau | None = None
    _units: Mapping[int, str] | None = None

    def queue(self, intents: Sequence[Intent], now: datetime) -> list[Intent]:
        """Queue a batch and return those whose key was new."""
        facts = self._facts(intents)
        letters = [compose(intent, facts) for intent in intents]
        new = enqueue(letters, now=now, domain=self.settings.domain)
        return [intent for intent in intents if intent.key in new]

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
        return Stood(0, None, Light.GREY, Status.NOT_DUE, None, None, {})
    return Stood(
        month=0,
        actual=None,
        light=Light.GREY,
        status=Status.NOT_DUE,
        quarter_guard=first.quarter_guard,
        quarter_need=first.quarter_need,
        figures=standing_as_json(first),
    )
