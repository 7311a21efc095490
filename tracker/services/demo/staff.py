"""Founds the demonstration bureau: units, people, their posts, who is in whose charge, who stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tracker.domain.roles import Level, Role
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit
from tracker.services.demo.organisation import (
    BUREAU_CODE,
    BUREAU_DUTIES,
    BUREAU_NAME,
    MAIL_DOMAIN,
    NAMES,
    POSTS,
    PROXY,
    SECTIONS,
)
from tracker.services.sessions import hash_password

_ON_LEAVE_SINCE = timedelta(days=12)
_ON_LEAVE_FOR = timedelta(days=45)


@dataclass(slots=True)
class Staff:
    """The bureau as founded: units by name, people by login, posts by unit and role."""

    top: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[tuple[int, Role], Post] = field(default_factory=dict)
    leaders: dict[int, Post] = field(default_factory=dict)  # by the unit in their charge


def found_bureau(*, password: str, now: datetime) -> Staff:
    """Make the bureau with everybody in their posts since the year before last."""
    staff = Staff(_unit(None, BUREAU_NAME, BUREAU_CODE, Level.BUREAU, BUREAU_DUTIES))
    since = date(now.year - 2, 1, 1)
    _hire(staff, password)
    for position, section in enumerate(SECTIONS, start=1):
        unit = _unit(
            staff.top, section.name, f"{BUREAU_CODE}-{section.code}", Level.SECTION, section.duties
        )
        unit.position = position
        staff.units[section.name] = unit
        title = "主任" if section.name.endswith("室") else "股长"
        _post(staff, unit, Role.HEAD, title, section.head, since)
        _post(staff, unit, Role.REPORTER, "联络员", section.reporter, since)
    _fill_other_posts(staff, since)
    _stand_in(staff, now.date())
    db.session.flush()
    return staff


def _unit(parent: Unit | None, name: str, code: str, level: Level, duties: str) -> Unit:
    unit = Unit(
        top_unit_id=parent.id if parent else None,
        parent_id=parent.id if parent else None,
        name=name,
        code=code,
        level=level.value,
        duties=duties,
    )
    db.session.add(unit)
    db.session.flush()
    unit.top_unit_id = parent.id if parent else unit.id
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def _hire(staff: Staff, password: str) -> None:
    """Add everybody; one hash for all, because thirty of them would take a second."""
    hashed = hash_password(password)
    for number, (login, name) in enumerate(NAMES.items(), start=1):
        staff.people[login] = Person(
            top_unit_id=staff.top.id,
            login=login,
            name=name,
            email=f"{login}@{MAIL_DOMAIN}",
            phone=f"内线 {6100 + number}",
            password_hash=hashed,
        )
    db.session.add_all(staff.people.values())
    db.session.flush()


def _post(staff: Staff, unit: Unit, role: Role, title: str, login: str, since: date) -> Post:
    post = Post(top_unit_id=staff.top.id, unit_id=unit.id, title=title, role=role.value)
    db.session.add(post)
    db.session.flush()
    staff.posts.setdefault((unit.id, role), post)
    _hold(staff, post, login, since)
    return post


def _hold(staff: Staff, post: Post, login: str, since: date, until: date | None = None) -> None:
    db.session.add(
        Holding(
            top_unit_id=staff.top.id,
            post_id=post.id,
            person_id=staff.people[login].id,
            proxy=until is not None,
            from_on=since,
            until_on=until,
        )
    )


def _fill_other_posts(staff: Staff, since: date) -> None:
    codes = {section.code: staff.units[section.name] for section in SECTIONS}
    for given in POSTS:
        unit = codes.get(given.section, staff.top)
        post = _post(staff, unit, given.role, given.title, given.login, since)
        if given.role is Role.LEADER:
            _give_charge(staff, post, given.login)


def _give_charge(staff: Staff, post: Post, login: str) -> None:
    for section in SECTIONS:
        if section.leader == login:
            unit = staff.units[section.name]
            db.session.add(Charge(top_unit_id=staff.top.id, post_id=post.id, unit_id=unit.id))
            staff.leaders[unit.id] = post


def _stand_in(staff: Staff, today: date) -> None:
    code, login = PROXY
    name = next(section.name for section in SECTIONS if section.code == code)
    post = staff.posts[staff.units[name].id, Role.HEAD]
    since = today - _ON_LEAVE_SINCE
    _hold(staff, post, login, since, since + _ON_LEAVE_FOR)
