"""Use case: work out the standing rows that a change touches, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from tracker.domain.amounts import round_half_up
from tracker.domain.case_json import case_as_json
from tracker.domain.errors import FigureError
from tracker.domain.lights import board_place
from tracker.domain.rhythm import is_due
from tracker.domain.standing import Case, standing, standing_as_json
from tracker.extensions import db
from tracker.models import Indicator, Plan, Standing
from tracker.models.types import fits
from tracker.queries.cases import case_of
from tracker.queries.locks import lock
from tracker.queries.rolled_figures import figures_that_count, parents_above
from tracker.queries.rollup_record import rollup_columns


def refresh_standings(*, indicators: Iterable[Indicator], now: datetime) -> int:
    """Write the standing rows of these indicators for every month that is over or reported; return how many.

    Those of every parent that follows from them (汇总) are written too. Rows of a closed period stay as they are.
    The indicators are locked until the transaction ends, and what was reported is read after that: of two
    changes at once the second sees the first.
    """
    chosen = [row for row in _locked(indicators) if row.state == "issued"]
    if not chosen:
        return 0
    ids = [row.id for row in chosen]
    stored = db.session.scalars(
        select(Standing)
        .where(Standing.indicator_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    rows = {(row.indicator_id, row.month): row for row in stored}
    frozen = {key for key, row in rows.items() if row.frozen}
    written = 0
    for indicator, year, month, values in expected_rows(chosen, now, frozen):
        row = rows.get((indicator.id, month)) or _new_row(indicator, year, month)
        for name, value in values.items():
            setattr(row, name, value)
        row.at = now
        written += 1
    db.session.flush()
    return written


def expected_rows(
    indicators: Sequence[Indicator], now: datetime, frozen: Collection[tuple[int, int]] = ()
) -> Iterator[tuple[Indicator, int, int, dict[str, Any]]]:
    """Yield indicator, year, month and columns of each row that must stand, but for frozen (indicator id, month)."""
    plans = {
        plan.id: plan
        for plan in db.session.scalars(
            select(Plan).where(Plan.id.in_({row.plan_id for row in indicators}))
        )
    }
    counted = figures_that_count([row.id for row in indicators])
    for indicator in indicators:
        plan, months = plans[indicator.plan_id], counted.figures.get(indicator.id, {})
        parent = counted.parents.get(indicator.id)
        begun = 0 if parent is None else parent.last_known
        for month in range(1, max([months_over(plan.year, now.date()), begun, *months]) + 1):
            if (indicator.id, month) not in frozen and is_due(month, indicator.every):
                actual = [months.get(number) for number in range(1, month + 1)]
                values = standing_values(indicator, actual, plan.yellow_points, month)
                yield indicator, plan.year, month, values | rollup_columns(parent, month)


def _locked(indicators: Iterable[Indicator]) -> Sequence[Indicator]:
    """Lock these indicators and the parents above them, and return them as they are now."""
    ids = {row.id for row in indicators}
    ids |= parents_above(ids)
    return lock(Indicator, Indicator.id.in_(ids)) if ids else ()


def months_over(year: int, today: date) -> int:
    """Return how many months of a year lie wholly before `today`: 0 to 12."""
    if today.year != year:
        return 12 if today.year > year else 0
    return today.month - 1


def _new_row(indicator: Indicator, year: int, month: int) -> Standing:
    row = Standing(
        top_unit_id=indicator.top_unit_id,
        plan_id=indicator.plan_id,
        indicator_id=indicator.id,
        year=year,
        month=month,
    )
    db.session.add(row)
    return row


def standing_values(
    indicator: Indicator,
    actual: Sequence[Decimal | Fraction | None],
    yellow_points: Decimal,
    month: int,
) -> dict[str, Any]:
    """Return the columns of a standing row, worked out but not stored (the sheet shows them as one types)."""
    case = case_of(indicator, actual, yellow_points)
    return columns_of(case, month) | {"case": case_as_json(case) | {"unit": indicator.unit}}


def columns_of(case: Case, month: int) -> dict[str, Any]:
    """Return the columns of a standing row that follow from its case alone: a check works them out again."""
    worked = standing(case, month)
    plan = worked.monthly_plan
    amount = case.actual[month - 1]
    columns = {
        "target": worked.case.target,
        "amount": None if amount is None else round_half_up(amount, case.places),
        "actual": worked.actual_cumulative,
        "plan_amount": plan[month - 1] if plan else None,
        "planned": worked.plan_cumulative,
        "completion_pct": worked.completion_pct,
        "time_pct": worked.time_pct,
        "ahead_points": worked.ahead_of_plan_points,
        "ahead_time_points": worked.ahead_of_time_points,
        "pace_pct": worked.pace_pct,
        "yoy_pct": worked.yoy_pct,
        "yoy_amount": worked.yoy_amount,
        "light": worked.light.value,
        "status": worked.status.value,
        "month_state": worked.months[-1] or "grey",
        "behind_since": worked.behind_since,
        "quarter_gap": worked.quarter_gap,
        "quarter_need": worked.quarter_need,
        "quarter_uplift_pct": worked.quarter_uplift_pct,
        "quarter_guard": worked.quarter_guard,
        "year_gap": worked.year_gap,
        "year_need": worked.year_need,
        "year_guard": worked.year_guard,
        "severity": board_place(worked.light, worked.quarter_guard, worked.ahead_of_plan_points),
        "rule": case.bands.describe(),
        "figures": standing_as_json(worked),
    }
    return {name: _storable(value) for name, value in columns.items()}


def _storable(value: Any) -> Any:
    """Return a column's value, unknown where a derived figure is larger than any that can be stored."""
    return None if isinstance(value, Decimal) and not fits(value) else value


def check_figures(indicator: Indicator) -> str | None:
    """Return what does not fit together in target, phasing and baseline, as a sentence; None when all does."""
    try:
        case_of(indicator, (), Decimal(10)).line()
    except FigureError as error:
        return error.message
    return None
