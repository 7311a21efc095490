"""Steps of applying a revision: headings are renamed, renumbered and added, and rows laid in the new order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanItem, PlanRevisionChange, Task


class Headings:
    """The plan's headings while a revision is applied; new ones are made when the first row needs them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._items = {
            item.id: item
            for item in db.session.scalars(select(PlanItem).where(PlanItem.plan_id == plan.id))
        }
        self._made: dict[int, PlanItem] = {}

    def under(self, headings: Sequence[dict[str, Any]]) -> int | None:
        """Return the heading at the end of a chain, made where it is new; None for no heading."""
        parent: int | None = None
        for step in headings:
            known = self._items.get(step["id"]) if step["id"] is not None else None
            item = known or self._made.get(step["at"]) or self._make(step, parent)
            parent = item.id
        return parent

    def revise(self, change: PlanRevisionChange) -> None:
        """Rename, renumber or move a heading."""
        item = self._items[change.item_id or 0]
        own = change.data["headings"][-1]
        names = {field["name"] for field in change.fields}
        if "text" in names:
            item.title = own["title"]
        if "number" in names:
            item.number = own["number"]
        if "item" in names:
            item.parent_id = self.under(change.data["headings"][:-1])
            item.level = own["level"]
        db.session.flush()

    def places(self, changes: Iterable[PlanRevisionChange]) -> list[int]:
        """Return the headings in the order of the revised document."""
        found = {change.data["at"]: change.item_id for change in changes if change.item_id}
        found |= {at: item.id for at, item in self._made.items()}
        return [id_ for _, id_ in sorted(found.items()) if id_ is not None]

    def _make(self, step: dict[str, Any], parent: int | None) -> PlanItem:
        item = PlanItem(
            top_unit_id=self._plan.top_unit_id,
            plan_id=self._plan.id,
            parent_id=parent,
            position=0,
            level=step["level"],
            number=step["number"],
            title=step["title"],
        )
        db.session.add(item)
        db.session.flush()
        self._made[step["at"]] = item
        return item


def lay_out(
    plan: Plan, table: type[Task] | type[Indicator] | type[PlanItem], ids: list[int]
) -> None:
    """Put the plan's rows into the order of the revised document; rows that it lacks stay behind their neighbour.

    The rows' versions stay: nothing that a form shows has changed.
    """
    rows = db.session.execute(
        select(table.id, table.position)
        .where(table.plan_id == plan.id)
        .order_by(table.position, table.id)
    ).all()
    order = merged([id_ for id_, position in rows if position], ids)
    was = {row.id: row.position for row in rows}
    moved = [
        {"row": id_, "place": place}
        for place, id_ in enumerate(order, start=1)
        if was[id_] != place
    ]
    if moved:
        columns = table.__table__
        statement = (
            update(columns)  # type: ignore[arg-type]
            .where(columns.c.id == bindparam("row"))
            .values(position=bindparam("place"))
        )
        db.session.connection().execute(statement, moved)
        for row in db.session.identity_map.values():
            if isinstance(row, table):
                db.session.expire(row, ["position"])


def merged(before: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """Return the wanted order, with those it does not name behind whatever they stood behind before."""
    named = set(wanted)
    behind: dict[int | None, list[int]] = {}
    anchor: int | None = None
    for id_ in before:
        if id_ in named:
            anchor = id_
        else:
            behind.setdefault(anchor, []).append(id_)
    order = list(behind.get(None, ()))
    for id_ in wanted:
        order += [id_, *behind.get(id_, ())]
    return order
