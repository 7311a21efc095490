"""What a leader or the office sees first: how many indicators shine how, what changed since last month, the worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select

from tracker.domain.lights import Light
from tracker.domain.tasks import TaskState
from tracker.domain.wording import lag_sentence
from tracker.extensions import db
from tracker.models import Indicator, Plan, Standing, Task, Unit
from tracker.permissions import Actor
from tracker.queries.board import (
    BoardRow,
    View,
    Wanted,
    board_rows,
    plans_on,
    settled_month,
    worst_first,
)
from tracker.queries.duty_names import duty_names
from tracker.queries.scope import visible_indicators, visible_plans, visible_tasks
from tracker.queries.task_ledger import overdue
from tracker.queries.worked import worked

WORST = 5
NAMED = 3


@dataclass(frozen=True, slots=True)
class Worst:
    """One of the worst indicators, in one sentence."""

    row: BoardRow
    owner: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Slim:
    """What the counts need of an indicator; `month` is the one that its light is about.

    `lagging`: behind its line, or not reported.
    """

    id: int
    name: str
    light: Light
    month: int | None
    severity: int
    lagging: bool


@dataclass(frozen=True, slots=True)
class Lights:
    """How many indicators each light has, what turned since the month before, and the worst."""

    counts: Mapping[Light, int]
    turned: Mapping[Light, tuple[str, ...]]
    lagging: int
    overdue_tasks: int
    worst: tuple[Worst, ...]

    @property
    def total(self) -> int:
        """Return how many indicators there are."""
        return sum(self.counts.values())

    @property
    def judged(self) -> int:
        """Return how many have a figure that is held against a line."""
        return self.total - self.counts[Light.GREY]

    def sentence(self, whose: str) -> str:
        """Say it in one sentence: 分管 18 项指标：蓝 1、绿 11、黄 4、红 2；较上月, what turned since last month."""
        if not self.total:
            return f"{whose}还没有已下达的指标。"
        said = "、".join(f"{light.word} {count}" for light, count in self.counts.items() if count)
        return f"{whose} {self.total} 项指标：{said}；{self._changes()}。"

    def _changes(self) -> str:
        parts = [
            f"转{light.word} {len(names)}（{_some(names)}）"
            for light, names in self.turned.items()
            if names
        ]
        return f"较上月：{'，'.join(parts)}" if parts else "较上月没有变化"


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")


def in_charge(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Indicator: in the person's charge as leader."""
    return visible_indicators(actor) & or_(
        Indicator.lead_unit_id.in_(actor.charge_ids), Indicator.leader_post_id.in_(actor.post_ids)
    )


def tasks_in_charge(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Task: in the person's charge as leader."""
    return visible_tasks(actor) & or_(
        Task.lead_unit_id.in_(actor.charge_ids), Task.leader_post_id.in_(actor.post_ids)
    )


def lights_of(
    indicators: ColumnElement[bool], tasks: ColumnElement[bool], top_unit_id: int, today: date
) -> Lights:
    """Return the lights of a scope on a day. Eight queries."""
    rows = _slim_rows(indicators, today)
    before = _lights_before(rows, indicators)
    behind = [row for row in rows if row.light.is_lagging]
    late = db.session.scalar(
        select(func.count())
        .select_from(Task)
        .join(Plan, Plan.id == Task.plan_id)
        .where(tasks, overdue(today))
    )
    return Lights(
        counts={light: sum(row.light is light for row in rows) for light in Light},
        turned={
            light: tuple(
                row.name
                for row in rows
                if row.light is light and before.get(row.id, light) is not light
            )
            for light in (Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE)
        },
        lagging=sum(row.lagging for row in rows),
        overdue_tasks=late or 0,
        worst=_worst(behind, top_unit_id, today),
    )


def _slim_rows(indicators: ColumnElement[bool], today: date) -> list[_Slim]:
    """Return every indicator of the scope with the light that it shows. One query."""
    view = View(today)
    rows = db.session.execute(
        select(
            Indicator.id,
            Indicator.name,
            view.light(),
            case((view.late(), settled_month(today)), else_=Standing.month),
            func.coalesce(Standing.severity, 0),
            view.lagging(),
        )
        .select_from(Indicator)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Standing, view.joined())
        .where(indicators, Indicator.state == "issued", plans_on(today))
        .order_by(Plan.id, Indicator.position, Indicator.id)
    )
    return [
        _Slim(id_, name, Light(light), month, rank, bool(lagging))
        for id_, name, light, month, rank, lagging in rows
    ]


def _lights_before(rows: Sequence[_Slim], indicators: ColumnElement[bool]) -> dict[int, Light]:
    """Return each row's light at the month before the one it shows. One query."""
    shown = {row.id: row.month for row in rows if row.month}
    found = db.session.execute(
        select(Standing.indicator_id, Standing.month, Standing.light)
        .join(Indicator, Indicator.id == Standing.indicator_id)
        .where(indicators, Standing.month.in_({month - 1 for month in shown.values()}))
    )
    return {id_: Light(light) for id_, month, light in found if month == shown.get(id_, 0) - 1}


def _worst(lagging: Sequence[_Slim], top_unit_id: int, today: date) -> tuple[Worst, ...]:
    """Return the worst of those that lag, in a sentence each. Four queries."""
    ranked = sorted(lagging, key=lambda row: -row.severity)[:WORST]
    chosen = Indicator.id.in_([row.id for row in ranked])
    rows = board_rows(chosen, View(today), Wanted(), worst_first())
    names = duty_names([top_unit_id], today)[top_unit_id]
    return tuple(Worst(row, names.owner(row), _sentence(row)) for row in rows)


def _sentence(row: BoardRow) -> str:
    if row.case is None or row.month is None:
        return "还没有填报。"
    return lag_sentence(worked(row.case, row.month), row.unit)


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """A plan that is not issued yet."""

    id: int
    title: str
    year: int
    unit_name: str
    tasks: int
    indicators: int


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A finished task that the office has to check."""

    id: int
    text: str
    unit_name: str
    finished_on: date | None


def drafts(actor: Actor) -> list[DraftPlan]:
    """Return the drafts that wait to be issued. One query."""
    tasks = (
        select(func.count())
        .where(Task.plan_id == Plan.id, Task.state == "draft")
        .correlate(Plan)
        .scalar_subquery()
    )
    indicators = (
        select(func.count())
        .where(Indicator.plan_id == Plan.id, Indicator.state == "draft")
        .correlate(Plan)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Plan.id, Plan.title, Plan.year, Unit.name, tasks, indicators)
        .join(Unit, Unit.id == Plan.unit_id)
        .where(visible_plans(actor), Plan.state == "draft")
        .order_by(Plan.imported_at.desc())
    )
    return [DraftPlan(*row) for row in rows]


def to_check(actor: Actor) -> list[ToCheck]:
    """Return finished tasks that nobody has closed out, the longest waiting first. One query."""
    rows = db.session.execute(
        select(Task.id, Task.text, Unit.name, Task.finished_on)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(visible_tasks(actor), Task.state == TaskState.FINISHED.value)
        .order_by(Task.finished_on, Task.id)
    )
    return [ToCheck(id_, text, unit or "未定单位", day) for id_, text, unit, day in rows]
