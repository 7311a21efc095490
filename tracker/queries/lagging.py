"""What lags on a day: indicators behind their line, tasks overdue or behind, months that nobody reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from tracker.domain.lights import Light
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
    row_count,
)
from tracker.queries.milestones import milestones_where
from tracker.queries.owed import OwedReport, owed_reports
from tracker.queries.scope import visible_indicators, visible_tasks
from tracker.queries.tasks_then import TaskThen, issued_before, tasks_then

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
class Unreported:
    """What a unit owes of the months whose due day is over."""

    unit_id: int | None
    unit_name: str
    days_overdue: int
    rows: tuple[OwedReport, ...] = field(default_factory=tuple)

    @property
    def sentence(self) -> str:
        """Say it in one sentence: 3月还有 2 项未报，最早的逾期 7 天."""
        months = "、".join(month.label for month in sorted({row.month for row in self.rows}))
        return f"{months}还有 {len(self.rows)} 项未报，最早的逾期 {self.days_overdue} 天"

    @property
    def oldest(self) -> date:
        """Return the due day that passed first."""
        return min(row.closes_on for row in self.rows)


def scope_of(actor: Actor) -> Scope:
    """Return what a person may see."""
    return Scope(visible_indicators(actor), visible_tasks(actor), (actor.top_unit_id,))


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
    scope: Scope,
    day: date,
    condition: ColumnElement[bool] | None = None,
    as_of: datetime | None = None,
) -> list[LaggingTask]:
    """Return tasks that were overdue or behind on a day, the longest overdue first. Two queries.

    With `as_of` they are as they were known just before that moment. Four queries.
    """
    open_then = or_(
        Task.state.in_(OPEN_STATES),
        and_(Task.state.in_(DONE_STATES), Task.finished_on > day),
    )
    wanted = (
        scope.tasks,
        open_then if as_of is None else issued_before(as_of),
        or_(Task.start_on.is_(None), Task.start_on <= day, Task.due_on < day),
        true() if condition is None else condition,
    )
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
        .where(*wanted)
        .order_by(Task.due_on, Task.position, Task.id)
    ).all()
    steps = milestones_where(*wanted)
    now = {
        row.id: TaskThen(TaskState(row.state), row.progress, row.due_on, steps.get(row.id, ()))
        for row in rows
    }
    then = now if as_of is None else tasks_then(now, as_of)
    found = (_lagging_task(row, then[row.id], day) for row in rows)
    return [task for task in found if task is not None]


def _lagging_task(row: Any, then: TaskThen, day: date) -> LaggingTask | None:
    state = then.state
    if state in DONE_STATES:
        if row.finished_on is None or row.finished_on <= day:
            return None
        state = TaskState.IN_PROGRESS
    facts = TaskFacts(state, then.progress, row.start_on, then.due_on, then.milestones)
    stands = stand_task(facts, datetime.combine(day, NOON, SHANGHAI))
    if stands.light is not Light.RED:
        return None
    return LaggingTask(
        id=row.id,
        top_unit_id=row.top_unit_id,
        text=row.text,
        unit_name=row.unit_name or "未定单位",
        state=then.state,
        progress=then.progress,
        planned=stands.planned,
        due_on=then.due_on,
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
    as_of: datetime | None = None,
) -> list[tuple[int, OwedReport]]:
    """Return (top unit, row) for everything owed of months whose due day is over on `day`.

    With `as_of`, what was reported from that moment on counts as not reported.
    """
    seen = {
        "indicator": _ids(Indicator.id, scope.indicators, indicators),
        "task": _ids(Task.id, scope.tasks, tasks),
    }
    return [
        (top, row)
        for top in scope.top_unit_ids
        for row in owed_reports(top, day, as_of)
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
