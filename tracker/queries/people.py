"""Units, posts and who holds them: the tree, one person, one post, one's own posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from tracker.domain.roles import Level, Role
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit
from tracker.queries.actor import held_on


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody in a post; `proxy` stands in for who is away."""

    id: int
    person_id: int
    name: str
    proxy: bool
    from_on: date
    until_on: date | None
    active: bool


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post with who holds it now or will."""

    id: int
    unit_id: int
    title: str
    role: Role
    active: bool
    holders: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of the tree with its posts; `depth` 0 is the top."""

    id: int
    name: str
    code: str
    level: Level
    active: bool
    depth: int
    posts: tuple[PostLine, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody as the list of people shows it."""

    id: int
    name: str
    login: str
    email: str
    active: bool
    locked_until: datetime | None
    last_login_at: datetime | None
    posts: str


@dataclass(frozen=True, slots=True)
class MyPost:
    """A post of one's own; `in_charge` names the units in a leader's charge."""

    post_id: int
    unit_code: str
    unit_name: str
    title: str
    role: Role
    proxy: bool
    from_on: date
    until_on: date | None
    in_charge: str
    others: str


def unit_tree(top_unit_id: int, today: date) -> tuple[UnitLine, ...]:
    """Return the units of a bureau from the top down, each with its posts. Three queries."""
    posts = _posts(top_unit_id, today)
    units = db.session.scalars(select(Unit).where(Unit.top_unit_id == top_unit_id)).all()
    children: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda one: (one.position, one.id)):
        children.setdefault(None if unit.id == top_unit_id else unit.parent_id, []).append(unit)
    lines: list[UnitLine] = []
    rest = [(unit, 0) for unit in children.get(None, [])]
    while rest:
        unit, depth = rest.pop(0)
        lines.append(_unit_line(unit, depth, posts.get(unit.id, [])))
        rest[:0] = [(child, depth + 1) for child in children.get(unit.id, [])]
    return tuple(lines)


def _unit_line(unit: Unit, depth: int, posts: Sequence[PostLine]) -> UnitLine:
    return UnitLine(
        id=unit.id,
        name=unit.name,
        code=unit.code,
        level=Level(unit.level),
        active=unit.active,
        depth=depth,
        posts=tuple(posts),
    )


def _posts(top_unit_id: int, today: date) -> dict[int, list[PostLine]]:
    holders: dict[int, list[Held]] = {}
    rows = db.session.execute(
        select(Holding, Person.name, Person.active)
        .join(Person, Person.id == Holding.person_id)
        .where(
            Holding.top_unit_id == top_unit_id,
            or_(Holding.until_on.is_(None), Holding.until_on >= today),
        )
        .order_by(Holding.proxy, Holding.from_on, Holding.id)
    )
    for holding, name, active in rows:
        holders.setdefault(holding.post_id, []).append(_held(holding, name, active))
    posts: dict[int, list[PostLine]] = {}
    for post in db.session.scalars(
        select(Post).where(Post.top_unit_id == top_unit_id).order_by(Post.id)
    ):
        line = PostLine(
            post.id,
            post.unit_id,
            post.title,
            Role(post.role),
            post.active,
            tuple(holders.get(post.id, ())),
        )
        posts.setdefault(post.unit_id, []).append(line)
    return posts


def _held(holding: Holding, name: str, active: bool) -> Held:
    return Held(
        id=holding.id,
        person_id=holding.person_id,
        name=name,
        proxy=holding.proxy,
        from_on=holding.from_on,
        until_on=holding.until_on,
        active=active,
    )


def holdings_of_post(post_id: int) -> tuple[Held, ...]:
    """Return everybody who held a post, holds it or will, newest first. One query."""
    rows = db.session.execute(
        select(Holding, Person.name, Person.active)
        .join(Person, Person.id == Holding.person_id)
        .where(Holding.post_id == post_id)
        .order_by(Holding.from_on.desc(), Holding.id.desc())
    )
    return tuple(_held(holding, name, active) for holding, name, active in rows)


def people_list(top_unit_id: int, today: date) -> tuple[PersonLine, ...]:
    """Return everybody of a bureau, those who left last. Two queries."""
    said: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Holding.person_id, Unit.name, Post.title, Holding.proxy)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Holding.top_unit_id == top_unit_id, held_on(today), Post.active)
        .order_by(Unit.position, Unit.id, Post.id)
    )
    for person_id, unit, title, proxy in rows:
        said.setdefault(person_id, []).append(f"{unit} {title}{'（代）' if proxy else ''}")
    people = db.session.scalars(
        select(Person)
        .where(Person.top_unit_id == top_unit_id)
        .order_by(Person.active.desc(), Person.id)
    )
    return tuple(
        PersonLine(
            id=one.id,
            name=one.name,
            login=one.login,
            email=one.email,
            active=one.active,
            locked_until=one.locked_until,
            last_login_at=one.last_login_at,
            posts="、".join(said.get(one.id, ())),
        )
        for one in people
    )


def my_posts(person_id: int, today: date) -> tuple[MyPost, ...]:
    """Return a person's posts that are in force or still to come. Three queries."""
    rows = db.session.execute(
        select(Holding, Post, Unit.code, Unit.name)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Holding.person_id == person_id,
            Post.active,
            or_(Holding.until_on.is_(None), Holding.until_on >= today),
        )
        .order_by(Holding.proxy, Unit.position, Post.id)
    ).all()
    post_ids = [post.id for _, post, *_ in rows]
    charges, others = _charges(post_ids), _others(post_ids, person_id, today)
    return tuple(
        MyPost(
            post_id=post.id,
            unit_code=code,
            unit_name=unit,
            title=post.title,
            role=Role(post.role),
            proxy=holding.proxy,
            from_on=holding.from_on,
            until_on=holding.until_on,
            in_charge="、".join(charges.get(post.id, ())),
            others="、".join(others.get(post.id, ())),
        )
        for holding, post, code, unit in rows
    )


def _charges(post_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Charge.post_id, Unit.name)
        .join(Unit, Unit.id == Charge.unit_id)
        .where(Charge.post_id.in_(post_ids))
        .order_by(Unit.position, Unit.id)
    )
    named: dict[int, list[str]] = {}
    for post_id, name in rows:
        named.setdefault(post_id, []).append(name)
    return named


def _others(post_ids: Sequence[int], person_id: int, today: date) -> dict[int, list[str]]:
    """Return who else is in these posts: for whom one stands in, or who stands in."""
    rows = db.session.execute(
        select(Holding.post_id, Person.name, Holding.proxy)
        .join(Person, Person.id == Holding.person_id)
        .where(Holding.post_id.in_(post_ids), Holding.person_id != person_id, held_on(today))
    )
    named: dict[int, list[str]] = {}
    for post_id, name, proxy in rows:
        named.setdefault(post_id, []).append(f"{name}{'（代）' if proxy else ''}")
    return named


def charged_units(post_id: int) -> frozenset[int]:
    """Return the units in a leader's charge. One query."""
    return frozenset(db.session.scalars(select(Charge.unit_id).where(Charge.post_id == post_id)))
