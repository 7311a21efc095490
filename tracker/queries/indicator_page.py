"""Everything of one indicator: its months, every figure with its author, what was changed, where it comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    Cycle,
    Indicator,
    Person,
    Plan,
    PlanItem,
    Report,
    Standing,
    Task,
    Unit,
)
from tracker.queries.board import BoardRow, View, Wanted, board_rows
from tracker.queries.target_changes import ChangeRow, changes_of


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month's stored standing; `ahead` is on the good side of the line, whichever that is, if positive."""

    month: int
    amount: Decimal | None
    actual: Decimal | None
    planned: Decimal | None
    completion_pct: Decimal | None
    ahead: Decimal | None
    light: str
    status: str
    frozen: bool
    rule: str
    case: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """One figure that was reported or corrected."""

    month: int
    revision: int
    amount: Decimal
    note: str
    next_step: str
    why: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the record: a change of baseline or phasing, or a month closed or opened again."""

    at: datetime
    author: str
    action: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an indicator comes from."""

    plan_id: int
    plan_title: str
    year: int
    yellow_points: Decimal
    opens: str
    due: str
    issued_at: datetime | None
    unit_name: str
    item: str
    task_id: int | None
    task_text: str


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A month's cycle: when it is due, and whether it is closed."""

    month: int
    opens_on: date
    due_on: date
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class IndicatorRecord:
    """All that the page shows, as stored. `shown` is the row that lists show today, None while a draft."""

    shown: BoardRow | None
    source: Source
    months: tuple[MonthRow, ...]
    cycles: tuple[CycleRow, ...]
    revisions: tuple[Revision, ...]
    changes: tuple[Change, ...]
    targets: tuple[ChangeRow, ...]
    closings: tuple[Change, ...]


def indicator_record(indicator: Indicator, day: date) -> IndicatorRecord:
    """Return everything of an indicator that the person may see. Eight queries."""
    shown = board_rows(Indicator.id == indicator.id, View(day, every_year=True), Wanted(), ())
    return IndicatorRecord(
        shown=shown[0] if shown else None,
        source=_source(indicator),
        months=_months(indicator),
        cycles=_cycles(indicator),
        revisions=_revisions(indicator),
        changes=_changes("indicator", indicator.id, indicator.top_unit_id, {"set_indicator"}),
        targets=tuple(changes_of(indicator)),
        closings=_changes(
            "plan", indicator.plan_id, indicator.top_unit_id, {"close_period", "reopen_period"}
        ),
    )


def _source(indicator: Indicator) -> Source:
    row = db.session.execute(
        select(
            Plan.id,
            Plan.title,
            Plan.year,
            Plan.yellow_points,
            Plan.opens,
            Plan.due,
            Plan.issued_at,
            Unit.name.label("unit_name"),
            PlanItem.number,
            PlanItem.title.label("item"),
            Task.id.label("task_id"),
            Task.text.label("task_text"),
        )
        .select_from(Indicator)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .outerjoin(PlanItem, PlanItem.id == Indicator.item_id)
        .outerjoin(Task, Task.id == Indicator.task_id)
        .where(Indicator.id == indicator.id)
    ).one()
    return Source(
        plan_id=row.id,
        plan_title=row.title,
        year=row.year,
        yellow_points=row.yellow_points,
        opens=row.opens,
        due=row.due,
        issued_at=row.issued_at,
        unit_name=row.unit_name or "未定单位",
        item=f"{row.number or ''}{row.item or ''}",
        task_id=row.task_id,
        task_text=row.task_text or "",
    )


def _months(indicator: Indicator) -> tuple[MonthRow, ...]:
    rows = db.session.execute(
        select(
            Standing.month,
            Standing.amount,
            Standing.actual,
            Standing.planned,
            Standing.completion_pct,
            Standing.figures,
            Standing.light,
            Standing.status,
            Standing.frozen,
            Standing.rule,
            Standing.case,
            Standing.at,
        )
        .where(Standing.indicator_id == indicator.id)
        .order_by(Standing.month)
    )
    return tuple(
        MonthRow(
            row.month,
            row.amount,
            row.actual,
            row.planned,
            row.completion_pct,
            _decimal(row.figures.get("ahead_of_plan")),
            row.light,
            row.status,
            row.frozen,
            row.rule,
            row.case,
            row.at,
        )
        for row in rows
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _cycles(indicator: Indicator) -> tuple[CycleRow, ...]:
    rows = db.session.execute(
        select(Cycle.month, Cycle.opens_on, Cycle.due_on, Cycle.closed_at)
        .where(Cycle.plan_id == indicator.plan_id)
        .order_by(Cycle.month)
    )
    return tuple(CycleRow(*row) for row in rows)


def _revisions(indicator: Indicator) -> tuple[Revision, ...]:
    rows = db.session.execute(
        select(
            Report.month,
            Report.revision,
            Report.amount,
            Report.note,
            Report.next_step,
            Report.why,
            Person.name,
            Report.at,
        )
        .outerjoin(Person, Person.id == Report.person_id)
        .where(Report.indicator_id == indicator.id)
        .order_by(Report.at, Report.month, Report.revision)
    )
    return tuple(
        Revision(month, revision, amount, note, next_step, why, name or "", at)
        for month, revision, amount, note, next_step, why, name, at in rows
    )


def _changes(
    object_type: str, object_id: int, top_unit_id: int, actions: Collection[str]
) -> tuple[Change, ...]:
    rows = db.session.execute(
        select(AuditEntry.at, Person.name, AuditEntry.action, AuditEntry.detail)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(
            AuditEntry.top_unit_id == top_unit_id,
            AuditEntry.object_type == object_type,
            AuditEntry.object_id == object_id,
            AuditEntry.action.in_(actions),
        )
        .order_by(AuditEntry.id)
    )
    return tuple(Change(at, name or "", action, detail) for at, name, action, detail in rows)


def newest_revisions(indicator_id: int) -> dict[int, int]:
    """Return the revision that counts for each reported month. One query."""
    rows = db.session.execute(
        select(Report.month, func.max(Report.revision))
        .where(Report.indicator_id == indicator_id)
        .group_by(Report.month)
    )
    return dict(rows.all())
