"""A flow may be reported as the sum since January; what is kept is the month's amount."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tests.web.test_reports import Bureau
from tracker.extensions import db
from tracker.models import Report

SignIn = Callable[[str], FlaskClient]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """January 9,000 and February 7,000 are reported, and sums are typed from now on."""
    built = Bureau(make)
    built.indicator.by_sum = True
    db.session.commit()
    return built


def march() -> list[Decimal]:
    db.session.expire_all()
    rows = select(Report.amount).where(Report.month == 3).order_by(Report.revision)
    return list(db.session.scalars(rows))


def test_the_sum_is_typed_and_the_month_is_kept(sign_in: SignIn, bureau: Bureau) -> None:
    page = sign_in("reporter").get("/reports?month=2024-03").text
    assert "填累计" in page

    answer = sign_in("reporter").post("/reports", data=bureau.filled("27000"))

    assert answer.status_code == 302
    assert march() == [Decimal(11000)]


def test_a_correction_shows_and_takes_the_sum(sign_in: SignIn, bureau: Bureau) -> None:
    sign_in("reporter").post("/reports", data=bureau.filled("27000"))

    page = sign_in("reporter").get(f"/reports?month=2024-03&fix={bureau.i}").text
    assert 'value="27,000"' in page
    again = bureau.filled("27500", **{f"{bureau.i}__base": "1", f"{bureau.i}__why": "漏报一笔"})
    assert sign_in("reporter").post("/reports", data=again).status_code == 302
    assert march() == [Decimal(11000), Decimal(11500)]


def test_a_sum_below_last_months_asks_why(sign_in: SignIn, bureau: Bureau) -> None:
    words = {f"{bureau.i}__next": "催收"}
    answer = sign_in("reporter").post("/reports", data=bureau.filled("15000", **words))
    assert answer.status_code == 422
    assert "累计数比上月累计的 16,000 还少，是不是填了当月数" in answer.text
    sure = words | {f"{bureau.i}__sure": "1"}
    answer = sign_in("reporter").post("/reports", data=bureau.filled("15000", **sure))
    assert answer.status_code == 422
    assert "累计数比上月还少" in answer.text
    assert march() == []

    told = bureau.filled("15000", **sure, **{f"{bureau.i}__note": "退库一笔"})
    assert sign_in("reporter").post("/reports", data=told).status_code == 302
    assert march() == [Decimal(-1000)]


def test_a_gap_before_must_be_filled_first(sign_in: SignIn, bureau: Bureau) -> None:
    february = db.session.scalar(select(Report).where(Report.month == 2))
    db.session.delete(february)
    db.session.commit()

    answer = sign_in("reporter").post("/reports", data=bureau.filled("27000"))

    assert answer.status_code == 422
    assert "要先补报前面没有报的" in answer.text


def test_a_month_that_was_sent_back_must_be_mended_first(sign_in: SignIn, bureau: Bureau) -> None:
    february = db.session.scalar(select(Report).where(Report.month == 2))
    assert february is not None
    february.sent_back = "漏了一笔"
    db.session.commit()

    answer = sign_in("reporter").post("/reports", data=bureau.filled("27000"))
    assert answer.status_code == 422
    assert "改正被退回的月份" in answer.text

    mended = {
        "month": "2024-02",
        "action": "send-filled",
        f"{bureau.i}-amount": "16500",
        f"{bureau.i}-base": "1",
    }
    assert sign_in("reporter").post("/reports", data=mended).status_code == 302
    assert sign_in("reporter").post("/reports", data=bureau.filled("27000")).status_code == 302
    assert march() == [Decimal(10500)]


def test_a_sum_in_the_wrong_unit_is_doubted_by_its_month(sign_in: SignIn, bureau: Bureau) -> None:
    answer = sign_in("reporter").post("/reports", data=bureau.filled("110016000"))

    assert answer.status_code == 422
    assert "数字无误" in answer.text


def test_the_sheet_answers_as_one_types(sign_in: SignIn, bureau: Bureau) -> None:
    answer = sign_in("reporter").post("/reports/draft", data=bureau.filled("27000"))

    assert answer.json is not None
    assert answer.json["rows"][bureau.i]["cumulative"] == "27,000"


def test_the_head_chooses_and_the_history_says_so(sign_in: SignIn, bureau: Bureau) -> None:
    head = Browser(sign_in("head")).open(f"/indicators/{bureau.indicator.id}")
    head.press("改填当月数")

    assert "填报表里改填当月数，已报的数不变。" in head.words
    assert "填报口径 累计数 → 当月数" in head.words
    head.press("改填累计数")
    assert "填报表里改填累计数" in head.words


def test_others_do_not_choose(sign_in: SignIn, bureau: Bureau) -> None:
    where = f"/indicators/{bureau.indicator.id}/basis"

    assert sign_in("reporter").post(where, data={"by_sum": "0"}).status_code == 403
    assert sign_in("colleague").post(where, data={"by_sum": "0"}).status_code == 403
    db.session.expire_all()
    assert bureau.indicator.by_sum


def test_a_balance_has_no_such_choice(sign_in: SignIn, bureau: Bureau) -> None:
    bureau.indicator.kind = "stock"
    db.session.commit()

    answer = sign_in("office").post(
        f"/indicators/{bureau.indicator.id}/basis", data={"by_sum": "1"}
    )

    assert answer.status_code == 422
    assert "没有当月数和累计数之分" in answer.text
