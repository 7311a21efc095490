"""Who may do what: the person asking as a value, and yes/no questions asked by services and templates alike."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.case import Kind
from tracker.domain.roles import Role
from tracker.models import Indicator, Plan, Task, Unit


@dataclass(frozen=True, slots=True)
class Actor:
    """The person asking, with the posts held today (own and as proxy).

    `unit_ids`: the units of those posts as reporter or head, and all units below them.
    `post_ids`: the posts held. `charge_ids`: the units in the person's charge as leader, and all below.
    """

    person_id: int
    top_unit_id: int
    name: str
    roles: frozenset[Role]
    post_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    charge_ids: frozenset[int] = frozenset()

    def has(self, *roles: Role) -> bool:
        """Tell whether any of these roles is held."""
        return not self.roles.isdisjoint(roles)

    @property
    def sees_all(self) -> bool:
        """Office and chief see every row of their top unit."""
        return self.has(Role.OFFICE, Role.CHIEF)


def may_see_row(actor: Actor, row: Task | Indicator) -> bool:
    """Tell whether a task or indicator is the person's to read (supporting units are asked in the query)."""
    if row.top_unit_id != actor.top_unit_id:
        return False
    if row.state == "draft":
        return actor.has(Role.OFFICE)
    return (
        actor.sees_all
        or row.lead_unit_id in actor.unit_ids | actor.charge_ids
        or not {row.owner_post_id, row.reporter_post_id, row.leader_post_id}.isdisjoint(
            actor.post_ids
        )
    )


def may_report(actor: Actor, row: Task | Indicator) -> bool:
    """Tell whether the person fills in this row: reporter or head of its unit (or above), or holder of its post."""
    if row.top_unit_id != actor.top_unit_id or not actor.has(Role.REPORTER, Role.HEAD):
        return False
    named = {row.owner_post_id, row.reporter_post_id} - {None}
    return row.lead_unit_id in actor.unit_ids or not named.isdisjoint(actor.post_ids)


def may_plan_milestones(actor: Actor, task: Task) -> bool:
    """Tell whether the person sets the milestones of a task: the head who answers for it, or the office."""
    if actor.has(Role.OFFICE):
        return task.top_unit_id == actor.top_unit_id
    return actor.has(Role.HEAD) and may_report(actor, task)


def may_answer_part(actor: Actor, unit: Unit) -> bool:
    """Tell whether the person speaks for a unit that takes part in a task: its reporter or head, or above it."""
    return (
        unit.top_unit_id == actor.top_unit_id
        and actor.has(Role.REPORTER, Role.HEAD)
        and unit.id in actor.unit_ids
    )


def may_ask_target(actor: Actor, indicator: Indicator) -> bool:
    """Tell whether the person may ask for another target (目标调整): the head who answers for it, or the office."""
    if indicator.state != "issued" or indicator.top_unit_id != actor.top_unit_id:
        return False
    return actor.has(Role.OFFICE) or (actor.has(Role.HEAD) and may_report(actor, indicator))


def may_decide_target(actor: Actor, indicator: Indicator, *, needs_leader: bool) -> bool:
    """Tell whether the person may approve another target: the leader in charge or the chief.

    Where the plan does not need their approval the office may, too.
    """
    if indicator.top_unit_id != actor.top_unit_id:
        return False
    in_charge = (
        indicator.lead_unit_id in actor.charge_ids or indicator.leader_post_id in actor.post_ids
    )
    if actor.has(Role.CHIEF) or (actor.has(Role.LEADER) and in_charge):
        return True
    return actor.has(Role.OFFICE) and not needs_leader


def may_confirm(actor: Actor, indicator: Indicator) -> bool:
    """Tell whether the person confirms what was reported of this indicator: the head of its unit, or its owner."""
    return (
        actor.has(Role.HEAD)
        and indicator.top_unit_id == actor.top_unit_id
        and (indicator.lead_unit_id in actor.unit_ids or indicator.owner_post_id in actor.post_ids)
    )


def may_attach(actor: Actor, row: Task | Indicator) -> bool:
    """Tell whether the person attaches files here: whoever reports it, and the office."""
    office = actor.has(Role.OFFICE) and row.top_unit_id == actor.top_unit_id
    return office or may_report(actor, row)


def may_set_basis(actor: Actor, indicator: Indicator) -> bool:
    """Tell whether the person chooses: the office, and the head who answers for it; of a balance or rate nobody."""
    office = actor.has(Role.OFFICE) and indicator.top_unit_id == actor.top_unit_id
    choosable = indicator.kind == Kind.FLOW and indicator.state == "issued"
    return choosable and (office or may_confirm(actor, indicator))


def may_set_rhythm(actor: Actor, indicator: Indicator) -> bool:
    """Tell whether the person chooses how often: the office."""
    office = actor.has(Role.OFFICE) and indicator.top_unit_id == actor.top_unit_id
    return office and indicator.state == "issued"


def may_manage_plan(actor: Actor, plan: Plan) -> bool:
    """Tell whether the person imports, assigns, issues and closes: the office of the plan's top unit."""
    return actor.has(Role.OFFICE) and plan.top_unit_id == actor.top_unit_id


def may_keep_library(actor: Actor) -> bool:
    """Tell whether the person keeps the indicator library: the office and the system administrator."""
    return actor.has(Role.OFFICE, Role.SYSTEM_ADMIN)


def may_remind(actor: Actor, row: Task | Indicator) -> bool:
    """Tell whether the person may press 催办: the office, or the leader in whose charge it is."""
    if actor.has(Role.OFFICE):
        return row.top_unit_id == actor.top_unit_id
    return actor.has(Role.LEADER) and may_see_row(actor, row)
