"""The board in words: its sentence, chips, heat map, and each line of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.documents.ledger import Column
from tracker.domain.amounts import format_figure
from tracker.domain.lights import NO_TARGET, Light
from tracker.domain.periods import quarter_label, quarter_of
from tracker.domain.standing import Standing
from tracker.domain.wording import lag_sentence
from tracker.queries.board import AT_RISK, LAGGING, BoardRow
from tracker.queries.duty_names import DutyNames
from tracker.queries.heat_map import HeatCell, HeatRow
from tracker.queries.lagging import LaggingTask, Unreported
from tracker.queries.pace import Pace, pace_of
from tracker.queries.worked import MonthMark, month_marks
from tracker.web.explained import (
    Reasons,
    guard_word,
    reasons_of,
    standing_of,
    unreported_sentence,
)
from tracker.web.filters import day as day_words
from tracker.web.listing import Chip, address


@dataclass(frozen=True, slots=True)
class LagLine:
    """One indicator of the list."""

    id: int
    name: str
    parts: str
    light: str
    word: str
    reasons: Reasons
    unit_name: str
    owner: str
    sentence: str
    note: str
    next_step: str
    pace: Pace
    months: Sequence[MonthMark]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One overdue task."""

    id: int
    text: str
    unit_name: str
    owner: str
    due: str
    sentence: str
    light: str
    word: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit whose reports are overdue."""

    unit_name: str
    sentence: str
    names: str


@dataclass(frozen=True, slots=True)
class Head:
    """A month's head in the heat map."""

    label: str
    now: bool
    future: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat map in words."""

    light: str
    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's row of the heat map."""

    label: str
    url: str
    cells: Sequence[Cell | None]


def summary(counts: Mapping[str, int], overdue: int, behind: int, month: int | None) -> str:
    """Say how many lag and how badly, in one sentence."""
    total = sum(counts[light.value] for light in Light)
    if not total and not overdue and not behind:
        return "范围内还没有已下达的指标。"
    red, yellow = counts[Light.RED], counts[Light.YELLOW]
    late = counts[LAGGING] - red - yellow
    kinds = ((overdue, "逾期"), (behind, "严重落后"))
    told = "、".join(f"{count} 项任务{word}" for count, word in kinds if count)
    tasks = f"；另有 {told}" if told else ""
    if not counts[LAGGING]:
        return f"{total} 项指标没有滞后{tasks}。"
    parts = [f"红 {red}" if red else "", f"黄 {yellow}" if yellow else ""]
    parts.append(f"未报 {late}" if late else "")
    said = "、".join(part for part in parts if part)
    risky = counts[AT_RISK]
    coming = quarter_label(quarter_of(min(month + 1, 12))) if month else "本季度"
    risk = f"；{coming}难保 {risky} 项" if risky else ""
    return f"{total} 项指标中 {counts[LAGGING]} 项滞后：{said}{risk}{tasks}。"


def chips(counts: Mapping[str, int], chosen: str) -> list[Chip]:
    """Return the filters by light, with their counts."""
    order = (Light.RED, Light.YELLOW, Light.GREY, Light.GREEN, Light.BLUE)
    return [
        Chip("滞后", address("lagging.index", light=None), not chosen, counts[LAGGING]),
        *(
            Chip(
                light.word,
                address("lagging.index", light=light.value),
                chosen == light,
                counts[light],
                light.value,
            )
            for light in order
        ),
    ]


def lag_lines(
    rows: Sequence[BoardRow], names: DutyNames, words: Mapping[int, tuple[str, str]]
) -> list[LagLine]:
    """Return the rows of the list in words."""
    return [_lag_line(row, names, words.get(row.id, ("", ""))) for row in rows]


def _lag_line(row: BoardRow, names: DutyNames, words: tuple[str, str]) -> LagLine:
    standing = standing_of(row)
    return LagLine(
        id=row.id,
        name=row.name,
        parts=row.parts_words,
        light=row.light,
        word=row.word,
        reasons=reasons_of(row, standing),
        unit_name=row.unit_name or "未定单位",
        owner=names.owner(row),
        sentence=_sentence(row, standing),
        note=words[0],
        next_step=words[1],
        pace=pace_of(row.name, row.unit, row.places, standing),
        months=month_marks(row.figures, row.case),
    )


def board_sentence(row: BoardRow) -> str:
    """Say of one indicator what the board says of it."""
    return _sentence(row, standing_of(row))


def _sentence(row: BoardRow, standing: Standing | None) -> str:
    if row.shown_month is None:
        return "还没有到期的月份。"
    if row.unreported or standing is None:
        return unreported_sentence(row, standing)
    return lag_sentence(standing, row.unit)


def task_lines(tasks: Sequence[LaggingTask], names: DutyNames, year: int) -> list[TaskLine]:
    """Return overdue tasks in words."""
    return [
        TaskLine(
            id=task.id,
            text=task.text,
            unit_name=task.unit_name,
            owner=names.owner(task),
            due=day_words(task.due_on, year),
            sentence=_task_sentence(task),
            light=Light.RED.value,
            word=f"逾期 {task.days_overdue} 天" if task.days_overdue else "严重落后",
        )
        for task in tasks
    ]


def _task_sentence(task: LaggingTask) -> str:
    progress = format_figure(task.progress, 2).removesuffix(".00")
    if task.days_overdue:
        return f"进度 {progress}%，{task.state.word}"
    return task.reason


def unit_lines(units: Sequence[Unreported]) -> list[UnitLine]:
    """Return in words what units owe."""
    return [_unit_line(unit) for unit in units]


def _unit_line(unit: Unreported) -> UnitLine:
    names = list(dict.fromkeys(row.name for row in unit.rows))
    more = f" 等 {len(names)} 项" if len(names) > 3 else ""
    return UnitLine(
        unit.unit_name,
        unit.sentence,
        "、".join(names[:3]) + more,
    )


def heat_heads(rows: Sequence[HeatRow], chosen: int | None) -> list[Head]:
    """Return the twelve months' heads; `now` is the one looked at, else the newest."""
    known = [cell.month for row in rows for cell in row.cells if cell is not None]
    last = max(known, default=0)
    now = chosen or last
    return [Head(f"{month}月", month == now, month > last) for month in range(1, 13)]


def heat_rows(rows: Sequence[HeatRow]) -> list[Row]:
    """Return the rows of the heat map in words."""
    return [
        Row(
            row.unit_name,
            address("lagging.index", unit=row.unit_id, month=None) if row.unit_id else "",
            [_cell(row, cell) for cell in row.cells],
        )
        for row in rows
    ]


def _cell(row: HeatRow, cell: HeatCell | None) -> Cell | None:
    if cell is None:
        return None
    text = ""
    if cell.light.is_lagging and cell.points is not None:
        text = format_figure(abs(cell.points), 1)
    elif cell.light is Light.GREY:
        text = NO_TARGET if cell.reported else "未报"
    said = f"，{cell.name}落后 {text} 点" if cell.light.is_lagging and text else ""
    said = f"，{text}" if cell.light is Light.GREY else said
    label = f"{row.unit_name} {cell.month}月 {cell.light.word}灯{said}"
    url = (
        address("lagging.index", unit=row.unit_id, month=cell.month, light=cell.light.value)
        if row.unit_id
        else ""
    )
    return Cell(cell.light.value, text, label, url)


COLUMNS = [
    Column("类型", 8),
    Column("亮灯", 12),
    Column("名称", 36),
    Column("下级已报", 10),
    Column("单位", 16),
    Column("责任人", 12),
    Column("期间", 10),
    Column("计量单位", 10),
    Column("年度目标", 14),
    Column("累计完成", 14),
    Column("计划累计", 14),
    Column("完成率（%）", 12),
    Column("较计划（点）", 12),
    Column("自几月起", 10),
    Column("保季判断", 10),
    Column("下月需完成", 14),
    Column("较计划提高（%）", 14),
    Column("逾期天数", 10),
    Column("原因", 40),
    Column("下一步", 40),
]


def board_table(
    rows: Sequence[BoardRow],
    tasks: Sequence[LaggingTask],
    units: Sequence[Unreported],
    names: DutyNames,
    words: Mapping[int, tuple[str, str]],
) -> list[list[object]]:
    """Return the cells of the export: indicators, then tasks, then reports that are owed."""
    cells = [_indicator_cells(row, names, words.get(row.id, ("", ""))) for row in rows]
    cells += [_task_cells(task, names) for task in tasks]
    for unit in units:
        cells += [_report_cells(unit, row, names) for row in unit.rows]
    return cells


def _indicator_cells(row: BoardRow, names: DutyNames, words: tuple[str, str]) -> list[object]:
    return [
        "指标",
        f"{Light(row.light).word} {row.word}",
        row.name,
        row.parts_words.removesuffix(" 已报"),
        row.unit_name or "",
        names.owner(row),
        f"{row.year}年{row.shown_month}月" if row.shown_month else "",
        row.unit,
        row.target,
        row.actual,
        row.planned,
        row.completion_pct,
        row.ahead_points,
        f"{row.behind_since}月" if row.behind_since else "",
        guard_word(row.quarter_guard),
        (row.quarter_need or (None,))[0],
        row.quarter_uplift_pct,
        None,
        *words,
    ]


def _task_cells(task: LaggingTask, names: DutyNames) -> list[object]:
    blank: list[object] = [None] * 5
    return [
        "任务",
        "红 逾期" if task.days_overdue else "红 严重落后",
        task.text,
        "",
        task.unit_name,
        names.owner(task),
        task.due_on,
        "%",
        100,
        task.progress,
        task.planned,
        task.progress,
        *blank,
        task.days_overdue,
        task.reason,
        "",
    ]


def _report_cells(unit: Unreported, row: Any, names: DutyNames) -> list[object]:
    blank: list[object] = [None] * 10
    days = unit.days_overdue + (unit.oldest - row.closes_on).days
    return [
        "未报",
        "灰 未报",
        row.name,
        "",
        unit.unit_name,
        names.reporter(row),
        row.month.long_label,
        *blank,
        days,
        "",
        "",
    ]


def month_choices(day: date, year: int) -> list[tuple[str, str]]:
    """Return the months that the board can look back at."""
    last = day.month if day.year == year else 12
    return [("", "最新"), *((str(month), f"{month}月") for month in range(last, 0, -1))]
