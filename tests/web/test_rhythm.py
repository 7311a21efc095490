"""An indicator that is reported by the quarter is asked for at the quarter's end, and at no other time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tests.web.test_reports import Bureau
from tracker.extensions import db
from tracker.models import Report, Standing
from tracker.queries.owed import owed_reports
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


class Quarterly(Bureau):
    """The bureau's indicator of 120,000 with nothing reported, cycles of April to June as well."""

    def __init__(self, make: Maker) -> None:
        super().__init__(make)
        for report in db.session.scalars(select(Report)):
            db.session.delete(report)
        self.indicator.target = Decimal(120000)
        for month in (4, 5, 6):
            make.cycle(self.plan, month)
        db.session.flush()
        self.refresh()
        db.session.commit()


@pytest.fixture
def bureau(make: Maker) -> Quarterly:
    return Quarterly(make)


def by_the_quarter(sign_in: SignIn, bureau: Quarterly) -> Browser:
    page = Browser(sign_in("office")).open(f"/indicators/{bureau.indicator.id}")
    return page.press("改频次", {"every": "3"})


def rows(bureau: Quarterly) -> dict[int, tuple[str, Decimal | None, Decimal | None]]:
    db.session.expire_all()
    found = select(Standing).where(Standing.indicator_id == bureau.indicator.id)
    return {
        row.month: (row.light, row.planned, row.actual)
        for row in db.session.scalars(found.order_by(Standing.month))
    }


def owed_months(bureau: Quarterly, day: date) -> list[int]:
    found = owed_reports(bureau.top.id, day)
    return [row.month.month for row in found if row.what == "indicator"]


def test_it_is_owed_at_the_quarters_end_alone(sign_in: SignIn, bureau: Quarterly) -> None:
    assert owed_months(bureau, date(2024, 7, 1)) == [1, 2, 3, 4, 5, 6]

    page = by_the_quarter(sign_in, bureau)

    assert "改为每季填报。" in page.words
    assert "填报频次 每月 → 每季" in page.words
    assert owed_months(bureau, date(2024, 7, 1)) == [3, 6]
    february = sign_in("reporter").get("/reports?month=2024-02").text
    assert f"{bureau.i}-amount" not in february
    assert f"{bureau.i}-amount" in sign_in("reporter").get("/reports?month=2024-03").text


def test_the_quarters_amount_is_held_against_the_quarters_plan(
    sign_in: SignIn, bureau: Quarterly
) -> None:
    by_the_quarter(sign_in, bureau)
    assert list(rows(bureau)) == [3]

    answer = sign_in("reporter").post("/reports", data=bureau.filled("31000"))

    assert answer.status_code == 302, answer.text
    assert rows(bureau) == {3: ("green", Decimal(30000), Decimal(31000))}
    board = Browser(sign_in("office")).open(f"/indicators/{bureau.indicator.id}")
    assert "每季" in board.words
    assert "31,000" in board.words


def test_the_next_quarter_goes_on_from_there(
    sign_in: SignIn, bureau: Quarterly, make: Maker
) -> None:
    by_the_quarter(sign_in, bureau)
    make.report(bureau.indicator, 3, "31000")
    make.report(bureau.indicator, 6, "28000")
    bureau.indicator = db.session.merge(bureau.indicator)
    refresh_standings(indicators=[bureau.indicator], now=datetime(2024, 7, 20, tzinfo=UTC))

    assert rows(bureau) == {
        3: ("green", Decimal(30000), Decimal(31000)),
        6: ("yellow", Decimal(60000), Decimal(59000)),
    }


def test_months_that_are_reported_already_hold_it(
    sign_in: SignIn, bureau: Quarterly, make: Maker
) -> None:
    make.report(bureau.indicator, 2, "9000")
    db.session.commit()

    page = by_the_quarter(sign_in, bureau)

    assert page.answer.status_code == 422
    assert "2月已经报过数，不能改为每季填报" in page.words
    db.session.expire_all()
    assert bureau.indicator.every == 1


def test_what_is_no_rhythm_is_refused(sign_in: SignIn, bureau: Quarterly) -> None:
    where = f"/indicators/{bureau.indicator.id}/rhythm"

    assert sign_in("office").post(where, data={"every": "5"}).status_code == 422
    assert sign_in("office").post(where, data={}).status_code == 422
    assert sign_in("head").post(where, data={"every": "3"}).status_code == 403
    assert "没有变动" not in sign_in("office").post(where, data={"every": "1"}).text


def test_back_to_months_all_are_asked_again(sign_in: SignIn, bureau: Quarterly) -> None:
    by_the_quarter(sign_in, bureau).press("改频次", {"every": "1"})

    assert owed_months(bureau, date(2024, 7, 1)) == [1, 2, 3, 4, 5, 6]
    assert list(rows(bureau)) == [1, 2, 3]


def test_a_closed_month_keeps_its_row(sign_in: SignIn, bureau: Quarterly) -> None:
    january = db.session.scalar(select(Standing).where(Standing.month == 1))
    assert january is not None
    january.frozen = True
    db.session.commit()

    by_the_quarter(sign_in, bureau)

    assert list(rows(bureau)) == [1, 3]
