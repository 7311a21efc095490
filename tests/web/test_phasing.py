"""The phasing editor: each way, what does not add up, what another changed meanwhile; with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tests.web.test_indicators import Bureau, text_of
from tracker.extensions import db
from tracker.models import AuditEntry, CalendarYear, Indicator, Standing

SignIn = Callable[[str], FlaskClient]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


def typed(bureau: Bureau, **changes: str) -> dict[str, str]:
    given = {
        "way": "even",
        "last_year": "\n".join(["9500"] * 12),
        "why": "按实际调整",
        "version": str(db.session.get_one(Indicator, bureau.indicator.id).version),
    }
    return given | changes


def hand(*months: int) -> dict[str, str]:
    return {f"m_{number}": f"{month:,}" for number, month in enumerate(months, start=1)}


def quarters(*amounts: int) -> dict[str, str]:
    return {f"q_{number}": str(amount) for number, amount in enumerate(amounts, start=1)}


def planned(bureau: Bureau) -> list[Decimal | None]:
    db.session.expire_all()
    rows = select(Standing.planned).where(Standing.indicator_id == bureau.indicator.id)
    return list(db.session.scalars(rows.order_by(Standing.month)))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"way": "even"}, [10000, 20000, 30000]),
        ({"way": "quarters"} | quarters(60000, 30000, 20000, 10000), [20000, 40000, 60000]),
        ({"way": "hand"} | hand(5000, 5000, *[11000] * 10), [5000, 10000, 21000]),
        ({"way": "last_year", "last_year": "1\t1\t2" + "\t2" * 9}, [5455, 10910, 21819]),
    ],
)
def test_each_way_is_saved_and_the_months_follow(
    bureau: Bureau, sign_in: SignIn, changes: dict[str, str], line: list[int]
) -> None:
    answer = sign_in("office").post(f"{bureau.url}/phasing", data=typed(bureau, **changes))

    assert answer.status_code == 302
    assert planned(bureau) == line


def test_a_preview_shows_the_line_and_saves_nothing(bureau: Bureau, sign_in: SignIn) -> None:
    data = typed(bureau, preview="1", way="quarters", **quarters(60000, 30000, 20000, 10000))

    page = html.fromstring(sign_in("office").post(f"{bureau.url}/phasing", data=data).text)

    rows = [" ".join(row.text_content().split()) for row in page.xpath("//tr[@data-month]")]
    assert rows[:4] == [
        "1月 9,500 10,000 20,000 20,000",
        "2月 9,500 10,000 20,000 40,000",
        "3月 9,500 10,000 20,000 60,000",
        "4月 9,500 10,000 10,000 70,000",
    ]
    assert page.xpath("//input[@name='way'][@checked]/@value") == ["quarters"]
    assert planned(bureau) == [10000, 20000, 30000]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"way": "quarters"} | quarters(30000, 30000, 30000, 18000),
            "四个季度的目标合计 108,000 万元，还差 12,000 万元。",
        ),
        (
            {"way": "hand"} | hand(*[10000] * 11, 10003),
            "十二个月合计 120,003 万元，多出 3 万元。",
        ),
        ({"way": "hand", "m_1": "1"}, "已填 1 个，合计 1 万元，还差 119,999 万元。"),
        ({"way": "last_year", "last_year": ""}, "上年 12 个月的数不齐"),
        ({"last_year": "1\n2"}, "要 12 个月，现有 2 个"),
        ({"last_year": "12万"}, "不是数字"),
        ({"m_5": "1.2亿"}, "不是数字"),
        ({"way": "monthly"}, "请选一种分月办法"),
        ({"why": " "}, "改分月要写明理由"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(
    bureau: Bureau, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    data = typed(bureau, **({"way": "last_year", "last_year": "2" + "\n1" * 11} | changes))

    answer = sign_in("office").post(f"{bureau.url}/phasing", data=data)

    assert answer.status_code == 422
    assert said in text_of(answer)
    fields = html.fromstring(answer.text).forms[-1].fields
    kept = {name: fields[name] for name in changes if name not in {"way", "last_year"}}
    assert kept == {name: changes[name] for name in kept}
    assert planned(bureau) == [10000, 20000, 30000]


def test_a_reason_and_the_old_way_stay_on_record(bureau: Bureau, sign_in: SignIn) -> None:
    data = typed(bureau, way="working_days", why="春节在2月")

    page = sign_in("office").post(f"{bureau.url}/phasing", data=data, follow_redirects=True)

    assert "分月办法 十二个月均摊 → 按各月工作日" in text_of(page)
    assert "理由：春节在2月" in text_of(page)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "set_indicator")).one()
    assert entry.detail["why"] == "春节在2月"


def test_a_year_without_published_holidays_is_said(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    data = typed(bureau, preview="1", way="working_days")
    url, browser = f"{bureau.url}/phasing", sign_in("office")
    unpublished = browser.post(url, data=data)
    db.session.add(CalendarYear(top_unit_id=bureau.top.id, year=2024))
    db.session.commit()

    published = browser.post(url, data=data)

    assert "2024年的放假安排尚未公布" in text_of(unpublished)
    assert "尚未公布" not in text_of(published)


def test_a_stale_form_shows_both_and_loses_nothing(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")
    old = typed(bureau, way="quarters", **quarters(60000, 30000, 20000, 10000))
    browser.post(f"{bureau.url}/phasing", data=typed(bureau, way="working_days"))

    answer = browser.post(f"{bureau.url}/phasing", data=old)

    assert answer.status_code == 409
    assert "按四个季度目标 按各月工作日" in text_of(answer)
    form = html.fromstring(answer.text).forms[-1]
    assert form.fields["q_1"] == "60000"
    again = browser.post(f"{bureau.url}/phasing", data=dict(form.fields))
    assert again.status_code == 302


def test_the_preview_in_place_says_sums_rows_and_charts(bureau: Bureau, sign_in: SignIn) -> None:
    data = typed(bureau, way="hand", **hand(*[10000] * 11, 9988))

    told = sign_in("office").post(f"{bureau.url}/phasing/preview", data=data).get_json()

    assert told["sums"]["hand"] == "合计 119,988 万元，还差 12 万元。"
    assert told["problem"] == "十二个月合计 119,988 万元，还差 12 万元。"
    whole = sign_in("office").post(
        f"{bureau.url}/phasing/preview", data=data | {"m_12": "10000", "m_1": "10000"}
    )
    assert whole.get_json()["problem"] == ""
    assert whole.get_json()["charts"]["c1"]["plan"][:2] == ["10000", "10000"]
    assert whole.get_json()["rows"][11]["planned"] == "120,000"


def test_a_rate_by_hand_has_levels(bureau: Bureau, sign_in: SignIn, make: Maker) -> None:
    rate = make.indicator(
        bureau.plan, bureau.section, name="税占比", kind="rate", target=Decimal(60)
    )
    rate.unit = "%"
    db.session.commit()
    browser, url = sign_in("office"), f"/indicators/{rate.id}/phasing"

    page = html.fromstring(browser.get(url).text)
    answer = browser.post(
        url,
        data={"way": "hand", "why": "逐月提高", "version": str(rate.version)}
        | hand(*range(49, 61)),
    )

    assert page.xpath("//input[@name='way']/@value") == ["even", "hand"]
    assert answer.status_code == 302
    db.session.expire_all()
    assert rate.weights == tuple(map(Decimal, range(49, 61)))
    shown = html.fromstring(browser.get(url).text)
    assert shown.xpath("//input[@name='m_1']/@value") == ["49"]


@pytest.mark.parametrize(("login", "status"), [("head", 403), ("stranger", 404)])
def test_only_the_bureaus_office_opens_it(
    bureau: Bureau, sign_in: SignIn, login: str, status: int
) -> None:
    browser = sign_in(login)
    assert browser.get(f"{bureau.url}/phasing").status_code == status
    assert browser.post(f"{bureau.url}/phasing/preview").status_code == status
