"""Tasks (任务): their states and who may move them, planned progress, and their light."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.domain.amounts import format_figure
from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.lights import Light
from tracker.domain.roles import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEHIND_POINTS = 10
FULL = Decimal(100)


class TaskState(StrEnum):
    """任务状态."""

    DRAFT = "draft"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    CLOSED_OUT = "closed_out"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return STATE_WORDS[self]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to work on it: it is reminded of and can be overdue."""
        return self in OPEN_STATES


STATE_WORDS = {
    TaskState.DRAFT: "草稿",
    TaskState.ISSUED: "已下达",
    TaskState.ACKNOWLEDGED: "已签收",
    TaskState.IN_PROGRESS: "办理中",
    TaskState.FINISHED: "已办结",
    TaskState.CLOSED_OUT: "已销号",
    TaskState.RETURNED: "已退回",
    TaskState.SUSPENDED: "已暂缓",
    TaskState.CANCELLED: "已撤销",
}

OPEN_STATES = frozenset(
    {TaskState.ISSUED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS, TaskState.RETURNED}
)
DONE_STATES = frozenset({TaskState.FINISHED, TaskState.CLOSED_OUT})

#: Where a report of work takes a task (签收 and 开始办理 in one).
_ONWARD = {
    TaskState.ISSUED: (TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS),
    TaskState.ACKNOWLEDGED: (TaskState.IN_PROGRESS,),
    TaskState.RETURNED: (TaskState.IN_PROGRESS,),
}

_UNIT = frozenset({Role.REPORTER, Role.HEAD})
_OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that a task may take, its Chinese verb, and what it asks for."""

    source: TaskState
    target: TaskState
    verb: str
    roles: frozenset[Role]
    needs_reason: bool = False
    needs_proof: bool = False


def _table() -> tuple[Transition, ...]:
    state = TaskState
    forward = (
        Transition(state.DRAFT, state.ISSUED, "下达", _OFFICE),
        Transition(state.ISSUED, state.ACKNOWLEDGED, "签收", _UNIT),
        Transition(state.ACKNOWLEDGED, state.IN_PROGRESS, "开始办理", _UNIT),
        Transition(state.IN_PROGRESS, state.FINISHED, "办结", _UNIT, needs_proof=True),
        Transition(state.FINISHED, state.CLOSED_OUT, "销号", _OFFICE),
        Transition(state.FINISHED, state.RETURNED, "退回", _OFFICE, needs_reason=True),
        Transition(state.RETURNED, state.IN_PROGRESS, "重新办理", _UNIT),
        Transition(state.SUSPENDED, state.IN_PROGRESS, "恢复办理", _OFFICE, needs_reason=True),
    )
    suspend = tuple(
        Transition(source, state.SUSPENDED, "暂缓", _OFFICE, needs_reason=True)
        for source in sorted(OPEN_STATES)
    )
    cancel = tuple(
        Transition(source, state.CANCELLED, "撤销", _OFFICE, needs_reason=True)
        for source in sorted(OPEN_STATES | {state.SUSPENDED})
    )
    return forward + suspend + cancel


TRANSITIONS = _table()
_BY_STEP = {(step.source, step.target): step for step in TRANSITIONS}


def transitions_from(state: TaskState, roles: Iterable[Role]) -> tuple[Transition, ...]:
    """Return the steps that somebody with these roles may take, in the order of the table."""
    held = frozenset(roles)
    return tuple(step for step in TRANSITIONS if step.source is state and step.roles & held)


def check_transition(
    source: TaskState, target: TaskState, roles: Iterable[Role], *, reason: str, proofs: int
) -> Transition:
    """Return the step from one state to another.

    Raises TransitionError where there is none, NotAllowedError for the wrong role, and
    NotReadyError where a reason or a proof is missing.
    """
    step = _BY_STEP.get((source, target))
    if step is None:
        raise TransitionError(f"任务{source.word}，不能改为{target.word}。")
    if not step.roles & frozenset(roles):
        words = "、".join(role.word for role in Role if role in step.roles)
        raise NotAllowedError(f"{step.verb}由{words}办理。")
    missing = []
    if step.needs_reason and not reason.strip():
        missing.append(f"{step.verb}要写明理由")
    if step.needs_proof and proofs < 1:
        missing.append(f"{step.verb}要附佐证材料")
    if missing:
        raise NotReadyError(tuple(missing))
    return step


def onward(state: TaskState) -> tuple[TaskState, ...]:
    """Return the states through which a report of work takes a task; none where it is under way, or over."""
    return _ONWARD.get(state, ())


def start_when_issued(start: date | None, due: date | None, today: date) -> date | None:
    """Return from when a task that is issued today counts: not from before anybody had it.

    A task that is due today or earlier keeps its start, as its time is over anyway.
    """
    if due is not None and (start is None or start < today < due):
        return today
    return start


def moved_to_year(day: date, year: int) -> date:
    """Return the same day of another year; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, day.month, day.day - 1)


@dataclass(frozen=True, slots=True)
class Milestone:
    """节点: the share of a task, in per cent, that must be reached by the end of a day."""

    day: date
    percent: Decimal


def planned_progress(start: date, due: date, milestones: Sequence[Milestone], day: date) -> Decimal:
    """Return a day's planned progress in per cent: the last milestone passed, else by days."""
    if day >= due:
        return FULL
    if milestones:
        return max((step.percent for step in milestones if step.day <= day), default=Decimal(0))
    if day <= start:
        return Decimal(0)
    return Decimal((day - start).days * 100) / (due - start).days


def local_day(now: datetime, zone: tzinfo = SHANGHAI) -> date:
    """Return a moment's calendar day in the bureau's zone. Raises ValueError for a naive one."""
    if now.tzinfo is None:
        msg = "naive datetime"
        raise ValueError(msg)
    return now.astimezone(zone).date()


def is_overdue(due: date | None, now: datetime, zone: tzinfo = SHANGHAI) -> bool:
    """Tell whether the due day is over: from 00:00 of the day after it."""
    return due is not None and local_day(now, zone) > due


def is_behind(progress: Decimal, planned: Decimal) -> bool:
    """Tell whether progress lies more than ten points below the plan."""
    return planned - progress > BEHIND_POINTS


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """A task's light with the figures and words that explain it; no plan leaves `planned` None."""

    light: Light
    reason: str
    planned: Decimal | None
    days_overdue: int


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a task's light is worked out from; `progress` in per cent, None when nobody said."""

    state: TaskState
    progress: Decimal | None
    start: date | None
    due: date | None
    milestones: tuple[Milestone, ...] = ()


def stand_task(facts: TaskFacts, now: datetime, zone: tzinfo = SHANGHAI) -> TaskStanding:
    """Judge a task: blue done, red overdue or behind, else green; it is behind by more than ten points only."""
    today = local_day(now, zone)
    if facts.state in DONE_STATES:
        return TaskStanding(Light.BLUE, facts.state.word, FULL, 0)
    if not facts.state.is_open:
        return TaskStanding(Light.GREY, facts.state.word, None, 0)
    if facts.due is None:
        return TaskStanding(Light.GREY, "没有完成时限", None, 0)
    if today > facts.due:
        days = (today - facts.due).days
        return TaskStanding(Light.RED, f"逾期{days}天", FULL, days)
    if facts.start is None:
        return TaskStanding(Light.GREY, "没有开始时间，尚未到期", None, 0)
    if today < facts.start:
        return TaskStanding(Light.GREY, "未到开始时间", Decimal(0), 0)
    planned = planned_progress(facts.start, facts.due, facts.milestones, today)
    return _held_to(facts.progress, planned)


def _held_to(progress: Decimal | None, planned: Decimal) -> TaskStanding:
    if progress is None:
        return TaskStanding(Light.GREY, "没有填报进度", planned, 0)
    said = f"进度{_percent(progress)}%，计划{_percent(planned)}%"
    if is_behind(progress, planned):
        return TaskStanding(Light.RED, f"{said}，落后超过{BEHIND_POINTS}个百分点", planned, 0)
    if progress < planned:
        return TaskStanding(Light.GREEN, f"{said}，相差不超过{BEHIND_POINTS}个百分点", planned, 0)
    return TaskStanding(Light.GREEN, f"{said}，达到计划", planned, 0)


def _percent(value: Decimal) -> str:
    return format_figure(value, 2).removesuffix(".00")
