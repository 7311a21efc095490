"""Case: everything about one indicator and year that its standing is worked out from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from tracker.domain.amounts import EXACT, MAX_PLACES, whole_steps
from tracker.domain.errors import FigureError
from tracker.domain.lights import Bands, Measure
from tracker.domain.phasing import MONTHS, QUARTERS, YearPlan, level_line, weights_even, year_plan

_Choice = TypeVar("_Choice", bound=StrEnum)
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_LONGEST_SHOWN = 40


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
class Case:
    """An indicator's year (指标的一年): its target and line, what was reported, last year's months.

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

    def __post_init__(self) -> None:
        if not 0 <= self.places <= MAX_PLACES:
            msg = f"小数位数应在 0 到 {MAX_PLACES} 之间。"
            raise FigureError(msg)
        _check_lengths(self)
        _check_amounts(self)
        _check_range(self)
        Bands(self.yellow_points, self.measure, self.yellow_pace)

    @property
    def bands(self) -> Bands:
        """Return the rule that turns a distance from plan into a light."""
        return Bands(self.yellow_points, self.measure, self.yellow_pace)

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
        if self.target is None or start is None:
            return None
        if self.kind == Kind.RATE:
            return level_line(self.plan or (self.target,) * MONTHS)
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
        floor, start, high = self.line(), self.start, self.target_high
        if self.polarity != Polarity.RANGE or floor is None or start is None or high is None:
            return None
        if self.kind == Kind.RATE:
            return level_line((high,) * MONTHS)
        shares = self.shares if self.quarters is None else _weights_of(floor.monthly)
        rise = EXACT.subtract(high, start)
        return year_plan(rise, shares, self.places, start=start)


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


def case_from_json(data: object) -> Case:
    """Build a case from the JSON of DOMAIN.md; FigureError says which entry cannot be taken.

    An entry of a file of vectors, which holds its case beside what is expected, is taken too.
    """
    data = _an_object(data.get("case", data) if isinstance(data, Mapping) else data)
    places = data.get("places")
    if not isinstance(places, int) or isinstance(places, bool):
        msg = "places（小数位数）应是整数。"
        raise FigureError(msg)
    return Case(
        kind=_choice(Kind, data, "kind", None),
        target=_number(data, "target"),
        places=places,
        polarity=_choice(Polarity, data, "polarity", Polarity.HIGHER),
        weights=_numbers(data, "weights"),
        quarters=_numbers(data, "quarters"),
        baseline=_number(data, "baseline"),
        actual=_months(data, "actual"),
        last_year=_months(data, "last_year") or None,
        yellow_points=_or_default(_number(data, "yellow_points"), Decimal(10)),
        plan=_numbers(data, "plan"),
        target_high=_number(data, "target_high"),
        measure=_choice(Measure, data, "measure", Measure.POINTS),
        yellow_pace=_or_default(_number(data, "yellow_pace"), Decimal(90)),
    )


def _an_object(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        msg = "每个算例应是一个 JSON 对象。"
        raise FigureError(msg)
    return data


def _or_default(value: Decimal | None, default: Decimal) -> Decimal:
    return default if value is None else value


def _choice(
    options: type[_Choice], data: Mapping[str, object], key: str, default: _Choice | None
) -> _Choice:
    given = data.get(key)
    if given is None and default is not None:
        return default
    for option in options:
        if given == option:
            return option
    msg = f"{key} 只能是 {'、'.join(options)}。"
    raise FigureError(msg)


def _number(data: Mapping[str, object], key: str) -> Decimal | None:
    return _decimal(data.get(key), key)


def _decimal(value: object, key: str) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        text = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
        if _NUMBER.fullmatch(text):
            return Decimal(text)
    msg = f'{key} 里的 {_shown(value)} 不是数字，请写成 "1234.56" 这样的字符串。'
    raise FigureError(msg)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _months(data: Mapping[str, object], key: str) -> tuple[Decimal | None, ...]:
    given = data.get(key)
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        msg = f"{key} 应是一列数字。"
        raise FigureError(msg)
    return tuple(_decimal(value, key) for value in given)


def _numbers(data: Mapping[str, object], key: str) -> tuple[Decimal, ...] | None:
    if data.get(key) is None:
        return None
    months = _months(data, key)
    known = tuple(value for value in months if value is not None)
    if len(known) != len(months):
        msg = f"{key} 不能有空缺。"
        raise FigureError(msg)
    return known
