"""Row locks: whoever changes something holds its row until the transaction ends, and reads it after that.

Everybody takes them in one order, so that nobody waits in a ring: a plan, then tasks and indicators by
id, then cycles, then supervision orders. With an indicator, the parents that follow from it (汇总) are locked
in the same statement, so that nobody comes back for one with a smaller number. SQLite has one writer at a
time anyway and passes over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import CTE, ColumnElement, and_, select, true

from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, RollupChild, SupervisionOrder, Task

Row = TypeVar("Row", Plan, Task, Indicator, SupervisionOrder)


def lock(table: type[Row], *conditions: ColumnElement[bool]) -> Sequence[Row]:
    """Lock the rows that are meant and return them as they are now, by id. New rows may still point at them."""
    if table is Indicator:
        return _lock_with_parents(conditions)
    return db.session.scalars(
        select(table)
        .where(*conditions)
        .order_by(table.id)
        .with_for_update(of=table, key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _lock_with_parents(conditions: Sequence[ColumnElement[bool]]) -> Sequence[Any]:
    rows = db.session.execute(
        select(Indicator, and_(true(), *conditions).label("meant"))
        .where(Indicator.id.in_(select(with_parents(conditions).c.id)))
        .order_by(Indicator.id)
        .with_for_update(of=Indicator, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [row for row, meant in rows if meant]


def with_parents(conditions: Sequence[ColumnElement[bool]]) -> CTE:
    """Return the ids of the indicators that are meant and of every parent above them."""
    family = select(Indicator.id).where(*conditions).cte("family", recursive=True)
    above = select(RollupChild.parent_id).join(family, RollupChild.child_id == family.c.id)
    return family.union(above)


def hold_cycles(*conditions: ColumnElement[bool]) -> Sequence[Cycle]:
    """Keep cycles from being closed until the transaction ends; any number of reporters hold one at once."""
    return db.session.scalars(
        select(Cycle)
        .where(*conditions)
        .order_by(Cycle.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).all()
