"""Figures that the head sent back and nobody has corrected yet."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select

from tracker.extensions import db
from tracker.models import Report


def sent_back_months(ids: Sequence[int]) -> dict[int, set[int]]:
    """Return indicator → months whose figure was sent back. One query."""
    if not ids:
        return {}
    stands = func.min(case((Report.sent_back == "", 0), else_=1))
    rows = db.session.execute(
        select(Report.indicator_id, Report.month)
        .where(Report.indicator_id.in_(ids))
        .group_by(Report.indicator_id, Report.year, Report.month)
        .having(stands == 1)
    )
    found: dict[int, set[int]] = {}
    for indicator_id, month in rows:
        found.setdefault(indicator_id, set()).add(month)
    return found
