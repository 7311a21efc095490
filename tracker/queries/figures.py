"""What was reported: the figure that counts for each indicator and month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, true

from tracker.extensions import db
from tracker.models import Report


def reported_figures(
    indicator_ids: Sequence[int], as_of: datetime | None = None
) -> dict[int, dict[int, Decimal]]:
    """Return indicator → month → amount, by the highest revision, of those made before `as_of`. One query."""
    made = true() if as_of is None else Report.at < as_of
    rows = db.session.execute(
        select(Report.indicator_id, Report.month, Report.amount)
        .where(Report.indicator_id.in_(indicator_ids), made)
        .order_by(Report.revision)
    )
    figures: dict[int, dict[int, Decimal]] = {}
    for indicator_id, month, amount in rows:
        figures.setdefault(indicator_id, {})[month] = amount
    return figures
