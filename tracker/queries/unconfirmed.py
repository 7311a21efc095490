"""Figures that a reporter sent and that wait for the head's confirmation (待确认)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Person, Plan, Report, Standing, Unit
from tracker.permissions import Actor
from tracker.queries.figures import reported_figures

_Later = aliased(Report)


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A figure to be looked at, with what it is held against; `light` and `ahead_points` after its month."""

    report_id: int
    indicator_id: int
    name: str
    unit_name: str
    unit: str
    places: int
    year: int
    month: int
    amount: Decimal
    before: Decimal | None
    last_year: Decimal | None
    light: str
    status: str
    note: str
    next_step: str
    corrected: bool
    author: str
    at: datetime


def unconfirmed(actor: Actor) -> list[Unconfirmed]:
    """Return what waits for this head, by month and unit. Two queries."""
    rows = db.session.execute(
        select(
            Report,
            Indicator,
            Unit.name.label("unit_name"),
            Person.name.label("author"),
            Standing.light,
            Standing.status,
        )
        .join(Indicator, Indicator.id == Report.indicator_id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .outerjoin(Person, Person.id == Report.person_id)
        .outerjoin(
            Standing,
            and_(
                Standing.indicator_id == Report.indicator_id,
                Standing.year == Report.year,
                Standing.month == Report.month,
            ),
        )
        .where(confirmable(actor), _waits())
        .order_by(
            Report.year, Report.month, Unit.position, Unit.id, Indicator.position, Indicator.id
        )
    ).all()
    figures = reported_figures([row.Indicator.id for row in rows])
    return [
        _line(
            row.Report,
            row.Indicator,
            figures.get(row.Indicator.id, {}),
            (row.unit_name or "未定单位", row.author or ""),
            (row.light or "grey", row.status or ""),
        )
        for row in rows
    ]


def unconfirmed_count(actor: Actor) -> int:
    """Return how many figures wait for this head. One query."""
    counted = db.session.scalar(
        select(func.count())
        .select_from(Report)
        .join(Indicator, Indicator.id == Report.indicator_id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(confirmable(actor), _waits())
    )
    return counted or 0


def waiting_reports(actor: Actor, ids: Sequence[int]) -> list[Report]:
    """Return those of the chosen reports that wait for this head, by id. One query."""
    found = (
        select(Report)
        .join(Indicator, Indicator.id == Report.indicator_id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(Report.id.in_(ids), confirmable(actor), _waits())
        .order_by(Report.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found))


def confirmable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Indicator: rows whose figures this person confirms as their head."""
    if not actor.has(Role.HEAD):
        return false()
    return and_(
        Indicator.top_unit_id == actor.top_unit_id,
        Indicator.state == "issued",
        or_(
            Indicator.lead_unit_id.in_(actor.unit_ids),
            Indicator.owner_post_id.in_(actor.post_ids),
        ),
    )


def _waits() -> ColumnElement[bool]:
    """Return the condition on Plan and Report: the newest of an open month, neither confirmed nor sent back."""
    later = exists().where(
        _Later.indicator_id == Report.indicator_id,
        _Later.year == Report.year,
        _Later.month == Report.month,
        _Later.revision > Report.revision,
    )
    closed = exists().where(
        Cycle.plan_id == Plan.id,
        Cycle.year == Report.year,
        Cycle.month == Report.month,
        Cycle.closed_at.is_not(None),
    )
    return and_(
        Plan.state == "issued",
        Plan.confirm_reports,
        Report.confirmed_at.is_(None),
        Report.sent_back == "",
        ~later,
        ~closed,
    )


def _line(
    report: Report,
    indicator: Indicator,
    months: dict[int, Decimal],
    names: tuple[str, str],
    stands: tuple[str, str],
) -> Unconfirmed:
    last_year = indicator.last_year
    return Unconfirmed(
        report_id=report.id,
        indicator_id=indicator.id,
        name=indicator.name,
        unit_name=names[0],
        unit=indicator.unit,
        places=indicator.places,
        year=report.year,
        month=report.month,
        amount=report.amount,
        before=months.get(report.month - 1),
        last_year=last_year[report.month - 1] if last_year else None,
        light=stands[0],
        status=stands[1],
        note=report.note,
        next_step=report.next_step,
        corrected=report.revision > 1,
        author=names[1],
        at=report.at,
    )
