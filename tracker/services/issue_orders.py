"""Use cases: issue supervision orders by hand, or as a plan's rule raises them (发督办单)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.orders import (
    LIVE,
    MAIL,
    Colour,
    OrderState,
    check_length,
    number_words,
    reply_day,
    usual_demand,
)
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import Indicator, OrderEvent, OutboxMessage, SupervisionOrder, Task
from tracker.outbox.settings import MailSettings
from tracker.outbox.turn import wait_for_turn
from tracker.permissions import Actor
from tracker.queries.calendar import working_calendar
from tracker.queries.locks import lock
from tracker.queries.mail_facts import bureau_of
from tracker.queries.order_items import OrderItem, order_items
from tracker.queries.order_proposals import Proposal, proposals
from tracker.services import audit
from tracker.services.order_mails import announce_orders

ONE_DAY = timedelta(days=1)
#: As many orders are raised in one transaction, so that on SQLite others may write in between.
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order to be issued about one row."""

    row: Task | Indicator
    colour: Colour
    reason: str
    demand: str
    reply_due_on: date


@dataclass(frozen=True, slots=True)
class _Issuing:
    """Who issues, when; nobody where the rule does."""

    top_unit_id: int
    person_id: int | None
    settings: MailSettings
    now: datetime


def issue_order(
    *, wanted: Wanted, actor: Actor, settings: MailSettings, now: datetime
) -> SupervisionOrder:
    """Issue one order by hand, and tell those whom it concerns in the same transaction.

    Raises NotAllowedError, TransitionError for a row that is over or that has a live order of this
    colour, and NotReadyError where words or the day are missing.
    """
    _check_office(actor)
    row = wanted.row
    if isinstance(row, Task):
        lock(Task, Task.id == row.id)
    else:
        lock(Indicator, Indicator.id == row.id)
    wait_for_turn(actor.top_unit_id)
    now = now.astimezone(settings.zone)
    _check(wanted, now.date())
    (order,) = _issue([wanted], _Issuing(actor.top_unit_id, actor.person_id, settings, now))
    return order


def issue_proposed(
    *, task_ids: Collection[int], actor: Actor, settings: MailSettings, now: datetime
) -> list[SupervisionOrder]:
    """Issue those of the chosen tasks' orders that the rule still proposes; the others were issued before."""
    _check_office(actor)
    now = now.astimezone(settings.zone)
    lock(Task, Task.id.in_(task_ids), Task.top_unit_id == actor.top_unit_id)
    wait_for_turn(actor.top_unit_id)
    chosen = [one for one in proposals(actor.top_unit_id, now.date()) if one.task.id in task_ids]
    return _issue_all(chosen, _Issuing(actor.top_unit_id, actor.person_id, settings, now))


def orders_to_raise(*, top_unit_id: int, settings: MailSettings, now: datetime) -> list[int]:
    """Return the tasks for which the rule raises an order now. It only reads."""
    day = _ruled_day(settings, now)
    return [one.task.id for one in proposals(top_unit_id, day, automatic=True)]


def mails_of(orders: Sequence[SupervisionOrder]) -> list[str]:
    """Return the keys of the mails with which orders were issued, in order."""
    periods = [str(order.id) for order in orders]
    keys = select(OutboxMessage.key).where(
        OutboxMessage.kind == MAIL, OutboxMessage.period.in_(periods)
    )
    return list(db.session.scalars(keys.order_by(OutboxMessage.id)))


def raise_orders(
    *, top_unit_id: int, settings: MailSettings, now: datetime
) -> list[SupervisionOrder]:
    """Issue the gravest of the orders that the ladders of plans that want it so bring, at most `MOST_AT_ONCE`.

    Called again it issues the rest, and then nothing. The caller commits each time.
    """
    task_ids = orders_to_raise(top_unit_id=top_unit_id, settings=settings, now=now)[:MOST_AT_ONCE]
    if not task_ids:
        return []
    lock(Task, Task.id.in_(task_ids))
    wait_for_turn(top_unit_id)  # who came first has committed: what is still wanted is read again
    db.session.expire_all()
    still = proposals(top_unit_id, _ruled_day(settings, now), automatic=True)
    wanted = [one for one in still if one.task.id in task_ids]
    now = now.astimezone(settings.zone)
    return _issue_all(wanted, _Issuing(top_unit_id, None, settings, now))


def _ruled_day(settings: MailSettings, now: datetime) -> date:
    """Return the day whose rules have come into force: today's from the hour of sending on."""
    local = now.astimezone(settings.zone)
    return local.date() if local.time() >= settings.send_at else local.date() - ONE_DAY


def _check_office(actor: Actor) -> None:
    if not actor.has(Role.OFFICE):
        raise NotAllowedError("督办单由督查办发出。")


def _check(wanted: Wanted, today: date) -> None:
    row = wanted.row
    if isinstance(row, Task) and not TaskState(row.state).is_open:
        raise TransitionError(f"任务{TaskState(row.state).word}，不用再发督办单。")
    if isinstance(row, Indicator) and row.state != "issued":
        raise TransitionError("指标没有下达或已经撤销，不能发督办单。")
    live = _live(row, wanted.colour)
    if live is not None:
        number = number_words(live.year, live.number)
        raise TransitionError(
            f"这项已有一张{wanted.colour.word}督办单（{number}）没有销号，不再重发。"
        )
    parts = (("目前情况", wanted.reason), ("督办要求", wanted.demand))
    missing = tuple(f"请写明{name}。" for name, words in parts if not words.strip())
    if missing:
        raise NotReadyError(missing)
    for name, words in parts:
        check_length(name, words)
    if wanted.reply_due_on < today:
        raise NotReadyError(("回复期限不能早于今天。",))


def _live(row: Task | Indicator, colour: Colour) -> SupervisionOrder | None:
    column = SupervisionOrder.task_id if isinstance(row, Task) else SupervisionOrder.indicator_id
    return db.session.scalar(
        select(SupervisionOrder).where(
            column == row.id,
            SupervisionOrder.colour == colour.value,
            SupervisionOrder.state.in_(LIVE),
        )
    )


def _issue_all(wanted: Sequence[Proposal], issuing: _Issuing) -> list[SupervisionOrder]:
    if not wanted:
        return []
    calendar = working_calendar(issuing.top_unit_id)
    today = issuing.now.date()
    items = order_items(issuing.top_unit_id, [one.task for one in wanted], issuing.now)
    return _issue(
        [
            Wanted(
                one.task,
                one.colour,
                item.situation,
                usual_demand(one.colour),
                reply_day(one.colour, today, calendar),
            )
            for one, item in zip(wanted, items, strict=True)
        ],
        issuing,
        items,
    )


def _issue(
    wanted: Sequence[Wanted], issuing: _Issuing, items: Sequence[OrderItem] | None = None
) -> list[SupervisionOrder]:
    known = items or order_items(issuing.top_unit_id, [one.row for one in wanted], issuing.now)
    bureau = bureau_of(issuing.top_unit_id, issuing.now.date()).name
    number = _last_number(issuing)
    orders = [
        _order(one, item, issuing, bureau, number + place)
        for place, (one, item) in enumerate(zip(wanted, known, strict=True), start=1)
    ]
    db.session.add_all(orders)
    db.session.flush()
    for order in orders:
        _note(order, issuing)
    pairs = [(order, one.row) for order, one in zip(orders, wanted, strict=True)]
    announce_orders(pairs=pairs, why="", round_=0, settings=issuing.settings, now=issuing.now)
    return orders


def _last_number(issuing: _Issuing) -> int:
    last = db.session.scalar(
        select(func.max(SupervisionOrder.number)).where(
            SupervisionOrder.top_unit_id == issuing.top_unit_id,
            SupervisionOrder.year == issuing.now.year,
        )
    )
    return last or 0


def _order(
    wanted: Wanted, item: OrderItem, issuing: _Issuing, bureau: str, number: int
) -> SupervisionOrder:
    row = wanted.row
    return SupervisionOrder(
        top_unit_id=issuing.top_unit_id,
        task_id=row.id if isinstance(row, Task) else None,
        indicator_id=row.id if isinstance(row, Indicator) else None,
        year=issuing.now.year,
        number=number,
        colour=wanted.colour.value,
        state=OrderState.ISSUED.value,
        unit_id=row.lead_unit_id,
        due_on=item.due_on,
        reason=wanted.reason.strip(),
        demand=wanted.demand.strip(),
        reply_due_on=wanted.reply_due_on,
        by_rule=issuing.person_id is None,
        printed={
            "bureau": bureau,
            "name": item.name,
            "source": item.source,
            "unit": item.unit_name,
            "owner": item.owner,
            "due": item.due,
            "issued": issuing.now.date().isoformat(),
            "reply": wanted.reply_due_on.isoformat(),
        },
        issued_at=issuing.now,
        issued_by_id=issuing.person_id,
    )


def _note(order: SupervisionOrder, issuing: _Issuing) -> None:
    db.session.add(
        OrderEvent(
            top_unit_id=order.top_unit_id,
            order_id=order.id,
            at=issuing.now,
            person_id=issuing.person_id,
            state=order.state,
            words=order.demand,
            reply_due_on=order.reply_due_on,
        )
    )
    audit.record(
        order.top_unit_id,
        "order_issued",
        now=issuing.now,
        person_id=issuing.person_id,
        object_type="order",
        object_id=order.id,
        detail={
            "order_number": number_words(order.year, order.number),
            "colour": order.colour,
            "name": order.printed["name"],
            "by_rule": order.by_rule,
        },
    )
