"""The annex tables (附表) of a bulletin: every indicator, every unit, the tasks that lag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.amounts import format_figure
from tracker.domain.bulletin.facts import Facts, IndicatorFact, TaskFact, UnitFact
from tracker.domain.case import Kind
from tracker.domain.lights import Light

#: A figure with the places that it is printed with; text; a count; a day; nothing.
AnnexCell = tuple[Decimal, int] | str | int | date | None

SUM = "合计"


@dataclass(frozen=True, slots=True)
class AnnexColumn:
    """A column: its head, its width (all together are 156 mm), and whether it holds figures."""

    title: str
    width: int
    figures: bool = False


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """A table of the annex."""

    title: str
    columns: tuple[AnnexColumn, ...]
    rows: tuple[tuple[AnnexCell, ...], ...]


def annex(facts: Facts) -> tuple[AnnexTable, ...]:
    """Return the annex tables; the tasks' only where tasks lag."""
    tables = [_indicators(facts), _units(facts)]
    if facts.lagging_tasks:
        tables.append(_tasks(facts))
    return tuple(tables)


def cell_words(cell: AnnexCell) -> str:
    """Write a cell for print; what is unknown is a dash."""
    if cell is None:
        return "—"
    if isinstance(cell, tuple):
        return format_figure(*cell)
    if isinstance(cell, date):
        return f"{cell.month}月{cell.day}日"
    return str(cell)


def _indicators(facts: Facts) -> AnnexTable:
    return AnnexTable(
        "指标完成情况表",
        (
            AnnexColumn("序号", 10),
            AnnexColumn("指标", 30),
            AnnexColumn("牵头单位", 20),
            AnnexColumn("计量单位", 12),
            AnnexColumn("年度目标", 20, figures=True),
            AnnexColumn("累计完成", 20, figures=True),
            AnnexColumn("完成率%", 13, figures=True),
            AnnexColumn("同比%", 14, figures=True),
            AnnexColumn("进度", 17),
        ),
        tuple(_indicator(number, one) for number, one in enumerate(facts.indicators, start=1)),
    )


def _indicator(number: int, fact: IndicatorFact) -> tuple[AnnexCell, ...]:
    rate = fact.kind is Kind.RATE
    return (
        number,
        fact.name,
        fact.unit_name,
        fact.unit,
        _figure(fact.target, fact.printed_places),
        _figure(fact.actual, fact.printed_places),
        None if rate else _figure(fact.completion, 1),
        None if rate else _figure(fact.yoy, 1),
        fact.word,
    )


def _units(facts: Facts) -> AnnexTable:
    heads = (*(light.meaning for light in Light), "滞后任务", "未报")
    return AnnexTable(
        "各单位情况表",
        (
            AnnexColumn("单位", 32),
            AnnexColumn("指标数", 15, figures=True),
            *(
                AnnexColumn(head, width, figures=True)
                for head, width in zip(heads, _WIDTHS, strict=True)
            ),
        ),
        (*(_unit(unit) for unit in facts.units), _unit(sum_of(facts.units))),
    )


_WIDTHS = (15, 15, 15, 18, 17, 18, 11)


def sum_of(units: tuple[UnitFact, ...]) -> UnitFact:
    """Return the units' lines added up."""
    return UnitFact(
        SUM,
        sum(unit.indicators for unit in units),
        {light: sum(unit.lights[light] for unit in units) for light in Light},
        sum(unit.tasks for unit in units),
        sum(unit.unreported for unit in units),
    )


def _unit(unit: UnitFact) -> tuple[AnnexCell, ...]:
    lights = (unit.lights[light] for light in Light)
    return (unit.name, unit.indicators, *lights, unit.tasks, unit.unreported)


def _tasks(facts: Facts) -> AnnexTable:
    return AnnexTable(
        "逾期和进度严重落后的任务表",
        (
            AnnexColumn("序号", 10),
            AnnexColumn("任务", 59),
            AnnexColumn("牵头单位", 23),
            AnnexColumn("责任人", 17),
            AnnexColumn("时限", 23),
            AnnexColumn("进度", 11, figures=True),
            AnnexColumn("逾期天数", 13, figures=True),
        ),
        tuple(_task(number, one) for number, one in enumerate(facts.lagging_tasks, start=1)),
    )


def _task(number: int, task: TaskFact) -> tuple[AnnexCell, ...]:
    late = task.days_overdue or None
    return (number, task.text, task.unit_name, task.owner, task.due, task.progress, late)


def _figure(value: Decimal | None, places: int) -> AnnexCell:
    return None if value is None else (value, places)
