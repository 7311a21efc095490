"""Use case: take proposals for rows of a draft, or say that they are not wanted (采用、不采用建议)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import FigureError, NotReadyError
from tracker.domain.plan_text import Measure
from tracker.domain.target_shape import decimals_needed, is_change, kind_of_level, level_from
from tracker.extensions import db
from tracker.models import DeclinedHint, Indicator, Plan
from tracker.queries.plan_suggestions import BASELINE, LAST_YEAR, LEAD, Suggestion
from tracker.queries.units_and_posts import Staff
from tracker.services.adopt_definition import definitions_in_use, put_definition
from tracker.services.assign_draft import Assignment, followers_of, give
from tracker.services.draft_rows import Row, draft_rows, key_of, require_draft
from tracker.services.edit_draft import split_as_said
from tracker.services.refresh_standings import check_figures
from tracker.services.undo_draft import begin_step


def take_hints(
    *,
    plan: Plan,
    hints: Sequence[Suggestion],
    staff: Staff,
    person_id: int | None,
    now: datetime,
) -> int:
    """Put what is proposed on its rows, as one step that can be undone; return how many proposals were taken.

    A definition of the library comes last on its row, so that a baseline taken with it goes over into its unit.
    Raises FigureError with one sentence when a figure does not fit its indicator.
    """
    require_draft(plan)
    if not hints:
        raise NotReadyError(("先选中要采用的建议",))
    rows = {key_of(row): row for row in draft_rows(plan, {hint.row_key for hint in hints})}
    led = [rows[hint.row_key] for hint in hints if hint.field == LEAD]
    inside = followers_of(led)
    touched = {key_of(row): row for row in (*rows.values(), *inside)}
    begin_step(
        plan=plan,
        label=f"采用建议 {len(hints)} 条",
        person_id=person_id,
        now=now,
        rows=touched.values(),
    )
    followers: dict[str, list[Row]] = {}
    for row in inside:
        if isinstance(row, Indicator):
            followers.setdefault(f"task-{row.task_id}", []).append(row)
    for hint in hints:
        _take(rows[hint.row_key], hint, followers, staff)
    _adopt(plan, rows, hints)
    db.session.flush()
    return len(hints)


def decline_hints(
    *, plan: Plan, hints: Sequence[Suggestion], person_id: int | None, now: datetime
) -> int:
    """Note that these proposals are not wanted: they are not made again for this draft."""
    require_draft(plan)
    if not hints:
        raise NotReadyError(("先选中不采用的建议",))
    for hint in hints:
        db.session.add(
            DeclinedHint(
                top_unit_id=plan.top_unit_id,
                plan_id=plan.id,
                row_key=hint.row_key,
                hint=hint.hint,
                person_id=person_id,
                at=now,
            )
        )
    db.session.flush()
    return len(hints)


def _take(row: Row, hint: Suggestion, inside: Mapping[str, Sequence[Row]], staff: Staff) -> None:
    if hint.field == LEAD:
        assignment = Assignment(lead_unit_id=hint.unit_id)
        give([row, *inside.get(hint.row_key, ())], assignment, staff)
    elif hint.field == BASELINE and isinstance(row, Indicator):
        _count_from(row, hint)


def _adopt(plan: Plan, rows: Mapping[str, Row], hints: Sequence[Suggestion]) -> None:
    """Put the definitions that were taken on their rows."""
    chosen = [(hint, hint.definition_id) for hint in hints if hint.definition_id is not None]
    definitions = definitions_in_use(plan, (number for _, number in chosen))
    for hint, number in chosen:
        row = rows[hint.row_key]
        if isinstance(row, Indicator):
            try:
                put_definition(row, definitions[number])
            except FigureError as error:
                raise FigureError(f"“{hint.name}”没有采用指标库：{error.message}") from None


def _count_from(indicator: Indicator, hint: Suggestion) -> None:
    """Give an indicator its baseline: a change becomes the level that it means, a balance starts there."""
    if hint.figure is None:
        return
    indicator.baseline = hint.figure
    indicator.base = indicator.base or LAST_YEAR
    if is_change(indicator.measure) and indicator.rate is not None:
        if indicator.kind == Kind.RATE:
            indicator.kind, indicator.unit = kind_of_level(indicator.name).value, hint.unit
            indicator.places = 0
        indicator.places = max(indicator.places, decimals_needed(hint.figure))
        indicator.target = level_from(
            indicator.measure, hint.figure, indicator.rate, indicator.places
        )
        if indicator.measure == Measure.REDUCTION:
            indicator.polarity = Polarity.LOWER.value
        split_as_said(indicator)
    else:
        indicator.places = max(indicator.places, decimals_needed(hint.figure))
    problem = check_figures(indicator)
    if problem:
        raise FigureError(problem)
