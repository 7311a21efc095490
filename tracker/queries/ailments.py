"""What is wrong with a bureau's data: nobody to report, nobody to mail to, no calendar, mails that do not leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Holding, Lease, OutboxMessage, Person, Plan, Post, Unit
from tracker.queries.actor import held_on
from tracker.queries.running import SILENT_AFTER, years_of
from tracker.queries.vacancies import vacancies

#: A mail that has waited for longer is stuck.
STUCK_AFTER = timedelta(hours=1)
#: The holidays of a year are published in the November before it.
PUBLISHED_BY = 12
NAMED = 5
#: Without these nobody can issue a plan, keep the accounts, give roles or read the record.
NEEDED = (Role.OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Ailment:
    """One thing that is wrong: where, what, and what to do about it. `grave`: something does not work now."""

    where: str
    words: str
    grave: bool = False


def machine_ailments(now: datetime) -> Iterator[Ailment]:
    """Yield what is wrong with the scheduler and the outbox. Three queries."""
    beat = db.session.scalar(select(func.max(Lease.beat_at)))
    if beat is None:
        yield Ailment(
            "定时任务", "从未运行，提醒和邮件不会发出；请运行 flask scheduler run。", grave=True
        )
    elif now - beat > SILENT_AFTER:
        said = f"{beat.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        yield Ailment("定时任务", f"{said} 之后没有动静，请看它的日志并重新启动。", grave=True)
    oldest = db.session.scalar(
        select(func.min(OutboxMessage.next_at)).where(OutboxMessage.state == "queued")
    )
    if oldest is not None and now - oldest > STUCK_AFTER:
        said = f"{oldest.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        yield Ailment("邮件", f"有邮件从 {said} 等到现在还没有发，请查 SMTP 设置。", grave=True)
    failed = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(OutboxMessage.state == "failed")
    )
    if failed:
        yield Ailment("邮件", f"{failed} 封没有送达；flask mail list --state failed 看原因。")


def bureau_ailments(top_unit_id: int, now: datetime) -> Iterator[Ailment]:
    """Yield what is wrong with one bureau. Eight queries."""
    name = db.session.scalars(select(Unit.name).where(Unit.id == top_unit_id)).one()
    yield from _posts(top_unit_id, name, now)
    yield from _people(top_unit_id, name, now)
    yield from _calendar(top_unit_id, name, now)


def _posts(top_unit_id: int, name: str, now: datetime) -> Iterator[Ailment]:
    held = set(
        db.session.scalars(
            select(Post.role)
            .join(Holding, Holding.post_id == Post.id)
            .join(Person, Person.id == Holding.person_id)
            .where(Post.top_unit_id == top_unit_id, Post.active, Person.active, held_on(now.date()))
        )
    )
    for role in NEEDED:
        if role.value not in held:
            yield Ailment(name, f"没有人任{role.word}。", grave=role is Role.OFFICE)
    for vacancy in vacancies(top_unit_id, now.date()):
        if vacancy.tasks or vacancy.indicators:
            yield Ailment(name, f"{vacancy.words}，没有人收到提醒。", grave=True)


def _people(top_unit_id: int, name: str, now: datetime) -> Iterator[Ailment]:
    people = db.session.execute(
        select(Person.name, Person.email, Person.password_hash)
        .join(Holding, Holding.person_id == Person.id)
        .join(Post, Post.id == Holding.post_id)
        .where(Person.top_unit_id == top_unit_id, Person.active, Post.active, held_on(now.date()))
        .distinct()
    ).all()
    without_mail = sorted({one.name for one in people if not one.email.strip()})
    if without_mail:
        yield Ailment(name, f"{_some(without_mail)}没有登记邮箱，收不到提醒。")
    without_password = sorted({one.name for one in people if one.password_hash is None})
    if without_password:
        yield Ailment(name, f"{_some(without_password)}没有密码，登录不了。")


def _calendar(top_unit_id: int, name: str, now: datetime) -> Iterator[Ailment]:
    needed = set(
        db.session.scalars(
            select(Plan.year).where(Plan.top_unit_id == top_unit_id, Plan.year >= now.year)
        )
    )
    needed |= {now.year, now.year + 1} if now.month >= PUBLISHED_BY else {now.year}
    for year in years_of(top_unit_id, sorted(needed)):
        if not year.published:
            yield Ailment(name, f"{year.year}年节假日安排没有录入，暂按周一至周五算工作日。")


def _some(names: list[str]) -> str:
    more = f"等 {len(names)} 人" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
