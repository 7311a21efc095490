"""What a form that came too late would have changed, beside what stands there now."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.queries.task_page import Change


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a form that came too late: what was typed, and what stands there now."""

    label: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody was faster: the newest change, and both versions."""

    latest: Change | None
    differences: tuple[Difference, ...]
