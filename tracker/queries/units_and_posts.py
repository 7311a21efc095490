"""Whom can a row be given to: units, their posts with today's holders, and who has which unit in charge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Charge, Post, Unit
from tracker.queries.duty_names import duty_names

VACANT = "空缺"


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that rows may be given to; `depth` in the tree."""

    id: int
    name: str
    path: str
    depth: int

    @property
    def line(self) -> tuple[int, ...]:
        """Ids from this unit up to the root."""
        return tuple(int(part) for part in reversed(self.path.strip("/").split("/")) if part)


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post and whoever has its duties today, by the rule of `queries.holders`: a proxy before who is on leave."""

    id: int
    unit_id: int
    unit_name: str
    title: str
    role: Role
    holder: str

    @property
    def word(self) -> str:
        """周立新（预算股）, or the title where nobody holds it."""
        return f"{self.holder or self.title + VACANT}（{self.unit_name}）"

    @property
    def name(self) -> str:
        """The holder, or the title where nobody holds it."""
        return self.holder or f"{self.title}{VACANT}"


@dataclass(frozen=True, slots=True)
class Duties:
    """The posts that a unit's rows fall to unless somebody says otherwise."""

    owner: int | None = None
    reporter: int | None = None
    leader: int | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """A bureau's units and posts."""

    units: dict[int, UnitChoice]
    posts: dict[int, PostChoice]
    charges: dict[int, int] = field(default_factory=dict)  # unit → leader's post

    def of_roles(self, *roles: Role) -> list[PostChoice]:
        """Return the posts of these roles, in the order of the units."""
        return [post for post in self.posts.values() if post.role in roles]

    @property
    def owners(self) -> list[PostChoice]:
        """Posts that can answer for a row."""
        return self.of_roles(Role.HEAD, Role.LEADER, Role.CHIEF)

    @property
    def reporters(self) -> list[PostChoice]:
        """Posts that can fill a row in."""
        return self.of_roles(Role.REPORTER, Role.HEAD)

    @property
    def leaders(self) -> list[PostChoice]:
        """Posts that can have a row in charge."""
        return self.of_roles(Role.LEADER, Role.CHIEF)

    def duties_of(self, unit_id: int) -> Duties:
        """Return a unit's head, its reporter (or its head), and the leader who has it or a unit above it in charge."""
        head = self._post_in(unit_id, Role.HEAD)
        line = self.units[unit_id].line if unit_id in self.units else ()
        leader = next((self.charges[unit] for unit in line if unit in self.charges), None)
        return Duties(head, self._post_in(unit_id, Role.REPORTER) or head, leader)

    def _post_in(self, unit_id: int, role: Role) -> int | None:
        there = [post for post in self.of_roles(role) if post.unit_id == unit_id]
        held = [post for post in there if post.holder]
        chosen = next(iter(held or there), None)
        return chosen.id if chosen else None


def staff_of(top_unit_id: int, today: date) -> Staff:
    """Return a top unit's active units and posts, in six queries."""
    units = {unit.id: unit for unit in _units(top_unit_id)}
    posts = {post.id: post for post in _posts(top_unit_id, today, units)}
    rows = db.session.execute(
        select(Charge.unit_id, Charge.post_id)
        .where(Charge.top_unit_id == top_unit_id)
        .order_by(Charge.id.desc())
    )
    charges = {unit_id: post_id for unit_id, post_id in rows if post_id in posts}
    return Staff(units, posts, charges)


def _units(top_unit_id: int) -> Iterable[UnitChoice]:
    rows = db.session.execute(
        select(Unit.id, Unit.parent_id, Unit.name, Unit.path)
        .where(Unit.top_unit_id == top_unit_id, Unit.active)
        .order_by(Unit.position, Unit.id)
    ).all()
    children: dict[int | None, list[UnitChoice]] = {}
    known = {row.id for row in rows}
    for row in rows:
        depth = row.path.count("/") - 2
        above = row.parent_id if row.parent_id in known else None
        children.setdefault(above, []).append(UnitChoice(row.id, row.name, row.path, depth))
    waiting = list(reversed(children.get(None, [])))
    while waiting:  # down the tree, each unit before those below it
        unit = waiting.pop()
        yield unit
        waiting += reversed(children.get(unit.id, []))


def _posts(top_unit_id: int, today: date, units: dict[int, UnitChoice]) -> list[PostChoice]:
    names = duty_names([top_unit_id], today)[top_unit_id]
    rows = db.session.execute(
        select(Post.id, Post.unit_id, Post.title, Post.role)
        .where(Post.top_unit_id == top_unit_id, Post.active)
        .order_by(Post.id)
    )
    found = [
        PostChoice(post_id, unit_id, units[unit_id].name, title, Role(role), names.holder(post_id))
        for post_id, unit_id, title, role in rows
        if unit_id in units
    ]
    order = {unit_id: place for place, unit_id in enumerate(units)}
    return sorted(found, key=lambda post: (order[post.unit_id], post.id))
