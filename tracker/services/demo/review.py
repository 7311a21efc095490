"""The office's review of the demonstration's draft: names, kinds, last year's months, what is not a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker.domain.case import Kind, Polarity
from tracker.domain.plan_text import Measure
from tracker.models import Indicator, Plan, Task
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.demo.indicators import INDICATORS, DemoIndicator, last_year_of
from tracker.services.draft_gaps import draft_of
from tracker.services.draft_moves import drop_rows
from tracker.services.draft_rows import Row
from tracker.services.edit_draft import Duty, IndicatorValues, check_rows, edit_indicator

_TAILS = "，、以内"  # what may stand beside a target in a sentence that says nothing else


def settle_draft(*, plan: Plan, person_id: int, now: datetime) -> None:
    """Leave out growth rates that a level stands for and tasks that are only a figure; settle each indicator."""
    draft = draft_of(plan)
    made = {row.id: _made_of(row) for row in draft.indicators}
    doubled: list[Row] = [row for row in draft.indicators if made[row.id] is None]
    figures: list[Row] = [task for task in draft.tasks if _is_figure(task, draft.indicators)]
    drop_rows(plan=plan, rows=[*figures, *doubled], person_id=person_id, now=now)
    staff = staff_of(plan.top_unit_id, now.date())
    for row in draft.indicators:
        settled = made[row.id]
        if settled is not None:
            _settle(plan, row, settled, staff, person_id, now)
    rest: list[Row] = [task for task in draft.tasks if task not in figures]
    check_rows(plan=plan, rows=rest, checked=True, person_id=person_id, now=now)


def _made_of(row: Indicator) -> DemoIndicator | None:
    for made in INDICATORS:
        if made.found in row.name and made.measure == row.measure:
            return made
    return None


def _is_figure(task: Task, indicators: Sequence[Indicator]) -> bool:
    """Tell whether a sentence says nothing but its targets, which are followed as indicators."""
    rest = task.text
    for row in indicators:
        if row.task_id == task.id:
            rest = rest.replace(row.quote, "")
    return not rest.strip(_TAILS)


def _settle(
    plan: Plan, row: Indicator, made: DemoIndicator, staff: Staff, person_id: int, now: datetime
) -> None:
    duty = Duty(row.lead_unit_id, row.owner_post_id, row.reporter_post_id, row.leader_post_id)
    values = IndicatorValues(
        name=made.name,
        item_id=row.item_id,
        duty=duty,
        measure=Measure(made.measure),
        kind=Kind(made.kind),
        polarity=Polarity(made.polarity),
        unit=made.unit,
        places=made.places,
        target=row.target,
        undecided=False,
        rate=row.rate,
        baseline=made.baseline,
        base=made.base,
        phasing=made.phasing,
        quarters=made.quarters,
        last_year=last_year_of(made),
        checked=True,
    )
    edit_indicator(
        plan=plan, indicator=row, values=values, staff=staff, person_id=person_id, now=now
    )
