"""Numbers that no page sends, figures that no database holds, rows that left the sheet: a sentence, never a 500."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.web.test_reports import Bureau
from tracker.extensions import db
from tracker.models import Report, Standing

SignIn = Callable[[str], FlaskClient]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
NINES = "9" * 5000


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


def test_the_largest_figure_that_may_be_typed_is_stored(sign_in: SignIn, bureau: Bureau) -> None:
    bureau.indicator.target = Decimal(24)
    db.session.commit()
    words = {"note": "说明", "next": "下一步", "sure": "1"}
    typed = {f"{bureau.i}__{name}": text for name, text in words.items()}

    answer = sign_in("reporter").post("/reports", data=bureau.filled("99999999999999", **typed))

    assert answer.status_code == 302, answer.text
    db.session.expire_all()
    march = db.session.scalar(select(Standing).where(Standing.month == 3))
    assert march is not None
    assert (march.actual, march.light) == (Decimal(100000000015999), "blue")
    assert sign_in("office").get(f"/indicators/{bureau.indicator.id}").status_code == 200


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/indicators/{id}/correct", {"month": "1", "amount": "5", "why": "错", "revision": "1:²"}),
        (
            "/indicators/{id}/correct",
            {"month": "1", "amount": "5", "why": "错", "revision": f"1:{NINES}"},
        ),
        ("/indicators/{id}/edit", {"version": NINES, "target": "5", "why": "改"}),
        ("/indicators/{id}/phasing", {"version": NINES, "way": "even"}),
        (
            "/tasks/{task}/milestones",
            {"lines-²-title": "甲", "lines-99999-title": "乙", "lines--1-day": "x"},
        ),
    ],
)
def test_numbers_that_no_page_sends(
    sign_in: SignIn, bureau: Bureau, path: str, form: dict[str, str]
) -> None:
    where = path.format(id=bureau.indicator.id, task=bureau.task.id)

    assert sign_in("office").post(where, data=form).status_code in {302, 409, 422}


def test_a_page_number_of_any_length(sign_in: SignIn, bureau: Bureau) -> None:
    for path in ("/orders", "/indicators", "/lagging", "/tasks"):
        assert sign_in("office").get(f"{path}?page={NINES}").status_code == 200


def test_what_an_expired_form_carries_may_be_anything(sign_in: SignIn, bureau: Bureau) -> None:
    answer = sign_in("office").post(
        "/login",
        data={"username": "office", "password": Maker.PASSWORD, "kept": "[" * 5000},
    )

    assert answer.status_code == 302


def test_a_forged_choice_is_refused_in_chinese(sign_in: SignIn, bureau: Bureau) -> None:
    answer = sign_in("office").post(f"/plans/{bureau.plan.id}/rules", data={"opens_form": "moon"})

    assert answer.status_code == 422
    assert "Not a valid choice" not in answer.text


def test_a_row_that_left_the_sheet_loses_no_word(sign_in: SignIn, bureau: Bureau) -> None:
    typed = bureau.filled(**{f"{bureau.t}__done": "写了很长的一段进展"})
    bureau.task.state = "suspended"
    db.session.commit()

    answer = sign_in("reporter").post("/reports", data=typed)

    assert answer.status_code == 409
    assert "其中 1 项已不在您的填报表里" in answer.text
    assert "写了很长的一段进展" in answer.text
    assert db.session.scalar(select(Report.id).where(Report.month == 3)) is None


def test_rows_of_others_are_not_there_and_the_words_come_back(
    sign_in: SignIn, bureau: Bureau
) -> None:
    answer = sign_in("colleague").post(
        "/reports", data=bureau.filled(**{f"{bureau.i}__note": "说明一"})
    )

    assert answer.status_code == 404
    assert "说明一" in answer.text
    assert bureau.indicator.name not in answer.text
