"""Use cases of the operator: give somebody a role in a unit, and let somebody change units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, true

from tracker.domain.errors import NotReadyError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Holding, Person, Post, Unit
from tracker.queries.vacancies import vacant
from tracker.services.manage_people import create_post, end_holding, give_post


@dataclass(frozen=True, slots=True)
class Appointed:
    """The post that somebody has now; `taken_over` when it was there and vacant, with its duties."""

    post: Post
    taken_over: bool


def appoint_person(
    *, person: Person, unit: Unit, role: Role, title: str = "", by: int | None, now: datetime
) -> Appointed:
    """Let a person hold a post of this role in a unit from today: a vacant one with its duties, else a new one.

    `title` names the post; any vacant one of the role will do without it. Raises NotReadyError
    where the person has such a post already or may not combine the roles; then nothing is changed.
    """
    if unit.top_unit_id != person.top_unit_id:
        raise NotReadyError((f"{unit.name}不在{person.name}所在的局。",))
    today, named = now.date(), Post.title == title.strip() if title.strip() else true()
    if _has(person, unit, role, named, today):
        raise NotReadyError((f"{person.name}已是{unit.name}的{role.word}。",))
    with db.session.begin_nested():
        post = _vacant_post(unit, role, named, today)
        taken_over = post is not None
        if post is None:
            post = create_post(unit=unit, title=title or role.word, role=role, by=by, now=now)
        give_post(
            post=post, person=person, from_on=today, until_on=None, proxy=False, by=by, now=now
        )
    return Appointed(post, taken_over)


@dataclass(frozen=True, slots=True)
class Moved:
    """The posts that somebody left, and those taken instead, of the same roles."""

    left: tuple[Post, ...]
    taken: tuple[Appointed, ...]


def move_person(
    *, person: Person, unit: Unit, leaving: Unit | None = None, by: int | None, now: datetime
) -> Moved:
    """Let a person leave the posts of one unit and take posts of the same roles in another, from today.

    `leaving` names the unit left, for who has posts in several. Standing in for others goes on as
    it is. Raises NotReadyError; then nothing is changed.
    """
    today = now.date()
    held = _own_posts(person, today)
    left = leaving or _only_unit(person, held)
    ended = [(holding, post) for holding, post, place in held if place.id == left.id]
    if left.id == unit.id or not ended:
        where = f"已在{unit.name}" if left.id == unit.id else f"在{left.name}没有岗位"
        raise NotReadyError((f"{person.name}{where}。",))
    with db.session.begin_nested():
        for holding, _ in ended:
            end_holding(holding=holding, until_on=today - timedelta(days=1), by=by, now=now)
        roles = dict.fromkeys(Role(post.role) for _, post in ended)
        taken = tuple(
            appoint_person(person=person, unit=unit, role=role, by=by, now=now)
            for role in roles
            if not _has(person, unit, role, true(), today)
        )
    return Moved(tuple(post for _, post in ended), taken)


def _only_unit(person: Person, held: list[tuple[Holding, Post, Unit]]) -> Unit:
    units = {unit.id: unit for _, _, unit in held}
    if not units:
        raise NotReadyError((f"{person.name}没有岗位，请先安排。",))
    if len(units) > 1:
        names = "、".join(f"{unit.name}（{unit.code}）" for unit in units.values())
        raise NotReadyError((f"{person.name}在 {names} 都有岗位，请指明离开哪一个。",))
    return next(iter(units.values()))


def _own_posts(person: Person, today: date) -> list[tuple[Holding, Post, Unit]]:
    rows = db.session.execute(
        select(Holding, Post, Unit)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Holding.person_id == person.id,
            Holding.proxy.is_(False),
            Post.active,
            or_(Holding.until_on.is_(None), Holding.until_on >= today),
        )
        .order_by(Holding.id)
    )
    return [(holding, post, unit) for holding, post, unit in rows]


def _has(person: Person, unit: Unit, role: Role, named: ColumnElement[bool], today: date) -> bool:
    wanted = (
        select(Post.id)
        .join(Holding, Holding.post_id == Post.id)
        .where(
            Holding.person_id == person.id,
            Holding.proxy.is_(False),
            Post.unit_id == unit.id,
            Post.role == role.value,
            Post.active,
            or_(Holding.until_on.is_(None), Holding.until_on >= today),
            named,
        )
    )
    return db.session.scalar(wanted.limit(1)) is not None


def _vacant_post(unit: Unit, role: Role, named: ColumnElement[bool], today: date) -> Post | None:
    """Return the oldest post of the role that nobody has or is to have."""
    free = vacant(or_(Holding.until_on.is_(None), Holding.until_on >= today))
    return db.session.scalars(
        select(Post)
        .where(Post.unit_id == unit.id, Post.role == role.value, Post.active, named, free)
        .order_by(Post.id)
        .limit(1)
    ).first()
