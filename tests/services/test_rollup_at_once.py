"""Parents and children changed by two people at once, on PostgreSQL: nobody waits in a ring, nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import POSTGRES
from tests.makers import Maker
from tests.overlap import overlap
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, Plan, Standing
from tracker.permissions import Actor
from tracker.services.close_period import close_period
from tracker.services.correct_figure import correct_figure
from tracker.services.lay_cycles import lay_cycles
from tracker.services.refresh_standings import refresh_standings
from tracker.services.set_rollup import RollupWish, WishedChild, set_rollup

DATABASES = (POSTGRES,)
NOW = datetime(2024, 4, 10, tzinfo=UTC)


class House:
    """The parent's number lies between those of its children, so that careless locks meet head on."""

    def __init__(self, make: Maker) -> None:
        top = make.top()
        plan = make.plan(top)
        person = make.person(top)
        self.office = Actor(person.id, top.id, "督查办", frozenset({Role.OFFICE}))
        self.plan_id = plan.id
        first = make.indicator(plan, name="税收收入")
        parent = make.indicator(plan, name="一般公共预算收入")
        last = make.indicator(plan, name="非税收入")
        self.first, self.parent, self.last = first.id, parent.id, last.id
        lay_cycles(plan=plan, today=NOW.date())
        for child in (first, last):
            make.report(child, 1, "1000")
        refresh_standings(indicators=[first, parent, last], now=NOW)
        db.session.commit()

    def set(self) -> None:
        parent = db.session.get_one(Indicator, self.parent)
        wish = RollupWish("sum", (WishedChild(self.first), WishedChild(self.last)))
        set_rollup(actor=self.office, indicator=parent, wish=wish, version=parent.version, now=NOW)

    def correct(self, indicator_id: int, amount: int) -> None:
        correct_figure(
            actor=self.office,
            indicator=db.session.get_one(Indicator, indicator_id),
            month=1,
            amount=Decimal(amount),
            why="漏记",
            revision=1,
            now=NOW,
        )

    def close(self) -> None:
        plan = db.session.get_one(Plan, self.plan_id)
        close_period(actor=self.office, plan=plan, month=1, now=NOW)

    @property
    def january(self) -> Decimal | None:
        db.session.expire_all()
        return db.session.scalar(
            select(Standing.actual).where(Standing.indicator_id == self.parent, Standing.month == 1)
        )


@pytest.fixture
def house(make: Maker) -> House:
    return House(make)


def test_two_children_at_once_are_both_in_the_sum(app: Flask, house: House) -> None:
    house.set()
    db.session.commit()

    overlap(
        app,
        lambda: house.correct(house.last, 2000),
        lambda: house.correct(house.first, 5000),
    )

    assert house.january == 7000


def test_closing_waits_for_a_child_and_freezes_what_it_brought(app: Flask, house: House) -> None:
    house.set()
    db.session.commit()

    overlap(app, lambda: house.correct(house.last, 2000), house.close)

    assert house.january == 3000


def test_a_correction_that_waits_for_the_closing_leaves_the_closed_month(
    app: Flask, house: House
) -> None:
    house.set()
    db.session.commit()

    overlap(app, house.close, lambda: house.correct(house.last, 2000))

    assert house.january == 2000


def test_a_report_that_waits_for_the_rollup_goes_into_it(app: Flask, house: House) -> None:
    overlap(app, house.set, lambda: house.correct(house.first, 5000))

    assert house.january == 6000


def test_a_rollup_that_waits_for_a_report_has_it(app: Flask, house: House) -> None:
    overlap(app, lambda: house.correct(house.last, 5000), house.set)

    assert house.january == 6000
