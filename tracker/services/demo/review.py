"""The office's review of the demonstration's draft: names, kinds, last year's months, what is not a task."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.phasing import weights_from_last_year
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, TaskEvent
from tracker.services.demo.indicators import INDICATORS, DemoIndicator, last_year_of
from tracker.services.draft_gaps import draft_of
from tracker.services.undo_draft import begin_step

FOLLOWED_AS_FIGURE = "只是目标值，按指标逐月跟踪，不另列任务。"


def settle_draft(*, plan: Plan, person_id: int, now: datetime) -> None:
    """Settle every indicator, leave out growth rates that a level stands for, and tasks that are only a figure."""
    draft = draft_of(plan)
    tasks, indicators = list(draft.tasks), list(draft.indicators)
    begin_step(
        plan=plan, label="核定指标", person_id=person_id, now=now, rows=[*tasks, *indicators]
    )
    for row in indicators:
        made = _made_of(row)
        if made is None:
            row.state = "cancelled"
        else:
            _settle(row, made)
    _leave_out_figures(tasks, indicators, person_id, now)
    db.session.flush()


def _made_of(row: Indicator) -> DemoIndicator | None:
    for made in INDICATORS:
        if made.found in row.name and made.measure == row.measure:
            return made
    return None


def _settle(row: Indicator, made: DemoIndicator) -> None:
    row.name, row.kind, row.polarity = made.name, made.kind, made.polarity
    row.unit, row.places = made.unit, made.places
    row.target = made.target if made.target is not None else row.target
    row.rate, row.baseline, row.base = made.rate, made.baseline, made.base
    row.phasing, row.quarters, row.last_year = made.phasing, made.quarters, last_year_of(made)
    if made.phasing == "last_year":
        row.weights = weights_from_last_year(row.last_year or ())
    row.checked = True


def _leave_out_figures(
    tasks: list[Task], indicators: list[Indicator], person_id: int, now: datetime
) -> None:
    """Leave out tasks that say nothing but their targets."""
    for task in tasks:
        inside = [row for row in indicators if row.task_id == task.id]
        rest = task.text
        for row in inside:
            rest = rest.replace(row.quote, "")
        if rest.strip("，、以内"):
            continue
        task.state = "cancelled"
        for row in inside:
            row.task_id = None
        db.session.add(
            TaskEvent(
                top_unit_id=task.top_unit_id,
                task_id=task.id,
                at=now,
                person_id=person_id,
                what="state",
                before="draft",
                after="cancelled",
                why=FOLLOWED_AS_FIGURE,
            )
        )
