"""The months of an indicator's page: plan, figures, light with its reasons, and what was corrected after closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from tracker.domain.amounts import change_words, format_figure
from tracker.domain.lights import Light, Status, shown_word
from tracker.domain.rhythm import is_due
from tracker.domain.standing import Kind, Standing
from tracker.domain.standing_json import standing_as_json
from tracker.domain.wording import light_reasons
from tracker.models import Indicator
from tracker.queries.board import BoardRow
from tracker.queries.indicator_page import IndicatorRecord, MonthRow
from tracker.queries.worked import MONTH_WORDS, MonthMark, month_marks, worked
from tracker.web.explained import Reasons
from tracker.web.filters import moment, percent


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the table."""

    label: str
    plan: str
    planned: str
    amount: str
    yoy: str
    yoy_direction: str
    actual: str
    gap: str
    rate: str
    light: str
    word: str
    mark: str
    reasons: Reasons


def marks_shown(row: BoardRow | None, now: Standing) -> Sequence[MonthMark]:
    """Return the strip's months: those of the shown row, so that a gap shows as one."""
    if row is None or row.figures is None:
        return month_marks(standing_as_json(now), None)
    return month_marks(row.figures, row.case)


def asked_marks(marks: Sequence[MonthMark], every: int) -> Sequence[MonthMark]:
    """Return the strip with nothing said of months that are not asked for."""
    return [
        mark if is_due(mark.month, every) else replace(mark, state="future", word="")
        for mark in marks
    ]


def change_on_last_year(now: Standing, month: int) -> str:
    """Say how a month compares with the same one of last year; empty where that is unknown."""
    last = (now.case.last_year or ())[month - 1 : month]
    amount = now.case.actual[month - 1] if month <= len(now.case.actual) else None
    if not last or last[0] is None or last[0] <= 0 or amount is None or now.case.kind == Kind.RATE:
        return ""
    return change_words((amount / last[0] - 1) * 100 if isinstance(amount, Decimal) else None)


def month_lines(
    indicator: Indicator, record: IndicatorRecord, now: Standing, zone: ZoneInfo
) -> list[MonthLine]:
    """Return the twelve months, each light with its reasons as they were stored with it."""
    stored = {row.month: row for row in record.months}
    need = {}
    if now.for_quarter is not None and now.for_quarter.need is not None:
        need = dict(zip(now.for_quarter.months, now.for_quarter.need, strict=True))
    marks = asked_marks(marks_shown(record.shown, now), indicator.every)
    lines = []
    for month in range(1, 13):
        row = stored.get(month)
        reasons = _reasons(indicator, row, record, zone)
        lines.append(
            _month_line(indicator, month, row, now, need.get(month), marks[month - 1], reasons)
        )
    return lines


def _month_line(
    indicator: Indicator,
    month: int,
    row: MonthRow | None,
    now: Standing,
    need: Decimal | None,
    mark: MonthMark,
    reasons: Reasons,
) -> MonthLine:
    places = indicator.places
    plan, line = now.monthly_plan, now.cumulative_plan
    amount = format_figure(row.amount, places) if row and row.amount is not None else ""
    if not amount and need:
        amount = f"需 {format_figure(need, places)}"
    yoy = change_on_last_year(now, month)
    flow = indicator.kind == Kind.FLOW
    planned = row.planned if row and row.frozen else (line[month - 1] if line else None)
    return MonthLine(
        label=f"{month}月",
        plan=format_figure(plan[month - 1], places) if plan and flow else "",
        planned=_line_words(planned, now, month, places),
        amount=amount,
        yoy=yoy,
        yoy_direction="up" if yoy.startswith("增") else "down" if yoy.startswith("下") else "",
        actual=format_figure(row.actual, places) if row and row.actual is not None else "",
        gap=_signed(row.ahead if row else None, places),
        rate=percent(row.completion_pct) if row and row.completion_pct is not None else "",
        light=row.light if row else Light.GREY.value,
        word=_month_word(row),
        mark=mark.word or MONTH_WORDS.get(mark.state, ""),
        reasons=reasons,
    )


def _month_word(row: MonthRow | None) -> str:
    if row is None:
        return Status.NOT_DUE.word
    return shown_word(
        Light(row.light),
        Status(row.status),
        reported=row.actual is not None,
        has_target=row.case.get("target") is not None,
    )


def _signed(gap: Decimal | None, places: int) -> str:
    if gap is None:
        return ""
    return f"{'+' if gap > 0 else ''}{format_figure(gap, places)}"


def _line_words(planned: Decimal | None, now: Standing, month: int, places: int) -> str:
    """Write a month's line, of a range both of them."""
    low = format_figure(planned, places)
    if planned is None or now.ceiling is None:
        return low
    return f"{low}～{format_figure(now.ceiling.at(month), places)}"


def _reasons(
    indicator: Indicator, row: MonthRow | None, record: IndicatorRecord, zone: ZoneInfo
) -> Reasons:
    """Return why a month's light is what it is: rule, figures, when it was worked out, and whether that is final."""
    if row is None:
        return ()
    year = record.source.year
    state = "已封账，不再变动" if row.frozen else "未封账"
    when = f"{row.month}月底；{moment(row.at, zone, year)} 计算，{state}"
    said = light_reasons(worked(row.case, row.month), indicator.unit, as_of=when)
    corrected = _corrected(row, record)
    if corrected is None:
        return said
    words = f"{format_figure(row.amount, indicator.places)} → {format_figure(corrected, indicator.places)}"
    return (*said, ("封账后更正", f"{words}，计入以后月份，本月亮灯不变"))


def _corrected(row: MonthRow, record: IndicatorRecord) -> Decimal | None:
    """Return the figure that a closed month was corrected to afterwards; None where it was not."""
    amounts = [one.amount for one in record.revisions if one.month == row.month]
    if not row.frozen or not amounts or amounts[-1] == row.amount:
        return None
    return amounts[-1]
