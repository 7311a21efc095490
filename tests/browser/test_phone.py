"""On a phone: places within the thumb's reach, cards for rows, and targets that a thumb hits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Violations, Visit

JULY = "/reports?month=2026-07"
THUMB = 44

#: Whether what stands at the middle of an element is the element itself or within it: nothing lies over it.
ON_TOP = """each => {
    const box = each.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return each.contains(hit);
}"""


@pytest.fixture
def sheet(look: Visit) -> Page:
    """July's sheet on a phone."""
    return look("chenxiaoyan", JULY, size=PHONE)


def test_the_bar_at_the_bottom_has_five_places(sheet: Page) -> None:
    bar = sheet.get_by_role("navigation", name="底部导航")

    places = bar.locator("> a, > details > summary")
    expect(places).to_contain_text(["工作台", "填报", "预警", "任务", "更多"])
    expect(places).to_have_count(5)


def test_the_bar_stays_at_the_bottom(sheet: Page) -> None:
    sheet.mouse.wheel(0, 2000)

    box = sheet.get_by_role("navigation", name="底部导航").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == PHONE[1]


def test_the_rest_is_under_more(sheet: Page) -> None:
    bar = sheet.get_by_role("navigation", name="底部导航")

    bar.get_by_text("更多").click()

    expect(bar.get_by_role("link", name="指标", exact=True)).to_be_visible()


def test_the_bar_at_the_top_makes_room(sheet: Page) -> None:
    expect(sheet.get_by_role("navigation", name="主导航")).to_be_hidden()


def test_the_sheet_is_made_of_cards(sheet: Page) -> None:
    table = sheet.locator("table.sheet").first

    expect(table.locator("thead")).to_be_hidden()
    assert (
        table.locator("tr[data-key]").first.evaluate("e => getComputedStyle(e).display") == "grid"
    )


def test_a_card_names_its_figures(sheet: Page) -> None:
    cell = sheet.locator("tr[data-key] td[data-label=累计]").first

    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"累计"'


@pytest.mark.parametrize(
    "part", [".send-bar .btn", ".bottombar > a", "table.sheet input.in-amount"]
)
def test_a_thumb_hits_it(sheet: Page, part: str) -> None:
    boxes = [each.bounding_box() for each in sheet.locator(part).all()]

    assert boxes
    assert all(box is not None and box["height"] >= THUMB for box in boxes)


def test_nothing_lies_over_the_buttons_to_send(sheet: Page) -> None:
    assert all(each.evaluate(ON_TOP) for each in sheet.locator(".send-bar .btn").all())


def test_the_last_row_can_be_reached(sheet: Page) -> None:
    last = sheet.locator("table.sheet textarea").last

    last.focus()

    assert last.evaluate(ON_TOP)


def test_the_reason_of_a_light_opens_above_the_bar(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging", size=PHONE)
    light = page.locator("details.why").first

    light.locator("summary").click()

    expect(light.locator(".why-body")).to_be_in_viewport(ratio=1)


def test_the_confirmation_opens_above_the_bar(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging", size=PHONE)
    page.locator("summary", has_text="月封账").first.click()

    button = page.get_by_role("button", name="封账", exact=True).first

    expect(button).to_be_in_viewport(ratio=1)
    assert button.evaluate(ON_TOP)


def test_the_open_reason_bars_nobody(look: Visit, violations: Violations) -> None:
    page = look("zhaowenbo", "/lagging", size=PHONE)
    page.locator("details.why > summary").first.click()

    assert violations(page) == []
