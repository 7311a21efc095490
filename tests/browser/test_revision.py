"""修订稿: a revised document is held against the plan in force, decided on row by row, and applied; history stays."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func

from tests.browser.conftest import PHONE, Violations, Visit
from tests.browser.live import Site
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanDocument, Report

SHARE = "政府采购面向中小企业份额达到"
WORKSHOP = "年底前开展代理机构全覆盖检查"
NEW = "11月底前建成政府采购档案室"
WHY = "县政府第十二次常务会议议定"
CHANGES = (
    (f"{SHARE}70%", f"{SHARE}75%"),
    (f"{WORKSHOP}。", f"{NEW}。"),
    ("培训财会人员1800人次", "培训财会人员2000人次"),
    ("年底前建成评审造价数据库", "年底前建成评审造价数据库并接入监管平台"),
)


@pytest.fixture
def revised(own_site: Site, tmp_path: Path) -> Path:
    """The document of the plan in force: two targets raised, a task changed, one dropped, one added."""
    with own_site.app.app_context():
        text = db.session.scalars(
            db.select(PlanDocument.text).join(Plan).where(Plan.state == "issued")
        ).one()
    for old, new in CHANGES:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "修订稿.txt"
    path.write_text(text, encoding="utf-8")
    return path


def brought(page: Page, revised: Path) -> Page:
    page.get_by_label("文件", exact=False).first.set_input_files(revised)
    page.get_by_role("button", name="导入并对照").click()
    expect(page.get_by_role("heading", name="修订稿对照")).to_be_visible()
    page.wait_for_load_state("load")
    return page


@pytest.fixture
def page(work: Visit, revised: Path) -> Page:
    """What the revised document changes."""
    return brought(work("zhaowenbo", "/plans/{plan}/revisions/new"), revised)


def rows(page: Page, words: str) -> Locator:
    return page.locator("table.revised tbody tr").filter(has_text=words)


def decide(page: Page, words: str, button: str, why: str = WHY) -> None:
    boxes = rows(page, words).get_by_role("checkbox")
    for box in boxes.all():
        box.check()
    page.get_by_placeholder("理由").fill(why)
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state("load")
    expect(rows(page, words).first.get_by_text(button, exact=True)).to_be_visible()


def test_nothing_is_applied_while_something_is_open(page: Page) -> None:
    expect(page.get_by_role("button", name="应用修订稿")).to_be_disabled()
    expect(page.get_by_text("全部定了才能应用。")).to_be_visible()


def test_what_differs_is_marked_on_both_sides(page: Page) -> None:
    row = rows(page, "评审造价数据库")

    expect(row.locator("ins").first).to_contain_text("并接入监管平台")
    expect(rows(page, WORKSHOP).get_by_text("没有这一项")).to_be_visible()


def test_some_are_taken_one_is_refused_and_history_stays(page: Page, own_site: Site) -> None:
    before = reports_of(own_site, "%中小企业份额%")
    decide(page, "财会人员", "不采用")
    decide(page, WORKSHOP, "采用")
    page.get_by_role("button", name="其余未定的全部采用").click()
    page.wait_for_load_state("load")

    page.get_by_role("button", name="应用修订稿").click()

    expect(page).to_have_url(re.compile(r"/plans/\d+$"))
    expect(page.get_by_role("link", name=NEW)).to_be_visible()
    expect(page.get_by_role("link", name=f"{SHARE}75%")).to_be_visible()
    assert target_of(own_site, "%财会人员%") == 1800
    assert target_of(own_site, "%中小企业份额%") == 75
    assert reports_of(own_site, "%中小企业份额%") == before > 0


def target_of(site: Site, name: str) -> Decimal | None:
    """The target of the plan in force's indicator."""
    with site.app.app_context():
        named = Indicator.name.like(name), Indicator.state == "issued"
        found: Decimal | None = db.session.scalar(db.select(Indicator.target).where(*named))
        return found


def reports_of(site: Site, name: str) -> int:
    """How many figures were reported of it."""
    with site.app.app_context():
        count = db.select(func.count(Report.id)).join(Indicator)
        return db.session.scalar(count.where(Indicator.name.like(name))) or 0


def test_a_dropped_task_is_cancelled_with_its_reason(page: Page, own_site: Site) -> None:
    rows(page, WORKSHOP).get_by_role("link", name="看任务").click()
    page.wait_for_load_state("load")
    task = page.url
    page.go_back()
    page.wait_for_load_state("load")
    decide(page, WORKSHOP, "采用")
    page.get_by_role("button", name="其余未定的全部采用").click()
    page.wait_for_load_state("load")
    page.get_by_role("button", name="应用修订稿").click()
    expect(page).to_have_url(re.compile(r"/plans/\d+$"))

    page.goto(task)

    history = page.get_by_role("listitem")
    expect(history.filter(has_text="已撤销").filter(has_text=WHY)).to_be_visible()
    expect(history.filter(has_text="进度").filter(has_text="51%").first).to_be_visible()


def test_it_can_be_read_on_a_phone(work: Visit, revised: Path, violations: Violations) -> None:
    page = brought(work("zhaowenbo", "/plans/{plan}/revisions/new", size=PHONE), revised)

    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    assert violations(page) == []
