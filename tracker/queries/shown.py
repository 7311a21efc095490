"""Which month an indicator is shown at on a day: the newest reported one, or the one whose report is overdue."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import aliased

from tracker.models import Cycle, Indicator, Standing


def shown_on(day: date) -> ColumnElement[bool]:
    """Return the condition that joins Standing to Indicator at the row to be shown on `day`.

    Between a month's end and its due day an unreported indicator still shows the month before: it is not late yet.
    From the day after the due day it shows grey.
    """
    row = aliased(Standing)
    newest = (
        select(func.max(row.month))
        .where(
            row.indicator_id == Indicator.id,
            or_(
                and_(row.actual.is_not(None), row.month <= _last_month(Cycle.opens_on <= day)),
                row.month <= _last_month(Cycle.due_on < day),
            ),
        )
        .correlate(Indicator)
        .scalar_subquery()
    )
    return and_(Standing.indicator_id == Indicator.id, Standing.month == newest)


def _last_month(reached: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return the last month of the indicator's plan whose cycle has reached a point."""
    return (
        select(func.max(Cycle.month))
        .where(Cycle.plan_id == Indicator.plan_id, reached)
        .correlate(Indicator)
        .scalar_subquery()
    )
