"""Use cases of a target that changes in the year (目标调整): ask, approve or refuse, take back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from tracker.domain.amounts import EXACT, whole_steps
from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.case_json import earlier_as_json
from tracker.domain.errors import (
    FigureError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    StaleError,
)
from tracker.domain.target_change import (
    ChangeState,
    earlier_after,
    levels_after,
    quarters_after,
)
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, TargetChange
from tracker.permissions import Actor, may_ask_target, may_decide_target, may_manage_plan
from tracker.queries.cases import case_of, terms_of
from tracker.queries.locks import hold_cycles, lock
from tracker.queries.target_changes import deciders
from tracker.services import audit
from tracker.services.refresh_standings import check_figures, refresh_standings

STALE = "您打开之后，这项指标又有改动，请对照后再提交。"


def ask_target(
    *,
    actor: Actor,
    indicator: Indicator,
    target: Decimal | None,
    high: Decimal | None,
    from_month: int,
    why: str,
    version: int,
    now: datetime,
) -> TargetChange:
    """Ask for another target from a month on; where nobody's approval is wanted, the office's takes effect at once.

    Raises NotAllowedError, StaleError, FigureError, and NotReadyError with what is missing.
    """
    if not may_ask_target(actor, indicator):
        raise NotAllowedError("目标调整由责任人或督查办提出。")
    plan = db.session.get_one(Plan, indicator.plan_id)
    lock(Indicator, Indicator.id == indicator.id)
    if indicator.version != version:
        raise StaleError(STALE)
    _check(indicator, target, high, from_month, why)
    if _is_asked(indicator):
        raise NotReadyError(("已有一项目标调整待批，批复或撤回之后才能再提。",))
    change = TargetChange(
        top_unit_id=indicator.top_unit_id,
        indicator_id=indicator.id,
        target=target,
        target_high=high,
        from_month=from_month,
        why=why.strip(),
        asked_at=now,
        asked_by_id=actor.person_id,
        before=terms_of(indicator, max(from_month - 1, 1)),
    )
    db.session.add(change)
    db.session.flush()
    _record(actor, "ask_target", change, now, why=change.why)
    if not plan.approve_targets and may_decide_target(actor, indicator, needs_leader=False):
        _approve(actor, indicator, change, "", now)
    return change


def decide_target(
    *,
    actor: Actor,
    indicator: Indicator,
    change_id: int,
    approve: bool,
    answer: str,
    version: int,
    now: datetime,
) -> TargetChange:
    """Approve a change, which sets the target and works open months out anew, or refuse it with a reason.

    Nobody decides on what he asked for himself, unless nobody else can. Raises NotAllowedError,
    NotFoundError, StaleError, FigureError and NotReadyError.
    """
    plan = db.session.get_one(Plan, indicator.plan_id)
    if not may_decide_target(actor, indicator, needs_leader=plan.approve_targets):
        raise NotAllowedError("目标调整由分管领导或主要领导批准。")
    change = _open_change(indicator, change_id, version)
    others = deciders(indicator, now.date(), needs_leader=plan.approve_targets) - {actor.person_id}
    if change.asked_by_id == actor.person_id and others:
        raise NotAllowedError("自己提出的调整不能自己批准，请由其他领导批。")
    if approve:
        _check(indicator, change.target, change.target_high, change.from_month, change.why)
        _approve(actor, indicator, change, answer.strip(), now)
        return change
    if not answer.strip():
        raise NotReadyError(("不批准要写明理由。",))
    _settle(actor, change, ChangeState.REFUSED, answer.strip(), now)
    _record(actor, "decide_target", change, now, approved=False, answer=change.answer)
    return change


def withdraw_target(
    *, actor: Actor, indicator: Indicator, change_id: int, version: int, now: datetime
) -> TargetChange:
    """Take back what one asked for and nobody has decided. Raises NotAllowedError, NotFoundError and StaleError."""
    change = _open_change(indicator, change_id, version)
    if change.asked_by_id != actor.person_id:
        raise NotAllowedError("只有提出的人能撤回。")
    _settle(actor, change, ChangeState.WITHDRAWN, "", now)
    _record(actor, "withdraw_target", change, now)
    return change


def want_approval(*, actor: Actor, plan: Plan, wanted: bool, now: datetime) -> bool:
    """Decide whether a plan's targets change only with a leader's approval; return whether that is new."""
    if not may_manage_plan(actor, plan):
        raise NotAllowedError("审批设置由督查办办理。")
    if plan.approve_targets == wanted:
        return False
    plan.approve_targets = wanted
    db.session.flush()
    audit.record(
        actor.top_unit_id,
        "approve_targets",
        now=now,
        person_id=actor.person_id,
        object_type="plan",
        object_id=plan.id,
        detail={"wanted": wanted},
    )
    return True


def first_month(plan_id: int) -> int | None:
    """Return the first month that is not closed, from which a change may hold; None when the year is closed."""
    closed = db.session.scalar(
        select(func.max(Cycle.month)).where(Cycle.plan_id == plan_id, Cycle.closed_at.is_not(None))
    )
    month = (closed or 0) + 1
    return month if month <= 12 else None


def _check(
    indicator: Indicator,
    target: Decimal | None,
    high: Decimal | None,
    from_month: int,
    why: str,
) -> None:
    """Refuse what cannot become the target: the same, no reason, a closed month, figures that do not fit."""
    if (target, high) == (indicator.target, indicator.target_high):
        raise NotReadyError(("目标与现在的一样，没有要调整的。",))
    if target is None:
        raise NotReadyError(("请填调整后的目标。",))
    if not why.strip():
        raise NotReadyError(("目标调整要写明理由。",))
    if indicator.polarity == Polarity.RANGE and (high is None or high < target):
        raise FigureError("区间指标要有下限和上限，上限不能低于下限。")
    whole_steps(target, indicator.places)
    hold_cycles(Cycle.plan_id == indicator.plan_id)
    first = first_month(indicator.plan_id)
    if first is None:
        raise NotReadyError(("全年都已封账，目标不再调整。",))
    if not first <= from_month <= 12:
        raise NotReadyError((f"{first - 1}月及以前已封账不再变动，调整最早从{first}月起。",))


def _is_asked(indicator: Indicator) -> bool:
    asked = select(TargetChange.id).where(
        TargetChange.indicator_id == indicator.id, TargetChange.state == ChangeState.ASKED.value
    )
    return db.session.scalar(asked.limit(1)) is not None


def _open_change(indicator: Indicator, change_id: int, version: int) -> TargetChange:
    lock(Indicator, Indicator.id == indicator.id)
    change = db.session.scalar(
        select(TargetChange)
        .where(TargetChange.id == change_id, TargetChange.indicator_id == indicator.id)
        .execution_options(populate_existing=True)
    )
    if change is None:
        raise NotFoundError("没有这项目标调整。")
    if change.version != version or change.state != ChangeState.ASKED:
        raise StaleError(f"这项调整已有结果（{ChangeState(change.state).word}），请刷新后查看。")
    return change


def _approve(
    actor: Actor, indicator: Indicator, change: TargetChange, answer: str, now: datetime
) -> None:
    """Set the target from its month on; months before it keep what they were judged by."""
    case = case_of(indicator, (), Decimal(10))
    change.before = terms_of(indicator, max(change.from_month - 1, 1))
    old = earlier_after(case, change.from_month)
    indicator.earlier = [earlier_as_json(one) for one in old] or None
    indicator.target, indicator.target_high = change.target, change.target_high
    indicator.undecided = False
    _follow(indicator, case, change)
    problem = check_figures(indicator)
    if problem is not None:
        raise FigureError(problem)
    _settle(actor, change, ChangeState.APPROVED, answer, now)
    refresh_standings(indicators=[indicator], now=now)
    _record(actor, "decide_target", change, now, approved=True, answer=answer)


def _follow(indicator: Indicator, case: Case, change: TargetChange) -> None:
    """Let quarter targets, or a rate's levels by hand, follow the new target; weights fit any."""
    if change.target is None:
        return
    if case.quarters is not None and case.start is not None:
        total = EXACT.subtract(change.target, case.start)
        indicator.quarters = quarters_after(case.quarters, total, indicator.places)
    if indicator.kind == Kind.RATE and case.plan is not None:
        indicator.weights = levels_after(case.plan, change.target, change.from_month)


def _settle(
    actor: Actor, change: TargetChange, state: ChangeState, answer: str, now: datetime
) -> None:
    change.state, change.answer = state.value, answer
    change.decided_at, change.decided_by_id = now, actor.person_id
    db.session.flush()


def _record(
    actor: Actor, action: str, change: TargetChange, now: datetime, **more: str | bool
) -> None:
    audit.record(
        actor.top_unit_id,
        action,
        now=now,
        person_id=actor.person_id,
        object_type="indicator",
        object_id=change.indicator_id,
        detail={
            "before": change.before.get("target"),
            "target": None if change.target is None else str(change.target),
            "high": None if change.target_high is None else str(change.target_high),
            "from_month": change.from_month,
            **more,
        },
    )
