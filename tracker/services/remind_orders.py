"""Use case: tell once that an order was not answered in time, on the first working day after its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.orders import LATE_MAIL, UNANSWERED, Colour, late_day
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import Indicator, SupervisionOrder, Task
from tracker.outbox.settings import MailSettings
from tracker.outbox.turn import wait_for_turn
from tracker.queries.calendar import working_calendar
from tracker.queries.holders import Holders, holders_on
from tracker.queries.told import told_among
from tracker.services.order_mails import (
    Pair,
    answering,
    informed,
    late_keys,
    remind_late,
)


def orders_to_remind(*, top_unit_id: int, settings: MailSettings, now: datetime) -> list[Pair]:
    """Return orders of which somebody is to hear now that they were not answered in time. It only reads."""
    now = now.astimezone(settings.zone)
    waiting = unanswered(top_unit_id, now.date())
    if not waiting:
        return []
    calendar, holders = working_calendar(top_unit_id), holders_on(top_unit_id, now.date())
    keys = {
        pair[0].id: late_keys(pair[0].id, told(holders, pair))
        for pair in waiting
        if late_moment(pair[0], calendar, settings) <= now
    }
    had = told_among({key for some in keys.values() for key in some})
    return [pair for pair in waiting if keys.get(pair[0].id, set()) - had]


def remind_orders(*, top_unit_id: int, settings: MailSettings, now: datetime) -> set[str]:
    """Queue the mails about orders that were not answered in time, each once; return their keys. The caller commits."""
    wait_for_turn(top_unit_id)
    db.session.expire_all()
    pairs = orders_to_remind(top_unit_id=top_unit_id, settings=settings, now=now)
    return remind_late(pairs=pairs, settings=settings, now=now)


@dataclass(frozen=True, slots=True)
class LateMail:
    """A mail that will go out if an order is not answered by then."""

    at: datetime
    key: str
    order_id: int
    task_id: int | None
    person_id: int


def foresee_late(
    *, top_unit_id: int, start: date, end: date, settings: MailSettings
) -> list[LateMail]:
    """Return the mails of late answers from `start` to `end` inclusive, if nobody answers. It only reads."""
    waiting = unanswered(top_unit_id)
    if not waiting:
        return []
    calendar, holders = working_calendar(top_unit_id), holders_on(top_unit_id, start)
    coming = [
        LateMail(at, f"{LATE_MAIL}/{order.id}/{person}", order.id, order.task_id, person)
        for order, row in waiting
        if start <= (at := late_moment(order, calendar, settings)).date() <= end
        for person in told(holders, (order, row))
    ]
    had = told_among({one.key for one in coming})
    return [one for one in coming if one.key not in had]


def unanswered(top_unit_id: int, before: date | None = None) -> Sequence[Pair]:
    """Return orders that wait for an answer and whose item still binds somebody; their day is over by `before`."""
    rows = db.session.execute(
        select(SupervisionOrder, Task, Indicator)
        .outerjoin(Task, Task.id == SupervisionOrder.task_id)
        .outerjoin(Indicator, Indicator.id == SupervisionOrder.indicator_id)
        .where(
            SupervisionOrder.top_unit_id == top_unit_id,
            SupervisionOrder.state.in_(UNANSWERED),
            or_(Task.state.in_(OPEN_STATES), Indicator.state == "issued"),
        )
        .order_by(SupervisionOrder.reply_due_on, SupervisionOrder.id)
    )
    return [
        (order, task if task is not None else indicator)
        for order, task, indicator in rows
        if before is None or order.reply_due_on < before
    ]


def told(holders: Holders, pair: Pair) -> tuple[int, ...]:
    """Return everybody who hears of an order."""
    order, row = pair
    return (*answering(holders, row), *informed(holders, row, Colour(order.colour)))


def late_moment(
    order: SupervisionOrder, calendar: WorkingCalendar, settings: MailSettings
) -> datetime:
    """Return when it is told that an order was not answered in time."""
    day = late_day(order.reply_due_on, calendar)
    return datetime.combine(day, settings.send_at, settings.zone)
