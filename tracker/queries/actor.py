"""Who is asking: a person's posts of today, the units below them, and the units in their charge."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, false, or_, select

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit
from tracker.permissions import Actor


def held_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a Holding is in force on `day`."""
    return (Holding.from_on <= day) & (Holding.until_on.is_(None) | (Holding.until_on >= day))


def actor_of(person_id: int, today: date) -> Actor | None:
    """Return the person as an actor, or None if there is no such active person."""
    person = db.session.execute(
        select(Person.top_unit_id, Person.name).where(Person.id == person_id, Person.active)
    ).one_or_none()
    if person is None:
        return None
    posts = db.session.execute(
        select(Post.id, Post.role, Unit.id, Unit.path)
        .join(Holding, Holding.post_id == Post.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Holding.person_id == person_id, Post.active, held_on(today))
    ).all()
    own = [path for _, role, _, path in posts if role in {Role.REPORTER, Role.HEAD}]
    post_ids = frozenset(post_id for post_id, *_ in posts)
    return Actor(
        person_id=person_id,
        top_unit_id=person.top_unit_id,
        name=person.name,
        roles=frozenset(Role(role) for _, role, *_ in posts),
        post_ids=post_ids,
        unit_ids=_units_under(person.top_unit_id, own),
        charge_ids=_units_under(person.top_unit_id, _charge_paths(post_ids)),
    )


def _charge_paths(post_ids: frozenset[int]) -> list[str]:
    if not post_ids:
        return []
    return list(
        db.session.scalars(
            select(Unit.path)
            .join(Charge, Charge.unit_id == Unit.id)
            .where(Charge.post_id.in_(post_ids))
        )
    )


def _units_under(top_unit_id: int, paths: list[str]) -> frozenset[int]:
    if not paths:
        return frozenset()
    under = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    return frozenset(
        db.session.scalars(select(Unit.id).where(Unit.top_unit_id == top_unit_id, under))
    )
