"""What adopting a definition of the library (采用指标库) makes of a target, figures exactly; or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.domain.amounts import convert
from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import FigureError
from tracker.domain.plan_text.model import Measure
from tracker.domain.target_shape import MAX_PLACES, decimals_needed, is_change, level_from
from tracker.domain.target_values import TypedTarget, fault_of, rate_unit

Figures = Sequence[Decimal | None] | None


@dataclass(frozen=True, slots=True)
class Defined:
    """What a definition says of its indicators."""

    name: str
    kind: Kind
    polarity: Polarity
    unit: str
    places: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """What of a target a definition has a say in, and the figures that go over with it."""

    measure: Measure
    kind: Kind
    polarity: Polarity
    unit: str
    places: int
    target: Decimal | None
    rate: Decimal | None
    baseline: Decimal | None
    quarters: Figures
    last_year: Figures

    @property
    def by_rate(self) -> bool:
        """Tell whether it is judged by its rate: a growth that no baseline turns into a level."""
        return is_change(self.measure) and self.baseline is None

    @property
    def figures(self) -> list[Decimal]:
        """Return the figures that are known."""
        rows = (self.quarters or (), self.last_year or ())
        every = (self.target, self.baseline, *(one for row in rows for one in row))
        return [one for one in every if one is not None]


def takes_shape(row: Fitted, by: Defined) -> bool:
    """Tell whether kind, unit and decimals go over: not from a quantity to its growth."""
    return not row.by_rate or by.kind == Kind.RATE


def fit(row: Fitted, by: Defined) -> Fitted:
    """Return the target as the definition has it.

    Raises FigureError where its figures cannot be of that kind or unit.
    """
    after = row
    if takes_shape(row, by):
        _check(row, by)
        after = _reshaped(row, by)
    if row.measure != Measure.REDUCTION:  # what is cut is judged as it was read
        after = replace(after, polarity=by.polarity)
    problem = fault_of(_typed(after))
    if problem:
        raise FigureError(problem)
    return after


def differences(before: Fitted, after: Fitted) -> list[str]:
    """Say what a target is now, in the order unit, kind, direction, decimals: only what becomes another."""
    pairs = zip(shape_words(before), shape_words(after), strict=True)
    return [now for now, then in pairs if now != then]


def shape_words(shape: Defined | Fitted) -> list[str]:
    """Say unit, kind, direction and decimals: 万元, 累计数, 越高越好, 取整数."""
    places = f"{shape.places} 位小数" if shape.places else "取整数"
    return [shape.unit or "无单位", shape.kind.word, shape.polarity.word, places]


def _check(row: Fitted, by: Defined) -> None:
    """Refuse a definition of another nature than the figures."""
    if row.by_rate and rate_unit(by.unit) is None:
        raise FigureError(f"增幅、降幅按 % 考核，指标库里“{by.name}”按{by.unit}计，不能采用。")
    if row.kind != Kind.RATE and by.kind == Kind.RATE and row.figures:
        raise FigureError(f"目标值按{row.unit}计，指标库里“{by.name}”是比率，不能采用。")


def _reshaped(row: Fitted, by: Defined) -> Fitted:
    """Put kind, unit and decimals on, and take the figures over into the unit."""
    change = _into(row.unit, by.unit)
    moved = replace(
        row,
        kind=by.kind,
        unit=by.unit,
        target=change(row.target),
        baseline=change(row.baseline),
        quarters=_each(row.quarters, change),
        last_year=_each(row.last_year, change),
    )
    places = max([by.places, *(decimals_needed(one) for one in moved.figures if one)])
    if places > MAX_PLACES:
        raise FigureError(f"换算成{by.unit}后，小数超过 {MAX_PLACES} 位，不能采用。")
    target = moved.target
    if is_change(row.measure) and moved.baseline is not None and row.rate is not None:
        target = level_from(row.measure, moved.baseline, row.rate, places)
    return replace(moved, places=places, target=target)


def _into(unit: str, wanted: str) -> Callable[[Decimal | None], Decimal | None]:
    """Return how a figure goes from one unit into another; unknown ones stay unknown."""

    def change(figure: Decimal | None) -> Decimal | None:
        if figure is None or unit == wanted:
            return figure
        return convert(figure, unit, wanted)

    return change


def _each(figures: Figures, change: Callable[[Decimal | None], Decimal | None]) -> Figures:
    return None if figures is None else tuple(change(one) for one in figures)


def _typed(row: Fitted) -> TypedTarget:
    return TypedTarget(
        row.measure, row.unit, row.target, row.rate, row.baseline, row.quarters or ()
    )
