"""What the coming months must bring, in words, for many indicators at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.queries.cases import need_of
from tracker.queries.rolled_figures import figures_that_count


def month_needs(wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return, in words, what months must bring, by indicator and month; empty where that is unknown. Four queries."""
    months: dict[int, set[int]] = {}
    for indicator_id, month in wanted:
        months.setdefault(indicator_id, set()).add(month)
    if not months:
        return {}
    counted = figures_that_count(list(months)).figures
    rows = db.session.execute(
        select(Indicator, Plan.yellow_points)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(Indicator.id.in_(months))
    )
    return {
        (row.id, month): need_of(row, counted.get(row.id, {}), yellow_points, month)
        for row, yellow_points in rows
        for month in months[row.id]
    }
