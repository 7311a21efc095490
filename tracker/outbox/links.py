"""Addresses that mails name: each starts with BASE_URL and only opens a page."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.periods import Month


@dataclass(frozen=True, slots=True)
class Links:
    """The pages of one installation."""

    base_url: str

    def _page(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}{path}"

    def desk(self) -> str:
        """Return the page of what is mine."""
        return self._page("/desk")

    def sheet(self, month: Month) -> str:
        """Return the page on which a month is filled in."""
        return self._page(f"/reports?month={month.code}")

    def field(self, month: Month, what: str, id_: int) -> str:
        """Return the very row of a month's sheet: i12 for an indicator, t12 for a task."""
        return f"{self.sheet(month)}#{what[0]}{id_}"

    def task(self, task_id: int) -> str:
        """Return the page of a task."""
        return self._page(f"/tasks/{task_id}")

    def order(self, order_id: int) -> str:
        """Return the page of a supervision order."""
        return self._page(f"/orders/{order_id}")

    def target(self, indicator_id: int) -> str:
        """Return the page on which an indicator's target is changed."""
        return self._page(f"/indicators/{indicator_id}/target")

    def lagging(self) -> str:
        """Return the board of what lags."""
        return self._page("/lagging")
