"""What the frame of every page says: whose bureau, which year, how many things wait for the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tracker.domain.roles import PLAN_ROLES, Role
from tracker.extensions import db
from tracker.models import Person, Plan, Unit
from tracker.permissions import Actor
from tracker.queries.lagging import lagging_count
from tracker.queries.orders import waiting_orders
from tracker.queries.report_sheet import owed_count

_ORDERS_WAIT_FOR = (Role.REPORTER, Role.HEAD, Role.OFFICE)


@dataclass(frozen=True, slots=True)
class Frame:
    """Name, posts and theme of the person; bureau and year; counts of what waits."""

    name: str
    post_line: str
    theme: str
    roles: frozenset[str]
    bureau_name: str
    plan_year: int
    clock_line: str
    owed: int = 0
    lagging: int = 0
    orders: int = 0


def frame_of(actor: Actor, now: datetime) -> Frame:
    """Return the frame for a signed-in person. At most seven queries, whatever the number of rows."""
    today = now.date()
    person = db.session.execute(
        select(Person.name, Person.theme, Unit.name.label("bureau"))
        .join(Unit, Unit.id == Person.top_unit_id)
        .where(Person.id == actor.person_id)
    ).one()
    year = db.session.scalar(
        select(func.max(Plan.year)).where(
            Plan.state == "issued", Plan.top_unit_id == actor.top_unit_id
        )
    )
    return Frame(
        name=person.name,
        post_line="、".join(role.word for role in Role if role in actor.roles),
        theme=person.theme,
        roles=frozenset(actor.roles),
        bureau_name=person.bureau,
        plan_year=year or now.year,
        clock_line=f"{now.year}年{now.month}月{now.day}日 {now:%H:%M}",
        owed=owed_count(actor, today) if actor.has(Role.REPORTER, Role.HEAD) else 0,
        lagging=lagging_count(actor, today) if actor.has(*PLAN_ROLES) else 0,
        orders=waiting_orders(actor) if actor.has(*_ORDERS_WAIT_FOR) else 0,
    )
