"""Is everything running: reports, mails, the scheduler, people who never came, the calendar of the coming year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tracker.domain.cycles import CycleRuleError, parse_cycle_rule
from tracker.extensions import db
from tracker.models import CalendarDay, CalendarYear, Lease, OutboxMessage, Person, Plan, Unit
from tracker.queries.completeness import Completeness, completeness

#: The scheduler beats every minute; after this it is taken for stopped.
SILENT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class YearDays:
    """A year of the working calendar; not `published`: its weekdays are taken as they are."""

    year: int
    published: bool
    holidays: int
    make_up_days: int


@dataclass(frozen=True, slots=True)
class PlanRule:
    """When a plan's months open and are due, in words."""

    id: int
    title: str
    unit_name: str
    words: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who never signed in."""

    id: int
    name: str
    login: str


@dataclass(frozen=True, slots=True)
class Running:
    """What the page of the running state shows."""

    completeness: Completeness | None
    mails: Mapping[str, int]
    beat_at: datetime | None
    scheduler_alive: bool
    newcomers: tuple[Newcomer, ...]
    years: tuple[YearDays, ...]
    rules: tuple[PlanRule, ...]

    @property
    def waiting(self) -> int:
        """Return how many mails wait."""
        return self.mails.get("queued", 0) + self.mails.get("sending", 0)

    @property
    def failed(self) -> int:
        """Return how many mails could not be delivered."""
        return self.mails.get("failed", 0)

    @property
    def to_do(self) -> tuple[str, ...]:
        """Say what somebody has to see to; empty when all is well."""
        said = []
        if not self.scheduler_alive:
            said.append("定时任务没有在运行，提醒和邮件不会发出")
        if self.failed:
            said.append(f"{self.failed} 封邮件没有送达")
        said.extend(f"{one.year}年节假日安排没有录入" for one in self.years if not one.published)
        if self.newcomers:
            said.append(f"{len(self.newcomers)} 人从未登录")
        return tuple(said)

    def sentence(self) -> str:
        """Say in one sentence whether all is well."""
        if not self.to_do:
            return "运行正常。"
        return f"有 {len(self.to_do)} 件事要办：{'；'.join(self.to_do)}。"


def running(top_unit_id: int, now: datetime) -> Running:
    """Return the running state of a bureau. Ten queries."""
    beat = db.session.scalar(select(func.max(Lease.beat_at)))
    return Running(
        completeness=completeness(top_unit_id, now.date(), now.tzinfo),
        mails=_mails(top_unit_id),
        beat_at=beat,
        scheduler_alive=beat is not None and now - beat <= SILENT_AFTER,
        newcomers=_newcomers(top_unit_id),
        years=years_of(top_unit_id, (now.year, now.year + 1)),
        rules=_rules(top_unit_id),
    )


def _mails(top_unit_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.top_unit_id == top_unit_id)
        .group_by(OutboxMessage.state)
    )
    return dict(rows.all())


def _newcomers(top_unit_id: int) -> tuple[Newcomer, ...]:
    rows = db.session.execute(
        select(Person.id, Person.name, Person.login)
        .where(Person.top_unit_id == top_unit_id, Person.active, Person.last_login_at.is_(None))
        .order_by(Person.id)
    )
    return tuple(Newcomer(*row) for row in rows)


def years_of(top_unit_id: int, years: Sequence[int]) -> tuple[YearDays, ...]:
    """Return what the working calendar knows of some years. Two queries."""
    published = set(
        db.session.scalars(select(CalendarYear.year).where(CalendarYear.top_unit_id == top_unit_id))
    )
    days = db.session.execute(
        select(CalendarDay.day, CalendarDay.working).where(CalendarDay.top_unit_id == top_unit_id)
    ).all()
    return tuple(
        YearDays(
            year,
            year in published,
            sum(not working for day, working in days if day.year == year),
            sum(working for day, working in days if day.year == year),
        )
        for year in years
    )


def _rules(top_unit_id: int) -> tuple[PlanRule, ...]:
    rows = db.session.execute(
        select(Plan.id, Plan.title, Unit.name, Plan.opens, Plan.due)
        .join(Unit, Unit.id == Plan.unit_id)
        .where(Plan.top_unit_id == top_unit_id, Plan.state == "issued")
        .order_by(Plan.year.desc(), Plan.id)
    )
    return tuple(
        PlanRule(id_, title, unit, _words(opens, due)) for id_, title, unit, opens, due in rows
    )


def _words(opens: str, due: str) -> str:
    try:
        return parse_cycle_rule(opens, due).word
    except CycleRuleError as error:
        return error.message
