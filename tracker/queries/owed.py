"""What is owed: months that nobody reported, and tasks that are not finished, each with its posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from tracker.domain.cycles import Cycle as DomainCycle
from tracker.domain.escalation import Ladder
from tracker.domain.periods import Month
from tracker.domain.tasks import OPEN_STATES, TaskState
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Report, Task, TaskReport, TaskUnit
from tracker.queries.scope import is_asked, is_due_in_cycle
from tracker.queries.tasks_then import TaskThen, issued_before, tasks_then

MONTHS = 12
USUAL_LADDER = str(Ladder())
CycleDays = tuple[Month, date, date]


@dataclass(frozen=True, slots=True)
class OwedReport:
    """One indicator or task that somebody has to fill in for one month, and nobody has.

    `issued_at` is when its plan became binding, `ladder` is the plan's own. `unit`, `places` and
    `polarity` belong to an indicator; `due_on`, `progress` and `state` to a task.
    """

    what: str  # indicator, task
    id: int
    name: str
    plan_id: int
    month: Month
    opens_on: date
    closes_on: date
    lead_unit_id: int | None
    owner_post_id: int | None
    reporter_post_id: int | None
    leader_post_id: int | None
    unit: str = ""
    places: int = 0
    polarity: str = ""
    due_on: date | None = None
    progress: Decimal | None = None
    state: TaskState | None = None
    issued_at: datetime | None = None
    ladder: str = USUAL_LADDER

    @property
    def days(self) -> CycleDays:
        """What makes rows of several plans one cycle: the month, and when it opens and is due."""
        return self.month, self.opens_on, self.closes_on


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that binds somebody and is not finished. `units` are those beside its lead, by part."""

    id: int
    name: str
    due_on: date
    progress: Decimal
    lead_unit_id: int | None
    owner_post_id: int | None
    reporter_post_id: int | None
    leader_post_id: int | None
    units: tuple[tuple[int, str], ...] = ()
    issued_at: datetime | None = None
    ladder: str = USUAL_LADDER


def owed_reports(top_unit_id: int, until: date, as_of: datetime | None = None) -> list[OwedReport]:
    """Return what is not reported of the months that open by `until`. Two queries.

    With `as_of` it is what was owed just before that moment, by what was known then. Four queries.
    """
    owed = _owed_tasks(top_unit_id, until, as_of)
    if as_of is not None:
        owed = _open_then(list(owed), as_of)
    return [*_owed_indicators(top_unit_id, until, as_of), *owed]


def figure_is_reported(as_of: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition on Indicator and Cycle: somebody has reported the month."""
    return exists().where(
        Report.indicator_id == Indicator.id,
        Report.year == Cycle.year,
        Report.month == Cycle.month,
        Report.sent_back == "",  # what the head sent back is owed again
        true() if as_of is None else Report.at < as_of,
    )


def task_is_reported(as_of: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition on Task and Cycle: the month is reported, or a later one that stands for it."""
    return exists().where(
        TaskReport.task_id == Task.id,
        TaskReport.year * MONTHS + TaskReport.month >= Cycle.year * MONTHS + Cycle.month,
        true() if as_of is None else TaskReport.at < as_of,
    )


def stands_for(month: Month) -> ColumnElement[bool]:
    """Return the condition on TaskReport: it is of this month, or of a later one that stands for it."""
    return TaskReport.year * MONTHS + TaskReport.month >= month.year * MONTHS + month.month


def rows_by_month(
    indicators: ColumnElement[bool],
    tasks: ColumnElement[bool],
    until: date,
    *,
    missing: bool,
    closed: bool = False,
) -> Counter[Month]:
    """Count what is to be reported for each month that opens by `until`, within a scope. Two queries.

    `missing` counts only what nobody has reported; `closed` looks at closed months instead of open ones.
    """
    looked_at = _is_closed(until) if closed else is_open(until)
    figures = db.session.execute(
        select(Cycle.year, Cycle.month, func.count())
        .join(Indicator, Indicator.plan_id == Cycle.plan_id)
        .where(
            looked_at,
            Indicator.state == "issued",
            is_asked(),
            is_due_in_cycle(),
            indicators,
            ~figure_is_reported() if missing else true(),
        )
        .group_by(Cycle.year, Cycle.month)
    )
    counted = Counter({Month(year, month): count for year, month, count in figures})
    begun = db.session.execute(
        select(Cycle.year, Cycle.month, Task.start_on)
        .join(Task, Task.plan_id == Cycle.plan_id)
        .where(
            looked_at,
            Task.state.in_(OPEN_STATES),
            tasks,
            ~task_is_reported() if missing else true(),
        )
    )
    counted.update(
        Month(year, month) for year, month, start in begun if has_begun(start, Month(year, month))
    )
    return counted


def _is_closed(until: date) -> ColumnElement[bool]:
    return and_(Cycle.opens_on <= until, Cycle.closed_at.is_not(None))


def has_begun(start_on: date | None, month: Month) -> bool:
    """Tell whether a task is to be reported for a month: it begins by the month's end."""
    return start_on is None or start_on <= month.last_day


def _open_then(rows: list[OwedReport], as_of: datetime) -> Iterator[OwedReport]:
    """Keep the rows of tasks that were in work just before a moment."""
    now = {
        row.id: TaskThen(row.state, row.progress or Decimal(0), row.due_on)
        for row in rows
        if row.state is not None
    }
    then = tasks_then(now, as_of)
    return (row for row in rows if then[row.id].state.is_open)


def _owed_indicators(top_unit_id: int, until: date, as_of: datetime | None) -> Iterator[OwedReport]:
    rows = db.session.execute(
        select(
            Indicator.id,
            Indicator.name,
            Indicator.plan_id,
            *_CYCLE,
            Indicator.lead_unit_id,
            Indicator.owner_post_id,
            Indicator.reporter_post_id,
            Indicator.leader_post_id,
            Indicator.unit,
            Indicator.places,
            Indicator.polarity,
            Plan.issued_at,
            Plan.ladder,
        )
        .join(Cycle, Cycle.plan_id == Indicator.plan_id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(
            Indicator.state == "issued",
            is_asked(),
            is_due_in_cycle(),
            _is_open(top_unit_id, until, as_of),
            ~figure_is_reported(as_of),
        )
        .order_by(Cycle.year, Cycle.month, Indicator.position, Indicator.id)
    )
    for id_, name, plan_id, year, month, *rest, issued_at, ladder in rows:
        row = OwedReport("indicator", id_, name, plan_id, Month(year, month), *rest)
        yield replace(row, issued_at=issued_at, ladder=ladder)


def _owed_tasks(top_unit_id: int, until: date, as_of: datetime | None) -> Iterator[OwedReport]:
    """Yield tasks that had begun by the month; a later month's report stands for earlier ones."""
    binds = Task.state.in_(OPEN_STATES) if as_of is None else issued_before(as_of)
    rows = db.session.execute(
        select(
            Task.id,
            Task.text,
            Task.plan_id,
            *_CYCLE,
            Task.lead_unit_id,
            Task.owner_post_id,
            Task.reporter_post_id,
            Task.leader_post_id,
            Task.due_on,
            Task.progress,
            Task.start_on,
            Plan.issued_at,
            Task.state,
            Plan.ladder,
        )
        .join(Cycle, Cycle.plan_id == Task.plan_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(binds, _is_open(top_unit_id, until, as_of), ~task_is_reported(as_of))
        .order_by(Cycle.year, Cycle.month, Task.position, Task.id)
    )
    for id_, name, plan_id, year, number, *rest in rows:
        *place, due_on, progress, start_on, issued_at, state, ladder = rest
        month = Month(year, number)
        if has_begun(start_on, month):
            row = OwedReport("task", id_, name, plan_id, month, *place)
            row = replace(row, due_on=due_on, progress=progress, state=TaskState(state))
            yield replace(row, issued_at=issued_at, ladder=ladder)


_CYCLE = (Cycle.year, Cycle.month, Cycle.opens_on, Cycle.due_on)


def _is_open(top_unit_id: int, until: date, as_of: datetime | None) -> ColumnElement[bool]:
    known = true() if as_of is None else or_(Plan.issued_at.is_(None), Plan.issued_at < as_of)
    return and_(
        Plan.top_unit_id == top_unit_id, Plan.state == "issued", known, is_open(until, as_of)
    )


def is_open(until: date, as_of: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition on Cycle: it has opened by a day and is not closed (or was not just before `as_of`)."""
    still: ColumnElement[bool] = Cycle.closed_at.is_(None)
    if as_of is not None:
        still = or_(still, Cycle.closed_at >= as_of)
    return and_(Cycle.opens_on <= until, still)


def open_tasks(top_unit_id: int) -> list[OpenTask]:
    """Return the unfinished tasks of issued plans that have a due day. Two queries."""
    binding = and_(
        Plan.top_unit_id == top_unit_id,
        Plan.state == "issued",
        Task.state.in_(OPEN_STATES),
        Task.due_on.is_not(None),
    )
    units: dict[int, list[tuple[int, str]]] = {}
    beside = select(TaskUnit.task_id, TaskUnit.unit_id, TaskUnit.part)
    beside = beside.join(Task, Task.id == TaskUnit.task_id).join(Plan, Plan.id == Task.plan_id)
    for task_id, unit_id, part in db.session.execute(beside.where(binding).order_by(TaskUnit.id)):
        units.setdefault(task_id, []).append((unit_id, part))
    rows = db.session.execute(
        select(
            Task.id,
            Task.text,
            Task.due_on,
            Task.progress,
            Task.lead_unit_id,
            Task.owner_post_id,
            Task.reporter_post_id,
            Task.leader_post_id,
            Plan.issued_at,
            Plan.ladder,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .where(binding)
        .order_by(Task.due_on, Task.position, Task.id)
    )
    return [
        OpenTask(
            id=row.id,
            name=row.text,
            due_on=row.due_on,
            progress=row.progress,
            lead_unit_id=row.lead_unit_id,
            owner_post_id=row.owner_post_id,
            reporter_post_id=row.reporter_post_id,
            leader_post_id=row.leader_post_id,
            units=tuple(units.get(row.id, ())),
            issued_at=row.issued_at,
            ladder=row.ladder,
        )
        for row in rows
        if row.due_on is not None
    ]


def cycles_by_days(top_unit_id: int) -> dict[CycleDays, DomainCycle]:
    """Return the cycles of issued plans by month and days. One query.

    Plans that open and are due on the same days share one. Where their rules differ, the plan that
    was issued first keeps the plain code; each other cycle is named after its first plan.
    """
    rows = db.session.execute(
        select(Cycle.year, Cycle.month, Cycle.opens_on, Cycle.due_on, Cycle.plan_id)
        .join(Plan, Plan.id == Cycle.plan_id)
        .where(Plan.top_unit_id == top_unit_id, Plan.state == "issued")
        .order_by(Plan.issued_at, Plan.id, Cycle.month)
    )
    cycles: dict[CycleDays, DomainCycle] = {}
    named: set[Month] = set()
    for year, number, opens_on, due_on, plan_id in rows:
        month = Month(year, number)
        if (month, opens_on, due_on) in cycles:
            continue
        code = f"{month.code}-plan{plan_id}" if month in named else month.code
        cycles[month, opens_on, due_on] = DomainCycle(code, month.label, month, opens_on, due_on)
        named.add(month)
    return cycles
