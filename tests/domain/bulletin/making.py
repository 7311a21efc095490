"""Facts of a small bureau for tests: whatever the test is not about adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.agenda import ReviewKind
from tracker.domain.amounts import round_half_up
from tracker.domain.bulletin.facts import (
    DecisionFact,
    Facts,
    IndicatorFact,
    TaskCounts,
    TaskFact,
    UnitFact,
    UnreportedFact,
)
from tracker.domain.bulletin.shares import percent_of
from tracker.domain.bulletin.text import Draft, Section
from tracker.domain.case import Kind, Polarity
from tracker.domain.lights import Light
from tracker.domain.rates import change_percent

WORDS = {
    Light.BLUE: "提前完成",
    Light.GREEN: "达进度",
    Light.YELLOW: "欠进度",
    Light.RED: "严重滞后",
    Light.GREY: "未报",
}


def indicator(name: str = "税收收入", light: Light = Light.GREEN, **values: Any) -> IndicatorFact:
    """A flow of 109,466 万元 with the published figures of January to June: 61,646, up 10.7 %."""
    defaults: dict[str, Any] = {
        "name": name,
        "unit": "万元",
        "kind": Kind.FLOW,
        "polarity": Polarity.HIGHER,
        "places": 0,
        "unit_name": "综合股",
        "light": light,
        "word": WORDS[light],
        "target": Decimal(109466),
        "actual": None if light is Light.GREY else Decimal(61646),
        "last": None if light is Light.GREY else Decimal(55707),
        "month": 6,
        "ahead": None if light is Light.GREY else Decimal("6.3"),
    }
    fact = IndicatorFact(**(defaults | values))
    return fact if "completion" in values else _with_percentages(fact, values)


def _with_percentages(fact: IndicatorFact, given: dict[str, Any]) -> IndicatorFact:
    if fact.actual is None or fact.target is None:
        return fact
    change = change_percent(fact.actual, fact.last)
    yoy = given.get("yoy", None if change is None else round_half_up(change, 1))
    return replace(fact, completion=percent_of(fact.actual, fact.target), yoy=yoy)


def task(text: str = "建成县级公物仓", **values: Any) -> TaskFact:
    """A task of the asset section, 37 days overdue."""
    defaults: dict[str, Any] = {
        "text": text,
        "unit_name": "资产管理股",
        "owner": "许婉清",
        "due": date(2024, 6, 30),
        "progress": "80%",
        "days_overdue": 37,
    }
    return TaskFact(**(defaults | values))


def facts(*indicators: IndicatorFact, **values: Any) -> Facts:
    """A bureau's facts in which everything adds up with these indicators."""
    late: tuple[TaskFact, ...] = values.get("lagging_tasks", ())
    owed: tuple[UnreportedFact, ...] = values.get("unreported", ())
    overdue = sum(one.days_overdue > 0 for one in late)
    defaults: dict[str, Any] = {
        "bureau": "临溪县财政局",
        "kind": ReviewKind.MONTHLY,
        "day": date(2024, 7, 4),
        "month": 6,
        "lights": {light: sum(one.light is light for one in indicators) for light in Light},
        "indicators": indicators,
        "tasks": TaskCounts(38, 20, 17, overdue, len(late) - overdue),
        "lagging_tasks": late,
        "unreported": owed,
        "units": _units(indicators, late, owed),
        "due": (),
        "decisions": (),
    }
    return Facts(**(defaults | values))


def _units(
    indicators: tuple[IndicatorFact, ...],
    late: tuple[TaskFact, ...],
    owed: tuple[UnreportedFact, ...],
) -> tuple[UnitFact, ...]:
    lights: dict[str, Counter[Light]] = {}
    for one in indicators:
        lights.setdefault(one.unit_name, Counter())[one.light] += 1
    tasks = Counter(one.unit_name for one in late)
    reports = Counter({one.unit_name: one.count for one in owed})
    names = dict.fromkeys([*lights, *tasks, *reports])
    return tuple(
        UnitFact(
            name,
            sum(lights.get(name, Counter()).values()),
            {light: lights.get(name, Counter())[light] for light in Light},
            tasks[name],
            reports[name],
        )
        for name in names
    )


def decision(text: str = "逐户核对重点税源", **values: Any) -> DecisionFact:
    """A decision for the 20th."""
    defaults: dict[str, Any] = {"text": text, "unit_name": "综合股", "due": date(2024, 7, 20)}
    return DecisionFact(**(defaults | values))


def edited(draft: Draft, key: str, old: str, new: str) -> Draft:
    """Return a text with some words of one section replaced; the words must be there."""
    sections = []
    for section in draft.sections:
        if section.key == key:
            assert old in section.text, section.text
            section = Section(key, section.text.replace(old, new, 1))  # noqa: PLW2901
        sections.append(section)
    return replace(draft, sections=tuple(sections))
