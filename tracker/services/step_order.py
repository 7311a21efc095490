"""Use case: the life of a supervision order: answered, sent back, closed, withdrawn; each step is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select

from tracker.domain.errors import NotReadyError, StaleError
from tracker.domain.orders import (
    Colour,
    OrderState,
    OrderStep,
    check_step,
    number_words,
    order_steps,
    reply_day,
)
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, OrderEvent, SupervisionOrder, Task
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor, may_report
from tracker.queries.calendar import working_calendar
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.order_mails import announce_orders, drop_order_mails

UNIT_ROLES = frozenset({Role.REPORTER, Role.HEAD})


def row_of(order: SupervisionOrder) -> Task | Indicator:
    """Return the task or indicator that an order is about."""
    if order.task_id is not None:
        return db.session.get_one(Task, order.task_id)
    return db.session.get_one(Indicator, order.indicator_id)


def roles_on(actor: Actor, order: SupervisionOrder) -> frozenset[Role]:
    """Return the roles in which a person acts on this order: of its unit, or of the office."""
    held: set[Role] = set()
    if may_report(actor, row_of(order)):
        held |= actor.roles & UNIT_ROLES
    if actor.has(Role.OFFICE) and order.top_unit_id == actor.top_unit_id:
        held.add(Role.OFFICE)
    return frozenset(held)


def steps_for(actor: Actor, order: SupervisionOrder) -> tuple[OrderStep, ...]:
    """Return the steps that this person may take with this order now."""
    return order_steps(OrderState(order.state), roles_on(actor, order))


def step_order(
    *,
    order: SupervisionOrder,
    target: OrderState,
    actor: Actor,
    words: str,
    version: int,
    settings: MailSettings,
    now: datetime,
    reply_due_on: date | None = None,
) -> OrderEvent:
    """Take an order one step on. Mails of it that still wait go no more; a return is told to those who answer.

    `reply_due_on` is the new day of an order that is sent back, by default as many working days from
    today as its colour leaves. Raises StaleError, TransitionError, NotAllowedError and NotReadyError.
    """
    lock(SupervisionOrder, SupervisionOrder.id == order.id)
    if order.version != version:
        raise StaleError("没有保存：您打开之后，这张督办单已有变动。")
    now = now.astimezone(settings.zone)
    step = check_step(OrderState(order.state), target, roles_on(actor, order), words=words)
    if target is OrderState.RETURNED:
        order.reply_due_on = _new_reply_day(order, reply_due_on, now.date())
    order.state = target.value
    event = _note(order, actor, words.strip(), now)
    drop_order_mails(order.id)
    if target is OrderState.RETURNED:
        announce_orders(
            pairs=[(order, row_of(order))],
            why=event.words,
            round_=_times_returned(order.id),
            settings=settings,
            now=now,
        )
    audit.record(
        order.top_unit_id,
        "order_step",
        now=now,
        person_id=actor.person_id,
        object_type="order",
        object_id=order.id,
        detail={
            "order_number": number_words(order.year, order.number),
            "step": step.verb,
            "why": event.words,
        },
    )
    return event


def _new_reply_day(order: SupervisionOrder, wanted: date | None, today: date) -> date:
    if wanted is None:
        return reply_day(Colour(order.colour), today, working_calendar(order.top_unit_id))
    if wanted < today:
        raise NotReadyError(("回复期限不能早于今天。",))
    return wanted


def _note(order: SupervisionOrder, actor: Actor, words: str, now: datetime) -> OrderEvent:
    event = OrderEvent(
        top_unit_id=order.top_unit_id,
        order_id=order.id,
        at=now,
        person_id=actor.person_id,
        state=order.state,
        words=words,
        reply_due_on=order.reply_due_on if order.state == OrderState.RETURNED else None,
    )
    db.session.add(event)
    db.session.flush()
    return event


def _times_returned(order_id: int) -> int:
    count = select(func.count()).where(
        OrderEvent.order_id == order_id, OrderEvent.state == OrderState.RETURNED.value
    )
    return db.session.scalar(count) or 0
