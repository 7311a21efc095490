"""Use case: let a draft's indicator be what a definition of the library says it is (采用指标库的定义)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from tracker.domain.amounts import convert
from tracker.domain.case import Kind
from tracker.domain.errors import FigureError, NotFoundError
from tracker.domain.plan_text import Measure
from tracker.domain.target_shape import MAX_PLACES, decimals_needed, is_change, level_from
from tracker.domain.target_values import TypedTarget, fault_of, rate_unit
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
    definition = _definition(plan, definition_id)
    if indicator.version != version:
        raise StaleRowsError((key_of(indicator),))
    fault = _fault(indicator, definition)
    if fault:
        raise FigureError(fault)
    label = f"采用指标库“{definition.name}”"
    begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=[indicator])
    if take_name:
        indicator.name = definition.name
    if _takes_shape(indicator, definition):
        _put_shape(indicator, definition)
    if indicator.measure != Measure.REDUCTION:  # what is cut is judged as it was read
        indicator.polarity = definition.polarity
    problem = check_figures(indicator) or fault_of(_typed(indicator))
    if problem:
        raise FigureError(problem)
    db.session.flush()
    return definition


def _definition(plan: Plan, definition_id: int) -> IndicatorDefinition:
    found = db.session.scalar(
        select(IndicatorDefinition).where(
            IndicatorDefinition.id == definition_id,
            IndicatorDefinition.top_unit_id == plan.top_unit_id,
            IndicatorDefinition.state == "active",
        )
    )
    if found is None:
        raise NotFoundError("指标库里没有这个指标，或已停用，请重新选。")
    return found


def _by_rate(indicator: Indicator) -> bool:
    return is_change(indicator.measure) and indicator.baseline is None


def _takes_shape(indicator: Indicator, definition: IndicatorDefinition) -> bool:
    """Tell whether kind and unit go over: not from a quantity to its growth."""
    return not _by_rate(indicator) or definition.kind == Kind.RATE


def _fault(indicator: Indicator, definition: IndicatorDefinition) -> str | None:
    """Say why the indicator's figures cannot be what the definition says."""
    if not _takes_shape(indicator, definition):
        return None
    if _by_rate(indicator) and rate_unit(definition.unit) is None:
        return f"增幅、降幅按 % 考核，指标库里“{definition.name}”按{definition.unit}计，不能采用。"
    by_level = indicator.kind != Kind.RATE and any(one is not None for one in _figures(indicator))
    if by_level and definition.kind == Kind.RATE:
        return f"目标值按{indicator.unit}计，指标库里“{definition.name}”是比率，不能采用。"
    return None


def _figures(indicator: Indicator) -> list[Decimal | None]:
    rows = (indicator.quarters or (), indicator.last_year or ())
    return [indicator.target, indicator.baseline, *(one for row in rows for one in row)]


def _put_shape(indicator: Indicator, definition: IndicatorDefinition) -> None:
    """Put kind, unit and decimals on, and take the figures over into the unit."""
    change = _into(indicator.unit, definition.unit)
    target, baseline = change(indicator.target), change(indicator.baseline)
    quarters, last_year = _each(indicator.quarters, change), _each(indicator.last_year, change)
    needed = [
        decimals_needed(one)
        for one in (target, baseline, *(quarters or ()), *(last_year or ()))
        if one
    ]
    indicator.kind, indicator.unit = definition.kind, definition.unit
    indicator.places = max([definition.places, *needed])
    if indicator.places > MAX_PLACES:
        raise FigureError(f"换算成{definition.unit}后，小数超过 {MAX_PLACES} 位，不能采用。")
    indicator.target, indicator.baseline = target, baseline
    indicator.quarters, indicator.last_year = quarters, last_year
    if is_change(indicator.measure) and baseline is not None and indicator.rate is not None:
        rate = indicator.rate
        indicator.target = level_from(indicator.measure, baseline, rate, indicator.places)


def _into(unit: str, wanted: str) -> Callable[[Decimal | None], Decimal | None]:
    """Return how a figure goes from one unit into another; unknown ones stay unknown."""

    def change(figure: Decimal | None) -> Decimal | None:
        if figure is None or unit == wanted:
            return figure
        return convert(figure, unit, wanted)

    return change


def _each(
    figures: Sequence[Decimal | None] | None, change: Callable[[Decimal | None], Decimal | None]
) -> tuple[Decimal | None, ...] | None:
    return None if figures is None else tuple(change(one) for one in figures)


def _typed(indicator: Indicator) -> TypedTarget:
    return TypedTarget(
        Measure(indicator.measure),
        indicator.unit,
        indicator.target,
        indicator.rate,
        indicator.baseline,
        indicator.quarters or (),
    )
