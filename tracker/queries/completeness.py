"""Has everybody reported: the newest month that has opened, unit by unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from tracker.domain.periods import Month
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Report, Task, TaskReport, Unit
from tracker.queries.owed import stands_for
from tracker.queries.scope import is_asked, is_due_in_cycle

NAMED = 5


@dataclass(frozen=True, slots=True)
class UnitReports:
    """How many rows a unit owes for the month, has reported, and has reported late."""

    unit_id: int | None
    unit_name: str
    owed: int
    done: int
    late: int

    @property
    def missing(self) -> int:
        """Return how many rows nobody has reported."""
        return self.owed - self.done


@dataclass(frozen=True, slots=True)
class Completeness:
    """A month's reports by unit, in the order of the tree."""

    month: Month
    due_on: date
    units: tuple[UnitReports, ...]

    @property
    def owed(self) -> int:
        """Return how many rows are owed in all."""
        return sum(unit.owed for unit in self.units)

    @property
    def done(self) -> int:
        """Return how many are reported."""
        return sum(unit.done for unit in self.units)

    @property
    def missing_units(self) -> tuple[UnitReports, ...]:
        """Return the units that still owe something."""
        return tuple(unit for unit in self.units if unit.missing)

    def sentence(self) -> str:
        """Say it in one sentence: 3月填报：已报 20 / 26，未报 2 个单位（预算股 4、国库股 2）."""
        said = f"{self.month.label}填报：已报 {self.done} / {self.owed}"
        if not self.missing_units:
            return f"{said}，已报齐。"
        named = self.missing_units[:NAMED]
        names = "、".join(f"{unit.unit_name} {unit.missing}" for unit in named)
        more = "等" if len(self.missing_units) > NAMED else ""
        return f"{said}，未报 {len(self.missing_units)} 个单位（{names}{more}）。"


_Row = tuple[int | None, str | None, date, datetime | None]


def completeness(
    top_unit_id: int,
    today: date,
    zone: tzinfo | None,
    indicators: ColumnElement[bool] | None = None,
    tasks: ColumnElement[bool] | None = None,
) -> Completeness | None:
    """Return how complete the newest opened month is; None before the first has opened. Three queries.

    `indicators` and `tasks` narrow it to somebody's charge.
    """
    newest = db.session.execute(
        select(Cycle.year, Cycle.month, func.max(Cycle.due_on))
        .join(Plan, Plan.id == Cycle.plan_id)
        .where(Plan.state == "issued", Plan.top_unit_id == top_unit_id, Cycle.opens_on <= today)
        .group_by(Cycle.year, Cycle.month)
        .order_by(Cycle.year.desc(), Cycle.month.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return None
    month = Month(newest[0], newest[1])
    units: dict[int | None, list[int]] = {}
    names: dict[int | None, str] = {}
    for unit_id, name, due_on, at in (
        *_indicators(top_unit_id, month, true() if indicators is None else indicators),
        *_tasks(top_unit_id, month, true() if tasks is None else tasks),
    ):
        counts = units.setdefault(unit_id, [0, 0, 0])
        names[unit_id] = name or "未定单位"
        counts[0] += 1
        counts[1] += at is not None
        counts[2] += at is not None and at.astimezone(zone).date() > due_on
    rows = (UnitReports(unit_id, names[unit_id], *counts) for unit_id, counts in units.items())
    return Completeness(month, newest[2], tuple(rows))


def _indicators(top_unit_id: int, month: Month, chosen: ColumnElement[bool]) -> Iterator[_Row]:
    first = (
        select(Report.indicator_id, func.min(Report.at).label("at"))
        .where(Report.year == month.year, Report.month == month.month)
        .group_by(Report.indicator_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Unit.id, Unit.name, Cycle.due_on, first.c.at)
        .select_from(Indicator)
        .join(Cycle, _cycle(month) & (Cycle.plan_id == Indicator.plan_id))
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .outerjoin(first, first.c.indicator_id == Indicator.id)
        .where(
            Plan.state == "issued",
            Plan.top_unit_id == top_unit_id,
            Indicator.state == "issued",
            is_asked(),
            is_due_in_cycle(),
            chosen,
        )
        .order_by(Unit.position, Unit.id)
    )
    yield from rows


def _tasks(top_unit_id: int, month: Month, chosen: ColumnElement[bool]) -> Iterator[_Row]:
    """Yield tasks that are open and had begun, with the first report of this month or a later one."""
    first = (
        select(TaskReport.task_id, func.min(TaskReport.at).label("at"))
        .where(stands_for(month))
        .group_by(TaskReport.task_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Unit.id, Unit.name, Cycle.due_on, first.c.at)
        .select_from(Task)
        .join(Cycle, _cycle(month) & (Cycle.plan_id == Task.plan_id))
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .outerjoin(first, first.c.task_id == Task.id)
        .where(
            Plan.state == "issued",
            Plan.top_unit_id == top_unit_id,
            Task.state.in_(OPEN_STATES),
            or_(Task.start_on.is_(None), Task.start_on <= month.last_day),
            chosen,
        )
        .order_by(Unit.position, Unit.id)
    )
    yield from rows


def _cycle(month: Month) -> ColumnElement[bool]:
    return and_(Cycle.year == month.year, Cycle.month == month.month)
