"""What issuing a plan sets off at once (下达前的提醒): months already due, deadlines already past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Arrears:
    """What would be overdue on the day of issuing: months and tasks; `over`: the year has ended."""

    over: bool
    months: int
    tasks: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say what follows, a sentence each; none where nothing is late."""
        said = []
        if self.months:
            said.append(f"{self.months} 个月的填报期已经截止，下达后要逐月补报，未报的按逾期催办。")
        if self.tasks:
            said.append(f"{self.tasks} 项任务的时限已过，下达后立即亮红灯，并逐级提醒到领导。")
        return tuple(said)


def arrears(
    year: int, due_days: Iterable[date], task_days: Iterable[date | None], today: date
) -> Arrears:
    """Return what a plan of `year` is behind with on the day that it is issued."""
    return Arrears(
        over=year < today.year,
        months=sum(day < today for day in due_days),
        tasks=sum(day is not None and day < today for day in task_days),
    )
