"""On paper: what is printed fits its sheet, in black, without the frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

#: What lies between A4's margins (14 mm at the sides), at 96 px an inch: upright, and on its side.
UPRIGHT, ON_ITS_SIDE = (688, 1002), (1017, 688)


@pytest.mark.parametrize(
    ("path", "paper"),
    [
        ("/lagging", UPRIGHT),
        ("/desk", UPRIGHT),
        ("/tasks/{task}", UPRIGHT),
        ("/plans/{plan}", UPRIGHT),
        ("/indicators", ON_ITS_SIDE),
        ("/indicators/{indicator}", ON_ITS_SIDE),
    ],
)
def test_the_page_fits_its_paper(look: Visit, path: str, paper: tuple[int, int]) -> None:
    page = printed(look, path, paper)

    assert page.evaluate("document.documentElement.scrollWidth") <= paper[0]


def test_no_line_of_the_board_sticks_out(look: Visit) -> None:
    page = printed(look, "/lagging", UPRIGHT)

    rights = page.locator("main *:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert max(rights) <= UPRIGHT[0]


def test_the_frame_is_not_printed(look: Visit) -> None:
    page = printed(look, "/lagging", UPRIGHT)

    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator(".filters")).to_be_hidden()


def test_the_board_is_printed_black_on_white_even_from_the_dark_theme(look: Visit) -> None:
    page = look("zhaowenbo", "/lagging", size=UPRIGHT, dark=True)
    page.emulate_media(media="print")

    colours = page.locator("h1").evaluate("e => getComputedStyle(e).color")
    ground = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (colours, ground) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


def test_a_light_is_printed_with_its_word(look: Visit) -> None:
    page = printed(look, "/lagging", UPRIGHT)

    expect(page.locator("ol.lag .light").first).to_be_visible()
    expect(page.locator("ol.lag .light").first).not_to_have_text("")


def printed(look: Visit, path: str, paper: tuple[int, int]) -> Page:
    page = look("zhaowenbo", path, size=paper)
    page.emulate_media(media="print")
    return page
