"""One indicator's page in words: figures, charts, strip, months, history, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tracker.domain.amounts import change_words, format_figure, plain
from tracker.domain.case_json import earlier_from_json
from tracker.domain.courses import Course, cumulative_course, month_course
from tracker.domain.lights import NO_LINE, NO_TARGET, Light
from tracker.domain.periods import quarter_label, quarter_of
from tracker.domain.standing import Kind, Polarity, Standing
from tracker.domain.wording import guard_sentence, quantity, standing_sentence, target_words
from tracker.models import Indicator
from tracker.queries.board import BoardRow
from tracker.queries.duty_names import DutyNames
from tracker.queries.indicator_page import IndicatorRecord
from tracker.queries.worked import MonthMark
from tracker.services.set_indicator import PHASINGS
from tracker.web.explained import (
    Reasons,
    reasons_of,
    standing_of,
    unreported_sentence,
)
from tracker.web.filters import percent, points
from tracker.web.indicators.history import Event, about, base_words, history_of
from tracker.web.indicators.month_lines import (
    MonthLine,
    asked_marks,
    change_on_last_year,
    marks_shown,
    month_lines,
)

QUARTERS, MONTHS = 4, 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the figures at the head of the page."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class GuardLine:
    """保季 or 保年 in words."""

    kind: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class QuarterMark:
    """A quarter under the strip."""

    label: str
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """Everything that the template shows."""

    sentence: str
    light: str
    word: str
    reasons: Reasons
    guards: Sequence[GuardLine]
    facts: Sequence[Fact]
    charts: Sequence[tuple[str, str, dict[str, Any]]]
    marks: Sequence[MonthMark]
    quarters: Sequence[QuarterMark]
    months: Sequence[MonthLine]
    history: Sequence[Event]
    about: Sequence[tuple[str, str]]
    cumulates: bool
    phasing: str


def indicator_page(
    indicator: Indicator,
    record: IndicatorRecord,
    beginning: Standing,
    names: DutyNames,
    zone: ZoneInfo,
) -> IndicatorPage:
    """Put an indicator into words; `beginning` is its standing before January."""
    shown = record.shown
    known = None if shown is None else standing_of(shown)
    now = beginning if known is None else known
    light = Light.GREY if shown is None else Light(shown.light)
    return IndicatorPage(
        sentence=_sentence(indicator, record, now),
        light=light.value,
        word="未到时" if shown is None else shown.word,
        reasons=() if shown is None else reasons_of(shown, known),
        guards=_guards(indicator, now, shown),
        facts=_facts(indicator, now),
        charts=charts_of(indicator, now),
        marks=asked_marks(marks_shown(shown, now), indicator.every),
        quarters=_quarters(now),
        months=month_lines(indicator, record, now, zone),
        history=history_of(indicator, record, zone),
        about=about(indicator, record, names),
        cumulates=indicator.kind == Kind.FLOW,
        phasing=PHASINGS.get(indicator.phasing, indicator.phasing),
    )


def _sentence(indicator: Indicator, record: IndicatorRecord, now: Standing) -> str:
    row = record.shown
    if row is None:
        return "这项指标还没有下达。" if indicator.state == "draft" else "这项指标已撤销。"
    if row.unreported:
        return unreported_sentence(row, now if now.month else None)
    return standing_sentence(now, indicator.unit)


def _guards(indicator: Indicator, now: Standing, shown: BoardRow | None) -> list[GuardLine]:
    """Return what quarter and year still need; the quarter's only where the sentence above does not say it."""
    if now.light is Light.BLUE:
        return []
    said = shown is not None and not shown.unreported
    lines = []
    for outlook in (None if said else now.for_quarter, now.for_year):
        if outlook is None or outlook.guard is None:
            continue
        sentence = guard_sentence(outlook, indicator.unit, balance=indicator.kind == Kind.STOCK)
        lines.append(GuardLine(outlook.guard.value, outlook.guard.word, sentence))
    return lines


def _facts(indicator: Indicator, now: Standing) -> list[Fact]:
    places, unit = indicator.places, indicator.unit
    facts = [
        Fact(
            _goal_word(indicator),
            target_words(indicator.polarity, indicator.target, indicator.target_high, "", places),
            unit,
            _goal_note(indicator),
        )
    ]
    if not now.month:
        return facts
    flow = indicator.kind == Kind.FLOW
    amount = now.case.actual[now.month - 1] if now.month <= len(now.case.actual) else None
    if flow and isinstance(amount, Decimal):
        facts.append(
            Fact(f"{now.month}月当月", format_figure(amount, places), unit, _month_yoy(now))
        )
    reached = format_figure(now.actual_cumulative, places)
    share = f"占 {percent(now.completion_pct)}" if now.completion_pct is not None and flow else ""
    facts.append(Fact("累计完成" if flow else f"{now.month}月末", reached, unit, share))
    if now.yoy is not None:
        words = change_words(now.yoy)
        facts.append(
            Fact("累计同比" if flow else "同比", words, "", _yoy_note(now, unit), _way(now.yoy))
        )
    if now.ahead_of_plan is not None:
        facts.append(_against_plan(now, unit))
    if now.forecast is not None and now.forecast.high > 0 and now.month < MONTHS:
        facts.append(_forecast(now, unit, places))
    return facts


def _goal_note(indicator: Indicator) -> str:
    """Say from when a changed target holds and what it was before; else which base it is counted from."""
    old = earlier_from_json(indicator.earlier)
    if not old:
        return base_words(indicator)
    terms = (old[-1].target, old[-1].target_high, "", indicator.places)
    return f"从{old[-1].through + 1}月起，此前 {target_words(indicator.polarity, *terms)}"


def _goal_word(indicator: Indicator) -> str:
    return "全年控制数" if indicator.polarity == Polarity.LOWER else "年度目标"


def _month_yoy(now: Standing) -> str:
    words = change_on_last_year(now, now.month)
    return f"同比{words}" if words else ""


def _yoy_note(now: Standing, unit: str) -> str:
    if not now.yoy_amount:
        return ""
    return f"{'多' if now.yoy_amount > 0 else '少'} {quantity(abs(now.yoy_amount), unit)}"


def _way(change: Any) -> str:
    if not change:
        return ""
    return "up" if change > 0 else "down"


def _against_plan(now: Standing, unit: str) -> Fact:
    ahead = now.ahead_of_plan or Decimal(0)
    if now.case.polarity == Polarity.RANGE:
        word = "在区间内，离较近的界" if ahead >= 0 else "离开区间"
    elif now.case.polarity == Polarity.LOWER:
        word = "低于计划" if ahead >= 0 else "超出计划"
    else:
        word = "超计划" if ahead >= 0 else "欠计划"
    return Fact(
        "较计划", points(now.ahead_of_plan_points), "点", f"{word} {quantity(abs(ahead), unit)}"
    )


def _forecast(now: Standing, unit: str, places: int) -> Fact:
    forecast = now.forecast
    assert forecast is not None  # noqa: S101  asked by the caller
    if forecast.low == forecast.high:
        return Fact("年底预测", format_figure(forecast.figure, places), unit, forecast.method.word)
    band = f"{format_figure(forecast.low, places)}–{format_figure(forecast.high, places)}"
    return Fact("年底预测", band, unit, "按上年走势、按分月进度两法之间")


def charts_of(indicator: Indicator, now: Standing) -> list[tuple[str, str, dict[str, Any]]]:
    """Return id, name and data of each chart: a flow's months, and what is reached at each month's end."""
    charts = []
    if indicator.kind == Kind.FLOW:
        charts.append(("c1", "当月", _chart(indicator, "当月", month_course(now))))
    name = "累计" if indicator.kind == Kind.FLOW else "各月末"
    charts.append(("c2", name, _chart(indicator, name, cumulative_course(now))))
    return charts


def _chart(indicator: Indicator, name: str, course: Course) -> dict[str, Any]:
    def line(figures: Sequence[Decimal | None] | None) -> list[str | None] | None:
        if figures is None:
            return None
        return [None if one is None else plain(one, indicator.places) for one in figures]

    lines = {
        "actual": line(course.actual),
        "plan": line(course.plan),
        "last": line(course.last),
        "need": line(course.need),
        "low": line(course.low),
        "high": line(course.high),
    }
    return {
        "name": f"{indicator.name}{name}",
        "unit": indicator.unit,
        "months": list(range(1, 13)),
        "bandName": "年底预测",
        "says": f"{indicator.name}{name}完成与计划、上年、补欠所需的比较，数据见分月表",
        **{key: figures for key, figures in lines.items() if figures is not None},
    }


def _quarters(now: Standing) -> list[QuarterMark]:
    return [_quarter(now, number) for number in range(1, QUARTERS + 1)]


def _quarter(now: Standing, number: int) -> QuarterMark:
    label, end = quarter_label(number), number * 3
    if number in now.quarters_lost:
        repaired = now.quarters_repaired.get(number)
        return QuarterMark(label, "lost", f"失守，{repaired}月补回" if repaired else "失守")
    if end <= now.month:
        known = now.marks[end - 1].code is not None
        reported = now.reached[end - 1] is not None
        unknown = "未报" if not reported else NO_TARGET if now.case.target is None else NO_LINE
        return QuarterMark(label, "held" if known else "", "守住" if known else unknown)
    if number == quarter_of(min(now.month + 1, 12)) and now.month:
        left = "、".join(str(month) for month in range(now.month + 1, end + 1))
        return QuarterMark(label, "", f"{left}月见分晓")
    return QuarterMark(label, "", "未到时")
