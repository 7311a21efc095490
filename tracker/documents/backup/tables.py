"""What a copy of the database holds, whatever wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.errors import TrackerError

Row = Mapping[str, Any]


class BusyError(TrackerError):
    """The database is in use; try again later (数据库正忙)."""


@dataclass(frozen=True, slots=True)
class Tables:
    """How many rows each table has, and the rows of a few. Values are as the copy writes them."""

    counts: Mapping[str, int]
    rows: Mapping[str, Sequence[Row]]
