"""Use case: choose how an indicator's target is spread into months (分月), with a reason once it is issued."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.case import Case, Kind
from tracker.domain.errors import NotReadyError
from tracker.domain.phasing_choice import Choice, Way, chosen_case
from tracker.models import Indicator
from tracker.permissions import Actor
from tracker.queries.cases import case_of
from tracker.services.set_indicator import Settings, months_worked, set_indicator

#: (label, old, new), as the indicator's history shows them.
Said = tuple[str, str, str]


def set_phasing(
    *,
    actor: Actor,
    indicator: Indicator,
    year: int,
    choice: Choice,
    version: int,
    why: str,
    calendar: WorkingCalendar,
    now: datetime,
) -> list[Said]:
    """Change the phasing and last year's months, and return (label, old, new) of each change.

    Raises NotAllowedError, StaleError, FigureError, and NotReadyError without a reason.
    """
    case = case_of(indicator, (), Decimal(10))
    laid = chosen_case(case, choice, months_worked(year, calendar), indicator.unit)
    if indicator.state == "issued" and not why.strip():
        raise NotReadyError(("计划已下达，改分月要写明理由。",))
    return set_indicator(
        actor=actor,
        indicator=indicator,
        year=year,
        settings=Settings(
            target=indicator.target,
            baseline=indicator.baseline,
            base=indicator.base,
            phasing=choice.way.value,
            weights=_kept(laid) if choice.way is Way.HAND else None,
            quarters=laid.quarters,
            last_year=choice.last_year or None,
        ),
        version=version,
        why=why,
        calendar=calendar,
        now=now,
    )


def _kept(laid: Case) -> tuple[Decimal, ...]:
    """Return months by hand as the row keeps them: a rate's levels, else weights that give exactly these months."""
    if laid.kind == Kind.RATE:
        return laid.plan or ()
    return tuple(weight for weight in laid.weights or () if isinstance(weight, Decimal))
