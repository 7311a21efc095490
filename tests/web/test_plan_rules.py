"""The page of a plan's rules: said in plain words, changed by the office, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.bureau import Bureau, make_bureau
from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def page(sign_in: SignIn, bureau: Bureau) -> Browser:
    """The office's page of the plan's rules."""
    browser = Browser(sign_in(f"office{bureau.top.id}"))
    return browser.open(f"/plans/{bureau.plan.id}").open(browser.link("填报和督办规则"))


def test_it_says_what_holds_now(page: Browser) -> None:
    assert "当月25日开启，次月第3个工作日截止" in page.words
    assert "逾期 1 个工作日报责任人，3 个工作日报分管领导，5 个工作日报主要领导" in page.words


def test_the_office_sets_all_of_them(page: Browser, bureau: Bureau) -> None:
    page.press(
        "保存",
        {
            "opens_form": "day",
            "opens_number": "26",
            "due_form": "workday",
            "due_number": "-1",
            "head": "",
            "leader": "2",
            "chief": "4",
            "auto_orders": "y",
            "confirm_reports": "y",
            "approve_targets": "y",
        },
    )

    assert "规则已保存；4月、5月、" in page.words
    assert "当月26日开启，当月倒数第1个工作日截止" in page.words
    assert "逾期 2 个工作日报分管领导，4 个工作日报主要领导" in page.words
    plan = bureau.plan
    db.session.refresh(plan)
    assert (plan.ladder, plan.opens, plan.due) == ("leader:2,chief:4", "day:26", "workday:-1")
    assert (plan.auto_orders, plan.confirm_reports, plan.approve_targets) == (True, True, True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"head": "两天"}, "请填 1 到 99 的工作日数"),
        ({"opens_number": "40"}, "“40”不能作“当月第几日”的数字"),
        ({"head": "3", "leader": "3"}, "逐级提醒的天数要一级比一级多"),
        ({"due_form": "weekday", "due_number": "2"}, "周期不一致"),
    ],
)
def test_what_is_refused_is_said_and_kept(page: Browser, typed: dict[str, str], words: str) -> None:
    page.press("保存", typed)

    assert page.status == 422
    assert words in page.words
    for name, value in typed.items():
        shown = page.page.xpath(
            f"string(//input[@name='{name}']/@value | //select[@name='{name}']/option[@selected]/@value)"
        )
        assert shown == value


def test_who_was_slower_sees_both(page: Browser, bureau: Bureau) -> None:
    bureau.plan.ladder = "head:2,leader:3,chief:5"
    db.session.commit()

    page.press("保存", {"chief": "9"})

    assert page.status == 409
    assert "别人已改过这份计划，没有保存" in page.words
    assert "报主要领导（红色督办单）：您填的“9”，现为“5”" in page.words
    page.press("保存")
    assert "规则已保存" in page.words


def test_nobody_else_opens_it(sign_in: SignIn, bureau: Bureau) -> None:
    path = f"/plans/{bureau.plan.id}/rules"

    for who in ("clerk", "head", "leader", "chief"):
        assert sign_in(f"{who}{bureau.top.id}").get(path).status_code == 403
