"""Use cases of the administrators: people, posts, who holds them, and what a post may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from tracker.domain.errors import NotFoundError, NotReadyError, StaleError
from tracker.domain.roles import Role, may_combine
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit
from tracker.services import audit
from tracker.services.sessions import set_password, sign_out_everywhere

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,59}")
MAIL = re.compile(r"[^@\s\x00-\x1f<>,;\"]{1,64}@[A-Za-z0-9.-]{1,120}")


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is said of a person."""

    login: str
    name: str
    email: str = ""
    phone: str = ""


def create_person(*, top_unit_id: int, data: PersonData, by: int | None, now: datetime) -> Person:
    """Make an account without a password, which the security administrator gives. Raises NotReadyError."""
    _check_person(data)
    person = Person(top_unit_id=top_unit_id, login=data.login.strip(), name=data.name.strip())
    person.email, person.phone = data.email.strip(), data.phone.strip()
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
    except IntegrityError:
        raise NotReadyError((f"用户名 {data.login.strip()} 已有人在用。",)) from None
    _record(
        top_unit_id, "person", "person", person.id, by, now, {"how": "added", "login": person.login}
    )
    return person


def edit_person(
    *, person: Person, data: PersonData, version: int, by: int | None, now: datetime
) -> None:
    """Change name, address and telephone; the login stays. Raises StaleError, NotReadyError."""
    if person.version != version:
        raise StaleError("没有保存：您打开之后，这个人的资料已有改动，请对照后再存。")
    _check_person(data)
    before = {"name": person.name, "email": person.email, "phone": person.phone}
    person.name, person.email = data.name.strip(), data.email.strip()
    person.phone = data.phone.strip()
    after = {"name": person.name, "email": person.email, "phone": person.phone}
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if changed:
        db.session.flush()
        _record(person.top_unit_id, "person", "person", person.id, by, now, changed)


def set_active(*, person: Person, active: bool, by: int | None, now: datetime) -> None:
    """Switch an account off or on; switched off, it is signed out at once."""
    if person.id == by:
        raise NotReadyError(("不能停用自己的账号。",))
    person.active = active
    if not active:
        sign_out_everywhere(person_id=person.id)
    db.session.flush()
    _record(person.top_unit_id, "person", "person", person.id, by, now, {"active": active})


def unlock(*, person: Person, by: int | None, now: datetime) -> None:
    """Let a locked person try again."""
    person.failed_logins, person.locked_until = 0, None
    db.session.flush()
    _record(person.top_unit_id, "unlock", "person", person.id, by, now, {})


def reset_password(*, person: Person, password: str, by: int | None, now: datetime) -> None:
    """Give somebody else a new password; all of that person's sessions end. Raises TrackerError if it is weak."""
    set_password(person=person, password=password, now=now)
    _record(person.top_unit_id, "password", "person", person.id, by, now, {"how": "reset"})


def create_post(
    *, unit: Unit, title: str, by: int | None, now: datetime, role: Role = Role.REPORTER
) -> Post:
    """Make a post of a unit. It may do what a reporter may until the security administrator gives it a role."""
    if not title.strip() or len(title.strip()) > 60:
        raise NotReadyError(("岗位要有名称，不超过 60 字。",))
    top = unit.top_unit_id or unit.id
    post = Post(top_unit_id=top, unit_id=unit.id, title=title.strip(), role=role.value)
    db.session.add(post)
    db.session.flush()
    _record(
        top,
        "post",
        "post",
        post.id,
        by,
        now,
        {"how": "added", "title": post.title, "role": role.value},
    )
    return post


def edit_post(*, post: Post, title: str, active: bool, by: int | None, now: datetime) -> None:
    """Rename a post, or switch it off or on."""
    if not title.strip() or len(title.strip()) > 60:
        raise NotReadyError(("岗位要有名称，不超过 60 字。",))
    if active and not post.active:
        for person in _holders(post, now.date()):
            _refuse_combination(person, Role(post.role), post, now.date(), None)
    post.title, post.active = title.strip(), active
    db.session.flush()
    _sign_out_holders(post, now.date())
    _record(
        post.top_unit_id, "post", "post", post.id, by, now, {"title": post.title, "active": active}
    )


def set_role(*, post: Post, role: Role, by: int | None, now: datetime) -> None:
    """Say what a post may do; who holds it signs in anew. Raises NotReadyError where roles exclude each other."""
    if post.role == role.value:
        return
    for person in _holders(post, now.date()):
        _refuse_combination(person, role, post, now.date(), None)
    before, post.role = post.role, role.value
    db.session.flush()
    _sign_out_holders(post, now.date())
    _record(post.top_unit_id, "role", "post", post.id, by, now, {"role": [before, role.value]})


def give_post(
    *,
    post: Post,
    person: Person,
    from_on: date,
    until_on: date | None,
    proxy: bool,
    by: int | None,
    now: datetime,
) -> Holding:
    """Let somebody hold a post, or stand in for who does. Raises NotReadyError with what is wrong."""
    problems = []
    if person.top_unit_id != post.top_unit_id:
        raise NotFoundError("没有这个人。")
    if until_on is not None and until_on < from_on:
        problems.append("止日不能早于起日。")
    if proxy and until_on is None:
        problems.append("代理要有止日。")
    if not person.active:
        problems.append(f"{person.name}的账号已停用。")
    if not post.active:
        problems.append("岗位已停用。")
    if _holds_already(post, person, from_on, until_on):
        problems.append(f"{person.name}这段时间已在这个岗位。")
    if problems:
        raise NotReadyError(tuple(problems))
    _refuse_combination(person, Role(post.role), post, from_on, until_on)
    holding = Holding(
        top_unit_id=post.top_unit_id,
        post_id=post.id,
        person_id=person.id,
        proxy=proxy,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.add(holding)
    db.session.flush()
    said = {"how": "added", "person": person.id, "proxy": proxy, "from": from_on.isoformat()}
    _record(post.top_unit_id, "holding", "post", post.id, by, now, said)
    return holding


def end_holding(*, holding: Holding, until_on: date, by: int | None, now: datetime) -> None:
    """Let a holding end on a day; one that has not begun is taken back."""
    if until_on < holding.from_on:
        db.session.delete(holding)
    else:
        holding.until_on = until_on
    db.session.flush()
    sign_out_everywhere(person_id=holding.person_id)
    said = {"how": "ended", "person": holding.person_id, "until": until_on.isoformat()}
    _record(holding.top_unit_id, "holding", "post", holding.post_id, by, now, said)


def set_charges(*, post: Post, unit_ids: frozenset[int], by: int | None, now: datetime) -> None:
    """Say which units are in a leader's charge. Raises NotReadyError for a post that is no leader's."""
    if post.role not in {Role.LEADER, Role.CHIEF}:
        raise NotReadyError(("只有分管领导、主要领导的岗位有分管单位。",))
    known = set(
        db.session.scalars(
            select(Unit.id).where(Unit.id.in_(unit_ids), Unit.top_unit_id == post.top_unit_id)
        )
    )
    if known != unit_ids:
        raise NotFoundError("没有这个单位。")
    there = {
        charge.unit_id: charge
        for charge in db.session.scalars(select(Charge).where(Charge.post_id == post.id))
    }
    for unit_id in set(there) - unit_ids:
        db.session.delete(there[unit_id])
    for unit_id in sorted(unit_ids - set(there)):
        db.session.add(Charge(top_unit_id=post.top_unit_id, post_id=post.id, unit_id=unit_id))
    db.session.flush()
    if set(there) != unit_ids:
        said = {"units": [sorted(there), sorted(unit_ids)]}
        _record(post.top_unit_id, "charge", "post", post.id, by, now, said)


def _check_person(data: PersonData) -> None:
    problems = []
    if not LOGIN.fullmatch(data.login.strip()):
        problems.append("用户名用字母、数字、点、横线，2 到 60 位，以字母或数字开头。")
    if not data.name.strip() or len(data.name.strip()) > 60:
        problems.append("要有姓名，不超过 60 字。")
    if data.email.strip() and not MAIL.fullmatch(data.email.strip()):
        problems.append("邮箱的写法不对，应像 name@example.cn。")
    if len(data.phone.strip()) > 40:
        problems.append("电话不超过 40 字。")
    if problems:
        raise NotReadyError(tuple(problems))


def _holders(post: Post, today: date) -> list[Person]:
    """Return who holds a post now or will."""
    return list(
        db.session.scalars(
            select(Person)
            .join(Holding, Holding.person_id == Person.id)
            .where(
                Holding.post_id == post.id,
                or_(Holding.until_on.is_(None), Holding.until_on >= today),
            )
            .distinct()
        )
    )


def _holds_already(post: Post, person: Person, from_on: date, until_on: date | None) -> bool:
    overlapping = select(Holding.id).where(
        Holding.post_id == post.id,
        Holding.person_id == person.id,
        or_(Holding.until_on.is_(None), Holding.until_on >= from_on),
    )
    if until_on is not None:
        overlapping = overlapping.where(Holding.from_on <= until_on)
    return db.session.scalar(overlapping) is not None


def _refuse_combination(
    person: Person, role: Role, post: Post, from_on: date, until_on: date | None
) -> None:
    """Keep the three administrators apart from each other and from all others (三员分立)."""
    others = (
        select(Post.role)
        .join(Holding, Holding.post_id == Post.id)
        .where(
            Holding.person_id == person.id,
            Post.id != post.id,
            Post.active,
            or_(Holding.until_on.is_(None), Holding.until_on >= from_on),
        )
    )
    if until_on is not None:
        others = others.where(Holding.from_on <= until_on)
    held = frozenset(Role(one) for one in db.session.scalars(others))
    if not may_combine(held | {role}):
        words = "、".join(one.word for one in Role if one in held)
        raise NotReadyError(
            (f"{person.name}已任{words}，不能兼任{role.word}：三员须分立，也不能兼任其他岗位。",)
        )


def _sign_out_holders(post: Post, today: date) -> None:
    for person in _holders(post, today):
        sign_out_everywhere(person_id=person.id)


def _record(
    top_unit_id: int,
    action: str,
    object_type: str,
    object_id: int,
    by: int | None,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    audit.record(
        top_unit_id,
        action,
        now=now,
        person_id=by,
        object_type=object_type,
        object_id=object_id,
        detail=detail,
    )
