"""A long draft is reviewed page by page, each with its stretch of the document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import Office, make_office
from tracker.extensions import db
from tracker.models import Plan, Task

SignIn = Callable[[str], FlaskClient]
LINE = "第{number}项：盘活存量资产并按季通报进展情况。\n"
ROWS = 1000


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def browser(office: Office, sign_in: SignIn) -> Browser:
    return Browser(sign_in("office"))


@pytest.fixture
def plan(office: Office, make: Maker) -> Plan:
    """A draft of a thousand tasks, a line each, with an unmarked line after every tenth."""
    text, at = "", []
    for number in range(1, ROWS + 1):
        at.append((len(text), len(text) + len(LINE.format(number=number)) - 1))
        text += LINE.format(number=number)
        text += f"说明{number}。\n" if number % 10 == 0 else ""
    plan = make.plan(office.top, text=text, state="draft", issued_at=None)
    db.session.add_all(
        Task(
            top_unit_id=plan.top_unit_id,
            plan_id=plan.id,
            position=place,
            text=text[start:end],
            start=start,
            end=end,
            start_on=date(2024, 1, 1),
            due_on=date(2024, 12, 31),
        )
        for place, (start, end) in enumerate(at, start=1)
    )
    db.session.commit()
    return plan


def rows(browser: Browser) -> list[str]:
    found: list[str] = browser.page.xpath("//tr[@data-row]/@data-row")
    return found


def marks(browser: Browser) -> list[str]:
    found: list[str] = browser.page.xpath("//mark/@data-row")
    return found


def test_a_page_shows_a_hundred_rows_and_their_stretch_of_the_document(
    browser: Browser, plan: Plan
) -> None:
    browser.open(f"/plans/{plan.id}/review?page=2")

    assert len(rows(browser)) == 100
    assert marks(browser) == rows(browser)
    assert "说明110。" in browser.words
    assert "说明100。" in browser.words  # what lies between two pages' marks goes with the second
    assert "说明210。" not in browser.words
    assert "第 101–200 项" in browser.words
    assert "1000 项还没有人核对" in browser.words


def test_a_thousand_rows_make_a_small_page(browser: Browser, plan: Plan) -> None:
    answer = browser.open(f"/plans/{plan.id}/review").answer

    assert len(answer.data) < 300_000


def test_pages_are_turned_without_scripts_and_none_is_missed(browser: Browser, plan: Plan) -> None:
    seen: list[str] = []
    browser.open(f"/plans/{plan.id}/review")
    while True:
        seen += rows(browser)
        following = browser.page.xpath("//nav[@class='pages']/a[@rel='next']/@href")
        if not following:
            break
        browser.open(following[0])

    assert len(seen) == len(set(seen)) == ROWS


def test_a_gap_leads_to_its_row_on_whichever_page(browser: Browser, plan: Plan) -> None:
    db.session.execute(update(Task).where(Task.position == 950).values(due_on=None))
    db.session.commit()
    browser.open(f"/plans/{plan.id}/review")
    (link,) = browser.page.xpath("//div[@id='gaps']//a[.='任950']/@href")

    browser.open(link)

    key = link.rpartition("#row-")[2]
    assert key in rows(browser)
    assert browser.page.xpath(f"//mark[@id='mark-{key}']")


def test_of_a_thousand_rows_that_lack_something_the_first_are_named(
    browser: Browser, plan: Plan
) -> None:
    browser.open(f"/plans/{plan.id}/review")

    assert len(browser.page.xpath("//div[@id='gaps']//a")) == 20
    assert f"等 {ROWS} 项：没有牵头单位和责任人" in browser.words


def test_all_rows_of_a_view_are_assigned_with_those_of_its_other_pages(
    browser: Browser, office: Office, plan: Plan
) -> None:
    browser.open(f"/plans/{plan.id}/review?show=unassigned&page=3")

    browser.press("分派", {"whole": "1", "lead_unit": str(office.budget.id)})

    assert f"已分派 {ROWS} 项" in browser.words
    assert "0 项未分派" in browser.words


def test_all_rows_are_not_touched_where_one_of_another_page_changed(
    browser: Browser, office: Office, plan: Plan
) -> None:
    browser.open(f"/plans/{plan.id}/review?show=unassigned")
    db.session.execute(update(Task).where(Task.position == 950).values(version=Task.version + 1))
    db.session.commit()

    browser.press("分派", {"whole": "1", "lead_unit": str(office.budget.id)})

    assert browser.status == 409
    assert f"{ROWS} 项未分派" in browser.words


def test_of_many_rows_left_out_the_first_are_listed(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review").press("不导入", {"whole": "1"})

    assert len(browser.page.xpath("//section[@aria-label='不导入的条目']//li")) == 100
    assert "只列出前 100 项" in browser.words


def test_a_step_leads_back_to_its_page(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review?page=3")
    first = rows(browser)[0]

    browser.press("标为已核对", {"chosen": [first]})

    assert rows(browser)[0] == first
    assert "999 项还没有人核对" in browser.words


def test_all_pages_are_never_merged_into_one(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review").press("合并", {"whole": "1"})

    assert browser.status == 422


def test_a_filter_shows_only_the_lines_of_its_rows(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review?page=5")
    chosen = rows(browser)[:2]
    browser.press("标为已核对", {"chosen": rows(browser)[2:]})
    browser.open(f"/plans/{plan.id}/review?show=unchecked&page=5")

    assert chosen == rows(browser)[:2]
    assert marks(browser) == rows(browser)


def test_a_saved_row_is_seen_again_on_its_page(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review?page=7")
    key = rows(browser)[5]
    browser.open(f"/plans/{plan.id}/review/tasks/{key.removeprefix('task-')}").press("保存")

    assert key in rows(browser)
