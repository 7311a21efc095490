"""What lags on a day: indicators behind their line, tasks overdue or behind, months that nobody reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from tracker.domain.amounts import plain
from tracker.domain.cycles import parse_cycle_rule
from tracker.domain.lights import Guard, Light
from tracker.domain.periods import Month
from tracker.domain.tasks import (
    DONE_STATES,
    OPEN_STATES,
    SHANGHAI,
    TaskFacts,
    TaskState,
    stand_task,
)
from tracker.extensions import db
from tracker.models import Indicator, Plan, Report, Task, Unit
from tracker.permissions import Actor
from tracker.queries.board import (
    LAGGING,
    BoardRow,
    View,
    Wanted,
    board_rows,
    row_count,
    units_below,
    worst_first,
)
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.owed import OwedReport, owed_reports
from tracker.queries.scope import visible_indicators, visible_tasks

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are looked at: the conditions on Indicator and Task, and the top units they are of."""

    indicators: ColumnElement[bool]
    tasks: ColumnElement[bool]
    top_unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LaggingTask:
    """A task that is overdue, or more than ten points behind."""

    id: int
    top_unit_id: int
    text: str
    unit_name: str
    state: TaskState
    progress: Decimal
    planned: Decimal | None
    due_on: date | None
    days_overdue: int
    reason: str
    lead_unit_id: int | None
    owner_post_id: int | None
    reporter_post_id: int | None
    leader_post_id: int | None


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


@dataclass(frozen=True, slots=True)
class Unreported:
    """What a unit owes of the months whose due day is over."""

    unit_id: int | None
    unit_name: str
    days_overdue: int
    rows: tuple[OwedReport, ...] = field(default_factory=tuple)

    @property
    def oldest(self) -> date:
        """Return the due day that passed first."""
        return min(row.closes_on for row in self.rows)


def scope_of(actor: Actor) -> Scope:
    """Return what a person may see."""
    return Scope(visible_indicators(actor), visible_tasks(actor), (actor.top_unit_id,))


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


def lagging_count(actor: Actor, day: date) -> int:
    """Return how many indicators and tasks lag, for the frame of every page. Two queries."""
    scope = scope_of(actor)
    late = db.session.scalar(
        select(func.count())
        .select_from(Task)
        .join(Plan, Plan.id == Task.plan_id)
        .where(scope.tasks, Task.state.in_(OPEN_STATES), Task.due_on < day)
    )
    return row_count(scope.indicators, View(day), Wanted(light=LAGGING)) + (late or 0)


def lagging_tasks(
    scope: Scope, day: date, condition: ColumnElement[bool] | None = None
) -> list[LaggingTask]:
    """Return tasks that were overdue or behind on a day, the longest overdue first. One query."""
    rows = db.session.execute(
        select(
            Task.id,
            Task.top_unit_id,
            Task.text,
            Unit.name.label("unit_name"),
            Task.state,
            Task.progress,
            Task.start_on,
            Task.due_on,
            Task.finished_on,
            Task.lead_unit_id,
            Task.owner_post_id,
            Task.reporter_post_id,
            Task.leader_post_id,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(
            scope.tasks,
            or_(
                Task.state.in_(OPEN_STATES),
                and_(Task.state.in_(DONE_STATES), Task.finished_on > day),
            ),
            or_(Task.start_on.is_(None), Task.start_on <= day, Task.due_on < day),
            true() if condition is None else condition,
        )
        .order_by(Task.due_on, Task.position, Task.id)
    )
    found = (_lagging_task(row, day) for row in rows)
    return [task for task in found if task is not None]


def _lagging_task(row: Any, day: date) -> LaggingTask | None:
    state = TaskState(row.state)
    facts = TaskFacts(
        TaskState.IN_PROGRESS if state in DONE_STATES else state,
        row.progress,
        row.start_on,
        row.due_on,
    )
    stands = stand_task(facts, datetime.combine(day, NOON, SHANGHAI))
    if stands.light is not Light.RED:
        return None
    return LaggingTask(
        id=row.id,
        top_unit_id=row.top_unit_id,
        text=row.text,
        unit_name=row.unit_name or "未定单位",
        state=state,
        progress=row.progress,
        planned=stands.planned,
        due_on=row.due_on,
        days_overdue=stands.days_overdue,
        reason=stands.reason,
        lead_unit_id=row.lead_unit_id,
        owner_post_id=row.owner_post_id,
        reporter_post_id=row.reporter_post_id,
        leader_post_id=row.leader_post_id,
    )


def overdue_reports(
    scope: Scope,
    day: date,
    indicators: ColumnElement[bool] | None = None,
    tasks: ColumnElement[bool] | None = None,
) -> list[tuple[int, OwedReport]]:
    """Return (top unit, row) for everything owed of months whose due day is over on `day`."""
    seen = {
        "indicator": _ids(Indicator.id, scope.indicators, indicators),
        "task": _ids(Task.id, scope.tasks, tasks),
    }
    return [
        (top, row)
        for top in scope.top_unit_ids
        for row in owed_reports(top, day)
        if row.closes_on < day and row.id in seen[row.what]
    ]


def _ids(
    column: Any, scope: ColumnElement[bool], condition: ColumnElement[bool] | None
) -> set[int]:
    return set(
        db.session.scalars(select(column).where(scope, true() if condition is None else condition))
    )


def unreported_units(
    owed: Iterable[tuple[int, OwedReport]], names: Mapping[int, str], day: date
) -> list[Unreported]:
    """Gather overdue reports by unit, the longest overdue first."""
    by_unit: dict[int | None, list[OwedReport]] = {}
    for _, row in owed:
        by_unit.setdefault(row.lead_unit_id, []).append(row)
    units = [
        Unreported(
            unit_id,
            names.get(unit_id or 0, "未定单位"),
            (day - min(row.closes_on for row in rows)).days,
            tuple(rows),
        )
        for unit_id, rows in by_unit.items()
    ]
    return sorted(units, key=lambda unit: (-unit.days_overdue, -len(unit.rows)))


def latest_words(
    rows: Iterable[BoardRow],
) -> dict[int, tuple[str, str]]:
    """Return note and next step of the figure that each row shows. One query."""
    shown = {row.id: row.month for row in rows if row.month is not None}
    said = db.session.execute(
        select(Report.indicator_id, Report.month, Report.note, Report.next_step)
        .where(Report.indicator_id.in_(shown))
        .order_by(Report.revision)
    )
    return {id_: (note, step) for id_, month, note, step in said if shown[id_] == month}


def lagging_rows(scope: Scope, day: date) -> list[LaggingRow]:
    """Return everything that lags on a day, as the command prints it. A fixed number of queries."""
    indicators = board_rows(scope.indicators, View(day), Wanted(light=LAGGING), worst_first())
    tasks = lagging_tasks(scope, day)
    owed = overdue_reports(scope, day)
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
