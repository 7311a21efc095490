"""Reading a plan: from a text to sections, items, tasks, targets and last year's results."""

from __future__ import annotations

from tracker.domain.plan_text.as_json import as_json
from tracker.domain.plan_text.assemble import read_plan
from tracker.domain.plan_text.model import (
    Bound,
    Item,
    Measure,
    PlanReading,
    PlanTask,
    Problem,
    Result,
    Section,
    SectionKind,
    Span,
    Target,
)

__all__ = [
    "Bound",
    "Item",
    "Measure",
    "PlanReading",
    "PlanTask",
    "Problem",
    "Result",
    "Section",
    "SectionKind",
    "Span",
    "Target",
    "as_json",
    "read_plan",
]
