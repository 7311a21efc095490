"""导入与审核: keys and pointer tie the rows to the document, and the steps that they take."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Visit

REVIEW = "/plans/{draft}/review"
LOW = (1366, 600)
SENTENCE = "严格执行部门预算，压减会议培训支出"

#: Whether the first mark of a row lies inside the document's own pane, as far as it is scrolled.
IN_SIGHT = """mark => {
    const pane = mark.closest("[data-doc]").getBoundingClientRect(), box = mark.getBoundingClientRect();
    return box.top >= pane.top && box.bottom <= pane.bottom;
}"""
#: Where on the screen the character stands that comes after `before` in the document.
PLACE_AFTER = """(mark, before) => {
    const text = mark.firstChild, range = document.createRange();
    range.setStart(text, before.length);
    range.setEnd(text, before.length + 1);
    const box = range.getBoundingClientRect();
    return [box.left, box.top + box.height / 2];
}"""


@pytest.fixture
def review(look: Visit) -> Page:
    """The review of a draft of more than twenty rows, for looking."""
    return look("zhaowenbo", REVIEW, size=LOW)


@pytest.fixture
def draft(work: Visit) -> Page:
    """The same, for taking steps."""
    return work("zhaowenbo", REVIEW)


def rows(page: Page) -> Locator:
    return page.locator("tr[data-row]")


def row_of(page: Page, words: str) -> Locator:
    return rows(page).filter(has=page.get_by_role("link", name=words, exact=True))


def marks_of(page: Page, row: Locator) -> Locator:
    return page.locator(f'mark[data-row="{row.get_attribute("data-row")}"]')


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def choose(page: Page, *words: str) -> None:
    for each in words:
        row_of(page, each).get_by_role("checkbox").check()


def test_j_moves_to_the_next_row(review: Page) -> None:
    press(review, "jj")

    expect(rows(review).nth(2)).to_have_attribute("aria-current", "true")


def test_k_moves_back(review: Page) -> None:
    press(review, "jjjk")

    expect(rows(review).nth(2)).to_have_attribute("aria-current", "true")


def test_only_one_row_is_the_current_one(review: Page) -> None:
    press(review, "jjjj")

    expect(review.locator("tr[aria-current]")).to_have_count(1)


def test_the_mark_lights_up_with_its_row(review: Page) -> None:
    press(review, "jjjjj")

    expect(marks_of(review, rows(review).nth(5)).first).to_have_class(re.compile(r"\bon\b"))


def test_the_mark_of_the_row_before_goes_out(review: Page) -> None:
    press(review, "jjjjjj")

    expect(marks_of(review, rows(review).nth(5)).first).not_to_have_class(re.compile(r"\bon\b"))


def test_the_mark_scrolls_into_view(review: Page) -> None:
    press(review, "j" * 25)

    assert marks_of(review, rows(review).nth(25)).first.evaluate(IN_SIGHT)


def test_the_row_scrolls_into_view(review: Page) -> None:
    press(review, "j" * 25)

    expect(rows(review).nth(25)).to_be_in_viewport()


def test_x_chooses_the_row(review: Page) -> None:
    press(review, "jx")

    expect(rows(review).nth(1).get_by_role("checkbox")).to_be_checked()
    expect(review.locator("[data-bulk-words]").first).to_have_text("已选 1 项")


def test_keys_do_nothing_while_one_types(review: Page) -> None:
    review.locator("#search").focus()
    press(review, "jj")

    expect(rows(review).first).to_have_attribute("aria-current", "true")
    expect(review.locator("#search")).to_have_value("jj")


def test_pointing_at_a_row_shows_its_mark(review: Page) -> None:
    row = rows(review).nth(1)

    row.hover()

    expect(marks_of(review, row).first).to_have_class(re.compile(r"\bnear\b"))


def test_pointing_at_a_mark_shows_its_row(review: Page) -> None:
    row = row_of(review, "开展零散税收清查")

    marks_of(review, row).first.hover()

    expect(row).to_have_class(re.compile(r"\bnear\b"))


def test_a_click_on_a_mark_goes_to_its_row(review: Page) -> None:
    row = row_of(review, "开展零散税收清查")

    marks_of(review, row).first.click()

    expect(row).to_have_attribute("aria-current", "true")
    expect(row).to_be_in_viewport()


def test_shift_chooses_all_between(review: Page) -> None:
    rows(review).nth(1).get_by_role("checkbox").click()
    rows(review).nth(4).get_by_role("checkbox").click(modifiers=["Shift"])

    expect(review.locator("[data-bulk-words]").first).to_have_text("已选 4 项")


def test_s_splits_where_the_cursor_stands(draft: Page) -> None:
    mark = marks_of(draft, row_of(draft, SENTENCE)).first
    mark.scroll_into_view_if_needed()
    left, top = mark.evaluate(PLACE_AFTER, "严格执行部门预算，")
    draft.mouse.click(left + 1, top)

    press(draft, "s")

    expect(draft.get_by_text("已拆成两项。")).to_be_visible()
    expect(row_of(draft, "压减会议培训支出")).to_be_visible()


def test_s_without_a_cursor_says_what_to_do(review: Page) -> None:
    press(review, "s")

    expect(review.get_by_text("先在原文的标记里点一下要断开的地方")).to_be_visible()


def test_m_merges_the_chosen_rows(draft: Page) -> None:
    choose(draft, "组织岗位练兵比武", "选派干部到基层挂职")

    press(draft, "m")

    expect(draft.get_by_text("已把 2 项合并为一项。")).to_be_visible()


def test_u_takes_the_last_step_back(draft: Page) -> None:
    choose(draft, "组织岗位练兵比武")
    draft.get_by_role("button", name="不导入").click()
    expect(draft.get_by_text("1 项不导入")).to_be_visible()
    draft.wait_for_load_state("load")  # the keys are listened to from then on

    press(draft, "u")

    expect(draft.get_by_text(re.compile("^已撤销："))).to_be_visible()
    expect(row_of(draft, "组织岗位练兵比武")).to_be_visible()


def test_several_rows_are_assigned_at_once(draft: Page) -> None:
    names = "开展零散税收清查", "规范非税收入收缴流程", "落实教育经费保障机制"
    choose(draft, *names)

    draft.get_by_label("牵头单位").first.select_option(label="综合股")
    draft.get_by_role("button", name="分派").click()

    expect(draft.get_by_text("已分派 3 项。")).to_be_visible()
    for name in names:
        expect(row_of(draft, name).locator("[data-label=单位]")).to_have_text("综合股")


def test_a_step_keeps_the_place(draft: Page) -> None:
    press(draft, "j" * 15)
    row = rows(draft).nth(15).get_attribute("data-row")
    press(draft, "x")

    draft.get_by_role("button", name="标为已核对").click()

    expect(draft.get_by_text("1 项标为已核对。")).to_be_visible()
    expect(draft.locator(f'tr[data-row="{row}"]')).to_have_attribute("aria-current", "true")


def test_the_keys_are_named_where_they_work(review: Page) -> None:
    expect(review.get_by_text("在光标处拆分")).to_be_visible()


def test_the_keys_are_not_named_on_a_phone(look: Visit) -> None:
    page = look("zhaowenbo", REVIEW, size=PHONE)

    expect(page.get_by_text("在光标处拆分")).to_be_hidden()


def test_the_keys_are_not_named_without_scripts(look: Visit) -> None:
    page = look("zhaowenbo", REVIEW, scripts=False)

    expect(page.get_by_text("在光标处拆分")).to_be_hidden()


def test_the_bar_stays_in_sight_while_one_goes_down_the_rows(review: Page) -> None:
    press(review, "j" * 20)

    expect(review.get_by_role("button", name="分派", exact=True)).to_be_in_viewport()


def test_all_are_chosen_from_the_bar_on_a_phone(look: Visit) -> None:
    page = look("zhaowenbo", REVIEW, size=PHONE)
    rows(page).nth(10).scroll_into_view_if_needed()

    page.get_by_label("全选", exact=True).check()

    expect(page.locator("[data-bulk-words]").first).to_have_text(f"已选 {rows(page).count()} 项")
    expect(page.locator("[data-bulk]").first).to_be_in_viewport()


def test_a_box_for_all_stands_for_its_own_table(work: Visit) -> None:
    page = work("zhaowenbo", "/plans/new")
    page.locator("textarea").fill(
        "2028年财政工作计划\n（一）抓好收入。全县一般公共预算收入XX亿元，其中非税收入X亿元。"
        "加强行政事业单位资产的盘活处置，提高资产配置效率。\n"
    )
    page.get_by_role("button", name="导入").first.click()
    page.wait_for_load_state("load")
    page.get_by_role("link", name="建议", exact=True).click()
    page.wait_for_load_state("load")
    first, other = page.locator("table").nth(0), page.locator("table").nth(1)

    first.locator("thead input").check()

    expect(first.locator("tbody input:not(:checked)")).to_have_count(0)
    expect(other.locator("tbody input:checked")).to_have_count(0)
    page.get_by_label("全选", exact=True).check()
    expect(page.locator("tbody input:not(:checked)")).to_have_count(0)
