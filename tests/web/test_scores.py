"""The pages of scoring: worked out, looked into line by line, published, disputed; drafts stay with the office."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.bureau import Bureau, make_bureau
from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import Objection, ScoreScheme, Scoring

Count = Callable[[Callable[[], object]], int]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def bureau(make: Maker, set_clock: Callable[[str], None]) -> Bureau:
    set_clock("2024-05-14T15:00")
    bureau = make_bureau(make)
    bureau.revenue.target = Decimal(1200)
    db.session.commit()
    return bureau


@pytest.fixture
def office(bureau: Bureau, sign_in: SignIn) -> Browser:
    """The office's browser."""
    return Browser(sign_in(f"office{bureau.top.id}"))


def scored(browser: Browser) -> Browser:
    return browser.open("/scores").press("算分", {"quarter": "2024-Q1"})


def published(browser: Browser) -> Scoring:
    scored(browser).press("公布")
    return db.session.scalars(select(Scoring)).one()


def sheet(scoring: Scoring) -> str:
    return f"/scores/{scoring.id}/units/{scoring.sheets[0]['unit_id']}"


def test_a_quarter_is_scored_and_looked_into(office: Browser) -> None:
    assert "还没有考核结果" in office.open("/scores").words

    scored(office)
    assert "2024年一季度 · 草稿" in office.words
    office.open(office.link("预算股"))

    assert "预算股 2024年一季度考核" in office.words
    assert "10 分 − 3 次 × 0.5 分" in office.words
    assert "没有可算的数，不计分" in office.words


def test_a_quarter_that_is_not_over_is_refused(office: Browser) -> None:
    office.open("/scores").press("算分", {"quarter": "2024-Q2"})

    assert office.status == 422
    assert "还没有结束" in office.words
    assert office.open("/scores").press("算分", {"quarter": "2024-Q9"}).status == 400


def test_points_by_hand_change_the_sheet(office: Browser) -> None:
    office.open(scored(office).link("预算股"))

    office.press("评定", {"points": "3", "why": ""})
    assert office.status == 422
    assert office.page.xpath("//input[@name='points']/@value") == ["3"]
    office.press("评定", {"points": "3", "why": "省级表彰"})

    assert "（省级表彰）" in office.words


def test_units_see_what_is_published_and_only_their_own_sheet(
    office: Browser, bureau: Bureau, make: Maker, sign_in: SignIn
) -> None:
    other = make.unit(bureau.top, "国库股")
    make.indicator(bureau.plan, other, name="支出")
    db.session.commit()
    scored(office)
    scoring = db.session.scalars(select(Scoring)).one()
    head = Browser(sign_in(bureau.head.login))
    assert "还没有考核结果" in head.open("/scores").words
    assert head.open(f"/scores/{scoring.id}/export.xlsx").status == 404

    office.open("/scores").press("公布")

    assert "国库股" in head.open("/scores").words
    theirs = next(one["unit_id"] for one in scoring.sheets if one["unit_name"] == "国库股")
    assert head.open(f"/scores/{scoring.id}/units/{theirs}").status == 404
    assert head.open(f"/scores/{scoring.id}/units/{bureau.section.id}").status == 200


def test_a_unit_objects_and_the_office_answers(
    office: Browser, bureau: Bureau, sign_in: SignIn
) -> None:
    scoring = published(office)
    head = Browser(sign_in(bureau.head.login)).open(sheet(scoring))

    assert head.press("送督查办", {"text": ""}).status == 422
    head.press("送督查办", {"text": "1月按时报了"})
    assert "异议已送督查办。" in head.words
    assert "待答复" in office.open("/scores").words
    office.open(sheet(scoring)).press("答复", {"answer": "已核，维持"})

    assert "答复：已核，维持" in head.open(sheet(scoring)).words
    assert db.session.scalars(select(Objection.answer)).one() == "已核，维持"


def test_what_is_published_is_not_scored_again(office: Browser) -> None:
    published(office)

    office.open("/scores").press("算分", {"quarter": "2024-Q1"})

    assert office.status == 422
    assert "已经公布" in office.words


def test_a_stale_publication_is_refused(office: Browser) -> None:
    scored(office)
    scoring = db.session.scalars(select(Scoring)).one()
    scoring.hand = {}
    scoring.rules = [*scoring.rules]
    scoring.made_at = scoring.made_at.replace(year=2023)
    db.session.commit()

    office.press("公布")

    assert office.status == 409


def test_rules_are_written_down_and_refused_in_words(office: Browser) -> None:
    office.open("/scores/rules")
    office.press("保存", {"weight-0": "一百"})
    assert office.status == 422
    assert "“指标进度”：“一百”不是数字" in office.words
    assert "一百" in office.page.xpath("//input[@name='weight-0']/@value")
    office.press("保存", {"weight-0": "60", "kind-0": "magic"})
    assert office.status == 422

    added = {
        "name-6": "延期",
        "source-6": "extensions",
        "kind-6": "per_point",
        "weight-6": "5",
        "step-6": "-1",
    }
    office.open("/scores/rules").press("保存", {"weight-0": "45"} | added)

    assert "考核办法已保存" in office.words
    rules = db.session.scalars(select(ScoreScheme)).one().rules
    assert (rules[0]["weight"], rules[6]["name"]) == ("45", "延期")


def test_the_order_is_exported(office: Browser) -> None:
    scored(office)
    scoring = db.session.scalars(select(Scoring)).one()

    office.open(f"/scores/{scoring.id}/export.csv")

    assert "名次,单位,总分,指标进度" in office.answer.text
    assert "预算股" in office.answer.text


def test_another_bureaus_scores_are_not_there(
    office: Browser, make: Maker, sign_in: SignIn
) -> None:
    scoring = published(office)
    other = make.top("山阳县财政局")
    make.post(other, "office", make.person(other, "stranger", "吴江"))
    db.session.commit()
    stranger = sign_in("stranger")

    assert stranger.get(sheet(scoring)).status_code == 404
    assert stranger.get(f"/scores/{scoring.id}/export.xlsx").status_code == 404


def test_queries_do_not_grow_with_the_units(
    office: Browser, bureau: Bureau, make: Maker, count_queries: Count
) -> None:
    def with_more_units(count: int) -> int:
        for number in range(count):
            unit = make.unit(bureau.top, f"第{count}-{number}股")
            make.indicator(bureau.plan, unit, name=f"指标{count}-{number}")
        db.session.commit()
        return count_queries(lambda: scored(office))

    scored(office)  # afterwards the quarter is there and is worked out again

    assert with_more_units(1) == with_more_units(20)
