"""Where does one row of a draft stand: its sentence in the document, its number, its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanDocument, PlanItem, Task

AROUND = 60


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row's number, the words around it, the rows before and after it, and the plan's headings."""

    mark: str
    before: str
    words: str
    after: str
    previous_key: str | None
    next_key: str | None
    items: tuple[tuple[int, str], ...]


def row_place(plan: Plan, key: str | None) -> RowPlace:
    """Return where a row stands; for a row that is being added, only the headings. Four queries at most."""
    items = tuple(
        (item_id, f"{number}{title}")
        for item_id, number, title in db.session.execute(
            select(PlanItem.id, PlanItem.number, PlanItem.title)
            .where(PlanItem.plan_id == plan.id)
            .order_by(PlanItem.position)
        )
    )
    if key is None:
        return RowPlace("", "", "", "", None, None, items)
    marks, spans = _marks(plan)
    order = list(marks)
    at = order.index(key) if key in marks else -1
    before, words, after = _words(plan, spans.get(key))
    return RowPlace(
        mark=marks.get(key, ""),
        before=before,
        words=words,
        after=after,
        previous_key=order[at - 1] if at > 0 else None,
        next_key=order[at + 1] if 0 <= at < len(order) - 1 else None,
        items=items,
    )


def _marks(plan: Plan) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Return the numbers of the rows that count, tasks first, and their places in the text."""
    marks: dict[str, str] = {}
    spans: dict[str, tuple[int, int]] = {}
    for kind, sign, table in (("task", "任", Task), ("indicator", "目", Indicator)):
        rows = db.session.execute(
            select(table.id, table.start, table.end)
            .where(table.plan_id == plan.id, table.state == "draft")
            .order_by(table.position, table.id)
        )
        for number, (row_id, start, end) in enumerate(rows, start=1):
            marks[f"{kind}-{row_id}"] = f"{sign}{number}"
            if start is not None and end is not None:
                spans[f"{kind}-{row_id}"] = (start, end)
    return marks, spans


def _words(plan: Plan, span: tuple[int, int] | None) -> tuple[str, str, str]:
    if span is None:
        return "", "", ""
    text = db.session.scalar(select(PlanDocument.text).where(PlanDocument.plan_id == plan.id)) or ""
    start, end = span
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    return before.rpartition("\n")[2], text[start:end], after.partition("\n")[0]
