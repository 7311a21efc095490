"""Use case: set an indicator's target, baseline, phasing and last year's months; old and new stay on record."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tracker.domain.amounts import UNKNOWN, format_figure
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.case import Polarity
from tracker.domain.errors import FigureError, NotAllowedError, NotReadyError, StaleError
from tracker.domain.periods import Year
from tracker.domain.phasing import weights_from_last_year, weights_working_days
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.permissions import Actor
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.refresh_standings import check_figures, refresh_standings

PHASINGS = {
    "even": "十二个月均摊",
    "last_year": "按上年各月实绩",
    "working_days": "按各月工作日",
    "quarters": "按四个季度目标",
    "hand": "按手工设定的各月数",
}
Figures = Sequence[Decimal | None] | None
ONE_DAY = timedelta(days=1)
LABELS = {
    "polarity": "方向",
    "target": "年度目标",
    "target_high": "目标上限",
    "baseline": "基期数",
    "base": "基期口径",
    "phasing": "分月办法",
    "weights": "各月权重",
    "quarters": "季度目标",
    "last_year": "上年各月",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the office decides of an indicator; unknown figures are None.

    A `polarity` of None leaves direction and upper bound as they are; only a range has an upper bound.
    """

    target: Decimal | None
    baseline: Decimal | None
    base: str
    phasing: str
    weights: Figures
    quarters: Figures
    last_year: Figures
    polarity: str | None = None
    target_high: Decimal | None = None


def set_indicator(
    *,
    actor: Actor,
    indicator: Indicator,
    year: int,
    settings: Settings,
    version: int,
    why: str,
    calendar: WorkingCalendar,
    now: datetime,
    approved: bool = False,
) -> list[tuple[str, str, str]]:
    """Change what differs, work out the standing rows anew, and return (label, old, new) of each change.

    A closed month keeps its row. Raises NotAllowedError, StaleError, FigureError where the figures
    do not fit together, and NotReadyError where a known target or baseline changes without a reason, or
    the plan wants a change of the target approved and it was not (`approved`: by a revised document).
    """
    if not actor.has(Role.OFFICE) or indicator.top_unit_id != actor.top_unit_id:
        raise NotAllowedError("目标和分月由督查办设定。")
    lock(Indicator, Indicator.id == indicator.id)
    if indicator.version != version:
        raise StaleError("您打开之后，这项指标又有改动，请对照后再存。")
    wished = _wished(indicator, settings, year, calendar)
    changes = [
        (name, getattr(indicator, name), value)
        for name, value in wished.items()
        if _same(getattr(indicator, name)) != _same(value)
    ]
    _needs_reason(changes, why)
    if not approved:
        _needs_approval(indicator, {name for name, *_ in changes})
    for name, _, value in changes:
        setattr(indicator, name, value)
    problem = check_figures(indicator)
    if problem is not None:
        raise FigureError(problem)
    said = [(LABELS[name], _said(name, old), _said(name, new)) for name, old, new in changes]
    if said:
        db.session.flush()
        refresh_standings(indicators=[indicator], now=now)
        _record(actor, indicator, said, why.strip(), now)
    return said


def _wished(
    indicator: Indicator, settings: Settings, year: int, calendar: WorkingCalendar
) -> dict[str, Any]:
    """Return the columns, with the weights that the phasing asks for."""
    weights: Figures = None
    if settings.phasing == "last_year":
        weights = weights_from_last_year(settings.last_year or ())
    elif settings.phasing == "working_days":
        weights = weights_working_days(months_worked(year, calendar))
    elif settings.phasing == "hand":
        weights = _all_known(settings.weights, 12, "各月数")
    quarters = (
        _all_known(settings.quarters, 4, "季度目标") if settings.phasing == "quarters" else None
    )
    return {
        **_direction(indicator, settings),
        "target": settings.target,
        "baseline": settings.baseline,
        "base": settings.base,
        "phasing": settings.phasing,
        "weights": weights,
        "quarters": quarters,
        "last_year": settings.last_year,
    }


def _direction(indicator: Indicator, settings: Settings) -> dict[str, Any]:
    polarity = indicator.polarity if settings.polarity is None else settings.polarity
    high = indicator.target_high if settings.polarity is None else settings.target_high
    if polarity != Polarity.RANGE:
        return {"polarity": polarity, "target_high": None}
    if (settings.target is None) != (high is None):
        raise FigureError("区间指标要有下限和上限：两个都填，或者都留空。")
    return {"polarity": polarity, "target_high": high}


def _needs_approval(indicator: Indicator, changed: AbstractSet[str]) -> None:
    if changed.isdisjoint({"target", "target_high", "polarity"}) or indicator.state != "issued":
        return
    if db.session.get_one(Plan, indicator.plan_id).approve_targets:
        raise NotReadyError(("这份计划的目标调整须经分管领导批准，请用“目标调整”提出。",))


def months_worked(year: int, calendar: WorkingCalendar) -> list[int]:
    """Return how many days are worked in each month of a year."""
    return [
        calendar.working_days_between(month.first_day - ONE_DAY, month.last_day)
        for month in Year(year).months
    ]


def _all_known(figures: Figures, count: int, name: str) -> tuple[Decimal, ...]:
    known = tuple(figure for figure in figures or () if figure is not None)
    if len(known) != count:
        raise FigureError(f"{name}要填满 {count} 个，现有 {len(known)} 个。")
    return known


def _same(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _needs_reason(changes: Sequence[tuple[str, Any, Any]], why: str) -> None:
    known = [
        LABELS[name]
        for name, old, _ in changes
        if name in {"target", "target_high", "baseline"} and old is not None
    ]
    if known and not why.strip():
        raise NotReadyError((f"{'、'.join(known)}已经定过，改动要写明理由。",))


def _said(name: str, value: Any) -> str:
    if name == "phasing":
        return PHASINGS.get(value, str(value))
    if name == "polarity":
        return Polarity(value).word
    if isinstance(value, list | tuple):
        return "、".join(format_figure(figure) for figure in value)
    if isinstance(value, Decimal) or value is None:
        return format_figure(value)
    return value or UNKNOWN


def _record(
    actor: Actor,
    indicator: Indicator,
    changes: list[tuple[str, str, str]],
    why: str,
    now: datetime,
) -> None:
    audit.record(
        actor.top_unit_id,
        "set_indicator",
        now=now,
        person_id=actor.person_id,
        object_type="indicator",
        object_id=indicator.id,
        detail={"changes": [list(change) for change in changes], "why": why},
    )
