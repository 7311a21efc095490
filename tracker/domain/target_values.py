"""What somebody may type as a target (目标值): signs and units that make sense, a growth beside its level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import format_figure, round_half_up
from tracker.domain.plan_text.model import Measure

_ALL = Decimal(100)
_CHANGES = frozenset({Measure.GROWTH, Measure.REDUCTION})
_MAY_FALL = frozenset({Measure.GROWTH, Measure.INCREASE})
#: Units of a rate, and how each is kept.
_RATE_UNITS = {"": "%", "%": "%", "％": "%", "‰": "‰", "百分点": "百分点", "个百分点": "百分点"}


@dataclass(frozen=True, slots=True)
class TypedTarget:
    """A target as typed. `rate` and, without a baseline, `target` of a growth or reduction are in per cent."""

    measure: Measure
    unit: str
    target: Decimal | None = None
    rate: Decimal | None = None
    baseline: Decimal | None = None
    quarters: Sequence[Decimal | None] = ()

    @property
    def by_rate(self) -> bool:
        """Tell whether it is judged by its rate: a growth or reduction that no baseline turns into a level."""
        return self.measure in _CHANGES and self.baseline is None


def fault_of(typed: TypedTarget) -> str | None:
    """Say what makes no sense in a target, in one sentence; None when all does."""
    return _unit_fault(typed) or _change_fault(typed) or _sign_fault(typed)


def rate_unit(unit: str) -> str | None:
    """Return how the unit of a rate is kept; None for one that no rate has."""
    return _RATE_UNITS.get(unit)


def settled_rate(
    typed: TypedTarget, old_target: Decimal | None, old_rate: Decimal | None
) -> tuple[Decimal | None, str | None]:
    """Return the rate that is meant where a rate stands in two fields, or why it cannot be told.

    Of a target and a rate that differ, the one that was changed counts.
    """
    target, rate = typed.target, typed.rate
    if rate is None or target is None or rate == target:
        return (target if rate is None else rate), None
    if rate == old_rate:
        return target, None
    if target == old_target:
        return rate, None
    words = f"目标值填了 {format_figure(target)}，增幅或降幅填了 {format_figure(rate)}，不一样：请只留一个。"
    return None, words


def level_fault(
    typed: TypedTarget, level: Decimal | None, old_target: Decimal | None
) -> str | None:
    """Say that a typed level is not what baseline and rate come to; an old target may stand there still."""
    if typed.target in {None, level, old_target, typed.rate}:
        return None
    shown = format_figure(level)
    return f"按基期数和增幅折算，目标值是 {shown}，与所填的 {format_figure(typed.target)} 不一样：请改其中一个。"


def baseline_behind(level: Decimal, rate: Decimal, places: int) -> Decimal | None:
    """Return the baseline from which a growth of `rate` per cent leads to a level, rounded half up.

    None where there is none: a fall of all or more.
    """
    if rate <= -_ALL:
        return None
    return round_half_up(Fraction(level) * 100 / (100 + Fraction(rate)), places)


def _unit_fault(typed: TypedTarget) -> str | None:
    if not typed.by_rate or rate_unit(typed.unit) is not None:
        return None
    return (
        f"没有基期数的增幅、降幅按 % 考核，计量单位不能是“{typed.unit}”："
        f"请改为 %；要按{typed.unit}考核，请填基期数。"
    )


def _change_fault(typed: TypedTarget) -> str | None:
    if typed.measure not in _CHANGES:
        return None
    rate = typed.target if typed.by_rate and typed.rate is None else typed.rate
    if typed.baseline is not None and typed.baseline <= 0:
        return "基期数要大于零，才能折算增幅、降幅。"
    if rate is None:
        return None
    if typed.measure == Measure.REDUCTION and rate < 0:
        return "降幅请填正数：压减5%填 5。"
    if typed.measure == Measure.REDUCTION and rate > _ALL:
        return "降幅最多是 100%。"
    return "增幅不能低于 -100%。" if rate < -_ALL else None


def _sign_fault(typed: TypedTarget) -> str | None:
    if typed.measure in _MAY_FALL:
        return None
    if typed.target is not None and typed.target < 0:
        return "目标值不能是负数。要压减、下降的，请把目标的说法改为“压减、降幅”，填正数。"
    if any(part is not None and part < 0 for part in typed.quarters):
        return "季度目标不能是负数。"
    return None
