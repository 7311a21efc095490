"""The board: what lags in one sentence, by unit and month and one by one; closing a month."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Cycle, OutboxMessage, Standing
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]
NOW = datetime(2024, 4, 10, tzinfo=UTC)


class Bureau:
    """Two sections on 10 April: one yellow and one red indicator, one green, one unreported, a late task."""

    def __init__(self, make: Maker) -> None:
        self.make = make
        self.top = make.top()
        self.section, self.other = make.unit(self.top, "预算股"), make.unit(self.top, "国库股")
        self.leader = make.post(self.top, "leader", make.person(self.top, "leader", "李明华"))
        make.charge(self.leader, self.other)
        make.post(self.section, "head", make.person(self.top, "head", "周立新"))
        make.post(self.section, "reporter", make.person(self.top, "reporter", "陈晓燕"))
        make.post(self.other, "head", make.person(self.top, "colleague", "黄少华"))
        make.post(self.top, "office", make.person(self.top, "office", "赵文博"))
        stranger_top = make.top("云泽县财政局")
        make.post(stranger_top, "office", make.person(stranger_top, "stranger"))
        self.plan = make.plan(self.top)
        for month in range(1, 5):
            make.cycle(self.plan, month)
        self.yellow = self.one("一般公共预算收入", self.section, "9000", "7000", "11000")
        self.red = self.one("非税收入", self.other, "5000", "5000", "5000")
        self.green = self.one("税收收入", self.section, "12000", "12000", "12000")
        self.grey = self.one("存量资金收回", self.other, "10000", "10000")
        self.task = make.task(
            self.plan, self.other, text="清理收回结余资金", due_on=date(2024, 3, 31)
        )
        db.session.commit()

    def one(self, name: str, unit: object, *amounts: str) -> object:
        indicator = self.make.indicator(self.plan, unit, name=name)  # type: ignore[arg-type]
        for month, amount in enumerate(amounts, start=1):
            self.make.report(
                indicator, month, amount, note="土地流拍" if name == "非税收入" else ""
            )
        refresh_standings(indicators=[indicator], now=NOW)
        return indicator


@pytest.fixture
def bureau(make: Maker, set_clock: Callable[[str], None]) -> Bureau:
    set_clock("2024-04-10T10:00:00")
    return Bureau(make)


def text_of(answer: object) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())  # type: ignore[attr-defined]


def listed(answer: object) -> list[str]:
    page = html.fromstring(answer.text)  # type: ignore[attr-defined]
    return [name.text_content().strip() for name in page.xpath("//ol[contains(@class, 'lag')]//h3")]


def test_the_sentence_counts_what_lags(bureau: Bureau, sign_in: SignIn) -> None:
    page = text_of(sign_in("office").get("/lagging"))

    assert "4 项指标中 3 项滞后：红 1、黄 1、未报 1；二季度难保 1 项；另有 1 项任务逾期" in page


def test_the_worst_guard_comes_first_with_reason_and_need(bureau: Bureau, sign_in: SignIn) -> None:
    answer = sign_in("office").get("/lagging")

    assert listed(answer) == ["非税收入", "一般公共预算收入", "存量资金收回"]
    page = text_of(answer)
    assert (
        "落后计划 12.50 点，自1月起；二季度每月需完成 15,000 万元，较计划提高 50.00%，难保" in page
    )
    assert "原因 土地流拍" in page
    assert "3月未填报，截止日已过；2月底完成 16.67%，当时达进度" in page
    assert "逾期 10 天" in page
    assert "国库股 3月、1月、2月还有" in page or "逾期未报的单位" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("light=yellow", ["一般公共预算收入"]),
        ("light=green", ["税收收入"]),
        ("light=nonsense", ["非税收入", "一般公共预算收入", "存量资金收回"]),
        ("month=1", ["非税收入", "一般公共预算收入"]),
    ],
)
def test_chips_and_filters(bureau: Bureau, sign_in: SignIn, query: str, found: list[str]) -> None:
    assert listed(sign_in("office").get(f"/lagging?{query}")) == found


def test_unit_and_leader_narrow_the_board(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")

    assert listed(browser.get(f"/lagging?unit={bureau.section.id}")) == ["一般公共预算收入"]
    charge = browser.get(f"/lagging?leader={bureau.leader.id}")
    assert listed(charge) == ["非税收入", "存量资金收回"]


def test_the_heat_map_shows_each_units_worst(bureau: Bureau, sign_in: SignIn) -> None:
    page = html.fromstring(sign_in("office").get("/lagging").text)

    rows = {
        row.findtext("th/a"): [cell.get("data-light") for cell in row.findall("td")]
        for row in page.xpath("//table[@class='heat']/tbody/tr")
    }
    assert rows["预算股"][:4] == ["yellow", "yellow", "yellow", None]
    assert rows["国库股"][:4] == ["yellow", "yellow", "red", None]


def test_a_reported_indicator_without_a_target_is_no_gap_in_the_heat_map(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    third = make.unit(bureau.top, "资产股")
    indicator = make.indicator(bureau.plan, third, name="项目资金", target=None)
    for month in (1, 2, 3):
        make.report(indicator, month, "100")
    beside = make.indicator(bureau.plan, bureau.section, name="另一笔", target=None)
    make.report(beside, 1, "100")
    refresh_standings(indicators=[indicator, beside], now=NOW)
    db.session.commit()

    page = html.fromstring(sign_in("office").get("/lagging").text)

    cells = {
        row.findtext("th/a"): [cell.text_content().strip() for cell in row.findall("td")]
        for row in page.xpath("//table[@class='heat']/tbody/tr")
    }
    assert "灰灯，无目标" in cells["资产股"][0]
    assert "未报" not in cells["资产股"][0]
    assert "黄灯" in cells["预算股"][0]  # hides no light of another indicator


def test_each_sees_what_is_theirs(bureau: Bureau, sign_in: SignIn) -> None:
    assert listed(sign_in("head").get("/lagging")) == ["一般公共预算收入"]
    assert listed(sign_in("leader").get("/lagging")) == ["非税收入", "存量资金收回"]


def test_a_stranger_sees_nothing(bureau: Bureau, sign_in: SignIn) -> None:
    assert listed(sign_in("stranger").get("/lagging")) == []


def test_the_export_has_indicators_tasks_and_reports(bureau: Bureau, sign_in: SignIn) -> None:
    data = sign_in("office").get("/lagging/export.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))

    assert [row["类型"] for row in rows[:4]] == ["指标", "指标", "指标", "任务"]
    assert {row["类型"] for row in rows[4:]} == {"未报"}
    assert (rows[0]["较计划（点）"], rows[0]["下月需完成"]) == ("-12.5", "15000")
    assert rows[3]["逾期天数"] == "10"
    assert sign_in("office").get("/lagging/export.xlsx").data.startswith(b"PK")


def test_the_number_of_queries_does_not_grow(
    bureau: Bureau, sign_in: SignIn, make: Maker, count_queries: Count
) -> None:
    browser = sign_in("office")
    few = count_queries(lambda: browser.get("/lagging"))
    for number in range(20):
        bureau.one(f"指标{number}", bureau.other, "1000")
        make.task(bureau.plan, bureau.other, due_on=date(2024, 3, 1))
    db.session.commit()

    assert count_queries(lambda: browser.get("/lagging")) == few


def test_long_lists_come_in_pages_and_are_counted_whole(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    for number in range(55):
        bureau.one(f"指标{number}", bureau.other, "1000")
        make.task(bureau.plan, bureau.other, text=f"任务{number}", due_on=date(2024, 3, 1))
    db.session.commit()
    browser = sign_in("office")

    first, second = browser.get("/lagging"), browser.get("/lagging?page=2&task_page=2")

    assert len(listed(first)) == 50
    assert len(listed(second)) == 8
    assert "59 项指标中 58 项滞后" in text_of(first)
    assert "另有 56 项任务逾期" in text_of(first)
    assert "第 1–50 项，共 56 项" in text_of(first)
    assert "第 51–56 项，共 56 项" in text_of(second)
    assert "/lagging?task_page=2#tasks" in first.text
    data = browser.get("/lagging/export.csv?page=2").data.decode("utf-8-sig")
    kinds = [row["类型"] for row in csv.DictReader(io.StringIO(data))]
    assert (kinds.count("指标"), kinds.count("任务")) == (58, 56)


def test_an_old_year_is_looked_at_by_itself(
    bureau: Bureau, sign_in: SignIn, set_clock: Callable[[str], None], make: Maker
) -> None:
    new = make.plan(bureau.top, year=2025, title="2025年财政工作计划")
    make.indicator(new, bureau.section, name="新一年的")
    db.session.commit()
    set_clock("2025-03-10T10:00:00")
    browser = sign_in("office")

    now, old = browser.get("/lagging"), browser.get("/lagging?year=2024")

    assert "非税收入" not in listed(now)
    assert "非税收入" in listed(old)
    assert "新一年的" not in old.text
    chosen = html.fromstring(old.text).xpath("//select[@name='year']/option[@selected]/@value")
    assert chosen == ["2024"]
    assert "year=2024" in old.text.replace("&amp;", "&").split("light=red")[0]


def test_pressing_queues_one_mail_a_person_and_day(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")
    wish = {"indicator": str(bureau.yellow.id)}  # type: ignore[attr-defined]

    first = browser.post("/lagging/remind", data=wish, follow_redirects=True)
    second = browser.post("/lagging/remind", data=wish, follow_redirects=True)

    assert "已催办 一般公共预算收入：邮件发给" in text_of(first)
    assert "今天已催办过" in text_of(second)
    mails = db.session.scalars(select(OutboxMessage)).all()
    assert {mail.key.split("/")[0] for mail in mails} == {"manual"}
    assert len({mail.person_id for mail in mails}) == len(mails)
    assert "二季度每月需完成 11,000 万元" in mails[0].text


def test_who_may_not_press(bureau: Bureau, sign_in: SignIn) -> None:
    wish = {"indicator": str(bureau.yellow.id)}  # type: ignore[attr-defined]

    assert sign_in("head").post("/lagging/remind", data=wish).status_code == 403
    assert sign_in("leader").post("/lagging/remind", data=wish).status_code == 404
    assert "催办" not in text_of(sign_in("head").get("/lagging"))


def close(
    browser: FlaskClient, bureau: Bureau, month: int, what: str = "close", why: str = ""
) -> str:
    data = {"plan": str(bureau.plan.id), "month": str(month), "why": why}
    return text_of(browser.post(f"/lagging/{what}", data=data, follow_redirects=True))


def test_closing_freezes_a_month_for_good(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")

    assert "1月还没有封账" in close(browser, bureau, 2)
    assert "已封账" in close(browser, bureau, 1)
    assert "已经封账" in close(browser, bureau, 1)
    assert "截止之后才能封账" in close(browser, bureau, 4)
    january = db.session.scalars(select(Standing).where(Standing.month == 1)).all()
    assert all(row.frozen for row in january)


def test_reopening_needs_a_reason(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("office")
    close(browser, bureau, 1)

    assert "启封要写明理由" in close(browser, bureau, 1, "reopen")
    assert "已启封" in close(browser, bureau, 1, "reopen", "漏报一笔")
    assert db.session.scalars(select(Cycle.closed_at).where(Cycle.month == 1)).one() is None


def test_only_the_office_of_the_bureau_closes(bureau: Bureau, sign_in: SignIn) -> None:
    data = {"plan": str(bureau.plan.id), "month": "1"}

    assert sign_in("head").post("/lagging/close", data=data).status_code == 403


def test_another_bureaus_office_closes_nothing(bureau: Bureau, sign_in: SignIn) -> None:
    data = {"plan": str(bureau.plan.id), "month": "1"}

    assert sign_in("stranger").post("/lagging/close", data=data).status_code == 404
