"""What must hold of stored standing rows whatever happens and in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.bureau import at, make_bureau
from tests.makers import Maker
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.phasing_choice import Choice, Way
from tracker.extensions import db
from tracker.models import Indicator, Person, Plan, Report, Standing
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.change_target import ask_target
from tracker.services.check_standings import check_standings
from tracker.services.close_period import close_period
from tracker.services.correct_figure import correct_figure
from tracker.services.refresh_standings import refresh_standings
from tracker.services.set_phasing import set_phasing

NOW = at("2024-08-20T10:00")
REPORTED = 7
CLOSED = 4


def rows_of(indicator: Indicator) -> dict[int, dict[str, Any]]:
    """Every column that follows from the case, by month."""
    db.session.expire_all()
    rows = db.session.scalars(select(Standing).where(Standing.indicator_id == indicator.id))
    hidden = {"id", "at", "indicator_id", "top_unit_id", "plan_id"}
    names = [column.name for column in Standing.__table__.columns if column.name not in hidden]
    return {row.month: {name: getattr(row, name) for name in names} for row in rows}


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_reports_does_not_matter(make: Maker, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same shuffles every time
    plan = make.plan(make.top())
    amounts = {month: str(chance.randrange(5000, 15000)) for month in range(1, REPORTED + 1)}
    months = list(amounts)
    found = []
    for _ in range(3):
        indicator = make.indicator(plan)
        for month in months:
            make.report(indicator, month, amounts[month])
            refresh_standings(indicators=[indicator], now=NOW)
        found.append(rows_of(indicator))
        chance.shuffle(months)
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == REPORTED


@dataclass
class Later:
    """What may happen to an indicator whose first months are closed."""

    office: Actor
    indicator: Indicator
    chance: random.Random

    def report(self) -> None:
        month = self.chance.randint(1, REPORTED)
        newest = max(one.revision for one in self.indicator_reports() if one.month == month)
        correct_figure(
            actor=self.office,
            indicator=self.indicator,
            month=month,
            amount=Decimal(self.chance.randrange(1, 20000)),
            why="对账",
            revision=newest,
            now=NOW,
        )

    def indicator_reports(self) -> list[Report]:
        return list(
            db.session.scalars(select(Report).where(Report.indicator_id == self.indicator.id))
        )

    def target(self) -> None:
        ask_target(
            actor=self.office,
            indicator=self.indicator,
            target=Decimal(self.chance.randrange(100_000, 200_000)),
            high=None,
            from_month=self.chance.randint(CLOSED + 1, 12),
            why="调整",
            version=self.indicator.version,
            now=NOW,
        )

    def phasing(self) -> None:
        way = self.chance.choice([Way.EVEN, Way.WORKING_DAYS, Way.LAST_YEAR])
        last_year = tuple(Decimal(self.chance.randrange(1, 9000)) for _ in range(12))
        set_phasing(
            actor=self.office,
            indicator=self.indicator,
            year=2024,
            choice=Choice(way, last_year=last_year),
            version=self.indicator.version,
            why="调整",
            calendar=WorkingCalendar(),
            now=NOW,
        )

    def bands(self) -> None:
        plan = db.session.get_one(Plan, self.indicator.plan_id)
        plan.yellow_points = Decimal(self.chance.randrange(0, 20))
        refresh_standings(indicators=[self.indicator], now=NOW)

    def anything(self) -> Callable[[], None]:
        return self.chance.choice([self.report, self.target, self.phasing, self.bands])


@pytest.mark.parametrize("seed", range(6))
def test_a_closed_period_is_the_same_after_any_later_change(make: Maker, seed: int) -> None:
    bureau = make_bureau(make)
    for month in range(1, REPORTED + 1):
        make.report(bureau.revenue, month, str(9000 + month))
    refresh_standings(indicators=[bureau.revenue], now=NOW)
    login = f"office{bureau.top.id}"
    person = db.session.scalars(select(Person.id).where(Person.login == login)).one()
    office = actor_of(person, NOW.date())
    assert office is not None
    for month in range(1, CLOSED + 1):
        close_period(actor=office, plan=bureau.plan, month=month, now=NOW)
    was = {month: row for month, row in rows_of(bureau.revenue).items() if month <= CLOSED}
    later = Later(office, bureau.revenue, random.Random(seed))  # noqa: S311

    for _ in range(8):
        later.anything()()

    now = rows_of(bureau.revenue)
    assert {month: now[month] for month in was} == was
    db.session.commit()
    assert check_standings(now=NOW).differences == ()
