"""The head confirms what the reporter sent, or sends it back, where the plan asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tests.web.test_reports import Bureau
from tracker.extensions import db
from tracker.models import AuditEntry, Cycle, Report
from tracker.queries.owed import owed_reports

SignIn = Callable[[str], FlaskClient]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """January and February are closed to confirmation: their figures were seen long ago."""
    built = Bureau(make)
    built.plan.confirm_reports = True
    for cycle in db.session.scalars(select(Cycle).where(Cycle.month < 3)):
        cycle.closed_at = datetime(2024, 3, 10, tzinfo=UTC)
    db.session.commit()
    return built


def sent(sign_in: SignIn, bureau: Bureau, amount: str = "11000", **more: str) -> None:
    answer = sign_in("reporter").post("/reports", data=bureau.filled(amount, **more))
    assert answer.status_code == 302, answer.text


def newest() -> Report:
    db.session.expire_all()
    found = db.session.scalar(
        select(Report).where(Report.month == 3).order_by(Report.revision.desc())
    )
    assert found is not None
    return found


def march_is_owed(bureau: Bureau) -> bool:
    rows = owed_reports(bureau.top.id, newest().at.date())
    return any(row.what == "indicator" and row.month.month == 3 for row in rows)


def test_what_the_reporter_sends_waits_for_the_head(sign_in: SignIn, bureau: Bureau) -> None:
    sent(sign_in, bureau)

    assert "待责任人确认" in sign_in("reporter").get("/reports?month=2024-03").text
    head = Browser(sign_in("head")).open("/desk")
    assert "联络员报的数有 1 项待您确认。" in head.words
    head.open(head.link("去确认"))
    assert "11,000" in head.words
    assert "7,000" in head.words  # last month, beside it
    assert "欠进度" in head.words
    head.press("确认", {"chosen": str(newest().id)})

    assert "已确认 1 项。" in head.words
    assert newest().confirmed_at is not None
    assert "责任人已确认" in sign_in("reporter").get("/reports?month=2024-03").text
    assert db.session.scalar(
        select(AuditEntry.detail).where(AuditEntry.action == "figures_confirmed")
    ) == {"rows": 1, "reports": [newest().id]}


def test_what_is_sent_back_is_owed_again_and_says_why(sign_in: SignIn, bureau: Bureau) -> None:
    sent(sign_in, bureau)
    assert not march_is_owed(bureau)

    head = Browser(sign_in("head")).open("/reports/confirm")
    head.press("退回", {"chosen": str(newest().id), "why": "漏了国有资本收益。"})

    assert "已退回 1 项，由联络员更正。" in head.words
    assert march_is_owed(bureau)
    page = sign_in("reporter").get("/reports?month=2024-03").text
    assert "责任人退回：漏了国有资本收益。请更正后再提交。" in page
    assert 'value="11,000"' in page


def test_the_answer_to_it_is_a_new_figure_with_its_reason(sign_in: SignIn, bureau: Bureau) -> None:
    sent(sign_in, bureau)
    Browser(sign_in("head")).open("/reports/confirm").press(
        "退回", {"chosen": str(newest().id), "why": "漏了国有资本收益"}
    )

    same = bureau.filled(**{f"{bureau.i}__base": "1"})
    refused = sign_in("reporter").post("/reports", data=same)
    assert refused.status_code == 422
    assert "与退回前一样" in refused.text

    sent(sign_in, bureau, "11500", **{f"{bureau.i}__base": "1"})
    assert (newest().revision, newest().why) == (2, "按退回意见更正：漏了国有资本收益")
    assert not march_is_owed(bureau)
    assert "11,500" in sign_in("head").get("/reports/confirm").text


def test_nothing_is_sent_back_without_a_word(sign_in: SignIn, bureau: Bureau) -> None:
    sent(sign_in, bureau)
    for form, words in (
        ({"do": "back", "chosen": str(newest().id)}, "退回要写明哪里不对"),
        ({"do": "back", "chosen": str(newest().id), "why": "长" * 501}, "最多 500 字"),
        ({"do": "confirm"}, "没有选中"),
    ):
        answer = sign_in("head").post("/reports/confirm", data=form)
        assert answer.status_code == 422
        assert words in answer.text


def test_a_figure_that_changed_in_between_is_looked_at_anew(
    sign_in: SignIn, bureau: Bureau
) -> None:
    sent(sign_in, bureau)
    seen = newest().id
    sent(sign_in, bureau, "12000", **{f"{bureau.i}__base": "1", f"{bureau.i}__why": "漏一笔"})

    answer = sign_in("head").post("/reports/confirm", data={"do": "confirm", "chosen": str(seen)})

    assert answer.status_code == 409
    assert "请对照后再办" in answer.text
    assert "12,000" in answer.text
    assert newest().confirmed_at is None


def test_what_the_head_fills_in_needs_no_confirmation(sign_in: SignIn, bureau: Bureau) -> None:
    answer = sign_in("head").post("/reports", data=bureau.filled())

    assert answer.status_code == 302
    assert newest().confirmed_at is not None
    assert "没有待确认的填报" in sign_in("head").get("/reports/confirm").text


def test_nobody_else_confirms(sign_in: SignIn, bureau: Bureau) -> None:
    sent(sign_in, bureau)

    form = {"do": "confirm", "chosen": str(newest().id)}
    for login in ("reporter", "colleague", "office"):
        assert sign_in(login).post("/reports/confirm", data=form).status_code == 403
    assert newest().confirmed_at is None


def test_the_head_of_another_section_confirms_nothing_here(
    sign_in: SignIn, bureau: Bureau, make: Maker
) -> None:
    make.post(bureau.other, "head", make.person(bureau.top, "otherhead"))
    db.session.commit()
    sent(sign_in, bureau)

    stranger = sign_in("otherhead")
    assert "没有待确认的填报" in stranger.get("/reports/confirm").text
    form = {"do": "confirm", "chosen": str(newest().id)}
    assert stranger.post("/reports/confirm", data=form).status_code == 409
    assert newest().confirmed_at is None


def test_a_plan_that_does_not_ask_for_it_shows_nothing_of_it(
    sign_in: SignIn, bureau: Bureau
) -> None:
    bureau.plan.confirm_reports = False
    db.session.commit()
    sent(sign_in, bureau)

    assert "没有待确认的填报" in sign_in("head").get("/reports/confirm").text
    assert "待责任人确认" not in sign_in("reporter").get("/reports?month=2024-03").text


def test_a_correction_that_is_sent_back_leaves_the_month_owed(
    sign_in: SignIn, bureau: Bureau
) -> None:
    sent(sign_in, bureau)
    sent(sign_in, bureau, "12000", **{f"{bureau.i}__base": "1", f"{bureau.i}__why": "漏一笔"})

    Browser(sign_in("head")).open("/reports/confirm").press(
        "退回", {"chosen": str(newest().id), "why": "再核"}
    )

    assert march_is_owed(bureau)


def test_the_owner_confirms_what_another_section_leads(
    sign_in: SignIn, bureau: Bureau, make: Maker
) -> None:
    post = make.post(bureau.other, "head", make.person(bureau.top, "owner"))
    bureau.indicator.owner_post_id = post.id
    db.session.commit()
    sent(sign_in, bureau)

    owner = Browser(sign_in("owner")).open("/reports/confirm")
    owner.press("确认", {"chosen": str(newest().id)})

    assert newest().confirmed_at is not None
