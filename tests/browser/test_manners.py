"""What every page does for the person at it: search, theme, charts, reasons, menus and confirmations."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import Watch
from tests.browser.conftest import Visit

CHART = "/indicators/{indicator}"


def test_the_slash_goes_to_the_search(look: Visit) -> None:
    page = look("zhaowenbo", "/desk")

    page.keyboard.press("/")

    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("")


def test_the_search_finds_an_indicator(look: Visit) -> None:
    page = look("zhaowenbo", "/desk")
    page.keyboard.press("/")
    page.keyboard.type("政府性基金")

    page.keyboard.press("Enter")

    expect(page.get_by_role("main").get_by_role("link", name="政府性基金收入")).to_be_visible()


@pytest.fixture
def dark(work: Visit) -> Page:
    """A desk whose person has just chosen the dark theme."""
    page = work("zhaowenbo", "/desk")
    page.get_by_text("赵文博", exact=True).click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="深色").click()
    return page


def test_the_theme_changes_at_once(dark: Page) -> None:
    expect(dark.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_theme_stays(dark: Page) -> None:
    dark.goto("/tasks")

    expect(dark.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_theme_follows_the_system_until_one_is_chosen(look: Visit) -> None:
    page = look("zhaowenbo", "/desk", dark=True)

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_chart_is_drawn(look: Visit) -> None:
    page = look("zhaowenbo", CHART)

    expect(page.locator(".chart.is-drawn canvas").first).to_be_visible()


def test_the_chart_says_in_words_what_it_shows(look: Visit) -> None:
    page = look("zhaowenbo", CHART)

    expect(page.locator(".chart").first).to_have_attribute("role", "img")
    assert page.locator(".chart").first.get_attribute("aria-label")


def test_the_table_says_it_without_the_library(look: Visit, watch: Watch) -> None:
    watch.expect("404")
    page = look("zhaowenbo", "/desk")
    page.route("**/echarts.min.js", not_there)

    page.goto("/indicators")
    page.get_by_role("main").get_by_role("link", name="争取上级补助资金").first.click()

    expect(page.get_by_text("数据见表").first).to_be_visible()
    expect(page.locator("#months table")).to_be_visible()


def not_there(route: Route) -> None:
    route.fulfill(status=404, body="")


def test_a_light_opens_its_reason(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging")
    light = page.locator("details.why").first

    light.locator("summary").click()

    expect(light.locator(".why-body")).to_be_visible()
    expect(light.locator(".why-body")).to_contain_text("规则")


def test_escape_closes_the_reason(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging")
    light = page.locator("details.why").first
    light.locator("summary").click()

    page.keyboard.press("Escape")

    expect(light.locator(".why-body")).to_be_hidden()
    expect(light.locator("summary")).to_be_focused()


def test_a_click_beside_closes_the_menu(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging")
    page.get_by_text("赵文博", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()

    page.get_by_role("heading", level=1).click()

    expect(page.get_by_role("button", name="退出")).to_be_hidden()


def test_closing_a_month_names_what_follows(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging")

    page.locator("summary", has_text="月封账").first.click()

    expect(page.get_by_text("责任单位不能再填报或更正").first).to_be_visible()


def test_a_confirmation_can_be_left(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging")
    page.locator("summary", has_text="月封账").first.click()

    page.get_by_role("button", name="先不办").first.click()

    expect(page.get_by_text("责任单位不能再填报或更正").first).to_be_hidden()


def test_a_month_is_closed_after_the_confirmation(work: Visit) -> None:
    page = work("zhaowenbo", "/lagging")
    page.locator("summary", has_text="月封账").first.click()

    page.get_by_role("button", name="封账", exact=True).first.click()

    expect(page.get_by_text("已封账").first).to_be_visible()


def test_a_filter_applies_at_once(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging")

    page.get_by_label("单位", exact=True).select_option(label="经济建设股")

    expect(page).to_have_url(re.compile(r"[?&]unit=[0-9]+"))
    expect(page.locator("ol.lag > li").first).to_contain_text("经济建设股")
