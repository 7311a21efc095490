"""How the demonstration's tasks go: on any day some are overdue, done early, returned, not yet taken on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tracker.domain.tasks import planned_progress


class TaskCourse(StrEnum):
    """What has become of a task by today."""

    CLOSED = "closed"  # finished in time and closed out
    EARLY = "early"  # closed out well before its deadline
    AWAITING = "awaiting"  # finished, waits for the office to close it out
    OVERDUE = "overdue"
    RETURNED = "returned"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    SUSPENDED = "suspended"
    ON_PACE = "on_pace"
    BEHIND = "behind"


#: Course, places among the tasks still to come, and places among those whose day is over; places
#: count from the task nearest to today. Two courses need a past day, the others rather a coming one;
#: the other list is used where the first has none.
_WANTED = (
    (TaskCourse.OVERDUE, (), (0, 2, 5)),
    (TaskCourse.AWAITING, (2,), (1,)),
    (TaskCourse.RETURNED, (0,), (3,)),
    (TaskCourse.EARLY, (1, 4), (6, 8)),
    (TaskCourse.UNACKNOWLEDGED, (-1,), (7,)),
    (TaskCourse.ACKNOWLEDGED, (-3,), (9,)),
    (TaskCourse.SUSPENDED, (6,), (10,)),
)
_OF_THE_PAST = {TaskCourse.OVERDUE, TaskCourse.AWAITING}


def courses(due_days: Mapping[int, date], today: date) -> dict[int, TaskCourse]:
    """Return key → course for tasks with these due days, the same for the same day."""
    order = sorted(due_days, key=lambda key: (due_days[key], key))
    coming = [key for key in order if due_days[key] >= today]
    over = [key for key in order if due_days[key] < today][::-1]
    given: dict[int, TaskCourse] = {}
    for course, ahead, behind in _WANTED:
        lists = ((coming, ahead), (over, behind))
        first_of = reversed(lists) if course in _OF_THE_PAST else lists
        any(_give(given, course, keys, places) for keys, places in first_of)
    for turn, key in enumerate(key for key in coming if key not in given):
        given[key] = TaskCourse.BEHIND if turn % 3 == 1 else TaskCourse.ON_PACE
    for key in over:
        given.setdefault(key, TaskCourse.CLOSED)
    return given


def _give(
    given: dict[int, TaskCourse], course: TaskCourse, keys: Sequence[int], places: Sequence[int]
) -> bool:
    free = [keys[place] for place in places if -len(keys) <= place < len(keys)]
    free = [key for key in free if key not in given]
    given.update(dict.fromkeys(free, course))
    return bool(free)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is in per cent, and the day on which it was finished."""

    percent: Decimal
    finished_on: date | None = None


_FINISHED = {TaskCourse.CLOSED: 4, TaskCourse.EARLY: 25, TaskCourse.AWAITING: 3}
_ALMOST = Decimal(95)
#: Points ahead of the day's plan; each task takes another of them.
_AHEAD = tuple(map(Decimal, (3, 6, 2, 8)))
_BACK = tuple(map(Decimal, (-6, -18, -4)))


def progress_of(course: TaskCourse, start: date, due: date, today: date, turn: int) -> Progress:
    """Return how far a task on this course is today."""
    if course in _FINISHED:
        day = min(due - timedelta(days=_FINISHED[course]), today - timedelta(days=2))
        return Progress(Decimal(100), max(day, start))
    if course in {TaskCourse.UNACKNOWLEDGED, TaskCourse.ACKNOWLEDGED}:
        return Progress(Decimal(0))
    planned = planned_progress(start, due, (), today)
    if course is TaskCourse.ON_PACE:
        return Progress(_whole(planned + _AHEAD[turn % len(_AHEAD)]))
    if course is TaskCourse.OVERDUE:
        return Progress(Decimal((80, 65, 90)[turn % 3]))
    return Progress(_whole(planned + _BACK[turn % len(_BACK)]))


def _whole(percent: Decimal) -> Decimal:
    return min(max(percent, Decimal(0)), _ALMOST).to_integral_value()
