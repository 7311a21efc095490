"""The indicator library in a browser: found as one types, and a table looked at before it is taken over."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.chromium import Watch
from tests.browser.conftest import PHONE, Violations, Visit


def test_the_list_follows_what_one_types(look: Visit, violations: Violations) -> None:
    page = look("zhaowenbo", "/library")

    page.get_by_label("查找", exact=True).press_sequentially("税收收")

    expect(page.locator("#found-count")).to_have_text("共 2 项")
    expect(page.get_by_role("row", name="税收占比")).to_be_visible()
    expect(page.get_by_label("查找", exact=True)).to_be_focused()
    assert "q=%E7%A8%8E" in page.url
    assert violations(page) == []


def test_a_filter_and_the_way_back_keep_to_the_address(look: Visit) -> None:
    page = look("zhaowenbo", "/library", size=PHONE)
    page.get_by_label("归属").select_option("own")
    expect(page.locator("#found-count")).to_have_text("共 3 项")
    page.get_by_role("link", name="培训财会人员").click()
    expect(page.get_by_role("heading", name="培训财会人员")).to_be_visible()

    page.go_back()

    expect(page.locator("#found-count")).to_have_text("共 3 项")
    expect(page.get_by_label("归属")).to_have_value("own")


def test_whose_session_ended_is_told(work: Visit, watch: Watch) -> None:
    page = work("zhaowenbo", "/library")
    page.context.clear_cookies()
    watch.expect("401")

    page.get_by_label("查找", exact=True).fill("税")

    expect(page.locator("#toasts")).to_contain_text("登录已过期")


def test_a_table_is_looked_at_and_then_taken_over(work: Visit, tmp_path: Path) -> None:
    table = tmp_path / "指标库.csv"
    table.write_text("指标名称,计量单位\n财会人员持证率,%\n税收收入,亿元\n", encoding="utf-8")
    page = work("qianlicheng", "/library/import")

    page.get_by_label("表格文件").set_input_files(table)
    page.get_by_role("button", name="先看看").click()
    expect(page.get_by_text("计量单位：万元 → 亿元")).to_be_visible()
    page.get_by_role("button", name="导入 2 个指标").click()

    expect(page.get_by_text("已导入：新增 1 个指标，更新 1 个")).to_be_visible()
