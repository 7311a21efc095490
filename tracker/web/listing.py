"""A list's filters, order and page as they stand in its address, so that a view can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

PAGE = "page"
NEAR = 2


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of a long list."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is one click, with how many rows it leaves."""

    label: str
    url: str
    current: bool
    count: int | None
    light: str = ""


def id_in_address(name: str) -> int | None:
    """Return a row's id given in the address; None for anything that cannot be one."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def choice_in_address(name: str, allowed: Sequence[str], default: str = "") -> str:
    """Return one of the allowed words, else the default."""
    text = request.args.get(name, default)
    return text if text in allowed else default


def page_in_address(name: str = PAGE) -> int:
    """Return the page of a list that is asked for, from 1."""
    return max(id_in_address(name) or 1, 1)


def address(endpoint: str, **changes: Any) -> str:
    """Return this view's address with some of its arguments changed; None or '' takes one out.

    Each list of the page begins again at its first page.
    """
    kept = {name: text for name, text in request.args.items() if text and not name.endswith(PAGE)}
    kept |= {name: str(value) for name, value in changes.items() if value not in {None, ""}}
    gone = {name for name, value in changes.items() if value in {None, ""}}
    arguments: dict[str, Any] = {name: text for name, text in kept.items() if name not in gone}
    return url_for(endpoint, **arguments)


def kept_pairs(*own: str) -> list[tuple[str, str]]:
    """Return what the address holds beside a form's `own` fields and the pages of lists."""
    return [
        (name, text)
        for name, text in request.args.items()
        if text and name not in own and not name.endswith(PAGE)
    ]


def page_links(
    endpoint: str, page: int, total: int, size: int, name: str = PAGE, anchor: str | None = None
) -> list[PageLink | None]:
    """Return the pages of a list, None for a gap; empty where one page holds everything.

    A page with several lists gives each a `name` that ends in page, and an `anchor` to come back to.
    """

    def url(number: int) -> str:
        there = address(endpoint, **{name: number})
        return f"{there}#{anchor}" if anchor else there

    return links_to(page, total, size, url)


def links_to(page: int, total: int, size: int, url: Callable[[int], str]) -> list[PageLink | None]:
    """Return the same for a list that says itself where its pages are."""
    last = -(-total // size)
    if last <= 1:
        return []
    shown = sorted({1, last, *range(max(page - NEAR, 1), min(page + NEAR, last) + 1)})
    links: list[PageLink | None] = []
    for number in shown:
        if links and number - shown[shown.index(number) - 1] > 1:
            links.append(None)
        links.append(PageLink(number, url(number), number == page))
    return links


def range_words(page: int, total: int, size: int, shown: int) -> str:
    """Say which rows of how many are shown."""
    if total <= size:
        return f"共 {total} 项"
    first = (page - 1) * size + 1
    return f"第 {first}–{first + shown - 1} 项，共 {total} 项"
