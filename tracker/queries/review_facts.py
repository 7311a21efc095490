"""The facts of a dispatch review: everything that lags at a moment, as plain words and figures that can be frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, select

from tracker.domain.agenda import Part, ReviewKind
from tracker.domain.amounts import format_figure, plain
from tracker.domain.case import Kind
from tracker.domain.courses import Course, cumulative_course, month_course
from tracker.domain.lights import Guard, Light
from tracker.domain.standing import Standing
from tracker.domain.tasks import DONE_STATES, OPEN_STATES, TaskState
from tracker.domain.wording import guard_words, quantity, standing_sentence
from tracker.extensions import db
from tracker.models import Decision, Indicator, Plan, Review, Task, Unit
from tracker.queries.board import BoardRow, View, Wanted, board_rows, worst_first
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.lagging import (
    LaggingTask,
    Scope,
    Unreported,
    lagging_tasks,
    latest_words,
    overdue_reports,
    unreported_units,
)
from tracker.queries.mail_facts import unit_names
from tracker.queries.scope import HIDDEN_STATES
from tracker.queries.worked import newest_known

NOBODY = "未定单位"


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item of an agenda that is being drawn up; `facts` hold words and figures as strings."""

    part: Part
    title: str
    facts: dict[str, Any]
    indicator_id: int | None = None
    task_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a review looks at: its agenda, and the whole of its figures for minutes and bulletin."""

    items: tuple[DraftItem, ...]
    facts: dict[str, Any] = field(default_factory=dict)


def gather(top_unit_id: int, kind: ReviewKind, now: datetime) -> Gathered:
    """Return everything of a bureau that a review of this kind would look at now.

    The agenda has DOMAIN's order: what the last review decided, lagging indicators with the worst guard first, overdue
    tasks, units that did not report, what falls due before the next review. The number of queries is fixed.
    """
    day = now.date()
    scope = _whole(top_unit_id)
    names = duty_names([top_unit_id], day)[top_unit_id]
    rows = board_rows(scope.indicators, View(day), Wanted(), worst_first())
    words = latest_words(rows)
    tasks = lagging_tasks(scope, day)
    units = unreported_units(overdue_reports(scope, day), unit_names(top_unit_id), day)
    lagging = [row for row in rows if Light(row.light).is_lagging]
    items = (
        *_decisions(top_unit_id, kind, now, names),
        *(_indicator_item(row, names, words.get(row.id, ("", ""))) for row in lagging),
        *(_task_item(task, names) for task in tasks),
        *(_unit_item(unit) for unit in units),
        *_due_items(scope.tasks, day, kind.next_after(day), names),
    )
    return Gathered(items, _whole_facts(day, rows, tasks, units, names, _task_counts(scope.tasks)))


def _whole(top_unit_id: int) -> Scope:
    return Scope(
        Indicator.top_unit_id == top_unit_id,
        and_(
            Task.top_unit_id == top_unit_id,
            Task.state.not_in(HIDDEN_STATES),
            Task.plan_id.in_(select(Plan.id).where(Plan.state == "issued")),
        ),
        (top_unit_id,),
    )


def _decisions(
    top_unit_id: int, kind: ReviewKind, now: datetime, names: DutyNames
) -> Iterable[DraftItem]:
    """Yield what the last review of the series decided, and what earlier ones did and is not done yet."""
    last = db.session.scalar(
        select(Review.id)
        .where(
            Review.top_unit_id == top_unit_id, Review.kind == kind.value, Review.state == "closed"
        )
        .order_by(Review.at.desc())
        .limit(1)
    )
    rows = db.session.execute(
        select(Decision, Task, Unit.name, Review.id.label("review_id"))
        .join(Task, Task.id == Decision.task_id)
        .join(Review, Review.id == Decision.review_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(Review.top_unit_id == top_unit_id, Review.kind == kind.value)
        .where((Review.id == last) | Task.state.in_(OPEN_STATES))
        .order_by(Decision.at, Decision.id)
    )
    for decision, task, unit_name, _ in rows:
        done = TaskState(task.state) in DONE_STATES
        light, word = _stands(done, task.due_on or decision.due_on, now.date())
        yield DraftItem(
            Part.DECISION,
            decision.text,
            {
                "unit_name": unit_name or NOBODY,
                "owner": names.owner(task),
                "due": decision.due_on.isoformat(),
                "light": light.value,
                "word": word,
                "done": done,
                "finished_on": task.finished_on.isoformat() if task.finished_on else "",
                "progress": f"{format_figure(task.progress)}%",
            },
            task_id=task.id,
            unit_id=task.lead_unit_id,
        )


def _stands(done: bool, due: date, day: date) -> tuple[Light, str]:
    if done:
        return Light.BLUE, "已办"
    if due < day:
        return Light.RED, f"逾期 {(day - due).days} 天"
    return Light.YELLOW, "在办"


def _indicator_item(row: BoardRow, names: DutyNames, words: tuple[str, str]) -> DraftItem:
    standing = _standing(row)
    facts = _indicator_facts(row, names, standing) | {
        "sentence": standing_sentence(standing, row.unit) if standing else "",
        "year": _year_words(standing, row.unit),
        "since": row.behind_since,
        "reason": words[0],
        "next": words[1],
        "chart": _chart(row, standing) if standing else None,
    }
    return DraftItem(Part.INDICATOR, row.name, facts, indicator_id=row.id, unit_id=row.lead_unit_id)


def _standing(row: BoardRow) -> Standing | None:
    if row.case is None or row.month is None:
        return None
    return newest_known(row.case, row.month)


def _year_words(standing: Standing | None, unit: str) -> str:
    if standing is None or standing.for_year is None:
        return ""
    return guard_words(standing.for_year, unit, balance=standing.case.kind == Kind.STOCK)


def _chart(row: BoardRow, standing: Standing) -> dict[str, Any]:
    flow = row.kind == Kind.FLOW
    course = month_course(standing) if flow else cumulative_course(standing)
    name = "当月" if flow else "各月末"
    return {
        "name": f"{row.name}{name}",
        "caption": name,
        "unit": row.unit,
        "months": list(range(1, 13)),
        "says": f"{row.name}{name}完成与计划、上年、补欠所需的比较",
        **_lines(course, row.places),
    }


def _lines(course: Course, places: int) -> dict[str, list[str | None]]:
    lines = {"actual": course.actual, "plan": course.plan, "last": course.last, "need": course.need}
    return {
        name: [None if figure is None else plain(figure, places) for figure in line]
        for name, line in lines.items()
        if line is not None
    }


def _task_item(task: LaggingTask, names: DutyNames) -> DraftItem:
    word = f"逾期 {task.days_overdue} 天" if task.days_overdue else "严重落后"
    return DraftItem(
        Part.TASK,
        task.text,
        {
            "unit_name": task.unit_name,
            "owner": names.owner(task),
            "due": task.due_on.isoformat() if task.due_on else "",
            "light": Light.RED.value,
            "word": word,
            "days_overdue": task.days_overdue,
            "progress": f"{format_figure(task.progress)}%",
            "sentence": task.reason,
        },
        task_id=task.id,
        unit_id=task.lead_unit_id,
    )


def _unit_item(unit: Unreported) -> DraftItem:
    return DraftItem(
        Part.REPORT,
        unit.unit_name,
        {
            "unit_name": unit.unit_name,
            "light": Light.GREY.value,
            "word": f"未报 {len(unit.rows)} 项",
            "sentence": f"{unit.sentence}。",
            "names": list(dict.fromkeys(row.name for row in unit.rows)),
            "days_overdue": unit.days_overdue,
            "count": len(unit.rows),
        },
        unit_id=unit.unit_id,
    )


def _due_items(
    tasks: ColumnElement[bool], day: date, until: date, names: DutyNames
) -> Iterable[DraftItem]:
    rows = db.session.execute(
        select(Task, Unit.name, Task.due_on.label("due"))
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(tasks, Task.state.in_(OPEN_STATES), Task.due_on >= day, Task.due_on <= until)
        .order_by(Task.due_on, Task.position, Task.id)
    )
    for task, unit_name, said in rows:
        due = cast("date", said)  # those without a day are left out above
        yield DraftItem(
            Part.DUE,
            task.text,
            {
                "unit_name": unit_name or NOBODY,
                "owner": names.owner(task),
                "due": due.isoformat(),
                "light": "",
                "word": f"{due.month}月{due.day}日",
                "progress": f"{format_figure(task.progress)}%",
            },
            task_id=task.id,
            unit_id=task.lead_unit_id,
        )


def _task_counts(tasks: ColumnElement[bool]) -> list[tuple[int | None, str, int]]:
    rows = db.session.execute(
        select(Task.lead_unit_id, Task.state, func.count())
        .where(tasks)
        .group_by(Task.lead_unit_id, Task.state)
    )
    return [(unit_id, state, count) for unit_id, state, count in rows]


def _whole_facts(
    day: date,
    rows: Sequence[BoardRow],
    tasks: Sequence[LaggingTask],
    units: Sequence[Unreported],
    names: DutyNames,
    counts: Sequence[tuple[int | None, str, int]],
) -> dict[str, Any]:
    lights = Counter(row.light for row in rows)
    states: Counter[str] = Counter()
    for _, state, count in counts:
        states[state] += count
    done = sum(states[state.value] for state in DONE_STATES)
    return {
        "day": day.isoformat(),
        "month": max((row.shown_month or 0 for row in rows), default=0) or None,
        "lights": {light.value: lights.get(light.value, 0) for light in Light},
        "indicators": [_indicator_facts(row, names, _standing(row)) for row in rows],
        "tasks": {
            "all": sum(count for state, count in states.items() if state != "cancelled"),
            "done": done,
            "open": sum(states[state.value] for state in OPEN_STATES),
            "overdue": sum(task.days_overdue > 0 for task in tasks),
            "behind": sum(task.days_overdue == 0 for task in tasks),
        },
        "overdue_tasks": [_task_item(task, names).facts | {"text": task.text} for task in tasks],
        "unreported": [_unit_item(unit).facts for unit in units],
        "units": _unit_facts(rows, tasks, units),
    }


def _indicator_facts(row: BoardRow, names: DutyNames, standing: Standing | None) -> dict[str, Any]:
    def figure(value: Decimal | None) -> str | None:
        return None if value is None else plain(value, row.places)

    return {
        "id": row.id,
        "name": row.name,
        "unit": row.unit,
        "kind": row.kind,
        "polarity": row.polarity,
        "places": row.places,
        "unit_name": row.unit_name or NOBODY,
        "owner": names.owner(row),
        "leader": names.leader(row),
        "target": figure(row.target),
        "target_words": quantity(row.target, row.unit),
        "actual": figure(row.actual),
        "month": row.shown_month,
        "reported_month": standing.month if standing else None,
        "completion": None if row.completion_pct is None else str(row.completion_pct),
        "ahead": None if row.ahead_points is None else str(row.ahead_points),
        "yoy": None if row.yoy_pct is None else str(row.yoy_pct),
        "light": row.light,
        "word": row.word,
        "guard": Guard(row.quarter_guard).word if row.quarter_guard else "",
        **(_for_bulletin(row, standing) if standing is not None else {}),
    }


def _for_bulletin(row: BoardRow, standing: Standing) -> dict[str, Any]:
    """Return what a bulletin says beyond the board: shares with one place, rounded once, and the months' need."""
    if row.actual is None or standing.month != row.shown_month:
        return {}
    actual, change, outlook = standing.actual_cumulative, standing.yoy_amount, standing.for_quarter
    exact = {
        "completion": standing.completion,
        "ahead": standing.ahead_share,
        "yoy": standing.yoy,
    }
    need = outlook.need if outlook is not None and outlook.need is not None else ()
    months = outlook.months if outlook is not None else ()
    return {
        "one_place": {
            name: None if value is None else plain(value, 1) for name, value in exact.items()
        },
        "last": None if actual is None or change is None else plain(actual - change, row.places),
        "need": [
            [month, plain(amount, row.places)] for month, amount in zip(months, need, strict=False)
        ],
    }


def _unit_facts(
    rows: Sequence[BoardRow], tasks: Sequence[LaggingTask], units: Sequence[Unreported]
) -> list[dict[str, Any]]:
    """Return a line for each unit: its indicators and how many of them lag, overdue tasks, reports it owes."""
    table: dict[str, Counter[str]] = {}
    for row in rows:
        line = table.setdefault(row.unit_name or NOBODY, Counter())
        line["indicators"] += 1
        line[row.light] += 1
    for task in tasks:
        table.setdefault(task.unit_name, Counter())["tasks"] += 1
    for unit in units:
        table.setdefault(unit.unit_name, Counter())["unreported"] += len(unit.rows)
    keys = ("indicators", *(light.value for light in Light), "tasks", "unreported")
    return [{"unit_name": name, **{key: line[key] for key in keys}} for name, line in table.items()]
