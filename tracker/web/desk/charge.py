"""The desk's section of a leader, the chief or the office: what goes wrong in the charge, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from tracker.domain.amounts import format_figure
from tracker.domain.lights import NO_TARGET, Light
from tracker.domain.roles import Role
from tracker.permissions import Actor
from tracker.queries.board import View, Wanted
from tracker.queries.completeness import completeness
from tracker.queries.desk_lights import Lights, Worst, in_charge, lights_of, tasks_in_charge
from tracker.queries.heat_map import HeatCell, HeatRow, heat_map
from tracker.queries.lagging import (
    LaggingTask,
    Scope,
    Unreported,
    lagging_tasks,
    overdue_reports,
    scope_of,
    unreported_units,
)
from tracker.queries.mail_facts import unit_names
from tracker.queries.unit_groups import unit_groups
from tracker.web.explained import Reasons, reasons_of, standing_of

MOST = 5
COUNTS = "〇一二三四五"


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
    """The section of a leader, the chief or the office.

    `tasks` are the first of `task_count` that are overdue or behind; `unreported` the first units of
    `unreported_count` whose reports are overdue; `reports` says how complete the newest month is.
    """

    id: str
    title: str
    lights: Lights
    sentence: str
    chips: tuple[Chip, ...]
    worst: tuple[WorstRow, ...]
    worst_title: str
    nothing: tuple[str, str]
    tasks: tuple[LaggingTask, ...]
    task_count: int
    reports: str
    unreported: tuple[Unreported, ...]
    unreported_count: int
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


def leader_charge(actor: Actor, now: datetime) -> Charge:
    """Return the section of a leader: what is in the leader's charge."""
    scope = Scope(in_charge(actor), tasks_in_charge(actor), (actor.top_unit_id,))
    return _charge("charge", "分管", scope, now)


def whole_charge(actor: Actor, now: datetime) -> Charge:
    """Return the section of the chief and the office: the whole bureau."""
    everything = replace(actor, roles=frozenset({Role.CHIEF}))
    return _charge("whole", "全局", scope_of(everything), now)


def _charge(id_: str, title: str, scope: Scope, now: datetime) -> Charge:
    today, (top,) = now.date(), scope.top_unit_ids
    lights = lights_of(scope.indicators, scope.tasks, top, today)
    heat = heat_map(scope.indicators, View(today), Wanted(), unit_groups(top))
    tasks = lagging_tasks(scope, today)
    late = unreported_units(overdue_reports(scope, today), unit_names(top), today)
    reports = completeness(top, today, now.tzinfo, scope.indicators, scope.tasks)
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
        nothing=_nothing(lights),
        tasks=tuple(tasks[:MOST]),
        task_count=len(tasks),
        reports=reports.sentence() if reports is not None and reports.owed else "",
        unreported=tuple(late[:MOST]),
        unreported_count=len(late),
        heads=_heads(heat),
        rows=tuple(
            Row(row.unit_name, url, tuple(_cell(row, cell, url) for cell in row.cells))
            for row in heat
            for url in (_unit_url(row),)
        ),
    )


def _nothing(lights: Lights) -> tuple[str, str]:
    """Say why there is nothing to be worried about, as far as anybody knows; a title and what to do."""
    if not lights.total:
        return "还没有已下达的指标", "计划下达后，滞后的会列在这里。"
    if not lights.judged:
        return "还没有填报", "各项指标都还没有数，是否滞后要等填报后才知道。"
    if lights.counts[Light.GREY]:
        known = f"已报的 {lights.judged} 项都在计划线上"
        return (
            "已报的没有滞后",
            f"{known}，另有 {lights.counts[Light.GREY]} 项未报、未到时或无目标。",
        )
    return "没有滞后的指标", f"{lights.judged} 项都在计划线上。"


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
    said = f"，{cell.name}落后 {text} 点" if text else ""
    if cell.light is Light.GREY:
        text = NO_TARGET if cell.reported else "未报"
        said = f"，{text}"
    label = f"{row.unit_name} {cell.month}月 {cell.light.word}灯{said}"
    url = f"{unit_url}&month={cell.month}&light={cell.light}" if unit_url else ""
    return Cell(cell.light.value, text, label, url)
