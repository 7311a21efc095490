"""A review's frozen JSON becomes values; what it does not hold is unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.agenda import ReviewKind
from tracker.domain.bulletin.facts import Facts, facts_of
from tracker.domain.lights import Light

LIGHTS = {"blue": 0, "green": 1, "yellow": 0, "red": 0, "grey": 0}
INDICATOR = {
    "id": 5,
    "name": "税收收入",
    "unit": "万元",
    "kind": "flow",
    "polarity": "higher",
    "places": 0,
    "unit_name": "综合股",
    "light": "green",
    "word": "达进度",
    "target": "109466",
    "actual": "61646",
    "completion": "56.32",
    "month": 6,
    "guard": "可保",
    "one_place": {"completion": "56.3", "ahead": "6.3", "yoy": None},
    "last": None,
    "need": [[7, "6818"], [8, "6818"]],
}
TASK = {"unit_name": "资产管理股", "owner": "许婉清", "due": "2024-06-30", "progress": "80%"}


def read(**changes: Any) -> Facts:
    frozen: dict[str, Any] = {
        "day": "2024-07-04",
        "month": 6,
        "lights": LIGHTS,
        "indicators": [INDICATOR],
        "tasks": {"all": 3, "done": 1, "open": 2, "overdue": 1, "behind": 0},
        "overdue_tasks": [{**TASK, "days_overdue": 4, "text": "建成公物仓"}],
        "unreported": [{"unit_name": "办公室", "count": 1, "names": ["培训"]}],
        "units": [{"unit_name": "综合股", "indicators": 1, **LIGHTS, "tasks": 0, "unreported": 0}],
    }
    items: list[tuple[str, str, dict[str, Any]]] = [
        ("indicator", "税收收入", {"id": 5, "reason": "入库减少", "next": None}),
        ("due", "评审项目", {**TASK, "due": ""}),
    ]
    return facts_of("临溪县财政局", ReviewKind.MONTHLY, frozen | changes, items, [])


def test_an_indicator_with_its_reporters_words() -> None:
    fact = read().indicators[0]

    assert (fact.actual, fact.completion, fact.yoy) == (Decimal(61646), Decimal("56.3"), None)
    assert fact.need == ((7, Decimal(6818)), (8, Decimal(6818)))
    assert (fact.reason, fact.next_step) == ("入库减少", "")


def test_an_indicator_frozen_without_its_bulletin_figures() -> None:
    bare = {key: INDICATOR[key] for key in INDICATOR if key not in {"one_place", "last", "need"}}
    fact = read(indicators=[bare]).indicators[0]

    assert (fact.completion, fact.last, fact.need) == (None, None, ())


def test_tasks_units_and_counts() -> None:
    facts = read()

    assert (facts.lagging_tasks[0].text, facts.lagging_tasks[0].days_overdue) == ("建成公物仓", 4)
    assert (facts.due[0].text, facts.due[0].due) == ("评审项目", None)
    assert facts.units[0].lights[Light.GREEN] == 1
    assert (facts.day, facts.tasks.other) == (date(2024, 7, 4), 0)
