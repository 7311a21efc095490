"""When a mail that could not be delivered is tried again, and when that ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

HOURLY = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=5)


def delay_after(attempts: int, schedule: Sequence[int]) -> timedelta | None:
    """Return how long to wait after this many attempts; None when five days of trying are over.

    `schedule` gives the first delays in minutes; after them it is every hour.
    """
    first = [timedelta(minutes=minutes) for minutes in schedule]
    hours = max(attempts - 1 - len(first), 0)
    waited = sum(first[: attempts - 1], timedelta()) + HOURLY * hours
    delay = first[attempts - 1] if attempts <= len(first) else HOURLY
    return delay if waited + delay <= GIVE_UP_AFTER else None
