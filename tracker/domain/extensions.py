"""Extensions (延期) of a task: until when one may ask, what a request must say, and who decides on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from tracker.domain.errors import NotReadyError, TransitionError
from tracker.domain.tasks import SHANGHAI, TaskState, is_overdue

LONGEST = 500


class ExtensionState(StrEnum):
    """延期申请的状态: asked for, approved, refused, or taken back."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return EXTENSION_WORDS[self]


EXTENSION_WORDS = {
    ExtensionState.ASKED: "待批",
    ExtensionState.APPROVED: "已批准",
    ExtensionState.REFUSED: "未批准",
    ExtensionState.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True, slots=True)
class Timing:
    """A task's state and days, as a request for more time meets them; `last_day` is the plan's last."""

    state: TaskState
    due: date | None
    last_day: date


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: until when, why, and how far the task is, in words."""

    due: date | None
    why: str
    done: str


def may_still_ask(timing: Timing, now: datetime, zone: tzinfo = SHANGHAI) -> bool:
    """Tell whether the unit may ask: the task is open and its due day is not over."""
    return timing.state.is_open and timing.due is not None and not is_overdue(timing.due, now, zone)


def check_wish(
    timing: Timing, wish: Wish, *, pending: bool, now: datetime, zone: tzinfo = SHANGHAI
) -> date:
    """Return the day asked for.

    Raises TransitionError for a task that is not open, has no due day, is past it or has a request that
    waits; NotReadyError with everything that the request lacks.
    """
    if not timing.state.is_open:
        raise TransitionError(f"任务{timing.state.word}，不能再申请延期。")
    if timing.due is None:
        raise TransitionError("任务没有完成时限，不用申请延期。")
    if is_overdue(timing.due, now, zone):
        raise TransitionError("时限已过，不能再申请延期；时限由督查办调整。")
    if pending:
        raise TransitionError("已有一项延期申请待批，批复或撤回之后才能再提。")
    problems = [*_wrong_day(timing, wish.due, timing.due), *_missing_words(wish)]
    if wish.due is None or problems:
        raise NotReadyError(tuple(problems))
    return wish.due


def check_approval(timing: Timing, wanted: date, now: datetime, zone: tzinfo = SHANGHAI) -> None:
    """Refuse to approve what no longer makes sense.

    Raises TransitionError for a task that is not open, NotReadyError where the day asked for is over, or
    not later than the due day that holds by now.
    """
    if not timing.state.is_open:
        raise TransitionError(f"任务{timing.state.word}，延期不再批复。")
    if is_overdue(wanted, now, zone):
        raise NotReadyError(("申请的时限也已过，不能批准；请不批准，由督查办调整时限。",))
    problems = _wrong_day(timing, wanted, timing.due) if timing.due is not None else []
    if problems:
        raise NotReadyError(tuple(problems))


def deciders(leaders: Iterable[int], office: Iterable[int], asker: int | None) -> frozenset[int]:
    """Return who decides: leaders in charge, else the office; who asked only where there is nobody else."""
    asked = {asker}
    in_charge, others = frozenset(leaders), frozenset(office)
    return (in_charge - asked) or (others - asked) or (in_charge | others)


def _wrong_day(timing: Timing, wanted: date | None, due: date) -> list[str]:
    if wanted is None:
        return ["要写明延到哪一天。"]
    if wanted <= due:
        return [f"新的时限要晚于现在的时限（{_plain(due)}）。"]
    if wanted > timing.last_day:
        return [f"时限应在{timing.last_day.year}年之内。"]
    return []


def _missing_words(wish: Wish) -> list[str]:
    problems = []
    for text, name in ((wish.why, "延期理由"), (wish.done, "目前进展")):
        if not text.strip():
            problems.append(f"要写明{name}。")
        elif len(text.strip()) > LONGEST:
            problems.append(f"{name}不能超过 {LONGEST} 字，现有 {len(text.strip())} 字。")
    return problems


def _plain(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
