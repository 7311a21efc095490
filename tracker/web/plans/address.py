"""How the review's view stands in its address and in its forms: filters, chosen rows, the versions that were shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from tracker.queries.draft_lines import DraftLine
from tracker.queries.plan_review import Review
from tracker.web.fields import chosen_id
from tracker.web.listing import NEAR, Chip, PageLink

SHOWN = (
    ("", "全部"),
    ("unassigned", "未分派"),
    ("gaps", "缺数"),
    ("unchecked", "未核对"),
    ("tasks", "任务"),
    ("targets", "目标"),
)


#: Rows of a page. A longer list takes its time to open, and nobody looks through more at once.
PAGE = 100


@dataclass(frozen=True, slots=True)
class PageOfRows:
    """The rows of one page of a view; `total` counts those of all its pages."""

    rows: tuple[DraftLine, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def is_first(self) -> bool:
        """Tell whether no page comes before it."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Tell whether no page follows it."""
        return self.number == self.pages


@dataclass(frozen=True, slots=True)
class View:
    """Which rows of a review are shown: a filter, one heading of the plan or all, and a page of them.

    `row` names a row whose page is wanted, whichever that is.
    """

    show: str = ""
    item: int = 0
    page: int = 1
    row: str = ""

    @property
    def narrowed(self) -> bool:
        """Tell whether some rows are left out."""
        return bool(self.show or self.item)

    def rows_of(self, rows: Sequence[DraftLine]) -> list[DraftLine]:
        """Return the rows that this view shows, of all its pages."""
        fits = FITS.get(self.show)
        if self.item:
            rows = [row for row in rows if row.item_id == self.item]
        return [row for row in rows if fits(row)] if fits else list(rows)

    def page_of(self, rows: Sequence[DraftLine]) -> PageOfRows:
        """Return the page of these rows that is wanted, or the nearest there is."""
        place = next((at for at, row in enumerate(rows) if row.key == self.row), None)
        last = max(1, -(-len(rows) // PAGE))
        number = min(self.page, last) if place is None else place // PAGE + 1
        return PageOfRows(tuple(rows[(number - 1) * PAGE : number * PAGE]), number, len(rows))

    def url(self, plan_id: int, **changes: str | int) -> str:
        """Return the address of this view, some of it changed; a changed filter begins at the first page."""
        page = self.page if not changes.keys() & {"show", "item"} and self.page > 1 else 0
        asked: dict[str, Any] = {"show": self.show, "item": self.item, "page": page} | changes
        kept = {name: value for name, value in asked.items() if value}
        return url_for("plans.review", plan_id=plan_id, **kept)

    def links(self, plan_id: int, page: PageOfRows) -> list[PageLink | None]:
        """Return the pages as links, None for a gap; empty where one page holds everything."""
        if page.pages == 1:
            return []
        near = range(max(page.number - NEAR, 1), min(page.number + NEAR, page.pages) + 1)
        found: list[PageLink | None] = []
        before = 0
        for number in sorted({1, page.pages, *near}):
            if number > before + 1:
                found.append(None)
            url = self.url(plan_id, page=number if number > 1 else 0)
            found.append(PageLink(number, url, number == page.number))
            before = number
        return found

    def chips(self, review: Review) -> list[Chip]:
        """Return the filters with how many rows each leaves in this heading."""
        return [
            Chip(
                word,
                self.url(review.plan_id, show=show),
                show == self.show,
                len(View(show, self.item).rows_of(review.rows)),
            )
            for show, word in SHOWN
        ]


#: What a filter keeps.
FITS: Mapping[str, Callable[[DraftLine], bool]] = {
    "unassigned": lambda row: row.unassigned,
    "gaps": lambda row: row.gap,
    "unchecked": lambda row: not row.checked,
    "tasks": lambda row: row.is_task,
    "targets": lambda row: not row.is_task,
}


def asked_view() -> View:
    """Return the view that the address, or the form that came from it, asks for."""
    show = request.values.get("show", "")
    known = {name for name, _ in SHOWN}
    return View(
        show if show in known else "",
        chosen_id(request.values.get("item")),
        chosen_id(request.values.get("page")) or 1,
        request.args.get("row", ""),
    )


def url_of_row(plan_id: int, key: str) -> str:
    """Return where a row stands in the review, on whichever page that is."""
    return url_for("plans.review", plan_id=plan_id, row=key, _anchor=f"row-{key}")


def seen_words(rows: Iterable[tuple[str, int]]) -> str:
    """Write rows and the versions that a page shows of them into one field."""
    return " ".join(f"{key}:{version}" for key, version in rows)


def seen_versions() -> dict[str, int]:
    """Read that field back."""
    pairs = (part.rpartition(":") for part in request.form.get("seen", "").split())
    return {key: chosen_id(version) for key, _, version in pairs}
