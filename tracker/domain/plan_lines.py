"""What a reading says, row by row, in a form that two readings of a plan can be compared in (对照用的行)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.plan_text import Item, PlanReading, PlanTask, Span, Target
from tracker.domain.plan_text.deadlines import last_deadline


class Sort(StrEnum):
    """行的种类."""

    ITEM = "item"
    TASK = "task"
    INDICATOR = "indicator"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return {"item": "条目", "task": "任务", "indicator": "指标"}[self.value]


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is said somewhere.

    `item` is its heading, on its own side; `path` names the headings above it, numbers left off. Fields hold "" for
    what is not said: `number` of a heading; `lead`, `support`, `due` of a task; `target`, `unit`, `bound`, `base`,
    `quarters` of an indicator, whose name is the `text` and whose words are the `quote`.
    """

    text: str
    item: int | None = None
    path: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    measure: str = ""
    quote: str = ""
    span: Span | None = None

    def field(self, name: str) -> str:
        """Return a field, "" where nothing is said."""
        return dict(self.fields).get(name, "")


@dataclass(frozen=True, slots=True)
class Lines:
    """All rows of one side, by sort, each in the document's order."""

    items: tuple[Line, ...] = ()
    tasks: tuple[Line, ...] = ()
    indicators: tuple[Line, ...] = ()

    def of(self, sort: Sort) -> tuple[Line, ...]:
        """Return the rows of a sort."""
        return {Sort.ITEM: self.items, Sort.TASK: self.tasks, Sort.INDICATOR: self.indicators}[sort]


def lines_of(reading: PlanReading, year: int) -> Lines:
    """Return a reading's rows; deadlines without a year lie in `year`, the plan's."""
    paths = paths_of(reading.items)

    def path(item: int | None) -> tuple[str, ...]:
        return () if item is None else (*paths[item], reading.items[item].title)

    return Lines(
        tuple(_item_line(item, paths[i]) for i, item in enumerate(reading.items)),
        tuple(
            _task_line(task, path(task.item), due_of(task, reading.plan_year, year))
            for task in reading.tasks
        ),
        tuple(_target_line(target, path(target.item)) for target in reading.targets),
    )


def paths_of(items: Sequence[Item]) -> list[tuple[str, ...]]:
    """Return the titles above each heading, outermost first."""
    paths: list[tuple[str, ...]] = []
    for item in items:  # a parent stands before its children
        above = item.parent
        paths.append(() if above is None else (*paths[above], items[above].title))
    return paths


def due_of(task: PlanTask, read_year: int | None, year: int) -> date | None:
    """Return the day that a task's words mean, in the plan's year; None where the day is only inferred."""
    if task.due_inferred:
        return None
    if not task.due_text or read_year == year:
        return task.due_on
    deadline = last_deadline(task.due_text, year)
    return deadline.on if deadline is not None and deadline.on is not None else task.due_on


def found_at(lines: Iterable[Line]) -> Callable[[int | None, int | None], int | None]:
    """Return a lookup: which of these rows stands at a place of their document, else covers the most of it."""
    placed = [(index, line.span) for index, line in enumerate(lines) if line.span is not None]
    exact = {(span.start, span.end): index for index, span in reversed(placed)}

    def find(start: int | None, end: int | None) -> int | None:
        if start is None or end is None:
            return None
        if (start, end) in exact:
            return exact[start, end]
        shared = [
            (min(end, span.end) - max(start, span.start), -index, index) for index, span in placed
        ]
        most, _, index = max(shared, default=(0, 0, 0))
        return index if most > 0 else None

    return find


def _item_line(item: Item, path: tuple[str, ...]) -> Line:
    return Line(item.title, item.parent, path, (("number", item.number),), span=item.span)


def _task_line(task: PlanTask, path: tuple[str, ...], due: date | None) -> Line:
    fields = (
        ("lead", "、".join(task.lead)),
        ("support", "、".join(task.support)),
        ("due", due.isoformat() if due is not None else ""),
    )
    return Line(task.text, task.item, path, fields, quote=task.text, span=task.span)


def _target_line(target: Target, path: tuple[str, ...]) -> Line:
    fields = (
        ("target", target.value or ""),
        ("unit", target.unit),
        ("bound", target.bound.value),
        ("base", target.base or ""),
        ("quarters", "、".join(target.quarters or ())),
    )
    measure = target.measure.value
    return Line(target.name, target.item, path, fields, measure, target.quote, target.span)
