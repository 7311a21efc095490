"""The main job with JavaScript switched off: every page works without it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tracker.services.load_demo import DEMO_PASSWORD

REVIEW = "/plans/{draft}/review"
JULY = "/reports?month=2026-07"
FIGURES = {
    "争取上级补助资金": "19477",
    "政府债务余额": "475098",
    "一般公共预算支出": "33033",
    "清理盘活存量资金": "420",
    "消化暂付款": "600",
}


@pytest.mark.parametrize(
    ("login", "path", "words"),
    [
        ("chenxiaoyan", "/desk", "7月填报"),
        ("chenxiaoyan", JULY, "提交"),
        ("zhaowenbo", "/lagging", "严重滞后"),
        ("zhaowenbo", REVIEW, "分派"),
        ("zhaowenbo", "/tasks", "任务"),
        ("zhaowenbo", "/indicators/{indicator}", "数据见表"),
        ("zhaowenbo", "/settings", "发件箱"),
        ("qianlicheng", "/people", "人员"),
        ("shenzhengping", "/audit", "登录"),
    ],
)
def test_the_page_is_there(look: Visit, login: str, path: str, words: str) -> None:
    page = look(login, path, scripts=False)

    expect(page.get_by_role("main")).to_contain_text(words)


def test_nothing_is_offered_that_needs_scripts(look: Visit) -> None:
    page = look("zhaowenbo", REVIEW, scripts=False)

    assert page.locator("[data-js]:visible").count() == 0


def test_one_signs_in(work: Visit) -> None:
    page = work(None, "/login", scripts=False)
    page.get_by_label("用户名").fill("chenxiaoyan")
    page.get_by_label("密码").fill(DEMO_PASSWORD)

    page.get_by_role("button", name="登录").click()

    expect(page).to_have_title("工作台 · 临溪县财政局")


def test_a_month_is_reported(work: Visit) -> None:
    page = work("chenxiaoyan", JULY, scripts=False)
    for name, figure in FIGURES.items():
        page.get_by_label(f"{name}7月完成", exact=True).fill(figure)
    page.get_by_label("完成进度").fill("70")

    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.get_by_text("已提交 7月填报：5 项指标、1 项任务")).to_be_visible()


def test_rows_are_assigned(work: Visit) -> None:
    page = work("zhaowenbo", REVIEW, scripts=False)
    for name in ("开展零散税收清查", "规范非税收入收缴流程"):
        row_of(page, name)
    page.get_by_label("牵头单位").first.select_option(label="综合股")

    page.get_by_role("button", name="分派").click()

    expect(page.get_by_text("已分派 2 项。")).to_be_visible()


def test_all_rows_are_chosen_with_a_link(look: Visit) -> None:
    page = look("zhaowenbo", REVIEW, scripts=False)

    page.get_by_role("link", name="选中全部").click()

    boxes = page.locator("tr[data-row] input[type=checkbox]")
    expect(page.locator("tr[data-row] input[type=checkbox]:checked")).to_have_count(boxes.count())


def test_a_month_is_closed(work: Visit) -> None:
    page = work("zhaowenbo", "/lagging", scripts=False)
    page.locator("summary", has_text="月封账").first.click()
    expect(page.get_by_text("责任单位不能再填报或更正").first).to_be_visible()

    page.get_by_role("button", name="封账", exact=True).first.click()

    expect(page.get_by_text("已封账").first).to_be_visible()


def test_the_theme_is_chosen(work: Visit) -> None:
    page = work("zhaowenbo", "/desk", scripts=False)
    page.get_by_text("赵文博", exact=True).click()

    page.get_by_role("button", name="深色").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def row_of(page: Page, name: str) -> None:
    link = page.get_by_role("link", name=name, exact=True)
    page.locator("tr[data-row]").filter(has=link).get_by_role("checkbox").check()
