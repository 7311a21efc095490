"""Which days are worked: Monday to Friday, but for holidays and make-up days (调休)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.domain.periods import Month

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """工作日历. `exceptions` maps a day to True (a make-up working day) or False (a holiday).

    `covered` holds the years whose holidays were published and entered; in any other year the
    days that are not listed follow their weekday, and the administrator is told.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict, hash=False)
    covered: frozenset[int] = frozenset()

    def covers(self, year: int) -> bool:
        """Tell whether the holidays of a year are known."""
        return year in self.covered

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        listed = self.exceptions.get(day)
        return day.weekday() < SATURDAY if listed is None else listed

    def next_working(self, day: date) -> date:
        """Return the day itself if it is worked, else the first one after it that is."""
        return self._seek(day, ONE_DAY)

    def previous_working(self, day: date) -> date:
        """Return the day itself if it is worked, else the last one before it that is."""
        return self._seek(day, -ONE_DAY)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day after a day; before it if negative; 0: the day itself."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day = self._seek(day + step, step)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to `end` inclusive; negative if end is before."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))

    def nth_working_of_month(self, month: Month, n: int) -> date:
        """Return a month's n-th working day; -5 is the fifth from its end (倒数第五个工作日).

        A month with fewer working days gives the last one it has (from the end: the first).
        """
        if n == 0:
            msg = "working days are counted from 1, or from -1 at the end"
            raise ValueError(msg)
        worked = self._worked_in(month)
        if not worked:
            seek = self.next_working if n > 0 else self.previous_working
            return seek(month.last_day)
        place = min(n, len(worked)) - 1 if n > 0 else max(n, -len(worked))
        return worked[place]

    def _worked_in(self, month: Month) -> list[date]:
        days = (month.first_day + timedelta(days=n) for n in range(month.last_day.day))
        return [day for day in days if self.is_working(day)]

    def _seek(self, day: date, step: timedelta) -> date:
        while not self.is_working(day):
            day += step
        return day
