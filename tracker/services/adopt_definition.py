"""Use case: let a draft's indicator be what a definition of the library says it is (采用指标库的定义)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from tracker.domain.case import Kind, Polarity
from tracker.domain.definition_fit import Defined, Fitted, fit
from tracker.domain.errors import FigureError, NotFoundError
from tracker.domain.plan_text import Measure
from tracker.extensions import db
from tracker.models import Indicator, IndicatorDefinition, Plan
from tracker.services.draft_rows import StaleRowsError, key_of, require_draft
from tracker.services.refresh_standings import check_figures
from tracker.services.undo_draft import begin_step


def adopt_definition(
    *,
    plan: Plan,
    indicator: Indicator,
    definition_id: int,
    version: int,
    person_id: int | None,
    now: datetime,
    take_name: bool = False,
) -> IndicatorDefinition:
    """Give a draft's indicator the kind, direction, unit and decimals of a definition; its name only where asked.

    Figures go over into the new unit exactly, with as many decimals as they need. A growth that is judged by its
    rate stays one: of a quantity's definition it takes the direction alone. Raises StaleRowsError where somebody
    else changed the indicator, NotFoundError, and FigureError where its figures cannot be of that kind or unit.
    """
    require_draft(plan)
    definition = definitions_in_use(plan, [definition_id])[definition_id]
    if indicator.version != version:
        raise StaleRowsError((key_of(indicator),))
    label = f"采用指标库“{definition.name}”"
    begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=[indicator])
    put_definition(indicator, definition)
    if take_name:
        indicator.name = definition.name
    db.session.flush()
    return definition


def definitions_in_use(plan: Plan, ids: Iterable[int]) -> dict[int, IndicatorDefinition]:
    """Return these definitions of the plan's bureau by id. Raises NotFoundError where one is gone or retired."""
    wanted = set(ids)
    query = select(IndicatorDefinition).where(
        IndicatorDefinition.id.in_(wanted),
        IndicatorDefinition.top_unit_id == plan.top_unit_id,
        IndicatorDefinition.state == "active",
    )
    found = {one.id: one for one in db.session.scalars(query)} if wanted else {}
    if len(found) < len(wanted):
        raise NotFoundError("指标库里没有这个指标，或已停用，请重新选。")
    return found


def put_definition(indicator: Indicator, definition: IndicatorDefinition) -> None:
    """Put what a definition says on an indicator, in a step that was begun. Raises FigureError with one sentence."""
    after = fit(_fitted(indicator), _defined(definition))
    indicator.kind, indicator.polarity = after.kind.value, after.polarity.value
    indicator.unit, indicator.places = after.unit, after.places
    indicator.target, indicator.baseline = after.target, after.baseline
    indicator.quarters, indicator.last_year = after.quarters, after.last_year
    problem = check_figures(indicator)
    if problem:
        raise FigureError(problem)


def _defined(definition: IndicatorDefinition) -> Defined:
    return Defined(
        definition.name,
        Kind(definition.kind),
        Polarity(definition.polarity),
        definition.unit,
        definition.places,
    )


def _fitted(indicator: Indicator) -> Fitted:
    return Fitted(
        Measure(indicator.measure),
        Kind(indicator.kind),
        Polarity(indicator.polarity),
        indicator.unit,
        indicator.places,
        indicator.target,
        indicator.rate,
        indicator.baseline,
        indicator.quarters,
        indicator.last_year,
    )
