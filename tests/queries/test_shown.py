"""Which month an indicator shows on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, Standing
from tracker.queries.shown import shown_on
from tracker.services.refresh_standings import refresh_standings


@pytest.fixture
def reported_to_february(make: Maker) -> Indicator:
    """Reported for January and February; March is due on 3 April, April on 6 May."""
    plan = make.plan(make.top())
    for month, due in (
        (1, date(2024, 2, 5)),
        (2, date(2024, 3, 5)),
        (3, date(2024, 4, 3)),
        (4, date(2024, 5, 7)),
    ):
        make.cycle(plan, month, due_on=due)
    indicator = make.indicator(plan)
    make.report(indicator, 1, "9000")
    make.report(indicator, 2, "9000")
    refresh_standings(indicators=[indicator], now=datetime(2024, 5, 2, tzinfo=UTC))
    return indicator


def shown_month(day: date) -> int | None:
    return db.session.scalar(
        select(Standing.month).select_from(Indicator).join(Standing, shown_on(day))
    )


@pytest.mark.parametrize(
    ("day", "month"),
    [
        pytest.param(date(2024, 3, 20), 2, id="the newest reported"),
        pytest.param(date(2024, 4, 3), 2, id="March is due today: not late yet"),
        pytest.param(date(2024, 4, 4), 3, id="March is late: grey"),
        pytest.param(date(2024, 5, 2), 3, id="April is over but not due"),
        pytest.param(date(2024, 1, 15), None, id="nothing is over"),
    ],
)
def test_shown_month(reported_to_february: Indicator, day: date, month: int | None) -> None:
    assert shown_month(day) == month
