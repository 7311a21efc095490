"""What a supervision order says of its task or indicator: name, source, who has it, until when, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.tasks import TaskState
from tracker.domain.wording import standing_sentence
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanItem, Task, Unit
from tracker.queries.board import BoardRow, View, Wanted, board_rows
from tracker.queries.duty_names import duty_names
from tracker.queries.task_ledger import latest_words
from tracker.queries.task_lines import days_left, percent_text
from tracker.queries.worked import newest_known

NOBODY = "未落实"
_SAID = 200


@dataclass(frozen=True, slots=True)
class OrderItem:
    """The thing that an order is about, in words as its document prints them."""

    row: Task | Indicator
    name: str
    source: str
    unit_name: str
    owner: str
    due: str
    situation: str

    @property
    def due_on(self) -> date | None:
        """A task's own deadline."""
        return self.row.due_on if isinstance(self.row, Task) else None


def long_day(day: date) -> str:
    """Write a day as documents do: 2024年3月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def order_items(
    top_unit_id: int, rows: Sequence[Task | Indicator], now: datetime
) -> list[OrderItem]:
    """Return tasks and indicators of a bureau as orders name them, in the same order. A fixed number of queries."""
    if not rows:
        return []
    today = now.date()
    names = duty_names([top_unit_id], today)[top_unit_id]
    plans = _plans(rows)
    years = {id_: year for id_, (_, year) in plans.items()}
    sources, units = _sources(rows, plans), _units(rows)
    tasks = [row for row in rows if isinstance(row, Task)]
    indicators = [row.id for row in rows if isinstance(row, Indicator)]
    said = latest_words([task.id for task in tasks]) if tasks else {}
    stood = _stood(indicators, today) if indicators else {}
    return [
        OrderItem(
            row=row,
            name=row.text if isinstance(row, Task) else row.name,
            source=sources[row.__tablename__, row.id],
            unit_name=units.get(row.lead_unit_id or 0, NOBODY),
            owner=names.owner(row) or NOBODY,
            due=_due(row, years),
            situation=_task_words(row, said.get(row.id, ""), now)
            if isinstance(row, Task)
            else _indicator_words(stood.get(row.id)),
        )
        for row in rows
    ]


def _plans(rows: Sequence[Task | Indicator]) -> dict[int, tuple[str, int]]:
    found = db.session.execute(
        select(Plan.id, Plan.title, Plan.year).where(Plan.id.in_({row.plan_id for row in rows}))
    )
    return {id_: (title, year) for id_, title, year in found}


def _sources(
    rows: Sequence[Task | Indicator], plans: Mapping[int, tuple[str, int]]
) -> Mapping[tuple[str, int], str]:
    """Return where each row comes from: its plan, and its heading."""
    items = {row.item_id for row in rows if row.item_id is not None}
    headings = {
        id_: f"{number}{title}"
        for id_, number, title in db.session.execute(
            select(PlanItem.id, PlanItem.number, PlanItem.title).where(PlanItem.id.in_(items))
        )
    }
    return {
        (
            row.__tablename__,
            row.id,
        ): f"《{plans[row.plan_id][0]}》{headings.get(row.item_id or 0, '')}"
        for row in rows
    }


def _units(rows: Sequence[Task | Indicator]) -> Mapping[int, str]:
    ids = {row.lead_unit_id for row in rows if row.lead_unit_id is not None}
    return dict(db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())


def _due(row: Task | Indicator, years: Mapping[int, int]) -> str:
    if isinstance(row, Indicator):
        return f"{years[row.plan_id]}年底"
    return long_day(row.due_on) if row.due_on else "未定"


def _task_words(task: Task, said: str, now: datetime) -> str:
    """Say where a task stands, and what was last said of it."""
    left, _ = days_left(TaskState(task.state), task.due_on, now.date())
    parts = (TaskState(task.state).word, left, f"完成 {percent_text(task.progress)}")
    words = f"{'，'.join(part for part in parts if part)}。"
    said = " ".join(said.split())
    if not said:
        return words
    return f"{words}最近进展：{said if len(said) <= _SAID else f'{said[:_SAID]}…'}"


def _stood(ids: Sequence[int], today: date) -> dict[int, BoardRow]:
    rows = board_rows(Indicator.id.in_(ids), View(today, every_year=True), Wanted(), ())
    return {row.id: row for row in rows}


def _indicator_words(row: BoardRow | None) -> str:
    """Say where an indicator stands, by the last month that was reported."""
    if row is None:
        return ""
    known = newest_known(row.case, row.month) if row.case is not None and row.month else None
    missing = f"{row.shown_month}月未填报，截止日已过。" if row.unreported else ""
    return f"{missing}{standing_sentence(known, row.unit)}" if known else missing
