"""Who hears of what is overdue, and after how many working days (逐级提醒)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import Stage
from tracker.domain.errors import TrackerError

LEVELS = (Stage.HEAD, Stage.LEADER, Stage.CHIEF)


class LadderError(TrackerError):
    """A ladder that cannot be read or does not rise."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Working days overdue after which each level is told; None leaves the level out."""

    head: int | None = 1
    leader: int | None = 3
    chief: int | None = 5

    def __str__(self) -> str:
        return ",".join(f"{level}:{days}" for level, days in self.steps)

    @property
    def steps(self) -> tuple[tuple[Stage, int], ...]:
        """The levels that are told, with their working days, lowest first."""
        days = (self.head, self.leader, self.chief)
        return tuple((level, n) for level, n in zip(LEVELS, days, strict=True) if n is not None)


@dataclass(frozen=True, slots=True)
class Chain:
    """The persons above an owed thing, by level; empty where a post has no holder."""

    heads: tuple[int, ...] = ()
    leaders: tuple[int, ...] = ()
    chiefs: tuple[int, ...] = ()

    def at(self, level: Stage) -> tuple[int, ...]:
        """Return the persons of one level."""
        return {Stage.HEAD: self.heads, Stage.LEADER: self.leaders, Stage.CHIEF: self.chiefs}[level]


def parse_ladder(text: str) -> Ladder:
    """Read 'head:1,leader:3,chief:5'; a level that is left out is not told. Raises LadderError."""
    days: dict[str, int] = {}
    for part in filter(None, text.replace(" ", "").split(",")):
        name, _, digits = part.partition(":")
        if name not in set(LEVELS) or name in days or not re.fullmatch(r"[1-9][0-9]?", digits):
            raise LadderError(f"看不懂的逐级提醒规则“{part[:40]}”。")
        days[name] = int(digits)
    ladder = Ladder(days.get("head"), days.get("leader"), days.get("chief"))
    numbers = [n for _, n in ladder.steps]
    if numbers != sorted(set(numbers)):
        raise LadderError("逐级提醒的天数要一级比一级多。")
    return ladder


def earliest(ladders: Iterable[Ladder]) -> Ladder:
    """Return the ladder by which each level hears of it on the first day on which any of these tells it."""
    given = tuple(ladders)

    def first(days: Iterable[int | None]) -> int | None:
        return min((n for n in days if n is not None), default=None)

    return Ladder(
        first(one.head for one in given),
        first(one.leader for one in given),
        first(one.chief for one in given),
    )


def ladder_days(
    due_on: date, ladder: Ladder, calendar: WorkingCalendar
) -> tuple[tuple[Stage, date], ...]:
    """Return the working day on which each level hears of something due on `due_on`."""
    return tuple((level, calendar.add_working_days(due_on, n)) for level, n in ladder.steps)
