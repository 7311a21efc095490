"""What one person fills in for a month: the months that are open, the rows of the sheet, what is still missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, func, select

from tracker.domain.case import Kind
from tracker.domain.periods import MONTHS_IN_YEAR, Month
from tracker.domain.rhythm import is_due
from tracker.domain.tasks import OPEN_STATES, Milestone
from tracker.extensions import db
from tracker.models import (
    Cycle,
    Indicator,
    Person,
    Plan,
    Report,
    SheetDraft,
    Task,
    TaskReport,
    Unit,
)
from tracker.permissions import Actor
from tracker.queries import locks
from tracker.queries.figures import reported_figures
from tracker.queries.milestones import milestones_of
from tracker.queries.owed import has_begun, rows_by_month, stands_for
from tracker.queries.scope import is_due_in_cycle, reportable_indicators, reportable_tasks
from tracker.queries.sent_back import sent_back_months


@dataclass(frozen=True, slots=True)
class OpenedMonth:
    """A month whose cycle has opened for this person; `missing` counts the rows nobody has reported."""

    month: Month
    due_on: date
    closed: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Reported:
    """The revision of a figure that counts, and who sent it."""

    revision: int
    amount: Decimal
    note: str
    next_step: str
    at: datetime
    author: str
    sent_back: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of the sheet; `months` are the figures that count, by month."""

    indicator: Indicator
    plan_title: str
    unit_name: str
    yellow_points: Decimal
    closed: bool
    months: Mapping[int, Decimal]
    reported: Reported | None
    needs_head: bool = False
    sent_back_months: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """Return the row's name in the form."""
        return f"i{self.indicator.id}"

    @property
    def by_sum(self) -> bool:
        """Tell whether the sum since January is typed."""
        return self.indicator.by_sum and self.indicator.kind == Kind.FLOW

    def sum_before(self, month: int) -> Decimal | None:
        """Return the sum of the months before; None where one of them is not reported, or was sent back."""
        if any(number < month for number in self.sent_back_months):
            return None
        known = [self.months.get(number) for number in range(1, month)]
        found = [amount for amount in known if amount is not None]
        return sum(found, Decimal(0)) if len(found) == len(known) else None

    @property
    def sent_back(self) -> str:
        """Return what the head said when sending the figure back; empty where it stands."""
        return "" if self.reported is None else self.reported.sent_back

    @property
    def revision(self) -> int:
        """Return the revision that counts; 0 where nothing is reported."""
        return 0 if self.reported is None else self.reported.revision


@dataclass(frozen=True, slots=True)
class TaskReported:
    """What was last said of a task for the month."""

    revision: int
    progress: Decimal
    done: str
    obstacle: str
    next_step: str
    at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the sheet; `covered` tells that a later month's report stands for this one."""

    task: Task
    plan_title: str
    unit_name: str
    closed: bool
    reported: TaskReported | None
    covered: bool
    milestones: tuple[Milestone, ...] = ()

    @property
    def key(self) -> str:
        """Return the row's name in the form."""
        return f"t{self.task.id}"

    @property
    def revision(self) -> int:
        """Return the revision that counts; 0 where nothing is reported."""
        return 0 if self.reported is None else self.reported.revision


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a person fills in for a month, with what was typed and not sent."""

    month: Month
    indicators: tuple[IndicatorRow, ...]
    tasks: tuple[TaskRow, ...]
    typed: Mapping[str, str]
    saved_at: datetime | None

    @property
    def rows(self) -> tuple[IndicatorRow | TaskRow, ...]:
        """Return indicators and tasks, in the order of the page."""
        return (*self.indicators, *self.tasks)

    @property
    def closed(self) -> bool:
        """Tell whether nothing on the sheet can be filled in any more."""
        return bool(self.rows) and all(row.closed for row in self.rows)


def opened_months(actor: Actor, today: date) -> list[OpenedMonth]:
    """Return the months that have opened, newest first. Three queries."""
    missing = _missing_by_month(actor, today)
    rows = db.session.execute(
        select(
            Cycle.year,
            Cycle.month,
            func.max(Cycle.due_on),
            func.count(Cycle.id),
            func.count(Cycle.closed_at),
        )
        .join(Plan, Plan.id == Cycle.plan_id)
        .where(Plan.state == "issued", Cycle.opens_on <= today, has_my_rows(actor))
        .group_by(Cycle.year, Cycle.month)
        .order_by(Cycle.year.desc(), Cycle.month.desc())
    )
    return [
        OpenedMonth(Month(year, month), due_on, cycles == closed, missing[Month(year, month)])
        for year, month, due_on, cycles, closed in rows
    ]


def month_to_fill(months: list[OpenedMonth]) -> OpenedMonth | None:
    """Return the oldest month of the last twelve that lacks something, else the newest one that does, or has opened."""
    if not months:
        return None
    newest = months[0].month
    lacking = [opened for opened in months if opened.missing]
    recent = [one for one in lacking if one.month > Month(newest.year - 1, newest.month)]
    return recent[-1] if recent else (lacking or months)[0]


def owed_count(actor: Actor, today: date) -> int:
    """Return how many rows of opened months a person has not reported. Two queries."""
    return sum(_missing_by_month(actor, today).values())


def next_opening(actor: Actor, today: date) -> date | None:
    """Return the day on which the next cycle opens for this person."""
    return db.session.scalar(
        select(func.min(Cycle.opens_on))
        .join(Plan, Plan.id == Cycle.plan_id)
        .where(Plan.state == "issued", Cycle.opens_on > today, has_my_rows(actor))
    )


def has_my_rows(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Plan and Cycle: it holds something that this person fills in."""
    mine = (
        exists().where(
            Indicator.plan_id == Plan.id, reportable_indicators(actor), is_due_in_cycle()
        ),
        exists().where(Task.plan_id == Plan.id, reportable_tasks(actor)),
    )
    return mine[0] | mine[1]


def _missing_by_month(actor: Actor, today: date) -> Counter[Month]:
    """Count as reminders do: a task's later report stands for earlier months, a closed month is over."""
    return rows_by_month(reportable_indicators(actor), reportable_tasks(actor), today, missing=True)


def sheet_of(actor: Actor, month: Month, today: date, *, lock: bool = False) -> Sheet:
    """Return a person's sheet for an opened month; empty for one that has not opened. Six queries.

    `lock` holds the rows until the transaction ends, so that two people cannot send the same figure.
    """
    if lock:
        _lock(actor, month, today)
    draft = db.session.execute(
        select(SheetDraft.fields, SheetDraft.at).where(
            SheetDraft.person_id == actor.person_id,
            SheetDraft.year == month.year,
            SheetDraft.month == month.month,
        )
    ).one_or_none()
    return Sheet(
        month=month,
        indicators=_indicator_rows(actor, month, today),
        tasks=_task_rows(actor, month, today),
        typed=dict(draft.fields) if draft else {},
        saved_at=draft.at if draft else None,
    )


def _lock(actor: Actor, month: Month, today: date) -> None:
    """Hold what the sheet may change, and its months open; what is read after that stays true."""
    locks.lock(Task, Task.state.in_(OPEN_STATES), reportable_tasks(actor))
    locks.lock(Indicator, Indicator.state == "issued", reportable_indicators(actor))
    locks.hold_cycles(Cycle.top_unit_id == actor.top_unit_id, _cycle_of(month, today))


def _indicator_rows(actor: Actor, month: Month, today: date) -> tuple[IndicatorRow, ...]:
    chosen = (
        select(
            Indicator,
            Plan.title,
            Unit.name,
            Plan.yellow_points,
            Plan.confirm_reports,
            Cycle.closed_at,
        )
        .join(Plan, Plan.id == Indicator.plan_id)
        .join(Cycle, _cycle_of(month, today) & (Cycle.plan_id == Plan.id))
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .where(Indicator.state == "issued", reportable_indicators(actor), is_due_in_cycle())
        .order_by(Plan.id, Unit.position, Unit.id, Indicator.position, Indicator.id)
    )
    rows = db.session.execute(chosen).all()
    ids = [row.Indicator.id for row in rows]
    figures, reported = reported_figures(ids), _reported(ids, month)
    sent_back = sent_back_months([row.Indicator.id for row in rows if row.Indicator.by_sum])
    return tuple(
        IndicatorRow(
            indicator=indicator,
            plan_title=plan_title,
            unit_name=unit_name or "未定单位",
            yellow_points=yellow_points,
            closed=closed_at is not None,
            months=_known_months(indicator, figures.get(indicator.id, {})),
            reported=reported.get(indicator.id),
            needs_head=needs_head,
            sent_back_months=frozenset(sent_back.get(indicator.id, ())),
        )
        for indicator, plan_title, unit_name, yellow_points, needs_head, closed_at in rows
    )


def _known_months(indicator: Indicator, reported: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return the figures by month; months that a flow is not asked for bring nothing."""
    between = range(1, MONTHS_IN_YEAR + 1) if indicator.kind == Kind.FLOW else ()
    nothing = {month: Decimal(0) for month in between if not is_due(month, indicator.every)}
    return nothing | dict(reported)


def _reported(ids: list[int], month: Month) -> dict[int, Reported]:
    rows = db.session.execute(
        select(
            Report.indicator_id,
            Report.revision,
            Report.amount,
            Report.note,
            Report.next_step,
            Report.at,
            Person.name,
            Report.sent_back,
            Report.confirmed_at,
        )
        .outerjoin(Person, Person.id == Report.person_id)
        .where(Report.indicator_id.in_(ids), Report.year == month.year, Report.month == month.month)
        .order_by(Report.revision)
    )
    return {
        row.indicator_id: Reported(
            row.revision,
            row.amount,
            row.note,
            row.next_step,
            row.at,
            row.name or "",
            row.sent_back,
            row.confirmed_at is not None,
        )
        for row in rows
    }


def _task_rows(actor: Actor, month: Month, today: date) -> tuple[TaskRow, ...]:
    chosen = (
        select(Task, Plan.title, Unit.name, Cycle.closed_at)
        .join(Plan, Plan.id == Task.plan_id)
        .join(Cycle, _cycle_of(month, today) & (Cycle.plan_id == Plan.id))
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(Task.state.in_(OPEN_STATES), reportable_tasks(actor))
        .order_by(Plan.id, Task.due_on.is_(None), Task.due_on, Task.position, Task.id)
    )
    rows = db.session.execute(chosen).all()
    begun = [row for row in rows if has_begun(row.Task.start_on, month)]
    said, later = _said([row.Task.id for row in begun], month)
    steps = milestones_of([row.Task.id for row in begun])
    return tuple(
        TaskRow(
            task=task,
            plan_title=plan_title,
            unit_name=unit_name or "未定单位",
            closed=closed_at is not None,
            reported=said.get(task.id),
            covered=task.id in later,
            milestones=steps.get(task.id, ()),
        )
        for task, plan_title, unit_name, closed_at in begun
    )


def _said(ids: list[int], month: Month) -> tuple[dict[int, TaskReported], set[int]]:
    """Return what was said for the month, and the tasks that a later month speaks of."""
    rows = db.session.execute(
        select(
            TaskReport.task_id,
            TaskReport.year,
            TaskReport.month,
            TaskReport.revision,
            TaskReport.progress,
            TaskReport.done,
            TaskReport.obstacle,
            TaskReport.next_step,
            TaskReport.at,
            Person.name,
        )
        .outerjoin(Person, Person.id == TaskReport.person_id)
        .where(TaskReport.task_id.in_(ids), stands_for(month))
        .order_by(TaskReport.revision)
    )
    said: dict[int, TaskReported] = {}
    later: set[int] = set()
    for row in rows:
        if row.month != month.month or row.year != month.year:
            later.add(row.task_id)
            continue
        said[row.task_id] = TaskReported(
            row.revision,
            row.progress,
            row.done,
            row.obstacle,
            row.next_step,
            row.at,
            row.name or "",
        )
    return said, later


def _cycle_of(month: Month, today: date) -> ColumnElement[bool]:
    return and_(Cycle.year == month.year, Cycle.month == month.month, Cycle.opens_on <= today)
