"""How a task is shown in one line, wherever it is listed: its light, its day, its bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.amounts import format_figure
from tracker.domain.lights import Light
from tracker.domain.tasks import Milestone, TaskFacts, TaskStanding, TaskState, stand_task
from tracker.queries.worked import width

SOON_DAYS = 14
TONES = {
    TaskState.ISSUED: "yellow",
    TaskState.ACKNOWLEDGED: "accent",
    TaskState.IN_PROGRESS: "accent",
    TaskState.RETURNED: "red",
    TaskState.CLOSED_OUT: "green",
}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task's light and bar in words; `left_tone` is red once it is overdue, yellow when it is near."""

    light: Light
    word: str
    reason: str
    planned: Decimal | None
    days_overdue: int
    left: str
    left_tone: str
    progress_text: str
    done_width: str
    tick_width: str
    bar_label: str
    state_word: str
    state_tone: str


def task_line(
    state: str,
    progress: Decimal,
    start: date | None,
    due: date | None,
    now: datetime,
    milestones: tuple[Milestone, ...] = (),
) -> TaskLine:
    """Return what a list shows of a task at a moment; a list reads its tasks' milestones in one query."""
    stands = standing_of(state, progress, start, due, now, milestones)
    left, tone = days_left(TaskState(state), due, now.date())
    said = percent_text(progress)
    return TaskLine(
        light=stands.light,
        word=_word(stands),
        reason=stands.reason,
        planned=stands.planned,
        days_overdue=stands.days_overdue,
        left=left,
        left_tone=tone,
        progress_text=said,
        done_width=width(progress),
        tick_width=width(stands.planned),
        bar_label=f"完成 {said}"
        + ("" if stands.planned is None else f"，应到 {percent_text(stands.planned)}"),
        state_word=TaskState(state).word,
        state_tone=TONES.get(TaskState(state), ""),
    )


def standing_of(
    state: str,
    progress: Decimal,
    start: date | None,
    due: date | None,
    now: datetime,
    milestones: tuple[Milestone, ...] = (),
) -> TaskStanding:
    """Judge a task at a moment, by its milestones where it has any."""
    facts = TaskFacts(TaskState(state), progress, start, due, milestones)
    return stand_task(facts, now, now.tzinfo) if now.tzinfo else stand_task(facts, now)


def days_left(state: TaskState, due: date | None, today: date) -> tuple[str, str]:
    """Return how many days are left or over, and the tone of the tag; nothing for a task that is not open."""
    if due is None or not state.is_open:
        return "", ""
    days = (due - today).days
    if days < 0:
        return f"逾期 {-days} 天", "red"
    if days == 0:
        return "今天到期", "yellow"
    return f"还有 {days} 天", "yellow" if days <= SOON_DAYS else ""


def percent_text(value: Decimal) -> str:
    """Write a progress: 52%, 52.50%."""
    return f"{format_figure(value, 2).removesuffix('.00')}%"


def _word(stands: TaskStanding) -> str:
    if stands.days_overdue:
        return f"逾期 {stands.days_overdue} 天"
    if stands.light is Light.BLUE:
        return "已完成"
    if stands.light is Light.GREY:
        return stands.reason if len(stands.reason) <= 6 else "未到时"
    return stands.light.meaning
