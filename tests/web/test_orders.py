"""Supervision orders as people handle them, without scripts: proposed, issued, answered, sent back, closed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.bureau import Bureau, make_bureau, make_task
from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import OrderEvent, SupervisionOrder, Task

SignIn = Callable[[str], FlaskClient]
Visit = Callable[[str, str], Browser]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def task(make: Maker, bureau: Bureau) -> Task:
    """A task that was due on Friday, 29 March; it is Monday, 1 April, 10:00."""
    task = make_task(make, bureau, "2024-03-29", progress=Decimal(40))
    db.session.commit()
    return task


@pytest.fixture
def visit(sign_in: SignIn, bureau: Bureau) -> Visit:
    """Open a page as clerk, head, leader, chief or office."""
    return lambda who, path: Browser(sign_in(f"{who}{bureau.top.id}")).open(path)


def order() -> SupervisionOrder:
    return db.session.scalars(select(SupervisionOrder)).one()


def follow(page: Browser, words: str) -> Browser:
    """Follow a link of the page itself, not of the navigation."""
    links = page.page.xpath("//main//a[@href]")
    found = [link for link in links if words in " ".join(link.text_content().split())]
    return page.open(str(found[0].get("href")))


def by_hand(visit: Visit, task: Task, **fields: str) -> Browser:
    return visit("office", f"/orders/new?task={task.id}").press("发出", fields)


def test_the_office_issues_what_the_rule_proposes(visit: Visit, task: Task) -> None:
    page = visit("office", "/orders")
    assert "该发督办单的" in page.words
    assert "逾期 1 个工作日" in page.words

    page.press("发出", {"chosen": str(task.id)})

    assert "已发出 1 张督办单。" in page.words
    assert "该发督办单的" not in page.words
    assert "督办〔2024〕第1号" in page.words
    assert order().colour == "blue"
    assert not order().by_rule


def test_nothing_chosen_issues_nothing(visit: Visit, task: Task) -> None:
    page = visit("office", "/orders").press("发出", {})

    assert "没有选中任务，请先勾选。" in page.words
    assert db.session.scalar(select(SupervisionOrder)) is None


def test_a_second_click_issues_nothing_twice(sign_in: SignIn, bureau: Bureau, task: Task) -> None:
    browser = sign_in(f"office{bureau.top.id}")
    for _ in range(2):
        answer = browser.post("/orders/issue", data={"chosen": str(task.id)}, follow_redirects=True)

    assert "另有 1 项已经发过或不再逾期，没有重发。" in answer.text
    assert order().number == 1


def test_by_hand_everything_is_filled_in_and_may_be_changed(visit: Visit, task: Task) -> None:
    page = follow(visit("office", f"/tasks/{task.id}"), "督办")
    assert "逾期 3 天，完成 40%" in page.page.xpath("string(//textarea[@name='reason'])")
    assert page.page.xpath("string(//input[@name='reply_due_on']/@value)") == "2024-04-09"

    page.press("发出", {"colour": "red", "demand": "三日内书面说明", "reply_due_on": "2024-04-03"})

    assert "督办单已发出" in page.words
    assert "三日内书面说明" in page.words
    assert (order().colour, order().reply_due_on) == ("red", date(2024, 4, 3))


def test_another_colour_brings_its_own_words_and_day(visit: Visit, task: Task) -> None:
    page = visit("office", f"/orders/new?task={task.id}&colour=yellow")

    assert "报分管领导" in page.page.xpath("string(//textarea[@name='demand'])")
    assert page.page.xpath("string(//input[@name='reply_due_on']/@value)") == "2024-04-07"


def test_what_is_refused_keeps_what_was_typed(visit: Visit, task: Task) -> None:
    page = by_hand(visit, task, demand="", reason="资金没有到位", reply_due_on="2024-04-03")
    assert page.status == 422
    assert "请写明督办要求" in page.words
    assert page.page.xpath("string(//textarea[@name='reason'])").strip() == "资金没有到位"

    page.press("发出", {"demand": "请说明", "reply_due_on": "2024-03-01"})
    assert page.status == 422
    assert "回复期限不能早于今天" in page.words


def test_one_live_order_of_a_colour(visit: Visit, task: Task) -> None:
    by_hand(visit, task)
    page = by_hand(visit, task)

    assert page.status == 409
    assert "已有一张蓝色督办单（督办〔2024〕第1号）没有销号" in page.words


def test_an_indicator_gets_its_order_from_its_page(visit: Visit, bureau: Bureau) -> None:
    page = follow(visit("office", f"/indicators/{bureau.revenue.id}"), "督办")

    page.press("发出", {"reason": "欠进度 5 个百分点"})

    assert "督办单已发出" in page.words
    assert order().indicator_id == bureau.revenue.id


def test_from_answer_to_closing(visit: Visit, task: Task) -> None:
    by_hand(visit, task, colour="yellow")
    desk = visit("clerk", "/desk")
    assert "要答复的督办单" in desk.words
    page = follow(desk, task.text)
    assert "待答复" in page.words

    page.press("答复", {"words": "4月底前印发"})
    assert "已答复，由督查办核验销号。" in page.words
    assert not page.page.xpath("//form[contains(@action, '/step')]")

    office = follow(visit("office", "/orders"), task.text)
    office.press("退回", {"words": "没有写明责任人"})
    assert "已退回，责任单位会收到邮件。" in office.words
    page = visit("head", f"/orders/{order().id}").press("重新答复", {"words": "周敏负责"})
    office = visit("office", f"/orders/{order().id}").press("销号", {"words": ""})

    for words in ("4月底前印发", "没有写明责任人", "周敏负责", "已销号"):
        assert words in office.words
    states = [event.state for event in db.session.scalars(select(OrderEvent))]
    assert states == ["issued", "answered", "returned", "answered", "closed"]


def test_an_answer_without_words_is_refused(visit: Visit, task: Task) -> None:
    by_hand(visit, task)

    page = visit("clerk", f"/orders/{order().id}").press("答复", {"words": " "})

    assert page.status == 422
    assert "答复要写明办理情况" in page.words


def test_who_was_slower_loses_nothing_typed(visit: Visit, task: Task) -> None:
    by_hand(visit, task)
    slow = visit("clerk", f"/orders/{order().id}")
    visit("head", f"/orders/{order().id}").press("答复", {"words": "已办"})

    slow.press("答复", {"words": "我也写了一遍"})

    assert slow.status == 409
    assert "您刚才写的没有保存" in slow.words
    assert "我也写了一遍" in slow.words
    assert "已答复" in slow.words


def test_withdrawing_needs_a_reason_and_ends_it(visit: Visit, task: Task) -> None:
    by_hand(visit, task)
    page = visit("office", f"/orders/{order().id}")
    page.press("撤回", {"words": ""})
    assert page.status == 422
    page.press("撤回", {"words": "已当面说明"})

    assert "已撤回" in page.words
    assert not page.page.xpath("//form[contains(@action, '/step')]")


def test_the_document_is_the_same_whenever_it_is_fetched(
    sign_in: SignIn, visit: Visit, bureau: Bureau, task: Task
) -> None:
    by_hand(visit, task, colour="yellow")
    browser = sign_in(f"head{bureau.top.id}")

    first = browser.get(f"/orders/{order().id}/order.docx")
    visit("clerk", f"/orders/{order().id}").press("答复", {"words": "已办"})
    second = browser.get(f"/orders/{order().id}/order.docx")

    assert first.status_code == 200
    assert first.data == second.data
    words = [paragraph.text for paragraph in Document(io.BytesIO(first.data)).paragraphs]
    assert words[:2] == ["督办单（黄色）", "督办〔2024〕第1号"]


@pytest.mark.parametrize("who", ["clerk", "head", "leader", "chief"])
def test_everybody_in_the_line_sees_it_and_only_the_unit_answers(
    visit: Visit, task: Task, who: str
) -> None:
    by_hand(visit, task)

    assert task.text in visit(who, "/orders").words
    page = visit(who, f"/orders/{order().id}")
    assert page.status == 200
    assert bool(page.page.xpath("//form[contains(@action, '/step')]")) == (who in {"clerk", "head"})


def test_another_section_and_another_bureau_see_nothing(
    make: Maker, sign_in: SignIn, visit: Visit, bureau: Bureau, task: Task
) -> None:
    by_hand(visit, task)
    other, foreign = make.unit(bureau.top, "国库股"), make.top("云泽县财政局")
    make.post(other, "head", make.person(bureau.top, "huang"))
    make.post(foreign, "office", make.person(foreign, "stranger"))
    db.session.commit()
    path = f"/orders/{order().id}"

    for login in ("huang", "stranger"):
        browser = sign_in(login)
        assert task.text not in browser.get("/orders").text
        for answer in (
            browser.get(path),
            browser.get(f"{path}/order.docx"),
            browser.post(
                f"{path}/step", data={"target": "answered", "words": "假", "version": "1"}
            ),
        ):
            assert answer.status_code == 404
    assert sign_in("stranger").get(f"/orders/new?task={task.id}").status_code == 404


def test_late_replies_come_first_and_have_their_view(
    make: Maker, visit: Visit, bureau: Bureau, task: Task, set_clock: Callable[[str], None]
) -> None:
    second = make_task(make, bureau, "2024-03-28", text="清查资产")
    db.session.commit()
    by_hand(visit, second, reply_due_on="2024-04-30")
    by_hand(visit, task, reply_due_on="2024-04-02")
    set_clock("2024-04-08T10:00:00")

    page = visit("office", "/orders")

    list_ = page.page.xpath("//table[caption[contains(., '督办单，')]]//th[@scope='row']/a/text()")
    assert list_ == [task.text, "清查资产"]
    assert "逾期 6 天" in page.words
    late = visit("office", "/orders?view=overdue&colour=blue")
    assert late.page.xpath("count(//table[caption[contains(., '督办单，')]]/tbody/tr)") == 1


def test_its_task_s_page_lists_it(visit: Visit, task: Task) -> None:
    by_hand(visit, task)

    assert "督办〔2024〕第1号" in visit("clerk", f"/tasks/{task.id}").words


@pytest.mark.parametrize("path", ["/orders/new", "/orders/new?task=999", "/orders/new?task=x"])
def test_an_order_is_about_something(visit: Visit, bureau: Bureau, path: str) -> None:
    assert visit("office", path).status == 404


def test_reading_changes_nothing(visit: Visit, task: Task) -> None:
    for path in ("/orders", f"/orders/new?task={task.id}", "/desk"):
        visit("office", path)

    assert db.session.scalar(select(SupervisionOrder)) is None
