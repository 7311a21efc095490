"""How the review's view stands in its address and in its forms: filters, chosen rows, the versions that were shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from tracker.queries.plan_review import Review
from tracker.queries.review_rows import ReviewRow
from tracker.web.fields import chosen_id
from tracker.web.listing import Chip

SHOWN = (
    ("", "全部"),
    ("unassigned", "未分派"),
    ("gaps", "缺数"),
    ("unchecked", "未核对"),
    ("tasks", "任务"),
    ("targets", "目标"),
)


@dataclass(frozen=True, slots=True)
class View:
    """Which rows of a review are shown: a filter, and one heading of the plan or all."""

    show: str = ""
    item: int = 0

    def rows_of(self, review: Review) -> list[ReviewRow]:
        """Return the rows that this view shows."""
        return [row for row in review.rows if self._in_item(row) and _fits(row, self.show)]

    def url(self, plan_id: int, **changes: str | int) -> str:
        """Return the address of this view, some of it changed."""
        asked: dict[str, Any] = {"show": self.show, "item": self.item} | changes
        kept = {name: value for name, value in asked.items() if value}
        return url_for("plans.review", plan_id=plan_id, **kept)

    def chips(self, review: Review) -> list[Chip]:
        """Return the filters with how many rows each leaves in this heading."""
        return [
            Chip(
                word,
                self.url(review.plan_id, show=show),
                show == self.show,
                len(View(show, self.item).rows_of(review)),
            )
            for show, word in SHOWN
        ]

    def _in_item(self, row: ReviewRow) -> bool:
        return not self.item or row.item_id == self.item


def _fits(row: ReviewRow, show: str) -> bool:
    return {
        "unassigned": row.unassigned,
        "gaps": row.gap,
        "unchecked": not row.checked,
        "tasks": row.is_task,
        "targets": not row.is_task,
    }.get(show, True)


def asked_view() -> View:
    """Return the view that the address, or the form that came from it, asks for."""
    show = request.values.get("show", "")
    known = {name for name, _ in SHOWN}
    return View(show if show in known else "", chosen_id(request.values.get("item")))


def seen_words(rows: Iterable[tuple[str, int]]) -> str:
    """Write rows and the versions that a page shows of them into one field."""
    return " ".join(f"{key}:{version}" for key, version in rows)


def seen_versions() -> dict[str, int]:
    """Read that field back."""
    pairs = (part.rpartition(":") for part in request.form.get("seen", "").split())
    return {key: chosen_id(version) for key, _, version in pairs}
