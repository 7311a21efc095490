"""Forecast of the year's end (全年预计): by last year's course, or by the profile of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.domain.amounts import round_half_up
from tracker.domain.phasing import MONTHS


class Method(StrEnum):
    """预测方法: what a forecast was worked out from."""

    YEAR_ON_YEAR = "yoy"
    PROFILE = "profile"

    @property
    def word(self) -> str:
        """Return the method's Chinese name."""
        return "按上年走势" if self is Method.YEAR_ON_YEAR else "按分月进度"


@dataclass(frozen=True, slots=True)
class Forecast:
    """A flow's expected year (全年预计): a figure, its method, and the band of all methods."""

    figure: Decimal
    method: Method
    low: Decimal
    high: Decimal


def by_profile(
    reached: Fraction | None, weights: Sequence[Decimal | Fraction], month: int, places: int
) -> Decimal | None:
    """Divide what was reached by the share of the weights so far; None while that is zero."""
    shares = [Fraction(weight) for weight in weights]
    whole, gone = sum(shares), sum(shares[:month])
    if reached is None or gone == 0:
        return None
    return round_half_up(reached * whole / gone, places)


def by_last_year(
    reached: Fraction | None,
    last_year: Sequence[Decimal | None],
    month: int,
    places: int,
) -> Decimal | None:
    """Let the rest of the year go as last year's did, at the rate so far.

    None unless all twelve months of last year are known and those up to `month` sum above zero.
    """
    known = [Fraction(amount) for amount in last_year if amount is not None]
    if reached is None or len(known) != MONTHS:
        return None
    before = sum(known[:month], Fraction(0))
    if before <= 0:
        return None
    rest = sum(known[month:], Fraction(0))
    return round_half_up(reached + rest * reached / before, places)


def choose(profile: Decimal | None, yoy: Decimal | None) -> Forecast | None:
    """Prefer last year's course over the profile; the band spans whatever is known."""
    known = [figure for figure in (profile, yoy) if figure is not None]
    if not known:
        return None
    figure, method = (known[-1], Method.PROFILE) if yoy is None else (yoy, Method.YEAR_ON_YEAR)
    return Forecast(figure, method, min(known), max(known))
