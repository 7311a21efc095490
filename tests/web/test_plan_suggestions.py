"""The page of proposals: each with its reason, taken or declined by hand, stale ones refused with nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import Office, draft_of_text, make_office, tasks_of
from tracker.extensions import db
from tracker.models import Plan

Count = Callable[[Callable[[], object]], int]
SignIn = Callable[[str], FlaskClient]
LINE = "加快暂付款清理消化第{}批。"
TEXT = "2024年财政工作计划\n（一）抓好收入。加快暂付款清理消化。规范政府债务限额管理。\n"


@pytest.fixture
def office(make: Maker) -> Office:
    office = make_office(make)
    office.treasury.duties = "管理国库集中支付；负责存量资金盘活和暂付款清理消化。"
    office.budget.duties = "编制县级预算草案，承担政府债务限额管理。"
    db.session.commit()
    return office


@pytest.fixture
def plan(office: Office) -> Plan:
    plan = draft_of_text(office, TEXT)
    db.session.commit()
    return plan


@pytest.fixture
def browser(office: Office, sign_in: SignIn) -> Browser:
    return Browser(sign_in("office"))


def key_for(browser: Browser, words: str) -> str:
    """Return the checkbox in the line with these words."""
    (key,) = browser.page.xpath(f"//tr[contains(., '{words}')]//input[@name='chosen']/@value")
    return str(key)


def test_the_review_leads_to_proposals_that_say_why(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")

    browser.open(browser.link("建议"))

    assert "有 2 条建议。采用之前，什么都不会改。" in browser.words
    assert "国库股 单位职责中有“暂付款清理消化”" in browser.words


def test_only_the_chosen_ones_are_taken(browser: Browser, plan: Plan, office: Office) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")

    browser.press("采用", {"chosen": [key_for(browser, "国库股")]})

    assert "已采用 1 条建议" in browser.words
    assert "国库股" not in [*browser.page.xpath("//td//b/text()")]
    db.session.expire_all()
    assert [task.lead_unit_id for task in tasks_of(plan)] == [office.treasury.id, None]


def test_a_declined_one_is_gone_for_good(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")

    browser.press("不采用", {"chosen": [key_for(browser, "国库股")]})

    assert "1 条建议不采用，不再提出。" in browser.words
    assert "有 1 条建议" in browser.words


def test_choosing_nothing_is_said(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")

    browser.press("采用")

    assert browser.status == 422
    assert "先选中要采用的建议。" in browser.words


def test_a_row_that_somebody_changed_meanwhile_is_refused_and_the_choice_kept(
    browser: Browser, plan: Plan, office: Office
) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")
    first, second = key_for(browser, "国库股"), key_for(browser, "预算股")
    tasks_of(plan)[0].lead_unit_id = office.budget.id
    db.session.commit()

    browser.press("采用", {"chosen": [first, second]})

    assert browser.status == 409
    assert "别人已改过" in browser.words
    assert browser.page.xpath("//input[@name='chosen' and @checked]/@value") == [second]


def test_without_grounds_the_page_says_so(browser: Browser, office: Office) -> None:
    plan = draft_of_text(office, "2024年工作计划\n（一）绿化。植树造林。\n")
    db.session.commit()

    assert "没有可提的建议" in browser.open(f"/plans/{plan.id}/suggestions").words


def test_another_bureaus_office_finds_nothing(plan: Plan, office: Office, sign_in: SignIn) -> None:
    assert sign_in("stranger").get(f"/plans/{plan.id}/suggestions").status_code == 404


def test_queries_do_not_grow_with_the_rows(
    browser: Browser, office: Office, count_queries: Count
) -> None:
    def draft(lines: int) -> str:
        text = "".join(LINE.format(number) for number in range(lines))
        plan = draft_of_text(office, f"2024年工作计划\n（一）抓好收入。{text}\n")
        db.session.commit()
        return f"/plans/{plan.id}/suggestions"

    few, many = draft(2), draft(30)

    assert count_queries(lambda: browser.open(few)) == count_queries(lambda: browser.open(many))
