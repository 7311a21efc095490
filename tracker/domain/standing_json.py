"""Standing as the JSON of DOMAIN.md: amounts and per cents as strings, unknown as null."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tracker.domain.amounts import plain
from tracker.domain.case import Kind, Polarity
from tracker.domain.figures import Standing
from tracker.domain.guard import Outlook
from tracker.domain.lights import Status

Entries = dict[str, object]


def standing_as_json(standing: Standing) -> Entries:
    """Return every figure that the indicator has; what its kind or polarity lacks is left out."""
    places = standing.case.places
    return {
        "monthly_plan": _amounts(standing.monthly_plan, places),
        "cumulative_plan": _amounts(standing.cumulative_plan, places),
        **_ceiling(standing),
        "month": standing.month,
        "actual_cumulative": _amount(standing.actual_cumulative, places),
        "completion_pct": _share(standing.completion_pct),
        "time_pct": _share(standing.time_pct),
        "ahead_of_time_points": _share(standing.ahead_of_time_points),
        "ahead_of_plan_points": _share(standing.ahead_of_plan_points),
        "ahead_of_plan": _amount(standing.ahead_of_plan, places),
        "pace_pct": _share(standing.pace_pct),
        **_year_on_year(standing),
        "light": str(standing.light),
        "status": _status(standing.status),
        "months": list(standing.months),
        "quarters_lost": list(standing.quarters_lost),
        **_ahead(standing),
        **_forecasts(standing),
    }


def _ceiling(standing: Standing) -> Entries:
    if standing.case.polarity != Polarity.RANGE:
        return {}
    high = None if standing.ceiling is None else standing.ceiling.cumulative
    return {"cumulative_plan_high": _amounts(high, standing.case.places)}


def _status(status: Status) -> str:
    # DOMAIN.md has no status word for a missing report; its light, grey, stands for both.
    return str(Status.NOT_DUE if status is Status.NOT_REPORTED else status)


def _year_on_year(standing: Standing) -> Entries:
    if standing.case.last_year is None:
        return {}
    amount = {"yoy_amount": _amount(standing.yoy_amount, standing.case.places)}
    if standing.case.kind == Kind.RATE:
        return dict(amount)
    return {"yoy_pct": _share(standing.yoy_pct), **amount}


def _ahead(standing: Standing) -> Entries:
    places = standing.case.places
    if standing.case.polarity == Polarity.LOWER and standing.case.kind != Kind.RATE:
        return {"allowance_left": _amount(standing.allowance_left, places)}
    if standing.for_quarter is None or standing.for_year is None:
        return {}
    return {
        "quarter": standing.quarter,
        **_outlook("quarter", standing.for_quarter, places),
        **_outlook("year", standing.for_year, places),
    }


def _outlook(prefix: str, outlook: Outlook, places: int) -> Entries:
    return {
        f"{prefix}_gap": _amount(outlook.gap, places),
        f"{prefix}_need": _amounts(outlook.need, places),
        f"{prefix}_uplift_pct": _share(outlook.uplift_pct),
        f"{prefix}_guard": None if outlook.guard is None else str(outlook.guard),
    }


def _forecasts(standing: Standing) -> Entries:
    case = standing.case
    if case.kind != Kind.FLOW:
        return {}
    entries: Entries = {"forecast_profile": _amount(standing.forecast_profile, case.places)}
    if case.last_year is not None:
        entries["forecast_yoy"] = _amount(standing.forecast_yoy, case.places)
    return entries


def _amount(value: Decimal | None, places: int) -> str | None:
    return None if value is None else plain(value, places)


def _amounts(values: Sequence[Decimal] | None, places: int) -> list[str] | None:
    return None if values is None else [plain(value, places) for value in values]


def _share(value: Decimal | None) -> str | None:
    return _amount(value, 2)
