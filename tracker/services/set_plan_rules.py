"""Use case: set a plan's rules of reporting and supervision (填报和督办规则)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from tracker.domain.cycles import check_order, parse_cycle_rule
from tracker.domain.errors import NotAllowedError, StaleError
from tracker.domain.escalation import parse_ladder
from tracker.extensions import db
from tracker.models import Cycle, Plan
from tracker.permissions import Actor, may_manage_plan
from tracker.queries.calendar import working_calendar
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.change_target import want_approval
from tracker.services.confirm_figures import confirm_rule
from tracker.services.lay_cycles import lay_cycles


@dataclass(frozen=True, slots=True)
class PlanRules:
    """A plan's rules, the ladder and the days in the compact form of their domain modules."""

    ladder: str
    auto_orders: bool
    confirm_reports: bool
    approve_targets: bool
    opens: str
    due: str
    weekly_digest: bool = False


@dataclass(frozen=True, slots=True)
class RulesSet:
    """What was changed: its field, from what to what; and which months' cycles got other days."""

    changes: dict[str, list[str | bool]] = field(default_factory=dict)
    moved: tuple[int, ...] = ()


def rules_of(plan: Plan) -> PlanRules:
    """Return a plan's rules as they stand."""
    return PlanRules(
        ladder=plan.ladder,
        auto_orders=plan.auto_orders,
        confirm_reports=plan.confirm_reports,
        approve_targets=plan.approve_targets,
        opens=plan.opens,
        due=plan.due,
        weekly_digest=plan.weekly_digest,
    )


def set_plan_rules(
    *, plan: Plan, rules: PlanRules, actor: Actor, version: int, now: datetime
) -> RulesSet:
    """Set a plan's rules; cycles that have not opened are laid anew where their days change.

    Raises NotAllowedError, StaleError, LadderError and CycleRuleError.
    """
    if not may_manage_plan(actor, plan):
        raise NotAllowedError("填报和督办规则由督查办设定。")
    lock(Plan, Plan.id == plan.id)
    if plan.version != version:
        raise StaleError("您打开之后，别人已改过这份计划，没有保存。请对照后再提交。")
    ladder = str(parse_ladder(rules.ladder))
    parsed = parse_cycle_rule(rules.opens, rules.due)
    opens, due = str(parsed.opens), str(parsed.due)
    if (opens, due) != (plan.opens, plan.due):
        check_order(parsed, plan.year, working_calendar(plan.top_unit_id))
    want_approval(actor=actor, plan=plan, wanted=rules.approve_targets, now=now)
    confirm_rule(actor=actor, plan=plan, wanted=rules.confirm_reports, now=now)
    wanted: dict[str, str | bool] = {
        "ladder": ladder,
        "auto_orders": rules.auto_orders,
        "weekly_digest": rules.weekly_digest,
        "opens": opens,
        "due": due,
    }
    changes = {
        name: [getattr(plan, name), value]
        for name, value in wanted.items()
        if getattr(plan, name) != value
    }
    for name, value in wanted.items():
        setattr(plan, name, value)
    db.session.flush()
    moved = _lay_anew(plan, now) if {"opens", "due"} & set(changes) else ()
    _record(plan, actor, changes, now)
    return RulesSet(changes, moved)


def _lay_anew(plan: Plan, now: datetime) -> tuple[int, ...]:
    """Re-date what has not opened; a draft has no cycles before it is issued."""
    if plan.state != "issued":
        return ()
    before = _days(plan)
    lay_cycles(plan=plan, today=now.date())
    return tuple(month for month, days in _days(plan).items() if before.get(month) != days)


def _days(plan: Plan) -> dict[int, tuple[object, object]]:
    rows = db.session.execute(
        select(Cycle.month, Cycle.opens_on, Cycle.due_on)
        .where(Cycle.plan_id == plan.id)
        .order_by(Cycle.month)
    )
    return {month: (opens_on, due_on) for month, opens_on, due_on in rows}


def _record(plan: Plan, actor: Actor, changes: dict[str, list[str | bool]], now: datetime) -> None:
    if not changes:
        return
    named = {"due": "due_rule"}
    audit.record(
        plan.top_unit_id,
        "plan_rules",
        now=now,
        person_id=actor.person_id,
        object_type="plan",
        object_id=plan.id,
        detail={"changes": {named.get(name, name): pair for name, pair in changes.items()}},
    )
