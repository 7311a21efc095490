"""The reading as the JSON object that the scorer and `plan read` describe."""

from __future__ import annotations

from typing import Any

from tracker.domain.plan_text.model import PlanReading, PlanTask, Result, Target


def _task(reading: PlanReading, task: PlanTask) -> dict[str, Any]:
    due = task.due_on.isoformat() if task.due_on else task.due_text
    return {
        "text": task.text,
        "item": reading.items[task.item].title if task.item is not None else None,
        "start": task.span.start,
        "end": task.span.end,
        "lead": list(task.lead),
        "support": list(task.support),
        "due": due,
        "due_text": task.due_text,
        "due_inferred": task.due_inferred,
    }


def _figure(row: Target | Result) -> dict[str, Any]:
    return {
        "name": row.name,
        "measure": row.measure.value,
        "value": row.value,
        "unit": row.unit,
        "bound": row.bound.value,
        "base": row.base,
        "quote": row.quote,
        "start": row.span.start,
        "end": row.span.end,
    }


def as_json(reading: PlanReading) -> dict[str, Any]:
    """Plain dictionaries and lists; offsets are code points of the text as read."""
    return {
        "plan_year": reading.plan_year,
        "title": reading.title,
        "sections": [
            {
                "heading": section.heading,
                "kind": section.kind.value,
                "start": section.span.start,
                "end": section.span.end,
            }
            for section in reading.sections
        ],
        "items": [
            {
                "number": item.number,
                "title": item.title,
                "level": item.level,
                "parent": item.parent,
                "start": item.span.start,
                "end": item.span.end,
            }
            for item in reading.items
        ],
        "tasks": [_task(reading, task) for task in reading.tasks],
        "indicators": [_figure(target) for target in reading.targets],
        "actuals": [_figure(result) for result in reading.results],
        "problems": [problem.message for problem in reading.problems],
    }
