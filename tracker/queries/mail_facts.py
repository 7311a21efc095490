"""What a mail says of people and figures: names, addresses, posts, and where indicators stood."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, select

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Holding, Person, Post, Standing, Unit
from tracker.queries.actor import held_on


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person as mails address them; `posts` say why the mail comes: 预算股联络员."""

    id: int
    name: str
    address: str
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bureau:
    """Whose mails these are, and whom to ask (督查办)."""

    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Stood:
    """Where an indicator stood after a month that was reported; month 0 is the year's beginning."""

    month: int
    actual: Decimal | None
    light: str
    status: str
    quarter_guard: str | None
    has_target: bool = True


def recipients(person_ids: Collection[int], day: date) -> dict[int, Recipient]:
    """Return people by id, with the posts that they hold on a day. Two queries."""
    people = db.session.execute(
        select(Person.id, Person.name, Person.email).where(Person.id.in_(person_ids))
    ).all()
    posts: dict[int, list[str]] = {}
    held = db.session.execute(
        select(Holding.person_id, Holding.proxy, Post.role, Unit.name)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Holding.person_id.in_(person_ids), Post.active, held_on(day))
        .order_by(Holding.proxy, Holding.id)
    )
    for person_id, proxy, role, unit in held:
        word = f"{unit}{Role(role).word}"
        posts.setdefault(person_id, []).append(f"代理{word}" if proxy else word)
    return {
        id_: Recipient(id_, name, email.strip(), tuple(posts.get(id_, ())))
        for id_, name, email in people
    }


def bureau_of(top_unit_id: int, day: date) -> Bureau:
    """Return the name of a bureau and whom in its office to ask. Two queries."""
    name = db.session.scalar(select(Unit.name).where(Unit.id == top_unit_id)) or ""
    office = db.session.execute(
        select(Person.name, Person.phone)
        .join(Holding, Holding.person_id == Person.id)
        .join(Post, Post.id == Holding.post_id)
        .where(
            Post.top_unit_id == top_unit_id,
            Post.role == Role.OFFICE,
            Post.active,
            Person.active,
            held_on(day),
        )
        .order_by(Holding.proxy, Holding.id)
        .limit(1)
    ).one_or_none()
    if office is None:
        return Bureau(name, "督查办")
    phone = f"，电话 {office.phone}" if office.phone else ""
    return Bureau(name, f"督查办{office.name}{phone}")


def unit_names(top_unit_id: int) -> dict[int, str]:
    """Return the names of a top unit's units."""
    rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.top_unit_id == top_unit_id))
    return dict(rows.all())


def stood_before(wanted: Mapping[int, int], year: int) -> dict[int, Stood]:
    """Return where indicators stood at their last reported month before a given one. One query.

    `wanted` maps an indicator to the month (1 to 12) that it is asked about.
    """
    if not wanted:
        return {}
    newest = (
        select(Standing.indicator_id, func.max(Standing.month).label("month"))
        .where(
            Standing.indicator_id.in_(wanted),
            Standing.year == year,
            Standing.actual.is_not(None),
            Standing.month < max(wanted.values()),
        )
        .group_by(Standing.indicator_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Standing.indicator_id,
            Standing.month,
            Standing.actual,
            Standing.light,
            Standing.status,
            Standing.quarter_guard,
            Standing.target.is_not(None),
        ).join(
            newest,
            and_(
                newest.c.indicator_id == Standing.indicator_id,
                newest.c.month == Standing.month,
                Standing.year == year,
            ),
        )
    )
    return {
        id_: Stood(month, actual, light, status, guard, has_target)
        for id_, month, actual, light, status, guard, has_target in rows
    }
