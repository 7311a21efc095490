"""Target rows: every target of the plan parts, out of tasks, target columns and indicator tables."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.plan_text.canvas import Canvas
from tracker.domain.plan_text.cells import of_cell
from tracker.domain.plan_text.drafts import Draft, Ledger
from tracker.domain.plan_text.model import Target
from tracker.domain.plan_text.pairing import Found
from tracker.domain.plan_text.quarters import with_quarters
from tracker.domain.plan_text.sentences import sentences_in
from tracker.domain.plan_text.targets import quantified


def _target(canvas: Canvas, found: Found, item: int | None, task: int | None) -> Target:
    return Target(
        found.name,
        found.measure,
        found.value,
        found.unit,
        found.bound,
        found.base,
        canvas.words(found.start, found.end).strip("，、；：。 "),
        canvas.place(found.start, found.end),
        item,
        task,
    )


def targets_in(ledger: Ledger, drafts: Sequence[Draft]) -> list[Target]:
    """Return the targets of the tasks and of the target cells, in order; `drafts` are the tasks as finished."""
    canvas = ledger.canvas
    found: list[Target] = []
    places = {draft.start: task for task, draft in enumerate(drafts)}
    known, entry = "", -1
    for start, end, draft in _told_targets(ledger, drafts):
        task = places.get(draft.start) if draft else None
        spoken = quantified(
            canvas.plain, start, end, known if draft and draft.entry == entry else ""
        )
        known = spoken[-1].name if spoken else known
        entry = draft.entry if draft and spoken else entry
        found += [_target(canvas, one, draft.item if draft else None, task) for one in spoken]
    found += _cell_targets(ledger, places)
    return with_quarters(sorted(found, key=lambda target: target.span.start), ledger.items)


def _told_targets(ledger: Ledger, drafts: Sequence[Draft]) -> list[tuple[int, int, Draft | None]]:
    """Return the stretches that may hold targets, in order: the tasks, and the target cells of tables."""
    told: list[tuple[int, int, Draft | None]] = [(one.start, one.end, one) for one in drafts]
    for start, end, index in ledger.extra:
        draft = ledger.drafts[index] if index is not None else None
        told += [
            (first, last, draft) for first, last in sentences_in(ledger.canvas.plain, start, end)
        ]
    return sorted(told, key=lambda stretch: stretch[0])


def _cell_targets(ledger: Ledger, places: dict[int, int]) -> list[Target]:
    """Rows of an indicator table: name, unit and figure in columns of their own."""
    canvas, found = ledger.canvas, []
    for first, last, start, end, unit in ledger.cells:
        name = canvas.words(first, last)
        one = of_cell(name, canvas.plain[start:end], unit, start, end)
        spoken = [one] if one else quantified(canvas.plain, start, end)
        found += [_target(canvas, each, None, places.get(first)) for each in spoken]
    return found
