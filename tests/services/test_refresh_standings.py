"""Standing rows follow what was reported, and a closed period never changes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, Standing
from tracker.services.refresh_standings import check_figures, refresh_standings

IN_APRIL = datetime(2024, 4, 10, tzinfo=UTC)


def rows_of(indicator: Indicator) -> list[Standing]:
    return list(
        db.session.scalars(
            select(Standing).where(Standing.indicator_id == indicator.id).order_by(Standing.month)
        )
    )


def test_every_month_that_is_over_has_a_row_and_unreported_ones_are_grey(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()))
    make.report(indicator, 1, "9000")

    refresh_standings(indicators=[indicator], now=IN_APRIL)

    assert [(row.month, row.light, row.status) for row in rows_of(indicator)] == [
        (1, "yellow", "behind"),
        (2, "grey", "not_reported"),
        (3, "grey", "not_reported"),
    ]


def test_the_figures_are_those_of_the_rules(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()))
    for month, amount in enumerate(("9000", "7000", "11000"), start=1):
        make.report(indicator, month, amount)

    refresh_standings(indicators=[indicator], now=IN_APRIL)
    march = rows_of(indicator)[-1]

    assert (march.actual, march.completion_pct, march.ahead_points) == (
        27000,
        Decimal("22.50"),
        Decimal("-2.50"),
    )
    assert (march.quarter_guard, march.quarter_need) == ("push", (11000, 11000, 11000))
    assert (march.light, march.behind_since) == ("yellow", 1)
    assert march.figures["quarters_lost"] == [1]


def test_a_correction_counts_and_the_row_stays_one(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()))
    make.report(indicator, 1, "9000")
    refresh_standings(indicators=[indicator], now=IN_APRIL)
    make.report(indicator, 1, "12000", revision=2)

    refresh_standings(indicators=[indicator], now=IN_APRIL)

    assert next((row.month, row.light) for row in rows_of(indicator)) == (1, "green")
    assert len(rows_of(indicator)) == 3


def test_a_frozen_row_is_never_repainted(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()))
    make.report(indicator, 1, "9000")
    refresh_standings(indicators=[indicator], now=IN_APRIL)
    rows_of(indicator)[0].frozen = True
    indicator.target = Decimal(1)

    refresh_standings(indicators=[indicator], now=IN_APRIL)

    january, february, _ = rows_of(indicator)
    assert (january.target, january.light) == (120000, "yellow")
    assert february.target == 1


def test_an_unknown_target_is_grey_not_green(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()), target=None)
    make.report(indicator, 1, "9000")

    refresh_standings(indicators=[indicator], now=IN_APRIL)

    assert rows_of(indicator)[0].light == "grey"


def test_drafts_have_no_standing(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()), state="draft")

    assert refresh_standings(indicators=[indicator], now=IN_APRIL) == 0


def test_the_worst_guard_sorts_first(make: Maker) -> None:
    plan = make.plan(make.top())
    indicators = []
    for name, amounts in (("稍欠", "28000"), ("难保", "5000"), ("达标", "31000")):
        indicator = make.indicator(plan, name=name)
        make.report(indicator, 1, "0")
        make.report(indicator, 2, "0")
        make.report(indicator, 3, amounts)
        indicators.append(indicator)

    refresh_standings(indicators=indicators, now=IN_APRIL)
    worst_first = db.session.scalars(
        select(Indicator.name)
        .join(Standing, Standing.indicator_id == Indicator.id)
        .where(Standing.month == 3)
        .order_by(Standing.severity.desc())
    ).all()

    assert worst_first == ["难保", "稍欠", "达标"]


def test_quarters_that_do_not_add_up_are_named(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()), phasing="quarters", quarters=[Decimal(1)] * 4)

    assert "季度" in (check_figures(indicator) or "")
