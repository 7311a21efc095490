"""Every page of every role: it fits its screen, and nothing in it bars people, in light and dark."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.chromium import Watch
from tests.browser.conftest import PHONE, WIDE, Violations, Visit

PAGES = {
    None: ("/login",),
    "zhaowenbo": (
        "/desk",
        "/lagging",
        "/lagging?month=3&light=green",
        "/plans",
        "/plans/{plan}",
        "/plans/new",
        "/plans/{draft}/review",
        "/plans/{draft}/review?select=all",
        "/plans/{draft}/review/tasks/{draft_task}",
        "/plans/{draft}/review/indicators/{draft_target}",
        "/plans/{draft}/review/new/task",
        "/plans/{draft}/review/new/target",
        "/plans/{draft}/issue",
        "/tasks",
        "/tasks/{task}",
        "/tasks/{finished}",
        "/indicators",
        "/indicators/{indicator}",
        "/indicators/{indicator}/edit",
        "/library",
        "/library/1",
        "/library/1/edit",
        "/library/new",
        "/library/import",
        "/people",
        "/people/me",
        "/settings",
        "/settings/mails",
        "/search?q=收入",
        "/gallery",
        "/password",
    ),
    "chenxiaoyan": (
        "/desk",
        "/reports",
        "/reports?month=2026-07",
        "/plans/{plan}",
        "/tasks",
        "/tasks/{task}",
        "/indicators/{indicator}",
        "/search?q=没有的词",
    ),
    "zhouqiming": ("/desk", "/reports", "/tasks", "/tasks/{task}"),
    "liminghua": ("/desk", "/lagging", "/tasks/{task}"),
    "liangzhiyuan": ("/desk", "/lagging"),
    "qianlicheng": (
        "/desk",
        "/settings",
        "/settings/calendar",
        "/people",
        "/people/units/new",
        "/people/units/{unit}",
        "/people/units/{unit}/posts/new",
        "/people/persons/new",
        "/people/persons/1",
        "/people/posts/1",
    ),
    "qinshouyi": ("/desk", "/people", "/people/persons/1", "/people/posts/1"),
    "shenzhengping": ("/desk", "/audit"),
}
CASES = [
    pytest.param(login, path, id=f"{login or 'nobody'} {quote(path, safe='/?=&{}')}")
    for login, paths in PAGES.items()
    for path in paths
]

#: How far the page may be scrolled to the right, and what sticks out.
STICKS_OUT = """width => document.documentElement.scrollWidth <= width ? [] :
    Array.from(document.querySelectorAll("body *"))
        .filter(each => each.checkVisibility())
        .filter(each => each.getBoundingClientRect().right > width || each.scrollWidth > width)
        .map(each => each.tagName.toLowerCase() + "." + each.className)"""


@pytest.mark.parametrize(("login", "path"), CASES)
def test_page_is_not_wider_than_its_screen(look: Visit, login: str | None, path: str) -> None:
    page = look(login, path)

    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(STICKS_OUT, width) == [], f"at {width} px"


@pytest.mark.parametrize(("login", "path"), CASES)
def test_page_bars_nobody(
    look: Visit, violations: Violations, login: str | None, path: str
) -> None:
    page = look(login, path)

    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light")
        assert violations(page) == [], f"at {width} px"
        page.emulate_media(color_scheme="dark")  # nothing but colours differs
        assert violations(page, only=["color-contrast"]) == [], f"in the dark at {width} px"


@pytest.mark.parametrize(("path", "status"), [("/tasks/999999", 404), ("/audit", 403)])
def test_a_refusal_bars_nobody(
    look: Visit, watch: Watch, violations: Violations, path: str, status: int
) -> None:
    watch.expect(str(status))
    page = look("zhaowenbo", "/desk")
    answer = page.goto(path)

    assert answer is not None
    assert answer.status == status
    assert violations(page) == []
