"""Phasing (分月计划): how a year's target is spread into months so that they add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import lcm

from tracker.domain.amounts import EXACT, format_figure, from_steps, whole_steps
from tracker.domain.errors import FigureError

MONTHS = 12
QUARTERS = 4
MONTHS_IN_QUARTER = 3


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year's line: what each month brings, and where the line stands at each month's end."""

    monthly: tuple[Decimal, ...]
    cumulative: tuple[Decimal, ...]

    def at(self, month: int) -> Decimal:
        """Return the cumulative plan at the end of month 1..12."""
        return self.cumulative[month - 1]


def spread(
    total: Decimal, weights: Sequence[Decimal | Fraction], places: int
) -> tuple[Decimal, ...]:
    """Spread a total by weights, evenly if all are zero; the parts add up to it exactly.

    Each part is rounded down (a negative one towards minus infinity) to `places` decimals; the
    steps left over go one each to the largest remainders, the earlier first (DOMAIN.md, Phasing).
    """
    steps = whole_steps(total, places)
    shares = _whole_shares(weights)
    whole = sum(shares)
    parts, remainders = zip(*(divmod(steps * share, whole) for share in shares), strict=True)
    by_remainder = sorted(range(len(shares)), key=lambda index: -remainders[index])
    lucky = set(by_remainder[: steps - sum(parts)])
    return tuple(from_steps(part + (index in lucky), places) for index, part in enumerate(parts))


def _whole_shares(weights: Sequence[Decimal | Fraction]) -> list[int]:
    shares = [Fraction(weight) for weight in weights]
    if any(share < 0 for share in shares):
        msg = "月度权重不能是负数。"
        raise FigureError(msg)
    if not any(shares):
        return [1] * len(shares)
    common = lcm(*(share.denominator for share in shares))
    return [int(share * common) for share in shares]


def spread_by_quarters(
    quarters: Sequence[Decimal], weights: Sequence[Decimal | Fraction], places: int
) -> tuple[Decimal, ...]:
    """Spread each of four quarter targets over its own three months."""
    months: list[Decimal] = []
    for index, amount in enumerate(quarters):
        first = index * MONTHS_IN_QUARTER
        months += spread(amount, weights[first : first + MONTHS_IN_QUARTER], places)
    return tuple(months)


def year_plan(
    total: Decimal,
    weights: Sequence[Decimal | Fraction],
    places: int,
    *,
    start: Decimal = Decimal(0),
    quarters: Sequence[Decimal] | None = None,
    by_hand: Sequence[Decimal] | None = None,
) -> YearPlan:
    """Lay the year's line from `start` to `start + total`, by weights, quarter targets or by hand.

    FigureError when quarter targets or hand-set months do not add up to `total`.
    """
    if by_hand is not None:
        _must_add_up(by_hand, total, "分月计划")
        monthly = spread_exactly(by_hand, places)
    elif quarters is not None:
        _must_add_up(quarters, total, "四个季度的目标")
        monthly = spread_by_quarters(quarters, weights, places)
    else:
        monthly = spread(total, weights, places)
    running = accumulate(monthly, EXACT.add, initial=start)
    next(running)
    return YearPlan(monthly, tuple(_at_places(value, places) for value in running))


def spread_exactly(amounts: Sequence[Decimal], places: int) -> tuple[Decimal, ...]:
    """Return hand-set amounts at the indicator's places; FigureError when one is finer."""
    return tuple(_at_places(amount, places) for amount in amounts)


def _at_places(value: Decimal, places: int) -> Decimal:
    return from_steps(whole_steps(value, places), places)


def level_line(line: Sequence[Decimal]) -> YearPlan:
    """Return the line of a rate: a level for every month, never added up."""
    return YearPlan(tuple(line), tuple(line))


def _must_add_up(parts: Sequence[Decimal], total: Decimal, name: str) -> None:
    added = sum((Fraction(part) for part in parts), Fraction(0))
    if added != Fraction(total):
        shown = format_figure(_sum(parts))
        msg = f"{name}合计 {shown}，与全年的 {format_figure(total)} 不等，请调整后再存。"
        raise FigureError(msg)


def _sum(parts: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for part in parts:
        total = EXACT.add(total, part)
    return total


def weights_even() -> tuple[Decimal, ...]:
    """Give every month the same weight (均摊)."""
    return (Decimal(1),) * MONTHS


def weights_from_last_year(amounts: Sequence[Decimal | None]) -> tuple[Decimal, ...]:
    """Take last year's months as weights (按上年实绩); a fall below zero weighs nothing."""
    if len(amounts) != MONTHS or any(amount is None for amount in amounts):
        msg = "上年 12 个月的数不齐，不能按上年分月。"
        raise FigureError(msg)
    return tuple(max(amount, Decimal(0)) for amount in amounts if amount is not None)


def weights_working_days(days: Sequence[int]) -> tuple[Decimal, ...]:
    """Take each month's working days as weights (按工作日)."""
    if len(days) != MONTHS or min(days) < 0:
        msg = "需要 12 个月的工作日天数。"
        raise FigureError(msg)
    return tuple(Decimal(count) for count in days)
