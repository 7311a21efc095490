"""What a mail says, line by line: frozen values in, frozen words out, for the templates to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.amounts import UNKNOWN, format_figure
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lights import Guard, Light, Status, shown_word
from tracker.domain.periods import Month, quarter_of
from tracker.outbox.clean import one_line
from tracker.outbox.links import Links
from tracker.queries.mail_facts import Stood
from tracker.queries.owed import OpenTask, OwedReport

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One indicator of a month's sheet: what the month must bring, and where it stood before."""

    section: str
    name: str
    unit: str
    need: str
    reached: str
    reached_in: str
    light: Light
    light_word: str
    guard: Guard | None
    also_owed: str
    url: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task: until when, how far, and what about it."""

    name: str
    due: str
    progress: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class UpwardLine:
    """One overdue thing that is told to somebody above: what it is, who owes it, since when."""

    name: str
    who: str
    note: str
    url: str


def day_words(day: date, today: date) -> str:
    """Write a day as people do: 4月3日（周三）, with the year when it is another than today's."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def days_left(due_on: date, today: date, calendar: WorkingCalendar) -> str:
    """Say how much time is left, or how long it has been over."""
    if today > due_on:
        return f"已逾期 {(today - due_on).days} 天"
    if today == due_on:
        return "今天到期"
    left = calendar.working_days_between(today, due_on)
    return f"还有 {left} 个工作日" if left else "到期日前没有工作日了"


def figure_line(
    rows: list[OwedReport],
    month: Month,
    stood: Stood | None,
    need: str,
    section: str,
    links: Links,
) -> FigureLine:
    """Write the line of one indicator in the mail of a month; `rows` are its owed months in order.

    `need` is what that month must bring, where it is owed; `stood` is where it stood at the last month
    reported before, or at the year's beginning.
    """
    row = rows[-1]
    return FigureLine(
        section=section,
        name=one_line(row.name, 40),
        unit=one_line(row.unit, 20),
        need=need or UNKNOWN,
        reached=format_figure(stood.actual, row.places) if stood else UNKNOWN,
        reached_in=f"{stood.month}月底" if stood and stood.actual is not None else "",
        light=Light(stood.light) if stood else Light.GREY,
        light_word=_light_word(stood),
        guard=_guard(row.month, stood) if row.month.quarter == month.quarter else None,
        also_owed=_also_owed(rows, month),
        url=links.field(row.month, row.what, row.id),
    )


def _also_owed(rows: list[OwedReport], month: Month) -> str:
    """Say which other months are owed: 2月也未报."""
    others = [one.month for one in rows if one.month != month]
    if not others:
        return ""
    labels = (one.label if one.year == month.year else one.long_label for one in others)
    return f"{'、'.join(labels)}{'也' if len(others) < len(rows) else ''}未报"


def _light_word(stood: Stood | None) -> str:
    if stood is None:
        return "尚未填报"
    return shown_word(
        Light(stood.light),
        Status(stood.status),
        reported=stood.actual is not None,
        has_target=stood.has_target,
    )


def _guard(month: Month, stood: Stood | None) -> Guard | None:
    """Return how safe the month's quarter is; a standing from before it says nothing of it."""
    if stood is None or stood.quarter_guard is None:
        return None
    return (
        Guard(stood.quarter_guard) if quarter_of(stood.month + 1) == month.quarter.quarter else None
    )


def sheet_task_line(row: OwedReport, today: date, links: Links, note: str = "") -> TaskLine:
    """Write the line of a task whose month has to be filled in."""
    return TaskLine(
        name=one_line(row.name),
        due=f"{day_words(row.due_on, today)}到期" if row.due_on else "没有完成时限",
        progress=_progress(row.progress),
        note=note,
        url=links.field(row.month, row.what, row.id),
    )


def task_line(
    task: OpenTask, today: date, calendar: WorkingCalendar, links: Links, *, supporting: bool
) -> TaskLine:
    """Write the line of a task that is about to be due, or overdue."""
    note = days_left(task.due_on, today, calendar)
    return TaskLine(
        name=one_line(task.name),
        due=f"{day_words(task.due_on, today)}到期",
        progress=_progress(task.progress),
        note=f"{note}（本单位配合）" if supporting else note,
        url=links.task(task.id),
    )


def _progress(progress: Decimal | None) -> str:
    if progress is None:
        return "进度未知"
    return f"已到 {format_figure(progress, 2).removesuffix('.00')}%"


def upward_task(task: OpenTask, who: str, today: date, links: Links) -> UpwardLine:
    """Write the line of an overdue task for somebody above."""
    late = (today - task.due_on).days
    return UpwardLine(
        name=one_line(task.name),
        who=who or "未落实责任人",
        note=f"{day_words(task.due_on, today)}到期，已逾期 {late} 天，{_progress(task.progress)}",
        url=links.task(task.id),
    )


def upward_report(
    who: str, count: int, month: Month, due_on: date, today: date, links: Links
) -> UpwardLine:
    """Write the line of somebody's overdue month for somebody above."""
    late = (today - due_on).days
    return UpwardLine(
        name=f"{month.label}填报缺 {count} 项",
        who=who,
        note=f"{day_words(due_on, today)}截止，已逾期 {late} 天",
        url=links.lagging(),
    )


def counted(figures: int, tasks: int) -> str:
    """Say how much there is to fill in: 11 项指标、2 项任务."""
    parts = ((figures, "指标"), (tasks, "任务"))
    return "、".join(f"{count} 项{word}" for count, word in parts if count)


def in_sections(lines: list[FigureLine]) -> Mapping[str, list[FigureLine]]:
    """Put lines under the names of their units, in the order of their first line."""
    sections: dict[str, list[FigureLine]] = {}
    for line in lines:
        sections.setdefault(line.section, []).append(line)
    return sections
