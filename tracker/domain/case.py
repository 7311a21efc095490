"""Case: everything about one indicator and year that its standing is worked out from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.domain.amounts import EXACT, MAX_PLACES, whole_steps
from tracker.domain.errors import FigureError
from tracker.domain.lights import Bands, Measure
from tracker.domain.phasing import MONTHS, QUARTERS, YearPlan, level_line, weights_even, year_plan


class Kind(StrEnum):
    """指标类型: whether months add up (flow), are balances (stock), or are ratios (rate)."""

    FLOW = "flow"
    STOCK = "stock"
    RATE = "rate"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return {"flow": "累计数", "stock": "时点数", "rate": "比率"}[self]


class Polarity(StrEnum):
    """指标方向: at least the target, at most it, or between two bounds."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return {"higher": "越高越好", "lower": "不超过", "range": "保持在区间内"}[self]


@dataclass(frozen=True, slots=True)
class Earlier:
    """调整前的目标: what the target was until it was changed; months up to `through` are judged by it."""

    through: int
    target: Decimal | None
    target_high: Decimal | None = None
    weights: tuple[Decimal | Fraction, ...] | None = None
    quarters: tuple[Decimal, ...] | None = None
    plan: tuple[Decimal, ...] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An indicator's year (指标的一年): its target and line, what was reported, last year's months.

    A range (区间) has its lower bound in `target` and its upper one in `target_high`. A flow's two lines
    run up to them over the year, and so do those of a balance that begins outside them; any other balance,
    and a rate, must lie between them at every month's end. A target that was changed in the year has what
    it was before in `earlier`, oldest first.

    `actual` and `last_year` begin with January: a flow's monthly amounts, a stock's balances, a
    rate's values; None is a month that nobody reported. The last element of `actual` is the month
    that the standing is for. FigureError when the parts do not fit together.
    """

    kind: Kind
    target: Decimal | None
    places: int
    polarity: Polarity = Polarity.HIGHER
    weights: tuple[Decimal | Fraction, ...] | None = None
    quarters: tuple[Decimal, ...] | None = None
    baseline: Decimal | None = None
    actual: tuple[Decimal | Fraction | None, ...] = ()
    last_year: tuple[Decimal | None, ...] | None = None
    yellow_points: Decimal = Decimal(10)
    plan: tuple[Decimal, ...] | None = None
    target_high: Decimal | None = None
    measure: Measure = Measure.POINTS
    yellow_pace: Decimal = Decimal(90)
    earlier: tuple[Earlier, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.places <= MAX_PLACES:
            msg = f"小数位数应在 0 到 {MAX_PLACES} 之间。"
            raise FigureError(msg)
        _check_lengths(self)
        _check_amounts(self)
        _check_range(self)
        _check_earlier(self)
        Bands(self.yellow_points, self.measure, self.yellow_pace)

    @property
    def bands(self) -> Bands:
        """Return the rule that turns a distance from plan into a light."""
        return Bands(self.yellow_points, self.measure, self.yellow_pace)

    @property
    def is_level(self) -> bool:
        """Tell whether the line is the same level in every month: of a rate, and of a balance kept in its range."""
        if self.kind == Kind.STOCK and self.polarity == Polarity.RANGE:
            return self.baseline is None or _within(self.baseline, self.target, self.target_high)
        return self.kind == Kind.RATE

    @property
    def start(self) -> Decimal | None:
        """Return where the year begins: a stock's baseline, zero for what adds up."""
        return self.baseline if self.kind == Kind.STOCK else Decimal(0)

    @property
    def shares(self) -> tuple[Decimal | Fraction, ...]:
        """Return the twelve weights in force: as given, as the plan by hand has them, or even."""
        chosen = self.weights
        if chosen is None and self.plan is not None:
            chosen = _weights_of(self.plan)
        return chosen if chosen is not None and any(chosen) else weights_even()

    def line(self) -> YearPlan | None:
        """Lay the year's line to the target; None while that or a stock's baseline is unknown."""
        start = self.start
        if self.target is None:
            return None
        if self.is_level:
            return level_line(self.plan or (self.target,) * MONTHS)
        if start is None:
            return None
        return year_plan(
            EXACT.subtract(self.target, start),
            self.shares,
            self.places,
            start=start,
            quarters=self.quarters,
            by_hand=self.plan,
        )

    def ceiling(self) -> YearPlan | None:
        """Lay the upper line of a range, in the lower one's shape; None for other polarities."""
        floor, high = self.line(), self.target_high
        if self.polarity != Polarity.RANGE or floor is None or high is None:
            return None
        if self.is_level:
            return level_line((high,) * MONTHS)
        shares = self.shares if self.quarters is None else _weights_of(floor.monthly)
        start = self.start or Decimal(0)
        return year_plan(EXACT.subtract(high, start), shares, self.places, start=start)

    def in_force(self, month: int) -> Case:
        """Return the case with the target that `month` is judged by: before a change, the old one."""
        for old in self.earlier:
            if month <= old.through:
                return replace(
                    self,
                    target=old.target,
                    target_high=old.target_high,
                    weights=old.weights,
                    quarters=old.quarters,
                    plan=old.plan,
                    earlier=tuple(one for one in self.earlier if one.through < old.through),
                )
        return self


def _within(figure: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return low is not None and high is not None and low <= figure <= high


def _weights_of(plan: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Take a plan by hand as weights; months that run against its direction weigh nothing."""
    falls = sum(map(Fraction, plan)) < 0
    return tuple(max(-amount if falls else amount, Decimal(0)) for amount in plan)


def _check_lengths(case: Case) -> None:
    for name, parts, wanted in (
        ("月度权重", case.weights, MONTHS),
        ("季度目标", case.quarters, QUARTERS),
        ("分月计划", case.plan, MONTHS),
    ):
        if parts is not None and len(parts) != wanted:
            msg = f"{name}应有 {wanted} 个，现有 {len(parts)} 个。"
            raise FigureError(msg)
    for name, months in (("完成数", case.actual), ("上年数", case.last_year or ())):
        if len(months) > MONTHS:
            msg = f"{name}最多 {MONTHS} 个月，现有 {len(months)} 个。"
            raise FigureError(msg)
    if case.weights is not None and any(weight < 0 for weight in case.weights):
        msg = "月度权重不能是负数。"
        raise FigureError(msg)


def _check_amounts(case: Case) -> None:
    single = (case.target, case.target_high, case.baseline)
    several = (case.quarters or (), case.plan or (), case.actual, case.last_year or ())
    for amount in (*single, *(amount for part in several for amount in part)):
        if isinstance(amount, Decimal):
            if not amount.is_finite():
                msg = "指标的数必须是普通数字。"
                raise FigureError(msg)
            whole_steps(amount, case.places)


def _check_range(case: Case) -> None:
    if case.polarity != Polarity.RANGE:
        return
    if case.target is not None and (case.target_high is None or case.target_high < case.target):
        msg = "区间指标要有下限和上限，上限不能低于下限。"
        raise FigureError(msg)


def _check_earlier(case: Case) -> None:
    throughs = [old.through for old in case.earlier]
    if throughs != sorted(set(throughs)) or any(not 1 <= month < MONTHS for month in throughs):
        msg = "调整前的目标应按月份先后排列，止于 1 至 11 月。"
        raise FigureError(msg)
    for old in case.earlier:
        case.in_force(old.through)  # checks itself
