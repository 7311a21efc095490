"""Which month an indicator is shown at on a day: the newest reported one, or the one whose report is overdue."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import aliased

from tracker.models import Cycle, Indicator, Standing


def shown_on(day: date) -> ColumnElement[bool]:
    """Return the condition that joins Standing to Indicator at the row to be shown on `day`.

    Between a month's end and its due day an unreported indicator still shows the month before: it is not late yet.
    From the day after the due day it shows grey. The row is found by its id, newest first, so that the database
    looks at one row an indicator instead of comparing each of its months.
    """
    row = aliased(Standing)
    newest = (
        select(row.id)
        .where(
            row.indicator_id == Indicator.id,
            or_(
                and_(row.actual.is_not(None), row.month <= _last_month(Cycle.opens_on <= day)),
                row.month <= _last_month(Cycle.due_on < day),
            ),
        )
        .order_by(row.year.desc(), row.month.desc())
        .limit(1)
        .correlate(Indicator)
        .scalar_subquery()
    )
    return Standing.id == newest


def _last_month(reached: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return the last month of the indicator's plan whose cycle has reached a point."""
    return (
        select(func.max(Cycle.month))
        .where(Cycle.plan_id == Indicator.plan_id, reached)
        .correlate(Indicator)
        .scalar_subquery()
    )
