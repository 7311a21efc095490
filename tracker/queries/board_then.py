"""The board as it was known at a past moment: worked out from what had been reported by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from tracker.domain.errors import FigureError
from tracker.domain.lights import Light, board_place
from tracker.domain.rhythm import filled
from tracker.domain.standing import Kind, cumulative_actual, standing
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Standing
from tracker.queries.board import BoardRow, View, Wanted, board_rows
from tracker.queries.cases import case_of
from tracker.queries.rolled_figures import figures_that_count

Frozen = Mapping[tuple[int, int], Standing]


def board_rows_then(scope: ColumnElement[bool], day: date, as_of: datetime) -> list[BoardRow]:
    """Return the indicators that were behind their line on a day, worst first, by reports made before `as_of`.

    A month that was closed by then shows what was frozen. Targets are today's. Four queries.
    """
    issued = or_(Plan.issued_at.is_(None), Plan.issued_at < as_of)
    rows = {row.id: row for row in board_rows(and_(scope, issued), View(day), Wanted(), ())}
    opened = (
        select(func.max(Cycle.month))
        .where(Cycle.plan_id == Indicator.plan_id, Cycle.opens_on <= day)
        .correlate(Indicator)
        .scalar_subquery()
    )
    chosen = db.session.execute(
        select(Indicator, Plan.yellow_points, opened)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(Indicator.id.in_(rows))
    )
    figures, frozen = figures_that_count(list(rows), as_of).figures, _frozen(list(rows), as_of)
    worked = (
        _row_then(rows[one.id], one, points, figures.get(one.id, {}), last or 0, frozen)
        for one, points, last in chosen
    )
    behind = [row for row in worked if row is not None and Light(row.light).is_lagging]
    return sorted(
        behind, key=lambda row: -board_place(Light(row.light), row.guard, row.ahead_points)
    )


def _frozen(ids: list[int], as_of: datetime) -> Frozen:
    rows = db.session.scalars(
        select(Standing)
        .join(
            Cycle,
            and_(
                Cycle.plan_id == Standing.plan_id,
                Cycle.year == Standing.year,
                Cycle.month == Standing.month,
            ),
        )
        .where(Standing.indicator_id.in_(ids), Standing.frozen, Cycle.closed_at < as_of)
    )
    return {(row.indicator_id, row.month): row for row in rows}


def _row_then(
    row: BoardRow,
    indicator: Indicator,
    yellow_points: Decimal,
    figures: Mapping[int, Decimal | Fraction],
    opened: int,
    frozen: Frozen,
) -> BoardRow | None:
    opened -= opened % indicator.every
    months = [figures.get(month) for month in range(1, opened + 1)]
    if indicator.kind == Kind.FLOW:
        months = list(filled(months, indicator.every))
    reached = cumulative_actual(Kind(indicator.kind), months)
    known = [month for month, figure in enumerate(reached, start=1) if figure is not None]
    month = max(known[-1] if known else 0, row.settled or 0)
    if not month:
        return None
    stored = frozen.get((row.id, month))
    if stored is not None:
        return replace(
            row, late=False, month=month, **{name: getattr(stored, name) for name in _STORED}
        )
    try:
        values = _values(indicator, months, yellow_points, month)
    except FigureError:
        return None
    return replace(row, late=False, month=month, **values)


_STORED = (
    "light",
    "status",
    "actual",
    "planned",
    "completion_pct",
    "time_pct",
    "ahead_points",
    "yoy_pct",
    "behind_since",
    "quarter_guard",
    "quarter_need",
    "quarter_uplift_pct",
    "rule",
    "case",
    "figures",
    "frozen",
    "at",
)


def _values(
    indicator: Indicator,
    months: list[Decimal | Fraction | None],
    yellow_points: Decimal,
    month: int,
) -> dict[str, Any]:
    case = case_of(indicator, months[:month], yellow_points)
    worked = standing(case, month)
    return {
        "light": worked.light.value,
        "status": worked.status.value,
        "actual": worked.actual_cumulative,
        "planned": worked.plan_cumulative,
        "completion_pct": worked.completion_pct,
        "time_pct": worked.time_pct,
        "ahead_points": worked.ahead_of_plan_points,
        "yoy_pct": worked.yoy_pct,
        "behind_since": worked.behind_since,
        "quarter_guard": worked.quarter_guard,
        "quarter_need": worked.quarter_need,
        "quarter_uplift_pct": worked.quarter_uplift_pct,
        "rule": case.bands.describe(),
        "case": {"yellow_points": str(yellow_points)},
        "figures": None,
        "frozen": False,
        "at": None,
    }
