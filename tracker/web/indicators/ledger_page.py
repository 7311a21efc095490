"""The ledger as the page and its export show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.documents.ledger import Column
from tracker.domain.amounts import change_words, format_figure
from tracker.domain.lights import Light
from tracker.queries.board import BoardRow
from tracker.queries.duty_names import DutyNames
from tracker.queries.pace import Pace, pace_of
from tracker.queries.worked import MonthMark, month_marks
from tracker.web.explained import Reasons, guard_word, reasons_of, standing_of, target_shown
from tracker.web.filters import points


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One indicator's row in words."""

    id: int
    name: str
    parts: str
    unit_name: str
    owner: str
    light: str
    word: str
    reasons: Reasons
    target: str
    actual: str
    as_of: str
    unit: str
    pace: Pace
    points: str
    yoy: str
    yoy_direction: str
    guard: str
    guard_word: str
    guard_note: str
    months: Sequence[MonthMark]


def ledger_lines(rows: Sequence[BoardRow], names: DutyNames) -> list[LedgerLine]:
    """Return the rows in words."""
    return [_line(row, names) for row in rows]


def _line(row: BoardRow, names: DutyNames) -> LedgerLine:
    standing = standing_of(row)
    return LedgerLine(
        id=row.id,
        name=row.name,
        parts=row.parts_words,
        unit_name=row.unit_name or "未定单位",
        owner=names.owner(row) or "—",
        light=row.light,
        word=row.word,
        reasons=reasons_of(row, standing),
        target=target_shown(row),
        actual=format_figure(standing.actual_cumulative if standing else None, row.places),
        as_of=f"{standing.month}月" if standing and row.unreported else "",
        unit=row.unit,
        pace=pace_of(row.name, row.unit, row.places, standing),
        points=points(row.ahead_points),
        yoy=change_words(row.yoy_pct),
        yoy_direction=_direction(row.yoy_pct),
        guard=row.quarter_guard or "",
        guard_word=guard_word(row.quarter_guard),
        guard_note=_need(row),
        months=month_marks(row.figures, row.case),
    )


def _direction(change: Decimal | None) -> str:
    if not change:
        return ""
    return "up" if change > 0 else "down"


def _need(row: BoardRow) -> str:
    need = [amount for amount in row.quarter_need or () if amount is not None]
    if not any(need):
        return ""
    return f"{(row.month or 0) + 1}月需 {format_figure(need[0], row.places)}"


def ledger_table(
    rows: Sequence[BoardRow], names: DutyNames
) -> tuple[list[Column], list[list[object]]]:
    """Return the export's columns and cells: figures as numbers, words as text."""
    columns = [
        Column("亮灯", 10),
        Column("指标", 30),
        Column("单位", 16),
        Column("责任人", 12),
        Column("计量单位", 10),
        Column("年度目标", 14),
        Column("截至月份", 10),
        Column("累计完成", 14),
        Column("计划累计", 14),
        Column("完成率（%）", 12),
        Column("序时进度（%）", 12),
        Column("较计划（点）", 12),
        Column("同比（%）", 12),
        Column("保季判断", 10),
        Column("下月需完成", 14),
        Column("下级已报", 10),
        Column("手工比汇总多", 14),
    ]
    return columns, [_cells(row, names) for row in rows]


def _cells(row: BoardRow, names: DutyNames) -> list[object]:
    return [
        f"{Light(row.light).word} {row.word}",
        row.name,
        row.unit_name or "",
        names.owner(row),
        row.unit,
        row.target,
        f"{row.year}年{row.shown_month}月" if row.shown_month else "",
        row.actual,
        row.planned,
        row.completion_pct,
        row.time_pct,
        row.ahead_points,
        row.yoy_pct,
        guard_word(row.quarter_guard),
        (row.quarter_need or (None,))[0],
        row.parts_words.removesuffix(" 已报"),
        row.hand_gap,
    ]
