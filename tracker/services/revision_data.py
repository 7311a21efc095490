"""What was read of a row of a revised document, as it is kept until it is applied (修订条目的内容)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.plan_diff import PlanDiff
from tracker.domain.plan_lines import Line, Sort
from tracker.domain.plan_text import Bound, Measure, PlanReading, Span, Target
from tracker.permissions import Actor


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who applies a revision, when, and the reason that the history keeps."""

    actor: Actor
    now: datetime
    why: str


def data_of(
    sort: Sort, at: int, line: Line, reading: PlanReading, diff: PlanDiff
) -> dict[str, Any]:
    """Return a row of the new document as JSON: its headings from the outermost down, and its own particulars."""
    data: dict[str, Any] = {"at": at, "headings": _headings(sort, at, line, reading, diff)}
    if sort is Sort.TASK:
        data |= {name: line.field(name) for name in ("lead", "support", "due")}
    elif sort is Sort.INDICATOR:
        data["target"] = _target_as_json(reading.targets[at])
    return data


def _headings(
    sort: Sort, at: int, line: Line, reading: PlanReading, diff: PlanDiff
) -> list[dict[str, Any]]:
    """Return the headings down to the row's own; `id` is the plan's, None where it has none yet."""
    chain: list[dict[str, Any]] = []
    index = at if sort is Sort.ITEM else line.item
    while index is not None:
        item = reading.items[index]
        chain.insert(
            0,
            {
                "at": index,
                "id": diff.headings.get(index),
                "number": item.number[:20],
                "title": item.title[:500],
                "level": item.level,
            },
        )
        index = item.parent
    return chain


def _target_as_json(target: Target) -> dict[str, Any]:
    return {
        "name": target.name,
        "measure": target.measure.value,
        "value": target.value,
        "unit": target.unit,
        "bound": target.bound.value,
        "base": target.base,
        "quote": target.quote,
        "task": target.task,
        "quarters": list(target.quarters) if target.quarters else None,
    }


def target_of(data: Mapping[str, Any]) -> Target:
    """Return the target that was read."""
    kept = dict(data["target"])
    quarters = kept.pop("quarters")
    return Target(
        **kept
        | {"measure": Measure(kept["measure"]), "bound": Bound(kept["bound"])}
        | {"quarters": tuple(quarters) if quarters else None, "span": Span(0, 0)}
    )
