"""A plan is issued, and everybody reads what concerns them; strangers read nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import (
    NOW,
    TEXT,
    Office,
    complete,
    draft_of_text,
    make_office,
    tasks_of,
)
from tracker.extensions import db
from tracker.models import TOP_UNIT, Plan
from tracker.services.issue_plan import issue_plan

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def browser(office: Office, sign_in: SignIn) -> Browser:
    """The office's browser."""
    return Browser(sign_in("office"))


@pytest.fixture
def plan(office: Office) -> Plan:
    """A draft that is there already."""
    plan = draft_of_text(office)
    db.session.commit()
    return plan


def test_issuing_names_its_consequences_and_leads_to_the_tree(
    browser: Browser, office: Office, plan: Plan
) -> None:
    complete(office, plan)
    db.session.commit()

    browser.open(f"/plans/{plan.id}/issue")
    assert "5 项任务、3 个指标将下达给 1 个单位、1 名责任人" in browser.words
    browser.press("下达 5 项任务、3 个指标")

    assert browser.path == f"/plans/{plan.id}"
    assert "已下达 5 项任务、3 个指标，涉及 1 个单位" in browser.words
    assert browser.open(f"/plans/{plan.id}/review").path == f"/plans/{plan.id}"


def test_an_incomplete_draft_says_what_is_missing(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/issue")

    assert "还差 6 处" in browser.words
    assert "任1、任2、任3、任4、任5：没有牵头单位和责任人" in browser.words
    assert browser.page.xpath("//form[contains(., '下达')]") == []


def test_a_draft_that_became_incomplete_is_not_issued(sign_in: SignIn, plan: Plan) -> None:
    answer = sign_in("office").post(f"/plans/{plan.id}/issue")

    assert answer.status_code == 422
    assert "缺目标值" in answer.text
    db.session.refresh(plan)
    assert plan.state == "draft"


def issued(office: Office, plan: Plan) -> None:
    complete(office, plan)
    tasks_of(plan)[0].lead_unit_id = office.treasury.id
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()


def test_everybody_sees_the_rows_of_their_own_scope(
    office: Office, plan: Plan, sign_in: SignIn
) -> None:
    issued(office, plan)

    own = Browser(sign_in("head2")).open(f"/plans/{plan.id}")
    everything = Browser(sign_in("office")).open(f"/plans/{plan.id}")

    assert "您范围内有 1 项任务、0 个指标" in own.words
    assert "提高配置效率" not in own.words
    assert "5 项任务、3 个指标" in everything.words
    listed = Browser(sign_in("head2")).open("/plans").page.xpath("//td[@data-label='任务']/text()")
    assert listed == ["1"]


def test_the_document_comes_back_byte_for_byte(browser: Browser, plan: Plan) -> None:
    answer = browser.open(f"/plans/{plan.id}/document").answer

    assert answer.data == TEXT.encode()
    assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("path", ["", "/review", "/issue", "/document"])
def test_a_draft_is_not_there_for_others(
    office: Office, plan: Plan, sign_in: SignIn, path: str
) -> None:
    office_only = path in {"/review", "/issue"}

    assert sign_in("head").get(f"/plans/{plan.id}{path}").status_code == (
        403 if office_only else 404
    )
    db.session.info.pop(TOP_UNIT, None)
    assert sign_in("stranger").get(f"/plans/{plan.id}{path}").status_code == 404


@pytest.mark.parametrize("path", ["rows", "split", "undo", "tasks/1", "indicators/1", "new/task"])
def test_a_stranger_changes_nothing(office: Office, plan: Plan, sign_in: SignIn, path: str) -> None:
    data = {"act": "drop", "chosen": f"task-{tasks_of(plan)[0].id}", "text": "改"}
    db.session.commit()
    assert sign_in("head").post(f"/plans/{plan.id}/review/{path}", data=data).status_code == 403
    db.session.info.pop(TOP_UNIT, None)
    assert sign_in("stranger").post(f"/plans/{plan.id}/review/{path}", data=data).status_code == 404


def test_a_row_of_another_plan_is_not_there(browser: Browser, office: Office, plan: Plan) -> None:
    other = draft_of_text(office, year=2025)
    db.session.commit()

    browser.open(f"/plans/{plan.id}/review/tasks/{tasks_of(other)[0].id}")

    assert browser.status == 404


def test_the_list_says_where_each_plan_stands(browser: Browser, plan: Plan) -> None:
    browser.open("/plans")

    assert "有 1 份草稿还没有下达" in browser.words
    assert browser.link("2024年财政工作计划") == f"/plans/{plan.id}/review"


@pytest.mark.parametrize(
    "path", ["", "/{id}", "/{id}/review", "/{id}/issue", "/{id}/review/tasks/{task}"]
)
def test_queries_do_not_grow_with_rows(
    office: Office,
    sign_in: SignIn,
    count_queries: Callable[[Callable[[], object]], int],
    path: str,
) -> None:
    more = "".join(f"组织开展第{n}批税源调查，入库税款{n}00万元。\n" for n in range(1, 41))
    few = draft_of_text(office)
    many = draft_of_text(office, TEXT + more, year=2025)
    if path == "/{id}":
        for plan in (few, many):
            complete(office, plan)
            issue_plan(plan=plan, actor=None, now=NOW)
    assert len(tasks_of(many)) > 8 * len(tasks_of(few))
    db.session.commit()
    client = sign_in("office")
    client.get("/plans")

    def queries(plan: Plan) -> int:
        url = f"/plans{path.format(id=plan.id, task=tasks_of(plan)[0].id)}"
        return count_queries(lambda: client.get(url))

    assert queries(many) == queries(few) <= 32
