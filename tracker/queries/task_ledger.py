"""The register of tasks: saved views, filters, order and pages, within what a person may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from tracker.domain.lights import Light
from tracker.domain.periods import Month
from tracker.domain.tasks import DONE_STATES, OPEN_STATES, Milestone, TaskState
from tracker.extensions import db
from tracker.models import Plan, PlanItem, Task, TaskReport, Unit
from tracker.permissions import Actor
from tracker.queries.board import plans_on, units_below
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.extensions import times_extended
from tracker.queries.milestones import Milestones, milestones_where
from tracker.queries.scope import reportable_tasks, visible_tasks
from tracker.queries.task_lines import TaskLine, standing_of, task_line

PAGE = 25
EVERY_YEAR = "all"
VIEWS = {
    "all": "全部",
    "mine": "我的",
    "overdue": "逾期",
    "month": "本月到期",
    "new": "未签收",
    "done": "已办结",
}
SORTS = {
    "due": "时限",
    "light": "亮灯",
    "progress": "进度",
    "unit": "牵头",
    "state": "状态",
    "plan": "计划顺序",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the register, as the address has them.

    Without a `year` it shows this year's tasks and what earlier years left undone; `all` shows every year's.
    """

    view: str = "all"
    year: str = ""
    unit_id: int | None = None
    item_id: int | None = None
    leader_post_id: int | None = None
    state: str = ""
    light: str = ""
    due_from: date | None = None
    due_to: date | None = None
    text: str = ""
    sort: str = "due"
    down: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One task of the register."""

    id: int
    text: str
    item: str
    unit_name: str
    owner: str
    leader: str
    due_on: date | None
    due_inferred: bool
    extended: bool
    extensions: int
    state: str
    progress: Decimal
    latest: str
    version: int
    line: TaskLine

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to work on it."""
        return TaskState(self.state).is_open

    @property
    def is_over(self) -> bool:
        """Tell whether nothing can happen to it any more."""
        return self.state in (TaskState.CLOSED_OUT, TaskState.CANCELLED)

    @property
    def due_mark(self) -> str:
        """Say what is special about the deadline: asked for later, moved by the office, or not in the plan's words."""
        if self.extensions:
            return f"延期 {self.extensions} 次"
        if self.extended:
            return "延期"
        return "推定" if self.due_inferred else ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A page of the register; `total` counts all that match, `lights` by light."""

    rows: tuple[LedgerRow, ...]
    total: int
    lights: dict[Light, int]
    wanted: Wanted

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class _Slim:
    """What order and light are worked out from, read for every match."""

    id: int
    state: str
    progress: Decimal
    start_on: date | None
    due_on: date | None
    unit_position: int
    unit_id: int


def ledger(actor: Actor, wanted: Wanted, now: datetime) -> Ledger:
    """Return one page. Ten queries, whatever the number of tasks."""
    steps = _milestones(actor, wanted, now.date())
    matching = _matching(actor, wanted, now, steps)
    lights = Counter(light for _, light in matching)
    chosen = [slim.id for slim, _ in matching]
    last = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, wanted.page), last)
    rows = _rows(actor, chosen[(page - 1) * PAGE : page * PAGE], now, steps)
    return Ledger(
        rows=rows,
        total=len(chosen),
        lights={light: lights[light] for light in Light},
        wanted=replace(wanted, page=page),
    )


def all_rows(actor: Actor, wanted: Wanted, now: datetime) -> tuple[LedgerRow, ...]:
    """Return every row that matches, for an export, in the page's order."""
    steps = _milestones(actor, wanted, now.date())
    chosen = [slim.id for slim, _ in _matching(actor, wanted, now, steps)]
    return _rows(actor, chosen, now, steps)


def view_counts(actor: Actor, now: datetime, wanted: Wanted | None = None) -> dict[str, int]:
    """Return how many tasks each saved view has, of the year that is wanted. One query."""
    conditions = {name: _in_view(name, actor, now.date()) for name in VIEWS}
    counted = db.session.execute(
        select(
            *(
                func.count(case((condition, 1))).label(name)
                for name, condition in conditions.items()
            )
        )
        .select_from(Task)
        .where(visible_tasks(actor), _of_year(wanted or Wanted(), now.date()))
    ).one()
    return dict(counted._asdict())


def mine(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Task: what a person works on or answers for."""
    return or_(
        reportable_tasks(actor),
        Task.lead_unit_id.in_(actor.charge_ids),
        Task.leader_post_id.in_(actor.post_ids),
    )


def overdue(today: date) -> ColumnElement[bool]:
    """Return the condition on Task: open, and its due day over."""
    return and_(Task.state.in_(OPEN_STATES), Task.due_on < today)


def _in_view(name: str, actor: Actor, today: date) -> ColumnElement[bool]:
    month = Month.of(today)
    views: dict[str, Callable[[], ColumnElement[bool]]] = {
        "mine": lambda: mine(actor),
        "overdue": lambda: overdue(today),
        "month": lambda: and_(
            Task.state.in_(OPEN_STATES), Task.due_on.between(month.first_day, month.last_day)
        ),
        "new": lambda: Task.state == TaskState.ISSUED.value,
        "done": lambda: Task.state.in_(DONE_STATES),
    }
    return views.get(name, true)()


def _milestones(actor: Actor, wanted: Wanted, today: date) -> Milestones:
    return milestones_where(visible_tasks(actor), *_conditions(actor, wanted, today))


def _matching(
    actor: Actor, wanted: Wanted, now: datetime, steps: Milestones
) -> list[tuple[_Slim, Light]]:
    rows = db.session.execute(
        select(
            Task.id,
            Task.state,
            Task.progress,
            Task.start_on,
            Task.due_on,
            func.coalesce(Unit.position, 0),
            func.coalesce(Unit.id, 0),
        )
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(visible_tasks(actor), *_conditions(actor, wanted, now.date()))
        .order_by(Task.plan_id.desc(), Task.position, Task.id)
    )
    slims = [_Slim(*row) for row in rows]
    judged = [(slim, _light(slim, now, steps.get(slim.id, ()))) for slim in slims]
    if wanted.light:
        judged = [pair for pair in judged if pair[1].value == wanted.light]
    key = _ORDERS.get(wanted.sort)
    return judged if key is None else sorted(judged, key=key, reverse=wanted.down)


def _light(slim: _Slim, now: datetime, steps: tuple[Milestone, ...]) -> Light:
    return standing_of(slim.state, slim.progress, slim.start_on, slim.due_on, now, steps).light


def _due_key(slim: _Slim) -> tuple[bool, date]:
    """Open tasks by their day; those that are over come after them."""
    return slim.state not in OPEN_STATES, slim.due_on or date.max


_ORDERS: dict[str, Callable[[tuple[_Slim, Light]], Any]] = {
    "due": lambda pair: _due_key(pair[0]),
    "light": lambda pair: (-pair[1].severity, _due_key(pair[0])),
    "progress": lambda pair: pair[0].progress,
    "unit": lambda pair: (pair[0].unit_position, pair[0].unit_id),
    "state": lambda pair: list(TaskState).index(TaskState(pair[0].state)),
}


def _conditions(actor: Actor, wanted: Wanted, today: date) -> Iterator[ColumnElement[bool]]:
    yield _in_view(wanted.view, actor, today)
    yield _of_year(wanted, today)
    if wanted.unit_id is not None:
        yield Task.lead_unit_id.in_(units_below(wanted.unit_id))
    if wanted.item_id is not None:
        yield _under_item(wanted.item_id)
    if wanted.leader_post_id is not None:
        yield Task.leader_post_id == wanted.leader_post_id
    if wanted.state:
        yield Task.state == wanted.state
    if wanted.due_from is not None:
        yield Task.due_on >= wanted.due_from
    if wanted.due_to is not None:
        yield Task.due_on <= wanted.due_to
    for word in wanted.text.split():
        yield Task.text.contains(word, autoescape=True)


def _of_year(wanted: Wanted, today: date) -> ColumnElement[bool]:
    if wanted.year == EVERY_YEAR or (wanted.item_id is not None and not wanted.year):
        return true()  # a heading is of one year's plan
    if wanted.year:
        return Task.plan_id.in_(select(Plan.id).where(Plan.year == int(wanted.year)))
    current = Task.plan_id.in_(select(Plan.id).where(plans_on(today)))
    return or_(current, Task.state.not_in((TaskState.CLOSED_OUT, TaskState.CANCELLED)))


def year_choices(actor: Actor, today: date) -> list[tuple[str, str]]:
    """Return the years that have tasks which the person sees; empty where there is one only. One query."""
    found = db.session.scalars(
        select(Plan.year)
        .where(Plan.id.in_(select(Task.plan_id).where(visible_tasks(actor))))
        .distinct()
        .order_by(Plan.year.desc())
    ).all()
    if len(found) < 2:
        return []
    now = next((year for year in found if year <= today.year), found[0])
    return [
        ("", f"{now}年和往年未销号"),
        (EVERY_YEAR, "全部年度"),
        *((str(year), f"{year}年") for year in found),
    ]


def _under_item(item_id: int) -> ColumnElement[bool]:
    below = select(PlanItem.id).where(PlanItem.id == item_id).cte("below", recursive=True)
    child = aliased(PlanItem)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return Task.item_id.in_(select(below.c.id))


def _rows(
    actor: Actor, ids: Sequence[int], now: datetime, steps: Milestones
) -> tuple[LedgerRow, ...]:
    told = _Told(
        duty_names([actor.top_unit_id], now.date())[actor.top_unit_id],
        latest_words(ids),
        steps,
        times_extended(ids),
    )
    rows = db.session.execute(
        select(Task, PlanItem.number, PlanItem.title, Unit.name)
        .outerjoin(PlanItem, PlanItem.id == Task.item_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(Task.id.in_(ids), visible_tasks(actor))
    )
    found = {
        task.id: _row(task, f"{number or ''}{title or ''}", unit, told, now)
        for task, number, title, unit in rows
    }
    return tuple(found[id_] for id_ in ids if id_ in found)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the rows of a list say beside the tasks themselves, each read in one query."""

    names: DutyNames
    latest: dict[int, str]
    steps: Milestones
    extensions: dict[int, int]


def _row(task: Task, item: str, unit: str | None, told: _Told, now: datetime) -> LedgerRow:
    steps = told.steps.get(task.id, ())
    return LedgerRow(
        id=task.id,
        text=task.text,
        item=item,
        unit_name=unit or "未定单位",
        owner=told.names.owner(task),
        leader=told.names.leader(task),
        due_on=task.due_on,
        due_inferred=task.due_inferred,
        extended=bool(task.first_due_on and task.due_on and task.due_on > task.first_due_on),
        extensions=told.extensions.get(task.id, 0),
        state=task.state,
        progress=task.progress,
        latest=told.latest.get(task.id, ""),
        version=task.version,
        line=task_line(task.state, task.progress, task.start_on, task.due_on, now, steps),
    )


def latest_words(ids: Sequence[int]) -> dict[int, str]:
    """Return what was last said to be done of each task. One query."""
    rows = db.session.execute(
        select(TaskReport.task_id, TaskReport.done)
        .where(TaskReport.task_id.in_(ids))
        .order_by(TaskReport.year, TaskReport.month, TaskReport.revision)
    )
    return dict(rows.all())


def choices(actor: Actor, today: date) -> dict[str, list[tuple[str, str]]]:
    """Return what the filters offer: units, items and leaders that have tasks the person sees. Four queries."""
    seen = visible_tasks(actor)
    units = db.session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.id.in_(select(Task.lead_unit_id).where(seen)))
        .order_by(Unit.position, Unit.id)
    )
    items = db.session.execute(
        select(PlanItem.id, PlanItem.number, PlanItem.title)
        .join(Plan, Plan.id == PlanItem.plan_id)
        .where(PlanItem.id.in_(select(Task.item_id).where(seen)))
        .order_by(Plan.year.desc(), Plan.id, PlanItem.position)
    )
    names = duty_names([actor.top_unit_id], today)[actor.top_unit_id]
    posts = db.session.scalars(select(Task.leader_post_id).where(seen).distinct())
    leaders = [
        (str(post), names.holder(post) or "暂无人担任") for post in posts if post is not None
    ]
    return {
        "year": year_choices(actor, today),
        "unit": [(str(id_), name) for id_, name in units],
        "item": [(str(id_), f"{number}{title}"[:30]) for id_, number, title in items],
        "leader": sorted(leaders, key=lambda pair: pair[1]),
    }
