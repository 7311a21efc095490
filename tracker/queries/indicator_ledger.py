"""The ledger of indicators: a page of rows in the order asked for, and the choices of its filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import SQLColumnExpression, case, select

from tracker.domain.lights import Light
from tracker.extensions import db
from tracker.models import Charge, Indicator, Plan, PlanItem, Post, Standing, Unit
from tracker.permissions import Actor
from tracker.queries.board import (
    BoardRow,
    Order,
    View,
    Wanted,
    board_rows,
    row_count,
    worst_first,
)
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.scope import visible_indicators

PAGE_SIZE = 100
#: word of each order, for the heads of the table and the phone's menu.
SORTS = {
    "plan": "计划次序",
    "worst": "保季难度",
    "name": "指标",
    "unit": "单位",
    "light": "亮灯",
    "completion": "完成率",
    "points": "较计划",
    "yoy": "同比",
}

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One page of the ledger; `total` counts all pages."""

    rows: tuple[BoardRow, ...]
    total: int
    names: DutyNames


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    units: tuple[Option, ...]
    leaders: tuple[Option, ...]
    items: tuple[Option, ...]


def ledger(
    actor: Actor, view: View, wanted: Wanted, sort: str, *, down: bool, page: int | None
) -> Ledger:
    """Return a page of the ledger; all of it where `page` is None. A fixed number of queries."""
    scope = visible_indicators(actor)
    offset = 0 if page is None else (page - 1) * PAGE_SIZE
    rows = board_rows(
        scope,
        view,
        wanted,
        _order(sort, view, down=down),
        limit=None if page is None else PAGE_SIZE,
        offset=offset,
    )
    total = len(rows) if page is None else row_count(scope, view, wanted)
    names = duty_names([actor.top_unit_id], view.day)[actor.top_unit_id]
    return Ledger(tuple(rows), total, names)


def _order(sort: str, view: View, *, down: bool) -> Order:
    if sort == "worst":
        return worst_first()
    light_rank = case({light.value: light.severity for light in Light}, value=view.light(), else_=0)
    columns: dict[str, SQLColumnExpression[Any]] = {
        "name": Indicator.name,
        "unit": Unit.position,
        "light": light_rank,
        "completion": Standing.completion_pct,
        "points": Standing.ahead_points,
        "yoy": Standing.yoy_pct,
    }
    column = columns.get(sort)
    if column is None:
        return ()
    return (column.is_(None), column.desc() if down else column)


def choices(actor: Actor, view: View) -> Choices:
    """Return units, leaders and headings that have rows for this person. Three queries."""
    mine = (
        select(Indicator.lead_unit_id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(visible_indicators(actor), Indicator.state == "issued", view.plans())
    )
    units = db.session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(mine)).order_by(Unit.position, Unit.id)
    ).all()
    items = db.session.execute(
        select(PlanItem.id, PlanItem.number, PlanItem.title)
        .where(
            PlanItem.id.in_(
                select(Indicator.item_id)
                .join(Plan, Plan.id == Indicator.plan_id)
                .where(visible_indicators(actor), Indicator.state == "issued", view.plans())
            )
        )
        .order_by(PlanItem.plan_id, PlanItem.position)
    ).all()
    return Choices(
        units=tuple((str(id_), name) for id_, name in units),
        leaders=leader_choices(actor, view.day),
        items=tuple((str(id_), f"{number}{title}"[:30]) for id_, number, title in items),
    )


def leader_choices(actor: Actor, day: date) -> tuple[Option, ...]:
    """Return the posts of leaders in charge, by the names of who holds them. Five queries."""
    posts = db.session.execute(
        select(Post.id, Post.title)
        .where(
            Post.top_unit_id == actor.top_unit_id,
            Post.active,
            Post.id.in_(select(Charge.post_id))
            | Post.id.in_(select(Indicator.leader_post_id).where(visible_indicators(actor))),
        )
        .order_by(Post.id)
    ).all()
    names = duty_names([actor.top_unit_id], day)[actor.top_unit_id]
    return tuple(
        (str(id_), names.said(names.holders.of_post(id_)) or title) for id_, title in posts
    )
