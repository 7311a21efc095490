"""The plain start pages of the three administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Holding, Person, Post
from tracker.queries.actor import held_on
from tracker.queries.audit_log import Log, Wanted, audit_log
from tracker.queries.running import Running, running

RECENT = 10


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody in one line."""

    id: int
    name: str
    login: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SecurityStart:
    """Whose account is locked, and who has no post."""

    people: int
    locked: tuple[Name, ...]
    without_post: tuple[Name, ...]

    def sentence(self) -> str:
        """Say it in one sentence."""
        if not self.locked and not self.without_post:
            return f"{self.people} 个账号，没有锁定的，也没有缺岗位的。"
        said = []
        if self.locked:
            said.append(f"{len(self.locked)} 个账号锁定")
        if self.without_post:
            said.append(f"{len(self.without_post)} 人没有岗位，登录不了")
        return f"{self.people} 个账号：{'，'.join(said)}。"


@dataclass(frozen=True, slots=True)
class AuditStart:
    """The newest entries, and how many there were today."""

    today: int
    newest: Log


def system_start(top_unit_id: int, now: datetime) -> Running:
    """Return what the system administrator sees first."""
    return running(top_unit_id, now)


def security_start(top_unit_id: int, now: datetime) -> SecurityStart:
    """Return what the security administrator sees first. Two queries."""
    people = db.session.scalars(
        select(Person).where(Person.top_unit_id == top_unit_id, Person.active).order_by(Person.id)
    ).all()
    placed = set(
        db.session.scalars(
            select(Holding.person_id)
            .join(Post, Post.id == Holding.post_id)
            .where(Holding.top_unit_id == top_unit_id, Post.active, held_on(now.date()))
        )
    )
    locked = [one for one in people if one.locked_until is not None and one.locked_until > now]
    return SecurityStart(
        people=len(people),
        locked=tuple(
            Name(one.id, one.name, one.login, _until(one.locked_until, now)) for one in locked
        ),
        without_post=tuple(
            Name(one.id, one.name, one.login) for one in people if one.id not in placed
        ),
    )


def _until(moment: datetime | None, now: datetime) -> str:
    return "" if moment is None else f"锁定到 {moment.astimezone(now.tzinfo):%H:%M}"


def audit_start(now: datetime) -> AuditStart:
    """Return what the auditor sees first. Four queries."""
    today = now.date()
    return AuditStart(
        today=audit_log(Wanted(from_on=today, until_on=today), now.tzinfo, size=1).total,
        newest=audit_log(Wanted(), now.tzinfo, size=RECENT),
    )
