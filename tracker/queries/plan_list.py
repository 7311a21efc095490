"""Which plans are there, and how far is each: one row a plan, counts through the person's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, Person, Plan, Task, Unit
from tracker.permissions import Actor
from tracker.queries.scope import visible_indicators, visible_plans, visible_tasks


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list."""

    id: int
    year: int
    title: str
    state: str
    unit_name: str
    tasks: int
    indicators: int
    imported_at: datetime
    imported_by: str
    issued_at: datetime | None
    issued_by: str

    @property
    def is_draft(self) -> bool:
        """Tell whether it binds nobody yet."""
        return self.state == "draft"


def plan_list(actor: Actor) -> Sequence[PlanRow]:
    """Return the plans that the person may see, the newest year first, drafts before issued ones. One query."""
    importer, issuer = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            Plan.id,
            Plan.year,
            Plan.title,
            Plan.state,
            Unit.name,
            _count(Task, _counted(Task, actor)).label("tasks"),
            _count(Indicator, _counted(Indicator, actor)).label("indicators"),
            Plan.imported_at,
            func.coalesce(importer.name, ""),
            Plan.issued_at,
            func.coalesce(issuer.name, ""),
        )
        .join(Unit, Unit.id == Plan.unit_id)
        .outerjoin(importer, importer.id == Plan.imported_by_id)
        .outerjoin(issuer, issuer.id == Plan.issued_by_id)
        .where(visible_plans(actor))
        .order_by(Plan.year.desc(), Plan.state, Plan.id.desc())
    )
    return [PlanRow(*row) for row in rows]


def _count(table: type[Task] | type[Indicator], wanted: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(func.count(table.id))
        .where(table.plan_id == Plan.id, table.state != "cancelled", wanted)
        .correlate(Plan)
        .scalar_subquery()
    )


def _counted(table: type[Task] | type[Indicator], actor: Actor) -> ColumnElement[bool]:
    visible = visible_tasks(actor) if table is Task else visible_indicators(actor)
    if not actor.has(Role.OFFICE):
        return visible
    return or_(visible, (table.state == "draft") & (table.top_unit_id == actor.top_unit_id))
