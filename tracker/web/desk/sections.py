"""The desk's sections, one for each capacity in which somebody works here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from flask import url_for
from sqlalchemy import ColumnElement

from tracker.domain.amounts import format_figure
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lights import Light
from tracker.domain.roles import Role
from tracker.permissions import Actor
from tracker.queries.board import View, Wanted
from tracker.queries.calendar import working_calendar
from tracker.queries.completeness import Completeness, completeness
from tracker.queries.desk import (
    MonthToFill,
    MyIndicator,
    MyTask,
    Waiting,
    months_to_fill,
    my_indicators,
    my_tasks,
    waiting,
)
from tracker.queries.desk_lights import (
    DraftPlan,
    Lights,
    ToCheck,
    Worst,
    drafts,
    in_charge,
    lights_of,
    tasks_in_charge,
    to_check,
)
from tracker.queries.heat_map import HeatCell, HeatRow, heat_map
from tracker.queries.scope import visible_indicators, visible_tasks
from tracker.web.explained import Reasons, reasons_of, standing_of
from tracker.web.filters import day as day_words

COUNTS = "〇一二三四五"


@dataclass(frozen=True, slots=True)
class Owe:
    """The month to fill in, in words."""

    words: str
    note: str
    done: int
    total: int
    url: str
    action: str
    label: str


@dataclass(frozen=True, slots=True)
class DayOf:
    """What needs the person on one day."""

    label: str
    entries: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class MyRow:
    """An indicator of the person's with the reasons of its light."""

    mine: MyIndicator
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Mine:
    """The section of a reporter or head."""

    owes: tuple[Owe, ...]
    month_label: str
    rows: tuple[MyRow, ...]
    tasks: tuple[MyTask, ...]
    days: tuple[DayOf, ...]
    waiting_count: int


@dataclass(frozen=True, slots=True)
class WorstRow:
    """One of the worst with the reasons of its light."""

    worst: Worst
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Chip:
    """A count that leads to its rows."""

    label: str
    url: str
    count: int
    light: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A month's head in the heat map."""

    label: str
    now: bool
    future: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat map."""

    light: str
    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's row of the heat map."""

    label: str
    url: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """The section of a leader, the chief or the office."""

    id: str
    title: str
    lights: Lights
    sentence: str
    chips: tuple[Chip, ...]
    worst: tuple[WorstRow, ...]
    worst_title: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """What the office has to see to."""

    completeness: Completeness | None
    drafts: tuple[DraftPlan, ...]
    to_check: tuple[ToCheck, ...]


def mine_of(actor: Actor, now: datetime) -> Mine:
    """Return the section of a reporter or head."""
    today = now.date()
    months = months_to_fill(actor, today)
    newest = months[-1].opened.month if months else None
    tasks = my_tasks(actor, now)
    needs = waiting(tasks, today)
    calendar = working_calendar(actor.top_unit_id)
    return Mine(
        owes=tuple(_owe(month, today, calendar) for month in months),
        month_label=newest.label if newest else "本月",
        rows=tuple(
            MyRow(one, reasons_of(one.row, standing_of(one.row)))
            for one in my_indicators(actor, today, newest)
        ),
        tasks=tuple(tasks),
        days=tuple(_by_day(needs, today)),
        waiting_count=len(needs),
    )


def _owe(month: MonthToFill, today: date, calendar: WorkingCalendar) -> Owe:
    due = month.opened.due_on
    label = month.opened.month.label
    words = f"{label}填报：已填 {month.done} / {month.total}"
    if month.done < month.total:  # nobody who has reported is nagged
        words += f"，{_due_words(due, today, calendar)}"
    left = month.total - month.done
    return Owe(
        words=words,
        note=f"还差 {left} 项。" if left else "本期已填齐，需要更正的可以再改。",
        done=month.done,
        total=month.total,
        url=url_for("reports.index", month=month.opened.month.code),
        action="继续填报" if left else "查看填报",
        label=f"{label}填报",
    )


def _due_words(due: date, today: date, calendar: WorkingCalendar) -> str:
    day = day_words(due, today.year)
    if today == due:
        return f"{day}截止，就是今天"
    if today > due:
        return f"{day}已截止，逾期 {(today - due).days} 天"
    left = calendar.working_days_between(today, due)
    return f"{day}截止，还有 {left} 个工作日"


def _by_day(needs: Sequence[Waiting], today: date) -> list[DayOf]:
    days = []
    for day, entries in groupby(needs, key=lambda one: one.day):
        words = day_words(day, today.year)
        names = {0: f"今天 · {words}", 1: f"明天 · {words}"}
        days.append(DayOf(names.get((day - today).days, words), tuple(entries)))
    return days


def leader_charge(actor: Actor, today: date) -> Charge:
    """Return the section of a leader: what is in the leader's charge."""
    return _charge(
        "charge", "分管", in_charge(actor), tasks_in_charge(actor), actor.top_unit_id, today
    )


def whole_charge(actor: Actor, today: date) -> Charge:
    """Return the section of the chief and the office: the whole bureau."""
    everything = replace(actor, roles=frozenset({Role.CHIEF}))
    return _charge(
        "whole",
        "全局",
        visible_indicators(everything),
        visible_tasks(everything),
        actor.top_unit_id,
        today,
    )


def _charge(
    id_: str,
    title: str,
    indicators: ColumnElement[bool],
    tasks: ColumnElement[bool],
    top_unit_id: int,
    today: date,
) -> Charge:
    lights = lights_of(indicators, tasks, top_unit_id, today)
    heat = heat_map(indicators, View(today), Wanted())
    return Charge(
        id=id_,
        title=title,
        lights=lights,
        sentence=lights.sentence(title),
        chips=tuple(_chips(lights)),
        worst=tuple(
            WorstRow(worst, reasons_of(worst.row, standing_of(worst.row))) for worst in lights.worst
        ),
        worst_title=f"最吃紧的{COUNTS[len(lights.worst)]}项" if lights.worst else "最吃紧的指标",
        heads=_heads(heat),
        rows=tuple(
            Row(row.unit_name, url, tuple(_cell(row, cell, url) for cell in row.cells))
            for row in heat
            for url in (_unit_url(row),)
        ),
    )


def _chips(lights: Lights) -> list[Chip]:
    order = (Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE, Light.GREY)
    chips = [
        Chip(
            light.word,
            url_for("lagging.index", light=light.value),
            lights.counts[light],
            light.value,
        )
        for light in order
        if lights.counts[light]
    ]
    if lights.overdue_tasks:
        chips.append(Chip("逾期任务", url_for("tasks.index", view="overdue"), lights.overdue_tasks))
    return chips


def _heads(heat: Sequence[HeatRow]) -> tuple[Head, ...]:
    last = max((cell.month for row in heat for cell in row.cells if cell), default=0)
    return tuple(Head(f"{month}月", month == last, month > last) for month in range(1, 13))


def _unit_url(row: HeatRow) -> str:
    return url_for("lagging.index", unit=row.unit_id) if row.unit_id else ""


def _cell(row: HeatRow, cell: HeatCell | None, unit_url: str) -> Cell | None:
    if cell is None:
        return None
    points = format_figure(abs(cell.points), 1) if cell.points is not None else ""
    text = points if cell.light.is_lagging else ""
    behind = f"，{cell.name}落后 {text} 点" if text else ""
    label = f"{row.unit_name} {cell.month}月 {cell.light.word}灯{behind}"
    url = f"{unit_url}&month={cell.month}&light={cell.light}" if unit_url else ""
    return Cell(cell.light.value, text, label, url)


def office_of(actor: Actor, now: datetime) -> Office:
    """Return what the office has to see to."""
    return Office(
        completeness=completeness(actor.top_unit_id, now.date(), now.tzinfo),
        drafts=tuple(drafts(actor)),
        to_check=tuple(to_check(actor)),
    )
