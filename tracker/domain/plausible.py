"""Whether a typed figure can be meant: compared with its neighbours, most often to catch 元 for 万元."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import MEASURE_UNITS, format_figure, round_half_up
from tracker.domain.wording import quantity

JUMP_FACTOR = 10
NEAR_FACTOR = 5
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A figure of the same indicator that a new one may be held against: 上月, 上年同月, 计划."""

    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a figure looks wrong, and the figure that was probably meant; None where nobody can tell."""

    sentence: str
    meant: Decimal | None = None


def doubt_of(
    value: Decimal, unit: str, places: int, neighbours: Sequence[Neighbour]
) -> Doubt | None:
    """Return what is odd about a figure, None if nothing is.

    Odd is more than ten times every neighbour, or a figure that fits its neighbours in another unit
    of the same measure and not in its own. Neighbours at or below zero say nothing.
    """
    known = [neighbour for neighbour in neighbours if neighbour.value > 0]
    if value <= 0 or not known:
        return None
    largest = max(neighbour.value for neighbour in known)
    smallest = min(neighbour.value for neighbour in known)
    too_large = value > largest * JUMP_FACTOR
    if not too_large and value * HUNDRED >= smallest:
        return None
    for name, meant in _in_other_units(value, unit):
        if smallest / NEAR_FACTOR <= meant <= largest * NEAR_FACTOR:
            figure = round_half_up(meant, places)
            said = f"{_distance(value, unit, known[0])}，像是按{name}填的。若是，应为 {quantity(figure, unit)}"
            return Doubt(f"{said}；", figure)
    return Doubt(f"{_distance(value, unit, known[0])}；") if too_large else None


def _in_other_units(value: Decimal, unit: str) -> Iterator[tuple[str, Fraction]]:
    if unit == "%":
        yield "小数", Fraction(value) * HUNDRED
    own = MEASURE_UNITS.get(unit)
    if own is None:
        return
    for other in MEASURE_UNITS.values():
        if other.measures == own.measures and other.size != own.size:
            yield f"“{other.name}”", Fraction(value) * other.size / own.size


def _distance(value: Decimal, unit: str, beside: Neighbour) -> str:
    shown = f"{beside.name} {quantity(beside.value, unit)}"
    if value > beside.value:
        times = round_half_up(Fraction(value) / Fraction(beside.value), 0)
        return f"是{shown}的 {format_figure(times)} 倍"
    return f"不到{shown}的百分之一"
