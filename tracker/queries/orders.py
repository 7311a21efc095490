"""Supervision orders as pages show them: the list with its counts, one order with its history, those of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select, true

from tracker.domain.orders import (
    LIVE,
    UNANSWERED,
    Colour,
    OrderState,
    number_words,
)
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, OrderEvent, Person, SupervisionOrder, Task
from tracker.permissions import Actor
from tracker.queries.scope import answerable_orders, visible_orders

PAGE_SIZE = 25
#: The views of the list, and their words.
VIEWS = {
    "live": "未销号",
    "waiting": "待答复",
    "overdue": "逾期未答复",
    "answered": "待销号",
    "over": "已销号、撤回",
}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list; `days_late` counts from its reply day while nobody has answered."""

    id: int
    number: str
    colour: Colour
    state: OrderState
    name: str
    unit: str
    owner: str
    issued_at: datetime
    reply_due_on: date
    by_rule: bool
    days_late: int


@dataclass(frozen=True, slots=True)
class OrderList:
    """A page of orders, how many there are of this view, and how many of each."""

    rows: tuple[OrderRow, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of an order's history."""

    at: datetime
    state: OrderState
    words: str
    who: str
    reply_due_on: date | None


def order_list(
    actor: Actor, today: date, *, view: str, colour: str = "", page: int = 1
) -> OrderList:
    """Return a page of what the person sees, overdue replies first. Three queries."""
    ours = visible_orders(actor) & (SupervisionOrder.colour == colour if colour else true())
    counts = _counts(ours, today)
    rows = db.session.scalars(
        _ordered(select(SupervisionOrder).where(ours, _of_view(view, today)), view)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return OrderList(tuple(order_row(order, today) for order in rows), counts[view], counts)


def orders_to_answer(actor: Actor, today: date) -> list[OrderRow]:
    """Return what the person has to answer, the nearest reply day first. One query."""
    rows = db.session.scalars(
        select(SupervisionOrder)
        .where(answerable_orders(actor), SupervisionOrder.state.in_(UNANSWERED))
        .order_by(SupervisionOrder.reply_due_on, SupervisionOrder.id)
    )
    return [order_row(order, today) for order in rows]


def waiting_orders(actor: Actor) -> int:
    """Return how many orders wait for the person: to be answered, and for the office to be checked. One query."""
    mine = answerable_orders(actor) & SupervisionOrder.state.in_(UNANSWERED)
    if actor.has(Role.OFFICE):
        ours = SupervisionOrder.top_unit_id == actor.top_unit_id
        mine = mine | (ours & (SupervisionOrder.state == OrderState.ANSWERED.value))
    return db.session.scalar(select(func.count(SupervisionOrder.id)).where(mine)) or 0


def orders_of(row: Task | Indicator, actor: Actor, today: date) -> list[OrderRow]:
    """Return the orders about an item that the person sees, the newest first. One query."""
    column = SupervisionOrder.task_id if isinstance(row, Task) else SupervisionOrder.indicator_id
    rows = db.session.scalars(
        select(SupervisionOrder)
        .where(column == row.id, visible_orders(actor))
        .order_by(SupervisionOrder.id.desc())
    )
    return [order_row(order, today) for order in rows]


def order_steps(order_id: int) -> list[Step]:
    """Return an order's history, the newest first. One query."""
    rows = db.session.execute(
        select(OrderEvent, Person.name)
        .outerjoin(Person, Person.id == OrderEvent.person_id)
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.id.desc())
    )
    return [
        Step(
            event.at,
            OrderState(event.state),
            event.words,
            name or "系统按规则",
            event.reply_due_on,
        )
        for event, name in rows
    ]


def _of_view(view: str, today: date) -> ColumnElement[bool]:
    state = SupervisionOrder.state
    late = state.in_(UNANSWERED) & (SupervisionOrder.reply_due_on < today)
    conditions = {
        "live": state.in_(LIVE),
        "waiting": state.in_(UNANSWERED),
        "overdue": late,
        "answered": state == OrderState.ANSWERED.value,
        "over": state.not_in(LIVE),
    }
    return conditions[view]


def _counts(ours: ColumnElement[bool], today: date) -> dict[str, int]:
    names = list(VIEWS)
    row = db.session.execute(
        select(
            *(func.count(case((_of_view(name, today), SupervisionOrder.id))) for name in names)
        ).where(ours)
    ).one()
    return dict(zip(names, row, strict=True))


def _ordered(query: Select[SupervisionOrder], view: str) -> Select[SupervisionOrder]:
    if view == "over":
        return query.order_by(SupervisionOrder.id.desc())
    return query.order_by(
        case((SupervisionOrder.state.in_(UNANSWERED), 0), else_=1),
        SupervisionOrder.reply_due_on,
        SupervisionOrder.id,
    )


def order_row(order: SupervisionOrder, today: date) -> OrderRow:
    """Return an order as lists show it."""
    state = OrderState(order.state)
    late = (today - order.reply_due_on).days if state.waits_for_answer else 0
    return OrderRow(
        id=order.id,
        number=number_words(order.year, order.number),
        colour=Colour(order.colour),
        state=state,
        name=order.printed["name"],
        unit=order.printed["unit"],
        owner=order.printed["owner"],
        issued_at=order.issued_at,
        reply_due_on=order.reply_due_on,
        by_rule=order.by_rule,
        days_late=max(late, 0),
    )
