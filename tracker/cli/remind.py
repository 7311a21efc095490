"""`flask remind`: decide and queue what is due now, or list what the coming days will bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.cli.output import Day, Moment, as_json_option, moment_or_now, print_rows, refusing
from tracker.clock import local_now
from tracker.domain.cycles import Stage
from tracker.domain.orders import LATE_MAIL, OrderState
from tracker.domain.reminders import Intent
from tracker.extensions import db, reading
from tracker.models import Person, SupervisionOrder
from tracker.outbox.settings import mail_settings
from tracker.queries.bureaus import top_units
from tracker.scheduler.jobs import decide_for, digests_for, orders_for
from tracker.services.open_cycles import open_cycles
from tracker.services.queue_reminders import foresee_reminders, queue_reminders
from tracker.services.remind_orders import LateMail, foresee_late

group = AppGroup("remind", help="Reminders: decide and queue, or look ahead.")


@group.command("run")
@click.option("--at", type=Moment(), help="The moment to decide for; now by default.")
@click.option("--dry-run", is_flag=True, help="Decide and print, queue nothing.")
@as_json_option
@refusing
def run(at: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Queue the reminders that have fallen due, each once, and print what was queued."""
    now, settings = moment_or_now(at), mail_settings(current_app.config)
    queued: list[Intent] = []
    orders: list[str] = []
    digests: list[str] = []
    with reading():
        bureaus = top_units()
    for top_unit_id in bureaus:
        if dry_run:
            open_cycles(top_unit_id=top_unit_id, now=now)
            queued += queue_reminders(
                top_unit_id=top_unit_id, now=now, settings=settings, dry_run=True
            )
            db.session.rollback()
        else:
            queued += decide_for(top_unit_id, now, settings)
            orders += orders_for(top_unit_id, now, settings)
            digests += digests_for(top_unit_id, now, settings)
    rows = [*_rows(queued), *_order_rows((now, key) for key in orders)]
    rows += _digest_rows(now, digests)
    print_rows(rows, as_json=as_json, empty="没有要提醒的。")


@group.command("due")
@click.option("--from", "start", type=Day(), required=True, help="The first day.")
@click.option("--to", "end", type=Day(), required=True, help="The last day, included.")
@as_json_option
@refusing
def due(start: date, end: date, as_json: bool) -> None:
    """List what would fall due on these days if nothing were reported."""
    if end < start:
        raise click.UsageError("--to 不能早于 --from。")
    settings = mail_settings(current_app.config)
    foreseen: list[Intent] = []
    late: list[LateMail] = []
    for top_unit_id in top_units():
        open_cycles(top_unit_id=top_unit_id, now=local_now())
        foreseen += foresee_reminders(
            top_unit_id=top_unit_id, start=start, end=end, settings=settings
        )
        late += foresee_late(top_unit_id=top_unit_id, start=start, end=end, settings=settings)
    foreseen.sort(key=lambda intent: (intent.at, intent.key))
    rows = [*_rows(foreseen), *_order_rows((mail.at, mail.key) for mail in late)]
    db.session.rollback()  # it only looks ahead
    print_rows(rows, as_json=as_json, empty="这几天没有要提醒的。")


def _rows(intents: Iterable[Intent]) -> Iterator[dict[str, Any]]:
    """Yield a row for each thing that is told; what goes into one mail has the mail's key."""
    listed = list(intents)
    names = _names({intent.person_id for intent in listed})
    for intent in listed:
        for item in intent.told:
            notice = item.notice
            yield {
                "at": notice.at,
                "key": intent.key,
                "kind": notice.kind,
                "stage": notice.stage,
                "period": notice.period or None,
                "task": notice.task_id,
                "person": notice.person_id,
                "name": names.get(notice.person_id, ""),
                "about": notice.about_id,
                "quarter_first": notice.quarter_first,
                "skipped": [old.stage for old in item.skipped],
            }


def _digest_rows(now: datetime, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield a row for each weekly digest."""
    names = _names({int(key.split("/")[2]) for key in keys})
    for key in keys:
        kind, week, person = key.split("/")
        yield {
            "at": now,
            "key": key,
            "kind": kind,
            "stage": None,
            "period": week,
            "task": None,
            "person": int(person),
            "name": names.get(int(person), ""),
            "about": None,
            "quarter_first": False,
            "skipped": [],
        }


def _order_rows(mails: Iterable[tuple[datetime, str]]) -> Iterator[dict[str, Any]]:
    """Yield a row for each mail about a supervision order, with its task."""
    listed = list(mails)
    ids = {_number(key, 1) for _, key in listed}
    found = select(SupervisionOrder.id, SupervisionOrder.task_id).where(
        SupervisionOrder.id.in_(ids)
    )
    tasks = dict(db.session.execute(found).all())
    names = _names({_number(key, 2) for _, key in listed})
    for at, key in listed:
        kind, person = key.split("/")[0], _number(key, 2)
        yield {
            "at": at,
            "key": key,
            "kind": kind,
            "stage": Stage.OVERDUE if kind == LATE_MAIL else OrderState.ISSUED,
            "period": None,
            "task": tasks.get(_number(key, 1)),
            "person": person,
            "name": names.get(person, ""),
            "about": None,
            "quarter_first": False,
            "skipped": [],
        }


def _number(key: str, part: int) -> int:
    return int(key.split("/")[part])


def _names(person_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return dict(rows.all())
