"""Which tasks and indicators a person sees: the one condition that every list, count and export is read through."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select, true

from tracker.domain.roles import PLAN_ROLES, Role
from tracker.models import (
    Cycle,
    Indicator,
    IndicatorDefinition,
    Plan,
    SupervisionOrder,
    Task,
    TaskUnit,
)
from tracker.permissions import Actor

#: States of rows that bind somebody; drafts are the office's alone.
HIDDEN_STATES = ("draft",)


def visible_tasks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Task: issued rows that the person may read (supporting units included)."""
    supporting = Task.id.in_(
        select(TaskUnit.task_id).where(TaskUnit.unit_id.in_(actor.unit_ids | actor.charge_ids))
    )
    left_out = and_(Task.state == "cancelled", Task.first_due_on.is_(None))  # in the review
    return and_(_issued(Task, actor), ~left_out, or_(_own(Task, actor), supporting))


def visible_indicators(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Indicator: issued rows that the person may read."""
    return and_(_issued(Indicator, actor), _own(Indicator, actor))


def reportable_tasks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Task: rows that the person fills in."""
    return and_(_issued(Task, actor), _mine(Task, actor))


def reportable_indicators(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Indicator: rows that the person fills in."""
    return and_(answered_indicators(actor), is_asked())


def answered_indicators(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Indicator: rows that the person answers for, those worked out from others too."""
    return and_(_issued(Indicator, actor), _mine(Indicator, actor))


def is_asked() -> ColumnElement[bool]:
    """Return the condition on Indicator: somebody is asked for its figures, it is not only worked out from others."""
    return or_(Indicator.rollup == "", Indicator.by_hand)


def is_due_in_cycle() -> ColumnElement[bool]:
    """Return the condition on Indicator and Cycle: this month ends a period for which the figure is reported."""
    return Cycle.month % Indicator.every == 0


def visible_orders(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on SupervisionOrder: of one's units, charge and posts; all for office and chief."""
    ours = SupervisionOrder.top_unit_id == actor.top_unit_id
    if not actor.has(*PLAN_ROLES):
        return ~true()
    if actor.sees_all:
        return ours
    return and_(
        ours,
        or_(
            SupervisionOrder.unit_id.in_(actor.unit_ids | actor.charge_ids),
            SupervisionOrder.task_id.in_(select(Task.id).where(_own(Task, actor))),
            SupervisionOrder.indicator_id.in_(select(Indicator.id).where(_own(Indicator, actor))),
        ),
    )


def answerable_orders(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on SupervisionOrder: those whose task or indicator the person answers for."""
    return and_(
        SupervisionOrder.top_unit_id == actor.top_unit_id,
        or_(
            SupervisionOrder.task_id.in_(select(Task.id).where(_mine(Task, actor))),
            SupervisionOrder.indicator_id.in_(select(Indicator.id).where(_mine(Indicator, actor))),
        ),
    )


def visible_plans(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Plan: issued ones for whoever works with plans, drafts for the office."""
    ours = Plan.top_unit_id == actor.top_unit_id
    if not actor.has(*PLAN_ROLES):
        return ~true()
    return ours if actor.has(Role.OFFICE) else and_(ours, Plan.state == "issued")


def visible_definitions(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on IndicatorDefinition: the bureau's, for plan work and for who keeps the library."""
    if not actor.has(*PLAN_ROLES, Role.SYSTEM_ADMIN):
        return ~true()
    return IndicatorDefinition.top_unit_id == actor.top_unit_id


def _issued(table: type[Task] | type[Indicator], actor: Actor) -> ColumnElement[bool]:
    return and_(
        table.top_unit_id == actor.top_unit_id,
        table.state.not_in(HIDDEN_STATES),
        table.plan_id.in_(select(Plan.id).where(Plan.state == "issued")),
    )


def _own(table: type[Task] | type[Indicator], actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all:
        return true()
    return or_(
        table.lead_unit_id.in_(actor.unit_ids | actor.charge_ids),
        table.owner_post_id.in_(actor.post_ids),
        table.reporter_post_id.in_(actor.post_ids),
        table.leader_post_id.in_(actor.post_ids),
    )


def _mine(table: type[Task] | type[Indicator], actor: Actor) -> ColumnElement[bool]:
    if not actor.has(Role.REPORTER, Role.HEAD):
        return ~true()
    return or_(
        table.lead_unit_id.in_(actor.unit_ids),
        table.owner_post_id.in_(actor.post_ids),
        table.reporter_post_id.in_(actor.post_ids),
    )
