"""The only place that reads the clock. Edges call it; everything below takes `now` or `today`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app


def local_now() -> datetime:
    """Return the current time in the bureau's time zone, or the test clock's."""
    zone = ZoneInfo(current_app.config["TIMEZONE"])
    fixed = current_app.config.get("TEST_CLOCK")
    return parse_moment(_test_clock_text(fixed), zone) if fixed else datetime.now(zone)


def wall_now() -> datetime:
    """Return the machine's own time, test clock or not: for leases, which must end in any case."""
    return datetime.now(UTC)


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 time; one without a zone is in `zone`. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _test_clock_text(setting: str) -> str:
    path = Path(setting)
    return path.read_text(encoding="utf-8") if path.is_file() else setting
