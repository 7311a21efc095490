"""Whom a duty can be given to: the units and posts of a bureau, as choices of a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Post, Unit
from tracker.queries.duty_names import duty_names

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DutyChoices:
    """Units, and posts by what they can be: (id, words); posts name who holds them today."""

    units: tuple[Choice, ...]
    owners: tuple[Choice, ...]
    reporters: tuple[Choice, ...]
    leaders: tuple[Choice, ...]


def duty_choices(top_unit_id: int, today: date) -> DutyChoices:
    """Return the choices of a bureau in the order of its tree. Six queries."""
    units = db.session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.top_unit_id == top_unit_id, Unit.active)
        .order_by(Unit.path, Unit.position)
    )
    names = duty_names([top_unit_id], today)[top_unit_id]
    posts = db.session.execute(
        select(Post.id, Post.role, Post.title, Unit.name)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.top_unit_id == top_unit_id, Post.active)
        .order_by(Unit.path, Post.id)
    )
    by_role: dict[str, list[Choice]] = {}
    for id_, role, title, unit in posts:
        held = names.holder(id_) or "空缺"
        by_role.setdefault(role, []).append((str(id_), f"{unit} {title}（{held}）"))

    def of(*roles: Role) -> tuple[Choice, ...]:
        return tuple(choice for role in roles for choice in by_role.get(role, ()))

    return DutyChoices(
        units=tuple((str(id_), name) for id_, name in units),
        owners=of(Role.HEAD, Role.OFFICE, Role.REPORTER),
        reporters=of(Role.REPORTER, Role.HEAD),
        leaders=of(Role.LEADER, Role.CHIEF),
    )
