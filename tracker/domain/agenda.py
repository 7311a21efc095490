"""Dispatch reviews (调度): their series, and the order in which an agenda draws itself up."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)


class ReviewKind(StrEnum):
    """调度的种类: how often a series of reviews meets."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return "周调度" if self is ReviewKind.WEEKLY else "月调度"

    def next_after(self, day: date) -> date:
        """Return the day on which the next review of the series is to be expected: a week or a month on."""
        if self is ReviewKind.WEEKLY:
            return day + WEEK
        year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
        return date(year, month, min(day.day, monthrange(year, month)[1]))


class Part(StrEnum):
    """议程的部分: what an item of the agenda is about, in the order in which they come."""

    DECISION = "decision"
    INDICATOR = "indicator"
    TASK = "task"
    REPORT = "report"
    DUE = "due"

    @property
    def word(self) -> str:
        """Return the heading of this part."""
        return _WORDS[self]


_WORDS = {
    Part.DECISION: "上次议定事项",
    Part.INDICATOR: "滞后指标",
    Part.TASK: "逾期任务",
    Part.REPORT: "未报单位",
    Part.DUE: "下次会前到期",
}


def review_title(kind: ReviewKind, day: date, number: int) -> str:
    """Return a review's name: 8月月调度, or 2026年第33次周调度."""
    if kind is ReviewKind.MONTHLY:
        return f"{day.month}月月调度"
    return f"{day.year}年第{number}次周调度"


def moved(order: list[int], item: int, step: int) -> list[int]:
    """Return an agenda's items with one moved up (−1) or down (+1); at an end it stays where it is."""
    place = order.index(item)
    other = place + step
    if not 0 <= other < len(order):
        return order
    changed = list(order)
    changed[place], changed[other] = changed[other], changed[place]
    return changed
