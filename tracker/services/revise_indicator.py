"""Steps of applying a revision: an indicator is changed, moved, cancelled or added; what was reported of it stays."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.amounts import convert, format_figure
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import FigureError
from tracker.domain.target_shape import (
    TargetShape,
    decimals_needed,
    is_change,
    level_from,
    quarter_amounts,
    quarter_shares,
    shape_of,
)
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanRevisionChange
from tracker.services import audit
from tracker.services.refresh_standings import refresh_standings
from tracker.services.revision_data import Mandate, target_of
from tracker.services.set_indicator import Settings, set_indicator

#: (label, old, new), as the indicator's history shows them.
Said = tuple[str, str, str]
_LABELS = {"text": "指标名称", "unit": "计量单位", "bound": "目标的界", "item": "计划条目"}
#: Fields that make the quarters' amounts anew.
SPLITTING = frozenset({"target", "quarters"})
BOUND_WORDS = {"": "—", "eq": "达到", "ge": "不低于", "le": "不超过", "about": "左右"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What an indicator's target becomes; `shares` are the running shares by which its quarters are split."""

    target: Decimal | None
    rate: Decimal | None
    places: int
    by_quarters: bool
    shares: Sequence[Decimal | None] | None


def new_figures(indicator: Indicator, change: PlanRevisionChange) -> Figures:
    """Return the figures that a change asks for in the indicator's own unit: of a growth on a baseline, the level."""
    target = target_of(change.data)
    fields = {field["name"] for field in change.fields}
    level, rate = indicator.target, indicator.rate
    if "target" in fields:
        level, rate = _level(indicator, change)
    if "rate" in fields:
        rate = next(Decimal(field["new"]) for field in change.fields if field["name"] == "rate")
    said = quarter_shares(target.quarters) if "quarters" in fields else None
    by_quarters = indicator.kind == Kind.FLOW and (
        said is not None or indicator.phasing == "quarters"
    )
    needed = decimals_needed(level) if level is not None else 0
    places = max(indicator.places, needed)
    return Figures(level, rate, places, by_quarters, said or indicator.quarter_shares)


def _level(
    indicator: Indicator, change: PlanRevisionChange
) -> tuple[Decimal | None, Decimal | None]:
    shape = shape_of(target_of(change.data))
    if is_change(indicator.measure) and shape.rate is not None:
        if indicator.kind == Kind.RATE or indicator.baseline is None:
            return shape.rate, shape.rate
        places = indicator.places
        return level_from(indicator.measure, indicator.baseline, shape.rate, places), shape.rate
    if shape.target is None:
        return None, indicator.rate
    try:
        return convert(shape.target, shape.unit, indicator.unit).normalize(), indicator.rate
    except FigureError:  # another word for the same thing: 3 处 → 3 个
        return shape.target, indicator.rate


def revise_indicator(
    *,
    plan: Plan,
    indicator: Indicator,
    change: PlanRevisionChange,
    item_id: int | None,
    calendar: WorkingCalendar,
    by: Mandate,
) -> None:
    """Change an indicator as its document now has it. Its target goes the way of every target; reports stay."""
    target = target_of(change.data)
    fields = {field["name"]: field for field in change.fields}
    _put_bounds(indicator, shape_of(target), fields.keys())
    if fields.keys() & {"target", "quarters", "base", "rate"}:
        _set_figures(plan, indicator, change, calendar, by)
    if "text" in fields:
        indicator.name = target.name[:200]
    if "unit" in fields:
        indicator.unit = target.unit[:20]
    if "item" in fields:
        indicator.item_id = item_id
    indicator.quote = change.quote
    db.session.flush()
    said = [
        (label, _bound(name, fields[name]["old"]), _bound(name, fields[name]["new"]))
        for name, label in _LABELS.items()
        if name in fields
    ]
    if said:
        refresh_standings(indicators=[indicator], now=by.now)
        note_indicator(indicator, said, by)


def _put_bounds(indicator: Indicator, shape: TargetShape, changed: AbstractSet[str]) -> None:
    """Let a range begin, end or move as the document now has it; its lower bound goes the way of every target."""
    if changed.isdisjoint({"bound", "target"}):
        return
    if "bound" in changed or shape.high is not None:
        indicator.polarity = shape.polarity.value
    indicator.target_high = shape.high if indicator.polarity == Polarity.RANGE else None


def _set_figures(
    plan: Plan,
    indicator: Indicator,
    change: PlanRevisionChange,
    calendar: WorkingCalendar,
    by: Mandate,
) -> None:
    figures = new_figures(indicator, change)
    indicator.places = figures.places
    amounts = quarter_amounts(figures.shares, figures.target, figures.places, indicator.kind)
    fields = {field["name"]: field["new"] for field in change.fields}
    by_quarters = (
        figures.by_quarters and amounts is not None and not fields.keys().isdisjoint(SPLITTING)
    )
    old_rate, indicator.rate = indicator.rate, figures.rate
    indicator.quarter_shares = figures.shares
    db.session.flush()
    set_indicator(
        actor=by.actor,
        indicator=indicator,
        year=plan.year,
        settings=Settings(
            target=figures.target,
            baseline=indicator.baseline,
            base=fields.get("base", "")[:60] or indicator.base,
            phasing="quarters" if by_quarters else indicator.phasing,
            weights=indicator.weights,
            quarters=amounts if by_quarters else indicator.quarters,
            last_year=indicator.last_year,
        ),
        version=indicator.version,
        why=by.why,
        calendar=calendar,
        now=by.now,
        approved=True,
    )
    if indicator.rate != old_rate and indicator.kind != Kind.RATE:
        rates = (format_figure(old_rate), format_figure(indicator.rate))
        note_indicator(indicator, [("增幅或降幅", *rates)], by)


def cancel_indicator(*, indicator: Indicator, by: Mandate) -> None:
    """Cancel an indicator (撤销): nothing more is asked of it; its figures and its history stay."""
    indicator.state = "cancelled"
    db.session.flush()
    refresh_standings(indicators=[indicator], now=by.now)  # of the parents that it went into
    note_indicator(indicator, [("状态", "在用", "已撤销")], by)


def add_indicator(
    *,
    plan: Plan,
    change: PlanRevisionChange,
    item_id: int | None,
    task_id: int | None,
    by: Mandate,
) -> Indicator:
    """Make a new target binding, as if it had been issued with the plan."""
    target = target_of(change.data)
    shape = shape_of(target)
    shares = quarter_shares(target.quarters)
    quarters = quarter_amounts(shares, shape.target, shape.places, shape.kind)
    indicator = Indicator(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        item_id=item_id,
        task_id=task_id,
        position=0,  # laid out with the others afterwards
        name=target.name[:200],
        quote=target.quote,
        state="issued",
        measure=target.measure.value,
        kind=shape.kind.value,
        polarity=shape.polarity.value,
        unit=shape.unit[:20],
        places=shape.places,
        target=shape.target,
        target_high=shape.high,
        undecided=shape.target is None,
        rate=shape.rate,
        base=(target.base or "")[:60],
        phasing="quarters" if quarters else "even",
        quarters=quarters,
        quarter_shares=shares,
        lead_unit_id=change.lead_unit_id,
        owner_post_id=change.owner_post_id,
        reporter_post_id=change.reporter_post_id,
        leader_post_id=change.leader_post_id,
        checked=True,
    )
    db.session.add(indicator)
    db.session.flush()
    refresh_standings(indicators=[indicator], now=by.now)
    note_indicator(indicator, [("状态", "", "已下达")], by)
    return indicator


def note_indicator(indicator: Indicator, said: list[Said], by: Mandate) -> None:
    """Put changes on record where the indicator's history is read from."""
    audit.record(
        by.actor.top_unit_id,
        "set_indicator",
        now=by.now,
        person_id=by.actor.person_id,
        object_type="indicator",
        object_id=indicator.id,
        detail={"changes": [list(one) for one in said], "why": by.why},
    )


def _bound(name: str, value: str) -> str:
    return BOUND_WORDS.get(value, value) if name == "bound" else value
