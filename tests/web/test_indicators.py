"""The ledger and the page of an indicator; what the office sets, and what stays as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Indicator, Report, Standing
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]
NOW = datetime(2024, 4, 10, tzinfo=UTC)


class Bureau:
    """A bureau with two sections, each with an indicator; a stranger's bureau beside it."""

    def __init__(self, make: Maker) -> None:
        self.top = make.top()
        self.section, self.other = make.unit(self.top, "预算股"), make.unit(self.top, "国库股")
        leader = make.post(self.top, "leader", make.person(self.top, "leader", "李明华"))
        make.charge(leader, self.other)
        self.leader_post_id = leader.id
        make.post(self.section, "head", make.person(self.top, "head", "周立新"))
        make.post(self.other, "head", make.person(self.top, "colleague"))
        make.post(self.top, "office", make.person(self.top, "office", "赵文博"))
        stranger_top = make.top("云泽县财政局")
        make.post(stranger_top, "office", make.person(stranger_top, "stranger"))
        self.plan = make.plan(self.top)
        for month in range(1, 5):
            make.cycle(self.plan, month)
        last_year = [Decimal(9500)] * 12
        self.indicator = make.indicator(
            self.plan, self.section, last_year=last_year, quote="一般公共预算收入完成12亿元"
        )
        for month, amount in enumerate(("9000", "7000", "11000"), start=1):
            make.report(self.indicator, month, amount)
        self.tax = make.indicator(self.plan, self.other, name="=税收收入")
        for month in (1, 2, 3):
            make.report(self.tax, month, "12000")
        refresh_standings(indicators=[self.indicator, self.tax], now=NOW)
        db.session.commit()

    @property
    def url(self) -> str:
        return f"/indicators/{self.indicator.id}"


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


def text_of(answer: object) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())  # type: ignore[attr-defined]


def settings(bureau: Bureau, **changes: str) -> dict[str, str]:
    return {
        "target": "120000",
        "baseline": "",
        "base": "",
        "phasing": "even",
        "quarters": "",
        "weights": "",
        "last_year": "\n".join(["9500"] * 12),
        "why": "",
        "version": str(db.session.get_one(Indicator, bureau.indicator.id).version),
    } | changes


def test_the_ledger_lists_what_the_person_may_see(bureau: Bureau, sign_in: SignIn) -> None:
    office, head = sign_in("office").get("/indicators"), sign_in("head").get("/indicators")

    assert "=税收收入" in office.text
    assert "22.50%" in office.text
    assert "=税收收入" not in head.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=税收", ["=税收收入"]),
        ("light=yellow", ["一般公共预算收入"]),
        ("q=没有的", []),
        ("sort=points&dir=down", ["=税收收入", "一般公共预算收入"]),
        ("sort=points", ["一般公共预算收入", "=税收收入"]),
        ("unit=99999999999999999999", ["一般公共预算收入", "=税收收入"]),
    ],
)
def test_filters_and_order_stand_in_the_address(
    bureau: Bureau, sign_in: SignIn, query: str, found: list[str]
) -> None:
    page = html.fromstring(sign_in("office").get(f"/indicators?{query}").text)

    names = [name.text_content().strip() for name in page.xpath("//tbody//th[@scope='row']")]
    assert names == found


def test_a_leaders_charge_filters_the_ledger(bureau: Bureau, sign_in: SignIn) -> None:
    page = sign_in("office").get(f"/indicators?leader={bureau.leader_post_id}&unit=")

    assert "共 1 项" in text_of(page)


def test_the_export_keeps_figures_numbers_and_text_text(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")

    rows = list(
        csv.DictReader(io.StringIO(browser.get("/indicators/export.csv").data.decode("utf-8-sig")))
    )
    sheet = load_workbook(io.BytesIO(browser.get("/indicators/export.xlsx").data)).active

    assert [row["指标"] for row in rows] == ["一般公共预算收入", "'=税收收入"]
    assert rows[0]["累计完成"] == "27000"
    assert rows[0]["较计划（点）"] == "-2.5"
    assert (sheet["H2"].value, sheet["H2"].data_type) == (27000, "n")
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=税收收入", "s")


def test_the_export_is_read_through_the_same_scope(bureau: Bureau, sign_in: SignIn) -> None:
    assert "税收收入" not in sign_in("head").get("/indicators/export.csv").data.decode("utf-8-sig")


def test_the_ledger_asks_the_same_number_of_queries_for_any_number_of_rows(
    bureau: Bureau, sign_in: SignIn, make: Maker, count_queries: Count
) -> None:
    browser = sign_in("office")
    few = count_queries(lambda: browser.get("/indicators"))
    more = [make.indicator(bureau.plan, bureau.section, name=f"指标{n}") for n in range(110)]
    refresh_standings(indicators=more, now=NOW)
    db.session.commit()

    assert count_queries(lambda: browser.get("/indicators")) == few
    assert "第 1–100 项，共 112 项" in text_of(browser.get("/indicators"))
    assert "第 101–112 项" in text_of(browser.get("/indicators?page=2"))


def next_year(bureau: Bureau, make: Maker, set_clock: Callable[[str], None]) -> None:
    """A new year's plan is issued, with one indicator; it is March of that year."""
    plan = make.plan(bureau.top, year=2025, title="2025年财政工作计划")
    make.indicator(plan, bureau.section, name="新一年的")
    db.session.commit()
    set_clock("2025-03-10T10:00:00")


def names_of(answer: object) -> list[str]:
    page = html.fromstring(answer.text)  # type: ignore[attr-defined]
    return [name.text_content().strip() for name in page.xpath("//tbody//th[@scope='row']")]


def test_an_old_year_stays_within_reach(
    bureau: Bureau, sign_in: SignIn, make: Maker, set_clock: Callable[[str], None]
) -> None:
    next_year(bureau, make, set_clock)
    browser = sign_in("office")

    old = browser.get("/indicators?year=2024")

    assert names_of(browser.get("/indicators")) == ["新一年的"]
    assert names_of(browser.get("/indicators?year=1999")) == ["新一年的"]
    assert names_of(old) == ["一般公共预算收入", "=税收收入"]
    assert "year=2024" in old.text.split("sort=points")[0]
    assert "一般公共预算收入" in browser.get("/indicators/export.csv?year=2024").data.decode(
        "utf-8"
    )


def test_an_old_years_indicator_still_says_how_it_ended(
    bureau: Bureau, sign_in: SignIn, make: Maker, set_clock: Callable[[str], None]
) -> None:
    next_year(bureau, make, set_clock)

    page = text_of(sign_in("head").get(bureau.url))

    assert "已撤销" not in page
    assert "4月未填报" in page


def test_the_plans_of_a_year_are_looked_at_one_by_one(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    other = make.plan(bureau.top, title="2024年重点工作")
    make.indicator(other, bureau.section, name="重点项目")
    db.session.commit()

    assert names_of(sign_in("office").get(f"/indicators?plan={other.id}")) == ["重点项目"]


def test_without_another_year_or_plan_there_is_no_filter_for_them(
    bureau: Bureau, sign_in: SignIn
) -> None:
    page = html.fromstring(sign_in("office").get("/indicators").text)

    assert page.xpath("//select[@name='year' or @name='plan']") == []


def test_the_page_says_where_it_stands_and_why(bureau: Bureau, sign_in: SignIn) -> None:
    page = text_of(sign_in("head").get(bureau.url))

    assert "占年度任务的 22.50%，落后序时进度 2.50 个百分点，一季度失守" in page
    assert "二季度每月需完成 11,000 万元，较计划提高 10.00%，需加力" in page
    assert "规则 落后计划 10 个百分点以内亮黄" in page
    assert "一般公共预算收入完成12亿元" in page


def test_charts_hold_exact_figures_and_the_need(bureau: Bureau, sign_in: SignIn) -> None:
    page = html.fromstring(sign_in("head").get(bureau.url).text)

    import json

    month, cumulative = (
        json.loads(page.get_element_by_id(f"{name}-data").text) for name in ("c1", "c2")
    )
    assert month["actual"][:4] == ["9000", "7000", "11000", None]
    assert month["need"][3:7] == ["11000", "11000", "11000", "10000"]
    assert cumulative["need"][2] == "27000"
    assert (cumulative["low"][11], cumulative["high"][11]) == ("108000", "108000")


@pytest.mark.parametrize("login", ["colleague", "stranger"])
def test_what_is_not_yours_is_not_there(bureau: Bureau, sign_in: SignIn, login: str) -> None:
    assert sign_in(login).get(bureau.url).status_code == 404


def test_only_the_office_sets_targets(bureau: Bureau, sign_in: SignIn) -> None:
    assert sign_in("head").get(f"{bureau.url}/edit").status_code == 403


def test_another_bureaus_office_finds_nothing_to_set(bureau: Bureau, sign_in: SignIn) -> None:
    assert sign_in("stranger").get(f"{bureau.url}/edit").status_code == 404


def test_a_new_target_needs_a_reason_and_keeps_the_old_one_on_record(
    bureau: Bureau, sign_in: SignIn
) -> None:
    browser = sign_in("office")

    refused = browser.post(f"{bureau.url}/edit", data=settings(bureau, target="96000"))
    wished = settings(bureau, target="96000", why="县人大调整预算")
    saved = browser.post(f"{bureau.url}/edit", data=wished, follow_redirects=True)

    assert refused.status_code == 422
    assert "年度目标已经定过，改动要写明理由" in text_of(refused)
    assert "年度目标 120,000 → 96,000" in text_of(saved)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "set_indicator")).one()
    assert entry.detail == {
        "changes": [["年度目标", "120,000", "96,000"]],
        "why": "县人大调整预算",
    }
    march = db.session.scalars(
        select(Standing).where(Standing.indicator_id == bureau.indicator.id, Standing.month == 3)
    ).one()
    assert march.completion_pct == Decimal("28.13")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "12万"}, "不是数字"),
        ({"phasing": "quarters", "quarters": "1\n2\n3\n4"}, "四个季度的目标合计 10"),
        ({"phasing": "quarters", "quarters": "30000\n30000"}, "要填满 4 个，现有 2 个"),
        ({"phasing": "last_year", "last_year": ""}, "上年 12 个月的数不齐"),
        ({"last_year": "1\n2\nx"}, "第 3 个：“x”不是数字"),
        ({"last_year": "1\n2"}, "要填 12 个月，现有 2 个"),
        ({"phasing": "hand", "weights": "-1\n" * 12}, "不能是负数"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_kept(
    bureau: Bureau, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    answer = sign_in("office").post(f"{bureau.url}/edit", data=settings(bureau, **changes))

    assert answer.status_code == 422
    assert said in text_of(answer)
    db.session.expire_all()
    assert bureau.indicator.phasing == "even"


def test_last_years_months_shape_the_plan(bureau: Bureau, sign_in: SignIn) -> None:
    months = ["20000", *["10000"] * 11]
    wished = settings(bureau, phasing="last_year", last_year="\n".join(months))

    sign_in("office").post(f"{bureau.url}/edit", data=wished)

    january = db.session.scalars(
        select(Standing).where(Standing.indicator_id == bureau.indicator.id, Standing.month == 1)
    ).one()
    db.session.expire_all()
    assert january.planned == Decimal(18461)  # the steps left over go to larger remainders


def test_a_stale_form_shows_both_and_loses_nothing(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")
    old = settings(bureau, target="90000", why="调减")
    browser.post(f"{bureau.url}/edit", data=settings(bureau, target="96000", why="先"))

    answer = browser.post(f"{bureau.url}/edit", data=old)

    assert answer.status_code == 409
    assert "90000" in answer.text
    assert "96,000" in answer.text


def test_the_office_corrects_a_month_and_the_old_figure_stays(
    bureau: Bureau, sign_in: SignIn
) -> None:
    browser = sign_in("office")
    wished = {"month": "2", "amount": "7,500", "why": "与国库对账", "revision": "1:1,2:1,3:1"}

    assert browser.post(f"{bureau.url}/correct", data=wished | {"why": ""}).status_code == 422
    page = browser.post(f"{bureau.url}/correct", data=wished, follow_redirects=True)

    assert "更正2月 7,000 → 7,500 万元" in text_of(page)
    assert browser.post(f"{bureau.url}/correct", data=wished | {"amount": "1"}).status_code == 409
    amounts = db.session.scalars(
        select(Report.amount)
        .where(Report.indicator_id == bureau.indicator.id, Report.month == 2)
        .order_by(Report.revision)
    ).all()
    assert amounts == [7000, 7500]


def test_an_overdue_month_is_said_with_how_it_stood_before(
    bureau: Bureau, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    set_clock("2024-05-20T10:00:00")

    page = text_of(sign_in("head").get(bureau.url))

    assert "4月未填报，截止日已过；3月底完成 22.50%，当时欠进度" in page


def without_target(make: Maker, bureau: Bureau) -> Indicator:
    """A quantity that the plan masks, reported for three months all the same."""
    indicator = make.indicator(bureau.plan, bureau.section, name="项目资金", target=None)
    for month in (1, 2, 3):
        make.report(indicator, month, "100", note="已到账。", next_step="抓紧拨付。")
    refresh_standings(indicators=[indicator], now=NOW)
    db.session.commit()
    return indicator


def test_what_was_reported_without_a_target_is_not_called_unreported(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    indicator = without_target(make, bureau)
    browser = sign_in("head")

    page = html.fromstring(browser.get(f"/indicators/{indicator.id}").text)
    ledger = browser.get("/indicators?q=项目资金")
    table = browser.get("/indicators/export.csv?q=项目资金").data.decode("utf-8-sig")

    march = page.xpath("//section[@id='months']//tbody/tr[3]")[0].text_content()
    strip = page.xpath("//div[@class='strip']")[0].text_content()
    assert "无目标" in march
    assert "缺" not in strip
    assert "一季度 · 无目标" in strip
    assert "无目标" in text_of(ledger)
    assert "灰 无目标" in table
    for shown in (march, strip, table):
        assert "未报" not in shown


def test_a_note_that_ends_with_a_full_stop_is_joined_with_one_mark(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    indicator = without_target(make, bureau)

    page = sign_in("head").get(f"/indicators/{indicator.id}").text

    assert "情况：已到账；下一步：抓紧拨付" in page
    assert "。；" not in page


def test_a_cap_is_behind_with_the_same_sign_everywhere(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    cap = make.indicator(bureau.plan, bureau.section, name="三公经费", polarity="lower")
    make.report(cap, 1, "10225")
    refresh_standings(indicators=[cap], now=NOW)
    db.session.commit()

    page = html.fromstring(sign_in("head").get(f"/indicators/{cap.id}").text)

    january = page.xpath("//section[@id='months']//tbody/tr[1]/td")
    assert january[5].text_content() == "−225"
    assert "较计划为正是没有超出" in page.text_content()


def test_the_quarter_is_said_once(bureau: Bureau, sign_in: SignIn) -> None:
    page = text_of(sign_in("head").get(bureau.url))

    assert page.count("二季度每月需完成 11,000 万元") == 1
    assert "全年" in page


def test_a_rate_shows_its_figure_on_ledger_and_board(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    rate = make.indicator(
        bureau.plan, bureau.section, name="税收占比", kind="rate", places=2, target=Decimal(67)
    )
    rate.unit = "%"
    for month in (1, 2, 3):
        make.report(rate, month, "61.79")
    refresh_standings(indicators=[rate], now=NOW)
    db.session.commit()
    browser = sign_in("head")

    for url in ("/indicators?q=税收占比", "/lagging"):
        page = html.fromstring(browser.get(url).text)
        assert "税收占比 为 61.79%，目标 67.00%" in page.xpath("//svg/@aria-label")
        assert "61.79%" in page.xpath("//span[@class='num']/text()")
