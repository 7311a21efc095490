"""The wall between bureaus: every row carries its top unit, and whatever reads or changes rows is held to it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)

#: Key in `session.info`: the top unit whose rows this session may see. Absent for the operator's commands.
TOP_UNIT = "top_unit_id"


class Owned:
    """Mixin: the row belongs to a top unit (顶层单位)."""

    top_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)


class BelowTop:
    """Mixin of the unit itself: a top unit has its own number there, which it gets after its row."""

    top_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)


@event.listens_for(Session, "do_orm_execute")
def _keep_to_top_unit(state: ORMExecuteState) -> None:
    """Add the top unit to every select, update and delete of rows that belong to one, whoever wrote it."""
    top = state.session.info.get(TOP_UNIT)
    if top is None or state.is_insert or state.is_column_load:
        return
    state.statement = state.statement.options(
        *(
            with_loader_criteria(owned, lambda cls: cls.top_unit_id == top, include_aliases=True)
            for owned in (Owned, BelowTop)
        )
    )
