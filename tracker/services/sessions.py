"""Use cases of signing in and out: sessions live in the database, a deleted row signs the browser out."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Select, Update, delete, or_, select, update
from sqlalchemy.exc import OperationalError

from tracker.domain.errors import TrackerError
from tracker.extensions import db, reading_only, writing_beside
from tracker.models import Person, WebSession
from tracker.services.audit import record

log = logging.getLogger(__name__)

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
REFUSED = "用户名或密码不对。连续输错 5 次，账号锁定 15 分钟；急用请安全管理员解锁。"
TOUCH_AFTER = timedelta(minutes=1)
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second choice
#: Checked when there is no such person, so that the answer takes as long and tells nothing.
_DECOY = _hasher.hash(secrets.token_hex(16))


class SignInError(TrackerError):
    """The name or password is wrong, or the account is locked."""


@dataclass(frozen=True, slots=True)
class Found:
    """A live session and whose it is."""

    session_id: int
    person_id: int


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return _hasher.hash(password)


def check_password_strength(password: str, login: str) -> None:
    """Refuse a weak password with one sentence (TrackerError)."""
    kinds = sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )
    if len(password) < 8 or (kinds < 3 and len(password) < 16):
        raise TrackerError("密码至少 8 位，并含大写、小写、数字、符号中的三种；或不少于 16 位。")
    if len(password) > 200:
        raise TrackerError("密码不能超过 200 位。")
    if login and login.lower() in password.lower():
        raise TrackerError("密码里不能含有登录名。")


def sign_in(*, login: str, password: str, address: str, agent: str, now: datetime) -> str:
    """Return a new session's token. Raises SignInError; the caller commits in both cases (failures count).

    A wrong name, a wrong password and a locked account are refused in the same words, after the same work.
    """
    person = db.session.scalar(select(Person).where(Person.login == login, Person.active))
    right = _matches(person, password)
    locked = person is not None and (person.locked_until or now) > now
    if person is None or locked or not right:
        _count_failure(login, now)
        raise SignInError(REFUSED)
    db.session.execute(
        update(Person)
        .where(Person.id == person.id)
        .values(failed_logins=0, locked_until=None, last_login_at=now)
    )
    token = secrets.token_urlsafe(32)
    db.session.add(
        WebSession(
            top_unit_id=person.top_unit_id,
            token_hash=_digest(token),
            person_id=person.id,
            created_at=now,
            seen_at=now,
            address=address[:60],
            agent=agent[:200],
        )
    )
    record(person.top_unit_id, "sign_in", now=now, person_id=person.id, detail={"address": address})
    db.session.flush()
    return token


def find_session(token: str, *, now: datetime, idle: timedelta, longest: timedelta) -> Found | None:
    """Return the live session of a token: used within `idle`, begun within `longest`."""
    row = db.session.execute(
        select(
            WebSession.id, WebSession.person_id, WebSession.seen_at, WebSession.created_at
        ).where(WebSession.token_hash == _digest(token))
    ).one_or_none()
    if row is None:
        return None
    if now - row.seen_at > idle or now - row.created_at > longest:
        return None
    if abs(now - row.seen_at) > TOUCH_AFTER:
        _touch(row.id, now)
    return Found(row.id, row.person_id)


def sign_out(*, session_id: int) -> None:
    """End one session."""
    db.session.execute(delete(WebSession).where(WebSession.id == session_id))


def sign_out_everywhere(*, person_id: int, keep: int | None = None) -> None:
    """End all of a person's sessions but the one to keep: after a new password, a lock, a changed role."""
    statement = delete(WebSession).where(WebSession.person_id == person_id)
    if keep is not None:
        statement = statement.where(WebSession.id != keep)
    db.session.execute(statement)


def set_password(
    *, person: Person, password: str, now: datetime, keep_session: int | None = None
) -> None:
    """Give a person a new password and end the other sessions. Raises TrackerError if it is weak."""
    check_password_strength(password, person.login)
    person.password_hash = hash_password(password)
    person.failed_logins, person.locked_until = 0, None
    sign_out_everywhere(person_id=person.id, keep=keep_session)
    record(person.top_unit_id, "password", now=now, object_type="person", object_id=person.id)
    db.session.flush()


def verify(person: Person, password: str) -> bool:
    """Tell whether this is the person's password."""
    return _matches(person, password)


def _matches(person: Person | None, password: str) -> bool:
    stored = person.password_hash if person is not None else None
    try:
        return _hasher.verify(stored or _DECOY, password[:1000]) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _count_failure(login: str, now: datetime) -> None:
    """Count a wrong password and lock after the fifth; an unknown name or a locked account counts nothing.

    Written past the mapper: a sign-in is no change of the account, and makes nobody's open form of it stale.
    """
    not_locked = or_(Person.locked_until.is_(None), Person.locked_until <= now)
    counted = db.session.execute(
        update(Person)
        .where(Person.login == login, Person.active, not_locked)
        .values(failed_logins=Person.failed_logins + 1)
        .returning(Person.id, Person.top_unit_id, Person.failed_logins)
    ).one_or_none()
    if counted is None or counted.failed_logins < LOCK_AFTER:
        return
    db.session.execute(
        update(Person)
        .where(Person.id == counted.id)
        .values(failed_logins=0, locked_until=now + LOCK_FOR)
    )
    record(counted.top_unit_id, "locked", now=now, object_type="person", object_id=counted.id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _touch(session_id: int, now: datetime) -> None:
    """Note that the session was seen: with the request's own changes, or, when it only reads, beside it.

    Beside it nobody waits for anything: where the row or the database is busy, the next click notes it.
    """
    free = select(WebSession.id).where(WebSession.id == session_id)
    if not reading_only.get():
        db.session.execute(_seen(free, now))
        return
    try:
        with writing_beside() as connection:
            connection.execute(_seen(free.with_for_update(skip_locked=True), now))
    except OperationalError as error:
        log.info("session %d could not be noted as seen: %s", session_id, error.orig)


def _seen(chosen: Select[int], now: datetime) -> Update:
    return update(WebSession).where(WebSession.id.in_(chosen)).values(seen_at=now)
