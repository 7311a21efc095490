"""One task's demonstration life: when it is taken on, finished and checked, and what is typed of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tracker.domain.tasks import TaskState
from tracker.models import Task
from tracker.services.demo.courses import Progress, TaskCourse, courses, progress_of
from tracker.services.demo.words import (
    FINISHED_WORDS,
    OBSTACLES,
    RETURN_REASON,
    SUSPEND_REASON,
    task_words,
)

_FULL = Decimal(100)
_ALMOST = Decimal(95)
_NEVER_REPORTED = {TaskCourse.UNACKNOWLEDGED, TaskCourse.ACKNOWLEDGED}
_IN_TROUBLE = {TaskCourse.BEHIND, TaskCourse.OVERDUE, TaskCourse.RETURNED, TaskCourse.SUSPENDED}
_FINISHED = {TaskCourse.CLOSED, TaskCourse.EARLY, TaskCourse.AWAITING}


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a task on a day; the office takes those that are its own."""

    day: date
    task: Task
    target: TaskState
    by_office: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskLife:
    """A task with what becomes of it; `turn` varies words and days from task to task."""

    task: Task
    course: TaskCourse
    end: Progress
    issued_on: date
    today: date
    turn: int

    def moves(self) -> Iterator[Move]:
        """Yield its steps besides those that a report brings."""
        if self.course is TaskCourse.UNACKNOWLEDGED:
            return
        taken_on = self.issued_on + timedelta(days=2 + self.turn % 6)
        yield Move(taken_on, self.task, TaskState.ACKNOWLEDGED)
        if self.course is TaskCourse.ACKNOWLEDGED:
            return
        yield Move(taken_on + timedelta(days=1), self.task, TaskState.IN_PROGRESS)
        if self.end.finished_on is not None:
            yield Move(self.end.finished_on, self.task, TaskState.FINISHED, reason=FINISHED_WORDS)
        yield from self._checks()

    def _checks(self) -> Iterator[Move]:
        """Yield what the office does with it."""
        finished = self.end.finished_on
        if self.course in {TaskCourse.CLOSED, TaskCourse.EARLY} and finished is not None:
            day = min(finished + timedelta(days=3), self.today - timedelta(days=1))
            yield Move(day, self.task, TaskState.CLOSED_OUT, by_office=True)
        if self.course is TaskCourse.RETURNED:
            day = self.today - timedelta(days=2)
            yield Move(day, self.task, TaskState.FINISHED, reason=FINISHED_WORDS)
            day = self.today - timedelta(days=1)
            yield Move(day, self.task, TaskState.RETURNED, by_office=True, reason=RETURN_REASON)
        if self.course is TaskCourse.SUSPENDED:
            day = self.today - timedelta(days=1)
            yield Move(day, self.task, TaskState.SUSPENDED, by_office=True, reason=SUSPEND_REASON)

    def fields(self, day: date, *, newest: bool) -> dict[str, str]:
        """Return what the reporter types on a day, nothing where the task is not in work."""
        if self.course in _NEVER_REPORTED or not TaskState(self.task.state).is_open:
            return {}
        progress = self._progress_on(day, newest=newest)
        done, next_step = task_words(progress)
        obstacle = OBSTACLES[self.turn % len(OBSTACLES)] if self.course in _IN_TROUBLE else ""
        key = f"t{self.task.id}"
        return {
            f"{key}-progress": format(progress, "f"),
            f"{key}-done": done,
            f"{key}-obstacle": obstacle,
            f"{key}-next": next_step,
        }

    def _progress_on(self, day: date, *, newest: bool) -> Decimal:
        if newest and self.course not in _FINISHED:
            return self.end.percent
        until = self.end.finished_on or self.today
        begun = self.task.start_on or self.issued_on
        whole = max((until - begun).days, 1)
        passed = min(max((day - begun).days, 0), whole)
        return min(self.end.percent * passed / whole, _ALMOST).to_integral_value()


def lives_of(tasks: Iterable[Task], issued_on: date, today: date) -> list[TaskLife]:
    """Return what becomes of each task that has a deadline."""
    rows = [task for task in tasks if task.due_on is not None]
    given = courses({task.id: task.due_on for task in rows if task.due_on}, today)
    lives = []
    for turn, task in enumerate(rows):
        due = task.due_on or today
        begun = task.start_on or issued_on
        earliest = issued_on + timedelta(days=9)
        end = progress_of(given[task.id], begun, due, today, turn)
        if end.finished_on is not None and end.finished_on < earliest:
            end = Progress(_FULL, min(earliest, today - timedelta(days=2)))
        lives.append(TaskLife(task, given[task.id], end, issued_on, today, turn))
    return lives
