"""What lags on a day as the command prints it: one row for each indicator, task and report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select

from tracker.domain.amounts import plain
from tracker.domain.cycles import parse_cycle_rule
from tracker.domain.lights import Guard, Light
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, Unit
from tracker.queries.board import (
    LAGGING,
    BoardRow,
    View,
    Wanted,
    board_rows,
    units_below,
    worst_first,
)
from tracker.queries.board_then import board_rows_then
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.lagging import LaggingTask, Scope, lagging_tasks, overdue_reports
from tracker.queries.owed import OwedReport


@dataclass(frozen=True, slots=True)
class LaggingRow:
    """One line of what lags, as the command prints it; figures are strings, unknown ones None."""

    type: str  # indicator, task, report
    id: int
    name: str
    unit: str
    owner: str
    period: str | None
    light: str
    status: str
    rule: str
    inputs: Mapping[str, Any]
    quarter_guard: str | None = None
    quarter_need: tuple[str, ...] | None = None
    days_overdue: int | None = None


def scope_of_all(unit_ids: Iterable[int] | None = None) -> Scope:
    """Return the scope of the operator's commands: everything, or some units and all below them."""
    issued = (
        Indicator.plan_id.in_(select(Plan.id).where(Plan.state == "issued")),
        Task.plan_id.in_(select(Plan.id).where(Plan.state == "issued")),
    )
    tops = db.session.scalars(select(Plan.top_unit_id).where(Plan.state == "issued").distinct())
    if unit_ids is None:
        return Scope(*issued, tuple(sorted(tops)))
    chosen = [units_below(unit_id) for unit_id in unit_ids]
    return Scope(
        and_(issued[0], or_(*(Indicator.lead_unit_id.in_(units) for units in chosen))),
        and_(issued[1], or_(*(Task.lead_unit_id.in_(units) for units in chosen))),
        tuple(sorted(tops)),
    )


def lagging_rows(scope: Scope, day: date, as_of: datetime | None = None) -> list[LaggingRow]:
    """Return everything that lags on a day, as the command prints it. A fixed number of queries.

    With `as_of` nothing counts that was reported or decided from that moment on.
    """
    if as_of is None:
        indicators = board_rows(scope.indicators, View(day), Wanted(light=LAGGING), worst_first())
    else:
        indicators = board_rows_then(scope.indicators, day, as_of)
    tasks = lagging_tasks(scope, day, as_of=as_of)
    owed = overdue_reports(scope, day, as_of=as_of)
    names = duty_names(scope.top_unit_ids, day)
    units = _unit_names(scope.top_unit_ids)
    rules = _cycle_rules({row.plan_id for _, row in owed})
    return [
        *(
            _indicator_line(row, names[row.top_unit_id])
            for row in indicators
            if row.light in {Light.YELLOW, Light.RED}
        ),
        *(_task_line(task, names[task.top_unit_id]) for task in tasks),
        *(_report_line(row, names[top], units, rules[row.plan_id], day) for top, row in owed),
    ]


def _unit_names(top_unit_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Unit.id, Unit.name).where(Unit.top_unit_id.in_(tuple(top_unit_ids)))
    )
    return dict(rows.all())


def _cycle_rules(plan_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Plan.id, Plan.opens, Plan.due).where(Plan.id.in_(tuple(plan_ids)))
    )
    return {id_: parse_cycle_rule(opens, due).word for id_, opens, due in rows}


def _indicator_line(row: BoardRow, names: DutyNames) -> LaggingRow:
    def text(value: Decimal | None, places: int) -> str | None:
        return None if value is None else plain(value, places)

    need = row.quarter_need
    return LaggingRow(
        type="indicator",
        id=row.id,
        name=row.name,
        unit=row.unit_name or "",
        owner=names.owner(row),
        period=Month(row.year, row.month).code if row.month else None,
        light=row.light,
        status=row.shown_status.value,
        rule=row.rule or "",
        inputs={
            "measure_unit": row.unit,
            "target": text(row.target, row.places),
            "actual": text(row.actual, row.places),
            "planned": text(row.planned, row.places),
            "completion_pct": text(row.completion_pct, 2),
            "time_pct": text(row.time_pct, 2),
            "ahead_of_plan_points": text(row.ahead_points, 2),
            "behind_since": row.behind_since,
            "quarter_uplift_pct": text(row.quarter_uplift_pct, 2),
            "yellow_points": (row.case or {}).get("yellow_points"),
        },
        quarter_guard=Guard(row.quarter_guard).value if row.quarter_guard else None,
        quarter_need=None
        if need is None
        else tuple(plain(amount or Decimal(0), row.places) for amount in need),
    )


def _task_line(task: LaggingTask, names: DutyNames) -> LaggingRow:
    return LaggingRow(
        type="task",
        id=task.id,
        name=task.text,
        unit=task.unit_name,
        owner=names.owner(task),
        period=None,
        light=Light.RED.value,
        status=task.state.value,
        rule=task.reason,
        inputs={
            "due_on": task.due_on.isoformat() if task.due_on else None,
            "progress": plain(task.progress, 2),
            "planned": None if task.planned is None else plain(task.planned, 2),
        },
        days_overdue=task.days_overdue,
    )


def _report_line(
    row: OwedReport, names: DutyNames, units: Mapping[int, str], rule: str, day: date
) -> LaggingRow:
    return LaggingRow(
        type="report",
        id=row.id,
        name=row.name,
        unit=units.get(row.lead_unit_id or 0, ""),
        owner=names.owner(row),
        period=row.month.code,
        light=Light.GREY.value,
        status="not_reported",
        rule=rule,
        inputs={
            "what": row.what,
            "opens_on": row.opens_on.isoformat(),
            "due_on": row.closes_on.isoformat(),
            "reporter": names.reporter(row),
        },
        days_overdue=(day - row.closes_on).days,
    )


def as_dict(row: LaggingRow) -> dict[str, Any]:
    """Return a row for JSON and tables."""
    return asdict(row)
