"""Periods (期间): years and their parts down to the week, each with its neighbours."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.errors import FigureError

MONTHS_IN_YEAR = 12
MONTHS_IN_QUARTER = 3
_MONTH_CODE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER_LABELS = ("一季度", "二季度", "三季度", "四季度")
_TEN_DAY_LABELS = ("上旬", "中旬", "下旬")
_TEN_DAY_STARTS = (1, 11, 21)


def quarter_of(month: int) -> int:
    """Return the quarter 1..4 that a month 1..12 belongs to."""
    return (month - 1) // MONTHS_IN_QUARTER + 1


def quarter_label(quarter: int) -> str:
    """Return the Chinese name of quarter 1..4: 一季度."""
    return _QUARTER_LABELS[quarter - 1]


def month_label(month: int) -> str:
    """Return the Chinese name of month 1..12: 3月."""
    return f"{month}月"


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """年: a calendar year."""

    year: int

    @property
    def code(self) -> str:
        """Return 2024."""
        return f"{self.year:04d}"

    @property
    def label(self) -> str:
        """Return 2024年."""
        return f"{self.year}年"

    @property
    def first_day(self) -> date:
        """Return the first of January."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """Return the last of December."""
        return date(self.year, 12, 31)

    @property
    def months(self) -> tuple[Month, ...]:
        """Return its twelve months."""
        return tuple(Month(self.year, month) for month in range(1, MONTHS_IN_YEAR + 1))

    def next(self) -> Year:
        """Return the year after."""
        return Year(self.year + 1)

    def previous(self) -> Year:
        """Return the year before."""
        return Year(self.year - 1)


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """半年: the first or the second half of a year (双过半 looks at the first)."""

    year: int
    half: int

    def __post_init__(self) -> None:
        _must_be_within(self.half, 2, "半年")

    @property
    def code(self) -> str:
        """Return 2024-H1."""
        return f"{self.year:04d}-H{self.half}"

    @property
    def label(self) -> str:
        """Return 上半年 or 下半年."""
        return "上半年" if self.half == 1 else "下半年"

    @property
    def months(self) -> tuple[Month, ...]:
        """Return its six months."""
        last = self.half * 6
        return tuple(Month(self.year, month) for month in range(last - 5, last + 1))

    @property
    def first_day(self) -> date:
        """Return its first day."""
        return self.months[0].first_day

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return self.months[-1].last_day

    def next(self) -> HalfYear:
        """Return the half-year after."""
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    def previous(self) -> HalfYear:
        """Return the half-year before."""
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """季度: three months of a year."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        _must_be_within(self.quarter, 4, "季度")

    @property
    def code(self) -> str:
        """Return 2024-Q1."""
        return f"{self.year:04d}-Q{self.quarter}"

    @property
    def label(self) -> str:
        """Return 一季度."""
        return quarter_label(self.quarter)

    @property
    def months(self) -> tuple[Month, ...]:
        """Return its three months."""
        last = self.quarter * MONTHS_IN_QUARTER
        return tuple(Month(self.year, month) for month in range(last - 2, last + 1))

    @property
    def first_day(self) -> date:
        """Return its first day."""
        return self.months[0].first_day

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return self.months[-1].last_day

    def next(self) -> Quarter:
        """Return the quarter after."""
        return self.months[-1].next().quarter

    def previous(self) -> Quarter:
        """Return the quarter before."""
        return self.months[0].previous().quarter


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """月: the period that most indicators are reported for."""

    year: int
    month: int

    def __post_init__(self) -> None:
        _must_be_within(self.month, MONTHS_IN_YEAR, "月份")

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that a day belongs to."""
        return cls(day.year, day.month)

    @classmethod
    def from_code(cls, code: str) -> Month:
        """Read 2024-03; FigureError for anything else."""
        match = _MONTH_CODE.fullmatch(code)
        if match is None or match[1] == "0000":
            msg = "月份要写成 2024-03 的样子。"
            raise FigureError(msg)
        return cls(int(match[1]), int(match[2]))

    @property
    def code(self) -> str:
        """Return 2024-03."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def label(self) -> str:
        """Return 3月."""
        return month_label(self.month)

    @property
    def long_label(self) -> str:
        """Return 2024年3月."""
        return f"{self.year}年{self.month}月"

    @property
    def quarter(self) -> Quarter:
        """Return the quarter it belongs to."""
        return Quarter(self.year, quarter_of(self.month))

    @property
    def is_quarter_end(self) -> bool:
        """Tell whether it is its quarter's last month, when reporting tightens."""
        return self.month % MONTHS_IN_QUARTER == 0

    @property
    def first_day(self) -> date:
        """Return its first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def ten_days(self) -> tuple[TenDays, ...]:
        """Return its three ten-day spans."""
        return tuple(TenDays(self.year, self.month, part) for part in (1, 2, 3))

    def next(self) -> Month:
        """Return the month after."""
        if self.month == MONTHS_IN_YEAR:
            return Month(self.year + 1, 1)
        return Month(self.year, self.month + 1)

    def previous(self) -> Month:
        """Return the month before."""
        if self.month == 1:
            return Month(self.year - 1, MONTHS_IN_YEAR)
        return Month(self.year, self.month - 1)


@dataclass(frozen=True, slots=True, order=True)
class TenDays:
    """旬: the first ten, the second ten, or the remaining days of a month."""

    year: int
    month: int
    part: int

    def __post_init__(self) -> None:
        _must_be_within(self.month, MONTHS_IN_YEAR, "月份")
        _must_be_within(self.part, 3, "旬")

    @classmethod
    def of(cls, day: date) -> TenDays:
        """Return the span that a day belongs to."""
        return cls(day.year, day.month, min((day.day - 1) // 10 + 1, 3))

    @property
    def code(self) -> str:
        """Return 2024-03-T1."""
        return f"{self.year:04d}-{self.month:02d}-T{self.part}"

    @property
    def label(self) -> str:
        """Return 3月上旬."""
        return f"{self.month}月{_TEN_DAY_LABELS[self.part - 1]}"

    @property
    def first_day(self) -> date:
        """Return its first day."""
        return date(self.year, self.month, _TEN_DAY_STARTS[self.part - 1])

    @property
    def last_day(self) -> date:
        """Return its last day: the 10th, the 20th, or the month's end."""
        if self.part == 3:
            return Month(self.year, self.month).last_day
        return date(self.year, self.month, self.part * 10)

    def next(self) -> TenDays:
        """Return the span after."""
        return TenDays.of(self.last_day + timedelta(days=1))

    def previous(self) -> TenDays:
        """Return the span before."""
        return TenDays.of(self.first_day - timedelta(days=1))


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """周: Monday to Sunday, named by its Monday."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.weekday() != 0:
            msg = "一周从周一开始。"
            raise FigureError(msg)

    @classmethod
    def of(cls, day: date) -> Week:
        """Return the week that a day belongs to."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def code(self) -> str:
        """Return 2024-W10, as ISO 8601 numbers weeks."""
        year, week, _ = self.monday.isocalendar()
        return f"{year:04d}-W{week:02d}"

    @property
    def label(self) -> str:
        """Return 3月4日—10日, or both months where it crosses into the next."""
        last = self.last_day
        ends = f"{last.day}日" if last.month == self.monday.month else f"{last.month}月{last.day}日"
        return f"{self.monday.month}月{self.monday.day}日—{ends}"

    @property
    def first_day(self) -> date:
        """Return its Monday."""
        return self.monday

    @property
    def last_day(self) -> date:
        """Return its Sunday."""
        return self.monday + timedelta(days=6)

    def next(self) -> Week:
        """Return the week after."""
        return Week(self.monday + timedelta(days=7))

    def previous(self) -> Week:
        """Return the week before."""
        return Week(self.monday - timedelta(days=7))


def _must_be_within(number: int, last: int, name: str) -> None:
    if not 1 <= number <= last:
        msg = f"{name}应在 1 到 {last} 之间。"
        raise FigureError(msg)
