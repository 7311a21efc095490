"""What goes into a column comes out of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError, StatementError

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, Report, Task


def test_figure_and_moment_survive_the_database(make: Maker) -> None:
    figure = Decimal("99999999999999.9999")
    indicator = make.indicator(make.plan(make.top()), places=4)
    report = make.report(
        indicator, 3, str(figure), at=datetime(2024, 4, 2, 12, tzinfo=timezone(timedelta(hours=8)))
    )
    db.session.commit()
    db.session.expire_all()

    assert report.amount == figure
    assert report.at == datetime(2024, 4, 2, 4, tzinfo=UTC)


def test_rows_of_figures_keep_every_digit_and_what_is_unknown(make: Maker) -> None:
    months = [Decimal("0.1"), None, Decimal("12345678901234.5678"), *[Decimal(0)] * 9]
    indicator = make.indicator(make.plan(make.top()), last_year=months)
    db.session.commit()
    db.session.expire_all()

    assert list(indicator.last_year or ()) == months


def test_a_figure_that_is_too_fine_is_refused_not_rounded(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()))

    with pytest.raises(StatementError, match="more than four decimals"):
        make.report(indicator, 1, "0.00001")


def test_a_naive_moment_is_refused(make: Maker) -> None:
    indicator = make.indicator(make.plan(make.top()))

    with pytest.raises(StatementError, match="naive"):
        make.report(indicator, 1, "1", at=datetime(2024, 1, 1))  # noqa: DTZ001


def test_lazy_loading_raises(make: Maker) -> None:
    make.task(make.plan(make.top()))
    db.session.commit()
    db.session.expunge_all()
    task = db.session.scalars(select(Task)).one()

    with pytest.raises(InvalidRequestError, match="lazy='raise'"):
        _ = task.units


def test_the_database_refuses_a_report_of_a_thirteenth_month(make: Maker) -> None:
    from sqlalchemy.exc import IntegrityError

    indicator = make.indicator(make.plan(make.top()))
    db.session.add(
        Report(
            top_unit_id=indicator.top_unit_id,
            indicator_id=indicator.id,
            year=2024,
            month=13,
            revision=1,
            amount=Decimal(1),
            at=datetime(2024, 1, 1, tzinfo=UTC),
        )
    )

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_indicator_keeps_at_most_four_places(make: Maker) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError):
        make.indicator(make.plan(make.top()), places=5)
    assert db.session.registry.has() is True
    db.session.rollback()
    assert db.session.scalars(select(Indicator)).all() == []
