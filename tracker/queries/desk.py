"""What waits for a person who reports: the month to fill in, what needs a hand by day, own indicators and tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.domain.amounts import UNKNOWN, format_figure
from tracker.domain.periods import Month
from tracker.domain.tasks import OPEN_STATES, TaskState
from tracker.extensions import db
from tracker.models import Report, Task, TaskEvent
from tracker.permissions import Actor
from tracker.queries.board import BoardRow, View, Wanted, board_rows, worst_first
from tracker.queries.extensions import decided_lately
from tracker.queries.milestones import milestones_of
from tracker.queries.needs import month_needs
from tracker.queries.owed import rows_by_month
from tracker.queries.pace import Pace, pace_of
from tracker.queries.parts import open_parts
from tracker.queries.report_sheet import OpenedMonth, opened_months
from tracker.queries.scope import answered_indicators, reportable_indicators, reportable_tasks
from tracker.queries.task_ledger import latest_words
from tracker.queries.task_lines import TaskLine, task_line
from tracker.queries.worked import newest_known

AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class MonthToFill:
    """A month that has opened: how many rows it has for the person, how many are filled in."""

    opened: OpenedMonth
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class MyIndicator:
    """One of the person's indicators as last known; `need_words` is what the open month must bring."""

    row: BoardRow
    pace: Pace
    actual: str
    as_of: str
    need_words: str
    reported: bool


@dataclass(frozen=True, slots=True)
class MyTask:
    """One of the person's tasks that is not finished."""

    id: int
    text: str
    state: TaskState
    due_on: date | None
    due_inferred: bool
    latest: str
    line: TaskLine


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that needs the person, on the day by which it does."""

    day: date
    task_id: int
    title: str
    note: str


def months_to_fill(actor: Actor, today: date) -> list[MonthToFill]:
    """Return the newest opened month and older ones that lack something, oldest first. Five queries."""
    months = opened_months(actor, today)
    mine = reportable_indicators(actor), reportable_tasks(actor)
    totals = rows_by_month(*mine, today, missing=False)
    shown = [
        MonthToFill(opened, max(0, totals[opened.month] - opened.missing), totals[opened.month])
        for index, opened in enumerate(months)
        if not opened.closed and (opened.missing or index == 0) and totals[opened.month]
    ]
    return list(reversed(shown))


def closed_unreported(actor: Actor, today: date) -> Counter[Month]:
    """Return how many rows of closed months nobody has reported, of this year and the month before it. Two queries."""
    counted = rows_by_month(
        reportable_indicators(actor), reportable_tasks(actor), today, missing=True, closed=True
    )
    since = Month(today.year - 1, 12)
    return Counter({month: count for month, count in counted.items() if month >= since})


def my_indicators(actor: Actor, today: date, month: Month | None) -> list[MyIndicator]:
    """Return the person's indicators, worst first, with what `month` must bring. Four queries."""
    rows = board_rows(answered_indicators(actor), View(today), Wanted(), worst_first())
    ids = [row.id for row in rows]
    needs = month_needs([(id_, month.month) for id_ in ids]) if month is not None else {}
    reported = _reported_in(ids, month) if month is not None else set()
    number = month.month if month is not None else 0
    return [
        _my_indicator(row, needs.get((row.id, number), ""), reported=row.id in reported)
        for row in rows
    ]


def _my_indicator(row: BoardRow, need: str, *, reported: bool) -> MyIndicator:
    known = newest_known(row.case, row.month) if row.case is not None and row.month else None
    return MyIndicator(
        row=row,
        pace=pace_of(row.name, row.unit, row.places, known),
        actual=format_figure(known.actual_cumulative if known else None, row.places),
        as_of=f"{known.month}月" if known and row.unreported else "",
        need_words=need or UNKNOWN,
        reported=reported,
    )


def _reported_in(ids: Sequence[int], month: Month) -> set[int]:
    return set(
        db.session.scalars(
            select(Report.indicator_id).where(
                Report.indicator_id.in_(ids),
                Report.year == month.year,
                Report.month == month.month,
            )
        )
    )


def my_tasks(actor: Actor, now: datetime) -> list[MyTask]:
    """Return the person's unfinished tasks by their due day. Three queries."""
    rows = db.session.scalars(
        select(Task)
        .where(reportable_tasks(actor), Task.state.in_(OPEN_STATES))
        .order_by(Task.due_on.is_(None), Task.due_on, Task.position, Task.id)
    ).all()
    latest = latest_words([task.id for task in rows])
    steps = milestones_of([task.id for task in rows])
    return [
        MyTask(
            id=task.id,
            text=task.text,
            state=TaskState(task.state),
            due_on=task.due_on,
            due_inferred=task.due_inferred,
            latest=latest.get(task.id, ""),
            line=task_line(
                task.state,
                task.progress,
                task.start_on,
                task.due_on,
                now,
                steps.get(task.id, ()),
            ),
        )
        for task in rows
    ]


def waiting(tasks: Sequence[MyTask], today: date) -> list[Waiting]:
    """Return what needs a hand, by day: returned and unacknowledged today, then what falls due. One query."""
    returned = [task.id for task in tasks if task.state is TaskState.RETURNED]
    why = _reasons(returned)
    found: list[Waiting] = []
    for task in tasks:
        if task.state is TaskState.RETURNED:
            found.append(Waiting(today, task.id, f"退回：{task.text}", why.get(task.id, "")))
        if task.state is TaskState.ISSUED:
            found.append(Waiting(today, task.id, f"待签收：{task.text}", "请确认已收到"))
        if task.due_on is None:
            continue
        if task.due_on < today:
            note = f"原应 {task.due_on.month}月{task.due_on.day}日办结"
            found.append(Waiting(today, task.id, f"{task.line.left}：{task.text}", note))
        elif task.due_on <= today + AHEAD:
            note = f"已到 {task.line.progress_text}"
            found.append(Waiting(task.due_on, task.id, f"到期：{task.text}", note))
    return sorted(found, key=lambda one: one.day)


def waiting_beside(actor: Actor, now: datetime) -> list[Waiting]:
    """Return what needs the person today beside own tasks: parts to confirm, extensions just decided. Two queries."""
    today = now.date()
    parts = [
        Waiting(today, part.task_id, f"配合事项待签收：{part.text}", f"{part.unit_name}配合办理")
        for part in open_parts(actor)
    ]
    decided = [
        Waiting(today, one.task_id, f"延期{one.state.word}：{one.text}", one.answer)
        for one in decided_lately(actor, now)
    ]
    return parts + decided


def _reasons(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(TaskEvent.task_id, TaskEvent.why)
        .where(
            TaskEvent.task_id.in_(ids),
            TaskEvent.what == "state",
            TaskEvent.after == TaskState.RETURNED.value,
        )
        .order_by(TaskEvent.id)
    )
    return dict(rows.all())
