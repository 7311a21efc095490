"""Roll-up (汇总): a parent's figures from its children's, how many are known, and the figure by hand beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from tracker.domain.amounts import MAX_INTEGER_DIGITS, MEASURE_UNITS, from_steps, round_half_up
from tracker.domain.case import Case, Kind
from tracker.domain.errors import FigureError
from tracker.domain.formula import Formula, read_formula
from tracker.domain.margins import cumulative_actual
from tracker.domain.phasing import MONTHS
from tracker.domain.rates import percent
from tracker.domain.rhythm import is_due

WHOLE = Fraction(100)
#: A ratio of large amounts is kept exact up to so large a denominator, and beyond it to so many decimals.
_LARGEST_DENOMINATOR = 10**40
_FINEST_PLACES = 24
#: What nobody could report is no figure: a product of products, most often a slip in the formula.
_TOO_LARGE = 10**MAX_INTEGER_DIGITS

Figure: TypeAlias = Decimal | Fraction | None


class Rollup(StrEnum):
    """汇总方式: how a parent is worked out from its children."""

    SUM = "sum"
    MEAN = "mean"
    FORMULA = "formula"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return {"sum": "合计", "mean": "加权平均完成率", "formula": "按公式计算"}[self]


@dataclass(frozen=True, slots=True)
class Part:
    """A child: its year, its unit of measure, its weight in a mean, its name in a formula.

    `every`: how many months lie between its reports; between them nothing is known of it.
    """

    case: Case
    unit: str
    weight: Decimal = Decimal(1)
    name: str = ""
    every: int = 1
    line: tuple[Fraction | None, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        line = cumulative_actual(self.case.kind, (*self.case.actual, *[None] * MONTHS)[:MONTHS])
        object.__setattr__(self, "line", line)

    def reached(self, month: int) -> Fraction | None:
        """Return its cumulative figure, balance or rate at the end of a month 1..12; None where that is not known."""
        return self.line[month - 1] if is_due(month, self.every) else None

    def amount(self, month: int) -> Fraction | None:
        """Return its figure of the month itself."""
        known = month <= len(self.case.actual) and is_due(month, self.every)
        figure = self.case.actual[month - 1] if known else None
        return None if figure is None else Fraction(figure)

    def completion(self, month: int) -> Fraction | None:
        """Return its completion in per cent of the target then in force, at most 100 (DOMAIN.md, Roll-up)."""
        share = percent(self.reached(month), self.case.in_force(month).target)
        return None if share is None else min(share, WHOLE)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a parent is worked out, and what its figures are: their kind, unit and decimals.

    `every`: how many months its own figure covers.
    """

    rollup: Rollup
    kind: Kind
    unit: str
    places: int
    formula: Formula | None = None
    every: int = 1


@dataclass(frozen=True, slots=True)
class RolledMonth:
    """A parent's month (汇总结果).

    `figure` is what a report of the month would hold, None while a child is unknown; `reached` the figure at
    the month's end. `known` of `parts` children are known up to the month; `partial` is what they come to.
    """

    figure: Figure
    reached: Fraction | None
    known: int
    parts: int
    partial: Fraction | None


@dataclass(frozen=True, slots=True)
class Held:
    """A month's figure that counts, and the one by hand beside it.

    `gap` is what the figures by hand exceed the children's by up to the month, after rounding to the parent's
    decimals; None where one of them is not known. `by_hand`: the children leave it open, the hand fills it.
    """

    figure: Figure
    gap: Decimal | None
    by_hand: bool


def roll_up(rule: Rule, parts: Sequence[Part], month: int) -> RolledMonth:
    """Work out a parent's month 1..12 from its children.

    A sum adds amounts of the month (flow) or balances (stock), converted exactly. A mean weighs the children's
    completions. A formula takes each child's figure at the month's end; a flow's month is what that grew by.
    An unknown child makes the whole unknown, never smaller.
    """
    known = [part for part in parts if _is_known(rule, part, month)]
    reached = _at_end(rule, parts, month)
    return RolledMonth(
        figure=_as_figure(_of_month(rule, parts, month, reached), rule.places),
        reached=reached,
        known=len(known),
        parts=len(parts),
        partial=_at_end(rule, known, month) if known and rule.rollup != Rollup.FORMULA else None,
    )


def _is_known(rule: Rule, part: Part, month: int) -> bool:
    if rule.rollup == Rollup.MEAN:
        return part.completion(month) is not None
    return part.reached(month) is not None


def _of_month(
    rule: Rule, parts: Sequence[Part], month: int, reached: Fraction | None
) -> Fraction | None:
    if rule.kind != Kind.FLOW:
        return reached
    if rule.rollup == Rollup.SUM and rule.every == 1:
        return _settled(_summed([_converted(part.amount(month), part, rule) for part in parts]))
    earlier = month - rule.every
    before = _at_end(rule, parts, earlier) if earlier > 0 else Fraction(0)
    return None if reached is None or before is None else reached - before


def _at_end(rule: Rule, parts: Sequence[Part], month: int) -> Fraction | None:
    if rule.rollup == Rollup.SUM:
        return _settled(_summed([_converted(part.reached(month), part, rule) for part in parts]))
    if rule.rollup == Rollup.MEAN:
        return _settled(_mean([(part.weight, part.completion(month)) for part in parts]))
    return _settled(_by_formula(rule, parts, month))


def _by_formula(rule: Rule, parts: Sequence[Part], month: int) -> Fraction | None:
    """Work in the smallest units of each measure, so that 亿元 ÷ 万元 is right; where all share a unit, in that."""
    shared = rule.unit != "%" and all(part.unit == rule.unit for part in parts)
    sizes = {part.name: Fraction(1) if shared else size_of(part.unit) for part in parts}
    reached = {part.name: part.reached(month) for part in parts}
    values = {
        name: None if figure is None else figure * sizes[name] for name, figure in reached.items()
    }
    result = None if rule.formula is None else rule.formula.work_out(values)
    return None if result is None else result / (1 if shared else size_of(rule.unit))


def _summed(figures: Sequence[Fraction | None]) -> Fraction | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(figures) else None


def _mean(weighed: Sequence[tuple[Decimal, Fraction | None]]) -> Fraction | None:
    total = _summed([Fraction(weight) for weight, _ in weighed])
    worth = _summed(
        [None if share is None else Fraction(weight) * share for weight, share in weighed]
    )
    return None if not total or worth is None else worth / total


def _settled(exact: Fraction | None) -> Fraction | None:
    if exact is None or abs(exact) >= _TOO_LARGE:
        return None
    if exact.denominator <= _LARGEST_DENOMINATOR:
        return exact
    return Fraction(round_half_up(exact, _FINEST_PLACES))


def _as_figure(exact: Fraction | None, places: int) -> Figure:
    """Return what fits the parent's decimals as such a figure, anything finer exactly."""
    if exact is None:
        return None
    steps = exact * 10**places
    return from_steps(int(steps), places) if steps.denominator == 1 else exact


def size_of(unit: str) -> Fraction:
    """Return how many of its measure's smallest units a unit is; % is a hundredth, what is not known is one."""
    if unit == "%":
        return Fraction(1, 100)
    known = MEASURE_UNITS.get(unit)
    return Fraction(1 if known is None else known.size)


def _converted(figure: Fraction | None, part: Part, rule: Rule) -> Fraction | None:
    if figure is None or not same_measure(part.unit, rule.unit):
        return None
    return figure * size_of(part.unit) / size_of(rule.unit)


def same_measure(one: str, other: str) -> bool:
    """Tell whether figures in these units can be added: the same unit, or two of one measure."""
    return one == other or (_measure(one) is not None and _measure(one) == _measure(other))


def _measure(unit: str) -> str | None:
    known = MEASURE_UNITS.get(unit)
    return None if known is None else known.measures


def hold_against_hand(
    rule: Rule, rolled: Sequence[RolledMonth], by_hand: Mapping[int, Decimal]
) -> tuple[Held, ...]:
    """Put the figures by hand beside those of the children, for the months that `rolled` has, January first.

    The children's count wherever they are all known, the hand's where they are not.
    """
    held: list[Held] = []
    total: Decimal | None = Decimal(0)
    for month, one in enumerate(rolled, start=1):
        typed = by_hand.get(month)
        apart = None
        if typed is not None and one.figure is not None:
            apart = typed - round_half_up(one.figure, rule.places)
        if rule.kind == Kind.FLOW:
            total = None if total is None or apart is None else total + apart
            apart = total
        fills = one.figure is None and typed is not None
        held.append(Held(typed if fills else one.figure, apart, fills))
    return tuple(held)


def rule_of(rollup: str, kind: str, unit: str, places: int, formula: str, every: int = 1) -> Rule:
    """Make the rule of stored words; a formula that cannot be read any more gives nothing but unknown figures."""
    try:
        read = read_formula(formula) if rollup == Rollup.FORMULA else None
    except FigureError:
        read = None
    return Rule(Rollup(rollup), Kind(kind), unit, places, read, every)


def in_order(children: Mapping[int, Collection[int]]) -> tuple[int, ...] | None:
    """Return the ids with children before parents, None where the links run in a circle."""
    try:
        return tuple(TopologicalSorter(children).static_order())
    except CycleError:
        return None


def levels_of(children: Mapping[int, Collection[int]]) -> int:
    """Return how many levels of parents stand one above the other; the links run in no circle."""
    height: dict[int, int] = {}
    for key in in_order(children) or ():
        below: Iterable[int] = children.get(key, ())
        height[key] = 1 + max((height[child] for child in below), default=-1)
    return max(height.values(), default=0)
