"""Issuing a plan whose year has ended asks twice; what was issued by mistake is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import Office, complete, draft_of_text, make_office, tasks_of
from tracker.extensions import db
from tracker.models import Plan

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


def drafted(office: Office, year: int) -> Plan:
    plan = draft_of_text(office, year=year)
    complete(office, plan)
    db.session.commit()
    return plan


def test_a_year_that_is_over_asks_for_a_tick(sign_in: SignIn, office: Office) -> None:
    plan = drafted(office, 2023)
    browser = Browser(sign_in("office")).open(f"/plans/{plan.id}/issue")
    assert "2023年已经过去" in browser.words
    assert "12 个月的填报期已经截止" in browser.words
    assert "5 项任务的时限已过" in browser.words

    browser.press("下达 5 项任务")
    assert browser.answer.status_code == 422
    assert "请先勾选“仍然下达”" in browser.words
    assert plan.state == "draft"

    browser.press("下达 5 项任务", {"sure": "1"})
    assert "已下达 5 项任务" in browser.words


def test_this_year_says_what_is_late_and_asks_nothing(sign_in: SignIn, office: Office) -> None:
    plan = drafted(office, 2024)
    browser = Browser(sign_in("office")).open(f"/plans/{plan.id}/issue")

    assert "2 个月的填报期已经截止" in browser.words
    assert "仍然下达" not in browser.words
    browser.press("下达 5 项任务")
    assert "已下达 5 项任务" in browser.words


def test_a_plan_issued_by_mistake_is_taken_back(sign_in: SignIn, office: Office) -> None:
    plan = drafted(office, 2024)
    browser = Browser(sign_in("office")).open(f"/plans/{plan.id}/issue").press("下达 5 项任务")

    browser.press("收回")
    assert browser.answer.status_code == 422
    assert "收回下达要写明理由" in browser.words
    browser.press("收回", {"why": "选错了年度"})

    assert "已收回" in browser.words
    assert browser.path.endswith(f"/plans/{plan.id}/review")
    assert sign_in("head").get(f"/plans/{plan.id}").status_code == 404


def test_it_is_offered_to_the_office_alone_and_only_in_time(
    sign_in: SignIn, office: Office
) -> None:
    plan = drafted(office, 2024)
    Browser(sign_in("office")).open(f"/plans/{plan.id}/issue").press("下达 5 项任务")
    assert "收回下达" not in sign_in("head").get(f"/plans/{plan.id}").text
    assert sign_in("head").post(f"/plans/{plan.id}/withdraw").status_code == 403

    Browser(sign_in("head")).open("/tasks").press("签收", {"chosen": [str(first_task(plan))]})
    assert "收回下达" not in sign_in("office").get(f"/plans/{plan.id}").text
    answer = sign_in("office").post(
        f"/plans/{plan.id}/withdraw", data={"why": "错", "version": str(plan.version)}
    )
    assert answer.status_code == 409
    assert "不能整份收回" in answer.text


def first_task(plan: Plan) -> int:
    return tasks_of(plan)[0].id
