"""A small bureau's closed review for tests: three indicators, an overdue task, a decision."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.makers import Maker
from tracker.domain.agenda import ReviewKind
from tracker.extensions import db
from tracker.models import Review, Unit
from tracker.queries.units_and_posts import staff_of
from tracker.services.open_review import open_review
from tracker.services.refresh_standings import refresh_standings
from tracker.services.run_review import Decided, close_review, decide

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 4, 8, 10, tzinfo=ZONE)


def bureau(make: Maker) -> Unit:
    """A bureau with its office, leader and chief, and two sections: one lags, one is ahead."""
    top = make.top(code="LX")
    for role, login in (("office", "office"), ("leader", "leader"), ("chief", "chief")):
        make.post(top, role, make.person(top, login, f"{login}某"))
    one, two = make.unit(top, "预算股"), make.unit(top, "国库股")
    make.post(one, "head", make.person(top, "head", "周立新"))
    plan = make.plan(top)
    for month in range(1, 4):
        make.cycle(plan, month)
    indicators = [
        make.indicator(plan, one, name="税收收入"),
        make.indicator(plan, two, name="非税收入"),
        make.indicator(plan, two, name="=基金收入"),
    ]
    for indicator, amount in zip(indicators, ("2142", "12000", "9000"), strict=True):
        for month in (1, 2, 3):
            make.report(indicator, month, amount)
    make.task(plan, one, text="建成公物仓", start_on=date(2024, 1, 5), due_on=date(2024, 3, 31))
    refresh_standings(indicators=indicators, now=NOW)
    return top


def open_one(top: Unit, kind: ReviewKind = ReviewKind.MONTHLY, now: datetime = NOW) -> Review:
    """A review that is still open, with one decision."""
    review = open_review(top_unit_id=top.id, kind=kind, now=now, person_id=None)
    staff = staff_of(top.id, now.date())
    unit_id = db.session.scalars(select(Unit.id).where(Unit.name == "预算股")).one()
    decided = Decided("逐户核对重点税源", unit_id, None, date(2024, 4, 20))
    decide(review=review, item=None, decided=decided, staff=staff, person_id=None, now=now)
    db.session.commit()
    return review


def closed_one(top: Unit, kind: ReviewKind = ReviewKind.MONTHLY, now: datetime = NOW) -> Review:
    """A review that is over."""
    review = open_one(top, kind, now)
    close_review(review=review, chair="", attendance="", minutes="", person_id=None, now=now)
    db.session.commit()
    return review
