"""Use case: correct one month of one indicator: a new revision with a reason, beside the old one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from tracker.domain.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    PeriodClosedError,
    StaleError,
)
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Report
from tracker.permissions import Actor, may_confirm, may_report
from tracker.queries.locks import hold_cycles, lock
from tracker.services import audit
from tracker.services.refresh_standings import refresh_standings


def correct_figure(
    *,
    actor: Actor,
    indicator: Indicator,
    month: int,
    amount: Decimal,
    why: str,
    revision: int,
    now: datetime,
) -> Report:
    """Add a revision to a reported month; `revision` is the one that the person saw.

    Whoever reports may correct an open month; the office any month, with the frozen row of a closed
    one left as it is. Raises NotAllowedError, PeriodClosedError, NotFoundError where nothing was
    reported, StaleError and NotReadyError.
    """
    newest = _newest(actor, indicator, month)
    if newest.revision != revision:
        raise StaleError("您打开之后，这个月的数又有更正，请刷新后对照。")
    if newest.amount == amount:
        return newest
    if not why.strip():
        raise NotReadyError(("更正要写明理由。",))
    report = Report(
        top_unit_id=indicator.top_unit_id,
        indicator_id=indicator.id,
        year=newest.year,
        month=month,
        revision=newest.revision + 1,
        amount=amount,
        note=newest.note,
        next_step=newest.next_step,
        why=why.strip(),
        person_id=actor.person_id,
        at=now,
        confirmed_at=now if may_confirm(actor, indicator) else None,
        confirmed_by_id=actor.person_id if may_confirm(actor, indicator) else None,
    )
    db.session.add(report)
    db.session.flush()
    refresh_standings(indicators=[indicator], now=now)
    _record(actor, indicator, newest, report, now)
    return report


def _newest(actor: Actor, indicator: Indicator, month: int) -> Report:
    office = actor.has(Role.OFFICE) and indicator.top_unit_id == actor.top_unit_id
    if not office and not may_report(actor, indicator):
        raise NotAllowedError("这项指标由责任单位填报、更正。")
    lock(Indicator, Indicator.id == indicator.id)
    cycles = hold_cycles(Cycle.plan_id == indicator.plan_id, Cycle.month == month)
    if any(cycle.closed_at is not None for cycle in cycles) and not office:
        raise PeriodClosedError(f"{month}月已封账，不能再更正。确需更正的，请报督查办办理。")
    newest = db.session.scalar(
        select(Report)
        .where(Report.indicator_id == indicator.id, Report.month == month)
        .order_by(Report.revision.desc())
        .limit(1)
    )
    if newest is None:
        raise NotFoundError(f"{month}月还没有填报，没有可更正的数。")
    return newest


def _record(actor: Actor, indicator: Indicator, old: Report, new: Report, now: datetime) -> None:
    audit.record(
        actor.top_unit_id,
        "correct",
        now=now,
        person_id=actor.person_id,
        object_type="indicator",
        object_id=indicator.id,
        detail={
            "month": f"{new.year}-{new.month:02d}",
            "before": str(old.amount),
            "after": str(new.amount),
            "why": new.why,
        },
    )
