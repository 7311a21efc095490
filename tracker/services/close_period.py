"""Use case: close a month of a plan (封账), which freezes its standing rows; or open it again (启封), with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from tracker.domain.errors import NotAllowedError, NotFoundError, NotReadyError, PeriodClosedError
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Standing
from tracker.permissions import Actor, may_manage_plan
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.refresh_standings import refresh_standings


def close_period(*, actor: Actor, plan: Plan, month: int, now: datetime) -> Cycle:
    """Freeze a month that is over and due; unreported rows stay grey for good.

    Months are closed in their order. Raises NotAllowedError, NotFoundError, PeriodClosedError where
    it is closed already, and NotReadyError where it is too early.
    """
    indicators, cycle = _held(actor, plan, month)
    if cycle.closed_at is not None:
        raise PeriodClosedError(f"{cycle.year}年{month}月已经封账。")
    if now.date() <= cycle.due_on:
        day = f"{cycle.due_on.month}月{cycle.due_on.day}日"
        raise NotReadyError((f"{month}月填报{day}截止，截止之后才能封账。",))
    earlier = db.session.scalar(
        select(func.min(Cycle.month)).where(
            Cycle.plan_id == plan.id, Cycle.month < month, Cycle.closed_at.is_(None)
        )
    )
    if earlier is not None:
        raise NotReadyError((f"{earlier}月还没有封账，请按月份先后办理。",))
    refresh_standings(indicators=indicators, now=now)
    _freeze(plan, month, frozen=True)
    cycle.closed_at, cycle.closed_by_id = now, actor.person_id
    _record(actor, "close_period", cycle, now)
    return cycle


def reopen_period(*, actor: Actor, plan: Plan, month: int, why: str, now: datetime) -> Cycle:
    """Open a closed month again: its rows follow the reports from now on.

    Raises NotAllowedError, NotFoundError, and NotReadyError without a reason or where it is open.
    """
    indicators, cycle = _held(actor, plan, month)
    if cycle.closed_at is None:
        raise NotReadyError((f"{cycle.year}年{month}月没有封账。",))
    if not why.strip():
        raise NotReadyError(("启封要写明理由。",))
    later = db.session.scalar(
        select(func.max(Cycle.month)).where(
            Cycle.plan_id == plan.id, Cycle.month > month, Cycle.closed_at.is_not(None)
        )
    )
    if later is not None:
        raise NotReadyError((f"{later}月也已封账，请从最近的月份起启封。",))
    cycle.closed_at = cycle.closed_by_id = None
    _freeze(plan, month, frozen=False)
    refresh_standings(indicators=indicators, now=now)
    _record(actor, "reopen_period", cycle, now, why=why.strip())
    return cycle


def _held(actor: Actor, plan: Plan, month: int) -> tuple[Sequence[Indicator], Cycle]:
    """Lock what is to be frozen: whoever is reporting is waited for, whoever comes later finds it closed."""
    if not may_manage_plan(actor, plan):
        raise NotAllowedError("封账、启封由督查办办理。")
    indicators = lock(Indicator, Indicator.plan_id == plan.id, Indicator.state == "issued")
    cycle = db.session.scalar(
        select(Cycle)
        .where(Cycle.plan_id == plan.id, Cycle.year == plan.year, Cycle.month == month)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if cycle is None:
        raise NotFoundError("没有这个填报期。")
    return indicators, cycle


def _freeze(plan: Plan, month: int, *, frozen: bool) -> None:
    db.session.execute(
        update(Standing)
        .where(Standing.plan_id == plan.id, Standing.year == plan.year, Standing.month == month)
        .values(frozen=frozen)
        .execution_options(synchronize_session="fetch")
    )


def _record(actor: Actor, action: str, cycle: Cycle, now: datetime, **more: str) -> None:
    audit.record(
        actor.top_unit_id,
        action,
        now=now,
        person_id=actor.person_id,
        object_type="plan",
        object_id=cycle.plan_id,
        detail={"month": Month(cycle.year, cycle.month).code, **more},
    )
