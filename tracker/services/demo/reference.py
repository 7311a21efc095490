"""The reference data set of `bench/`: sixty units, two thousand indicators, five thousand tasks, by formula."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tracker.domain.periods import Month
from tracker.domain.phasing import spread
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import (
    Indicator,
    Plan,
    Report,
    Standing,
    Task,
    TaskReport,
    TaskUnit,
)
from tracker.queries.cases import case_of
from tracker.services.demo.indicators import Course, DemoIndicator
from tracker.services.demo.months import amounts
from tracker.services.demo.reference_bureau import (
    ITEMS,
    Place,
    found_places,
    found_top,
    ids_of,
    insert_rows,
    lay_plan,
)
from tracker.services.refresh_standings import standing_values
from tracker.services.seed_calendar import seed_calendar
from tracker.services.sessions import hash_password

INDICATORS, TASKS = 2000, 5000
KINDS = 100  # different indicators; each unit's are these over and over
_YELLOW = Decimal(10)
_COURSES = (
    *(Course.STEADY,) * 5,
    *(Course.AHEAD,) * 2,
    *(Course.SLIPPING,) * 2,
    Course.FAILING,
    Course.REPAIRED,
    Course.QUARTER_LOST,
)
_OVER = (*(TaskState.CLOSED_OUT,) * 7, TaskState.FINISHED, *(TaskState.IN_PROGRESS,) * 2)
_COMING = (*(TaskState.IN_PROGRESS,) * 6, TaskState.ACKNOWLEDGED, TaskState.ISSUED)
_DONE = {TaskState.CLOSED_OUT, TaskState.FINISHED}
#: An indicator in so many did not report the newest month.
_SILENT = 17


def load_reference(*, password: str, now: datetime, shown: Month) -> Plan:
    """Fill in the reference data set with reports through `shown`; return its plan."""
    top = found_top()
    seed_calendar(top_unit_id=top.id)
    places = found_places(top, hash_password(password), date(shown.year, 1, 1))
    plan, items = lay_plan(top, shown, now)
    kinds = [_kind(number) for number in range(KINDS)]
    insert_rows(Indicator, _indicators(plan, items, places, kinds))
    indicators = ids_of(Indicator, plan)
    standings = _standing_rows(kinds, shown)
    insert_rows(Report, _reports(plan, indicators, standings, shown, now))
    insert_rows(Standing, _standings(plan, indicators, standings, shown, now))
    insert_rows(Task, _tasks(plan, items, places, now.date()))
    tasks = ids_of(Task, plan)
    insert_rows(TaskUnit, _supporting(plan, tasks, places))
    insert_rows(TaskReport, _task_reports(plan, tasks, shown, now))
    db.session.flush()
    return plan


def _kind(number: int) -> Indicator:
    """Return one of the hundred different indicators; it is copied, never stored itself."""
    stock = number % 5 == 4
    lower = number % 11 == 10
    places, target = number % 3, Decimal(1200 + 370 * number)
    last_year = spread(Decimal(1100 + 340 * number), (Decimal(1),) * 12, places)
    return Indicator(
        name=f"指标{number:03}",
        state="issued",
        measure="amount",
        kind="stock" if stock else "flow",
        polarity="lower" if lower else "higher",
        unit="万元",
        places=places,
        target=target,
        baseline=Decimal(1080 + 333 * number) if stock else None,
        phasing="even",
        every=1,
        last_year=None if stock else last_year,
    )


def _figures(kind: Indicator, number: int, last: int) -> tuple[Decimal, ...]:
    course = _COURSES[number % len(_COURSES)]
    made = DemoIndicator(
        kind.name,
        kind.measure,
        kind.name,
        kind.kind,
        course,
        polarity=kind.polarity,
        places=kind.places,
        depth=Decimal(3 + number % 13),
    )
    line = case_of(kind, (), _YELLOW).line()
    assert line is not None  # noqa: S101  each has a target, and a stock its baseline
    return amounts(made, line, kind.target or Decimal(0), last, number)


def _standing_rows(kinds: list[Indicator], shown: Month) -> list[list[dict[str, Any]]]:
    """Return for each kind its months' standing columns; the last list entry is the silent month."""
    found = []
    for number, kind in enumerate(kinds):
        months: list[Decimal | None] = list(_figures(kind, number, shown.month))
        rows = [
            standing_values(kind, months[:month], _YELLOW, month)
            for month in range(1, shown.month + 1)
        ]
        silent = [*months[:-1], None]
        rows.append(standing_values(kind, silent, _YELLOW, shown.month))
        found.append(rows)
    return found


_COPIED = [
    "name",
    "state",
    "measure",
    "kind",
    "polarity",
    "unit",
    "places",
    "target",
    "baseline",
    "phasing",
    "last_year",
]


def _indicators(
    plan: Plan, items: list[int], places: list[Place], kinds: list[Indicator]
) -> Iterator[dict[str, Any]]:
    for number in range(INDICATORS):
        place = places[number % len(places)]
        kind = kinds[number % KINDS]
        yield {
            "top_unit_id": plan.top_unit_id,
            "plan_id": plan.id,
            "item_id": items[number % ITEMS],
            "position": number,
            **{name: getattr(kind, name) for name in _COPIED},
            "lead_unit_id": place.unit_id,
            "owner_post_id": place.head,
            "reporter_post_id": place.reporter,
            "leader_post_id": place.leader,
        }


def _is_silent(number: int) -> bool:
    return number % _SILENT == 0


def _reports(
    plan: Plan,
    indicators: list[int],
    standings: list[list[dict[str, Any]]],
    shown: Month,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    for number, indicator_id in enumerate(indicators):
        for month in range(1, shown.month + 1 - _is_silent(number)):
            yield {
                "top_unit_id": plan.top_unit_id,
                "indicator_id": indicator_id,
                "year": shown.year,
                "month": month,
                "revision": 1,
                "amount": standings[number % KINDS][month - 1]["amount"],
                "note": "",
                "at": now,
            }


def _standings(
    plan: Plan,
    indicators: list[int],
    standings: list[list[dict[str, Any]]],
    shown: Month,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    for number, indicator_id in enumerate(indicators):
        rows = standings[number % KINDS]
        for month in range(1, shown.month + 1):
            silent = month == shown.month and _is_silent(number)
            yield {
                "top_unit_id": plan.top_unit_id,
                "plan_id": plan.id,
                "indicator_id": indicator_id,
                "year": shown.year,
                "month": month,
                **(rows[-1] if silent else rows[month - 1]),
                "frozen": month < shown.month,
                "at": now,
            }


def _tasks(
    plan: Plan, items: list[int], places: list[Place], today: date
) -> Iterator[dict[str, Any]]:
    begin = date(plan.year, 1, 1)
    for number in range(TASKS):
        place = places[number % len(places)]
        due = begin + timedelta(days=20 + number * 7 % 345)
        states = _OVER if due < today else _COMING
        state = states[number // 7 % len(states)]
        yield {
            "top_unit_id": plan.top_unit_id,
            "plan_id": plan.id,
            "item_id": items[number % ITEMS],
            "position": number,
            "text": f"第{number + 1}项任务：完成年度工作第{number % 40 + 1}步并报送结果",
            "state": state.value,
            "lead_unit_id": place.unit_id,
            "owner_post_id": place.head,
            "reporter_post_id": place.reporter,
            "leader_post_id": place.leader,
            "start_on": begin,
            "due_on": due,
            "first_due_on": due,
            "progress": Decimal(100) if state in _DONE else Decimal(number % 90),
            "finished_on": min(due, today) if state in _DONE else None,
        }


def _supporting(plan: Plan, tasks: list[int], places: list[Place]) -> Iterator[dict[str, Any]]:
    for number, task_id in enumerate(tasks):
        yield {
            "top_unit_id": plan.top_unit_id,
            "task_id": task_id,
            "unit_id": places[(number + 1 + number % 13) % len(places)].unit_id,
            "part": "supporting",
        }


def _task_reports(
    plan: Plan, tasks: list[int], shown: Month, now: datetime
) -> Iterator[dict[str, Any]]:
    for number, task_id in enumerate(tasks):
        if number % _SILENT:
            yield {
                "top_unit_id": plan.top_unit_id,
                "task_id": task_id,
                "year": shown.year,
                "month": shown.month,
                "revision": 1,
                "progress": Decimal(number % 90),
                "done": "按计划推进。",
                "at": now,
            }
