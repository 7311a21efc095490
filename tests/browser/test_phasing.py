"""分月: the editor says sums and draws the line while one types, and works without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Violations, Visit

COLUMN = "\n".join(["1,000", "1,100", "900", *["1,000"] * 9])


@pytest.fixture
def editor(work: Visit) -> Page:
    """The editor of a flow, as the office opens it."""
    return work("zhaowenbo", "/indicators/{indicator}/phasing")


def paste(field: Locator, text: str) -> None:
    field.evaluate(
        """(field, text) => {
            const data = new DataTransfer();
            data.setData("text", text);
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_sums_and_line_follow_as_one_types_and_the_choice_is_kept(editor: Page) -> None:
    expect(editor.get_by_text("处要改")).to_have_count(0)
    editor.get_by_label("按四个季度目标").check()
    expect(editor.get_by_label("1月", exact=True)).to_be_hidden()
    for quarter in ("一季度", "二季度", "三季度"):
        editor.get_by_label(quarter, exact=True).fill("1")
    said = editor.locator("[data-sum=quarters]")
    expect(said).to_contain_text("已填 3 个，合计 3 万元，还差")
    left = re.search(r"还差 ([\d,]+) 万元", said.inner_text())
    assert left is not None
    editor.get_by_label("四季度", exact=True).fill(left[1])

    expect(said).to_contain_text("正好等于全年")
    expect(editor.locator("tr[data-month]").nth(0).locator("[data-out=planned]")).to_have_text("1")
    editor.get_by_label("理由").fill("四季度集中入库")
    editor.get_by_role("button", name="保存", exact=True).click()
    expect(editor.get_by_text("已保存：分月办法为按四个季度目标")).to_be_visible()


def test_a_column_from_excel_fills_the_months_below(editor: Page) -> None:
    editor.get_by_label("按手工设定的各月数").check()

    paste(editor.get_by_label("1月", exact=True), COLUMN)

    expect(editor.get_by_label("2月", exact=True)).to_have_value("1,100")
    expect(editor.get_by_label("12月", exact=True)).to_have_value("1,000")
    expect(editor.locator("[data-sum=hand]")).to_contain_text("合计 12,000 万元")


def test_without_scripts_the_preview_button_does_the_same(work: Visit) -> None:
    page = work("zhaowenbo", "/indicators/{indicator}/phasing", scripts=False)
    page.get_by_label("按各月工作日").check()

    page.get_by_role("button", name="预览").click()

    expect(page.get_by_label("按各月工作日")).to_be_checked()
    expect(page.locator("tr[data-month]").first.locator("[data-out=plan]")).not_to_have_text("—")


@pytest.mark.parametrize(
    "path", ["/indicators/{indicator}/phasing", "/indicators/{indicator}/target"]
)
def test_nobody_is_barred_and_nothing_runs_off_a_phone(
    look: Visit, violations: Violations, path: str
) -> None:
    page = look("zhaowenbo", path, size=PHONE)

    assert violations(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0]
