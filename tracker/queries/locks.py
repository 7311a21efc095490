"""Row locks: whoever changes something holds its row until the transaction ends, and reads it after that.

Everybody takes them in one order, so that nobody waits in a ring: a plan, then tasks and indicators by
id, then cycles. SQLite has one writer at a time anyway and passes over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Task

Row = TypeVar("Row", Plan, Task, Indicator)


def lock(table: type[Row], *conditions: ColumnElement[bool]) -> Sequence[Row]:
    """Lock the rows that are meant and return them as they are now, by id. New rows may still point at them."""
    return db.session.scalars(
        select(table)
        .where(*conditions)
        .order_by(table.id)
        .with_for_update(of=table, key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def hold_cycles(*conditions: ColumnElement[bool]) -> Sequence[Cycle]:
    """Keep cycles from being closed until the transaction ends; any number of reporters hold one at once."""
    return db.session.scalars(
        select(Cycle)
        .where(*conditions)
        .order_by(Cycle.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).all()
