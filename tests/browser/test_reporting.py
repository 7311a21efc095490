"""填报: what the sheet does while a person types, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete

from tests.browser.chromium import Watch
from tests.browser.conftest import PHONE, Violations, Visit
from tests.browser.live import Site
from tracker.extensions import db
from tracker.models import WebSession
from tracker.services.load_demo import DEMO_PASSWORD

JULY = "/reports?month=2026-07"
INDICATORS = (
    "争取上级补助资金",
    "政府债务余额",
    "一般公共预算支出",
    "清理盘活存量资金",
    "消化暂付款",
)
AMOUNTS = ("19477", "475098", "33033", "420", "600")


@pytest.fixture
def sheet(work: Visit) -> Page:
    """July's sheet of 陈晓燕, five indicators and a task, nothing filled in."""
    return work("chenxiaoyan", JULY)


def amount(page: Page, name: str) -> Locator:
    return page.get_by_label(f"{name}7月完成", exact=True)


def row(page: Page, name: str) -> Locator:
    return page.locator("tr[data-key]").filter(has=page.get_by_role("link", name=name, exact=True))


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("已保存 10:24")


def fill_everything(page: Page) -> None:
    for name, figure in zip(INDICATORS, AMOUNTS, strict=True):
        amount(page, name).fill(figure)
    page.get_by_label(re.compile("完成进度$")).fill("70")


def test_enter_goes_down(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).press("Enter")

    expect(amount(sheet, INDICATORS[1])).to_be_focused()


def test_shift_enter_goes_up(sheet: Page) -> None:
    amount(sheet, INDICATORS[1]).press("Shift+Enter")

    expect(amount(sheet, INDICATORS[0])).to_be_focused()


def test_tab_goes_across(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).press("Tab")

    expect(sheet.get_by_label(f"{INDICATORS[0]}情况说明")).to_be_focused()


def test_a_pasted_column_fills_down(sheet: Page) -> None:
    sheet.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.evaluate("text => navigator.clipboard.writeText(text)", "19,477\r\n475,098\r\n33,033\r\n")

    amount(sheet, INDICATORS[0]).press("Control+v")

    for name, figure in zip(INDICATORS, ("19,477", "475,098", "33,033", ""), strict=False):
        expect(amount(sheet, name)).to_have_value(figure)


def test_what_is_typed_is_there_after_a_reload(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).fill("19477")
    saved(sheet)

    sheet.reload()

    expect(amount(sheet, INDICATORS[0])).to_have_value("19477")


def test_what_was_typed_a_moment_before_a_reload_is_there_after_it(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).fill("19477")

    sheet.reload()

    expect(amount(sheet, INDICATORS[0])).to_have_value("19477")


def test_the_sum_follows_what_is_typed(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).fill("19477")

    expect(row(sheet, INDICATORS[0]).locator("[data-out=cumulative]")).to_have_text("177,870")


def test_the_light_follows_what_is_typed(sheet: Page) -> None:
    amount(sheet, INDICATORS[2]).fill("1000")

    light = row(sheet, INDICATORS[2]).locator("[data-out=light] .light")
    expect(light).to_have_attribute("data-light", "yellow")


def test_how_far_the_sheet_is_follows_what_is_typed(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).fill("19477")

    expect(sheet.locator("[data-words=owed]")).to_contain_text("已填 1 / 6")


def test_an_error_is_said_under_its_row(sheet: Page) -> None:
    amount(sheet, INDICATORS[1]).fill("四十七万")

    below = row(sheet, INDICATORS[1]).locator("xpath=following-sibling::tr[1]")
    expect(below).to_contain_text("没有计入")


def test_a_wrong_field_is_tied_to_its_error(sheet: Page) -> None:
    field = amount(sheet, INDICATORS[1])
    field.fill("四十七万")

    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("没有计入"))


def test_an_error_goes_when_it_is_mended(sheet: Page) -> None:
    amount(sheet, INDICATORS[1]).fill("四十七万")
    expect(sheet.locator("tr.bad-note")).to_be_visible()

    amount(sheet, INDICATORS[1]).fill("475098")

    expect(sheet.locator("tr.bad-note")).to_be_hidden()


def test_a_figure_in_the_wrong_unit_is_repaired_with_one_click(sheet: Page) -> None:
    amount(sheet, INDICATORS[0]).fill("194770000")
    sheet.get_by_role("button", name="改为 19,477").click()

    expect(amount(sheet, INDICATORS[0])).to_have_value("19,477")
    expect(sheet.locator("tr.bad-note")).to_be_hidden()


def test_a_full_sheet_is_submitted(sheet: Page) -> None:
    fill_everything(sheet)

    sheet.get_by_role("button", name="提交", exact=True).click()

    expect(sheet.get_by_text("已提交 7月填报：5 项指标、1 项任务")).to_be_visible()


def test_a_sheet_with_gaps_says_so_in_the_row(work: Visit, watch: Watch) -> None:
    watch.expect("422")
    sheet = work("chenxiaoyan", JULY)
    amount(sheet, INDICATORS[0]).fill("19477")
    amount(sheet, INDICATORS[2]).fill("四万")

    sheet.get_by_role("button", name="提交", exact=True).click()

    expect(row(sheet, INDICATORS[2]).locator("xpath=following-sibling::tr[1]")).to_contain_text(
        "没有计入"
    )
    expect(amount(sheet, INDICATORS[0])).to_have_value("19477")


def test_typing_outlives_the_session(work: Visit, watch: Watch, own_site: Site) -> None:
    watch.expect("401")
    watch.expect("400")  # the first try after signing in again still carries the old page's token
    sheet = work("chenxiaoyan", JULY)
    amount(sheet, INDICATORS[0]).fill("19477")
    saved(sheet)
    end_every_session(own_site)

    amount(sheet, INDICATORS[1]).fill("475098")
    with sheet.context.expect_page() as opened:
        sheet.get_by_role("link", name="在新页登录").click()
    sign_in(opened.value, "chenxiaoyan")
    sheet.bring_to_front()
    amount(sheet, INDICATORS[2]).fill("33033")
    saved(sheet)

    sheet.reload()
    for name, figure in zip(INDICATORS[:3], AMOUNTS, strict=False):
        expect(amount(sheet, name)).to_have_value(figure)


def test_a_submission_outlives_the_session(work: Visit, watch: Watch, own_site: Site) -> None:
    watch.expect("401")
    sheet = work("chenxiaoyan", JULY)
    fill_everything(sheet)
    saved(sheet)
    end_every_session(own_site)

    sheet.get_by_role("button", name="提交", exact=True).click()
    sign_in(sheet, "chenxiaoyan")
    sheet.get_by_role("button", name=re.compile("提交|继续")).first.click()

    expect(sheet.get_by_text("已提交 7月填报：5 项指标、1 项任务")).to_be_visible()


def test_typing_outlives_a_broken_line(work: Visit, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    sheet = work("chenxiaoyan", JULY)
    sheet.context.set_offline(True)
    amount(sheet, INDICATORS[0]).fill("19477")
    expect(sheet.locator("[data-saved]")).to_contain_text("网络不通")
    sheet.context.set_offline(False)

    sheet.reload()

    expect(amount(sheet, INDICATORS[0])).to_have_value("19477")


def test_the_refused_sheet_bars_nobody(work: Visit, watch: Watch, violations: Violations) -> None:
    watch.expect("422")
    sheet = work("chenxiaoyan", JULY, size=PHONE)
    amount(sheet, INDICATORS[2]).fill("四万")
    sheet.get_by_role("button", name="提交", exact=True).click()
    expect(sheet.get_by_text("“四万”不是数字")).to_be_visible()

    assert violations(sheet) == []


def end_every_session(site: Site) -> None:
    with site.app.app_context():
        db.session.execute(delete(WebSession))
        db.session.commit()


def sign_in(page: Page, login: str) -> None:
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
