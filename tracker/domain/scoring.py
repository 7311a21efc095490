"""Scoring (考核): rules that are data, points that can be followed, an order with ties.

A rule measures one figure of a unit and a quarter and turns it into points. Unknown stays unknown: a line without a
figure gives no points and takes none, and the sheet says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from tracker.domain.amounts import format_figure, parse_figure, round_half_up
from tracker.domain.errors import FigureError
from tracker.domain.target_shape import decimals_needed

PUBLISHED = "published"
PLACES = 2
LONGEST_TABLE = 12

K = TypeVar("K")


class RuleKind(StrEnum):
    """计分办法: how a figure becomes points."""

    PROPORTIONAL = "proportional"
    PER_POINT = "per_point"
    ALL_OR_NOTHING = "all_or_nothing"
    STEPS = "steps"
    LINEAR = "linear"
    VETO = "veto"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    RuleKind.PROPORTIONAL: "按比例得分",
    RuleKind.PER_POINT: "每增减一个单位加减分",
    RuleKind.ALL_OR_NOTHING: "达标得分",
    RuleKind.STEPS: "分档得分",
    RuleKind.LINEAR: "上下限之间按直线得分",
    RuleKind.VETO: "一票否决",
}


class Source(StrEnum):
    """计分依据: which figure of a unit is measured over a quarter."""

    PACE = "pace"
    HELD = "held"
    ON_TIME = "on_time"
    OVERDUE = "overdue"
    LATE_REPORTS = "late_reports"
    EXTENSIONS = "extensions"
    HAND = "hand"

    @property
    def word(self) -> str:
        """Return the Chinese name."""
        return _SOURCE_WORDS[self][0]

    @property
    def unit(self) -> str:
        """Return the unit that the figure is counted in."""
        return _SOURCE_WORDS[self][1]


_SOURCE_WORDS = {
    Source.PACE: ("指标完成计划的平均比率（每项最多按 100% 计）", "%"),
    Source.HELD: ("守住季度计划的指标占比", "%"),
    Source.ON_TIME: ("到期任务按期办结率", "%"),
    Source.OVERDUE: ("季末逾期未办结任务", "项"),
    Source.LATE_REPORTS: ("迟报、漏报", "次"),
    Source.EXTENSIONS: ("任务延期", "次"),
    Source.HAND: ("督查办评定", "分"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the scoring rules.

    `weight` is what full marks bring; `threshold`, `step`, `low` and `high` are in the source's unit, `floor` and
    `bonus_cap` in points; `table` holds (at least, points), the highest bound first.
    """

    name: str
    kind: RuleKind
    source: Source
    weight: Decimal
    threshold: Decimal = Decimal(0)
    step: Decimal = Decimal(0)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(100)
    floor: Decimal = Decimal(0)
    bonus_cap: Decimal = Decimal(0)
    table: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a unit's sheet: the figure, its points (None: unknown), how they came about; `veto` undoes all."""

    name: str
    weight: Decimal
    value: Decimal | None
    unit: str
    points: Decimal | None
    how: str
    veto: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit's lines and their sum; `unknown` counts lines without a figure."""

    lines: tuple[Line, ...]

    @property
    def vetoed(self) -> bool:
        """Tell whether a veto undoes everything."""
        return any(line.veto for line in self.lines)

    @property
    def unknown(self) -> int:
        """How many lines have no figure."""
        return sum(line.points is None for line in self.lines)

    @property
    def total(self) -> Decimal:
        """The points, scaled up to full marks where lines have no figure (折算); nought under a veto.

        Lines without full marks of their own, such as points by hand, are added as they are.
        """
        if self.vetoed:
            return Decimal(0)
        known = [line for line in self.lines if line.points is not None]
        full = sum((line.weight for line in self.lines), Decimal(0))
        weighed = sum((line.weight for line in known), Decimal(0))
        points = sum((line.points or Decimal(0) for line in known if line.weight), Decimal(0))
        extra = sum((line.points or Decimal(0) for line in known if not line.weight), Decimal(0))
        if not weighed:
            return extra
        return round_half_up(Fraction(points) * Fraction(full) / Fraction(weighed), PLACES) + extra


def check_rule(rule: Rule) -> None:
    """Refuse a rule that cannot be worked out, with one sentence (FigureError)."""
    if not rule.name.strip():
        raise FigureError("规则名称没有填。")
    if rule.kind is RuleKind.PROPORTIONAL and rule.threshold <= 0:
        raise FigureError(f"“{rule.name}”按比例得分，满分标准要大于 0。")
    if rule.kind is RuleKind.LINEAR and rule.low == rule.high:
        raise FigureError(f"“{rule.name}”的上限和下限不能相同。")
    if rule.kind is RuleKind.STEPS and not rule.table:
        raise FigureError(f"“{rule.name}”分档得分，至少要有一档。")
    if rule.floor > rule.weight:
        raise FigureError(f"“{rule.name}”的最低分不能高于满分。")
    if rule.weight < 0 or rule.bonus_cap < 0:
        raise FigureError(f"“{rule.name}”的分值和加分上限不能是负数。")


def score(rule: Rule, value: Decimal | None) -> Line:
    """Turn a figure into points by a rule, rounded half up to two places."""
    if value is None:
        return Line(
            rule.name,
            rule.weight,
            None,
            rule.source.unit,
            None,
            "没有可算的数，不计分，其余各项按满分折算",
        )
    if rule.kind is RuleKind.VETO:
        struck = value > rule.threshold
        how = (
            f"{_said(value, rule)}，{'超过' if struck else '未超过'} {_said(rule.threshold, rule)}"
        )
        points = Decimal(0) if struck else rule.weight
        return Line(rule.name, rule.weight, value, rule.source.unit, points, how, veto=struck)
    raw, how = _RULES[rule.kind](rule, value)
    points = round_half_up(_bounded(rule, raw), PLACES)
    if points != round_half_up(raw, PLACES):
        how += f"，{'最高' if raw > points else '最低'}计 {_short(points)} 分"
    return Line(rule.name, rule.weight, value, rule.source.unit, points, how)


def _bounded(rule: Rule, raw: Fraction) -> Fraction:
    most = Fraction(rule.weight) + Fraction(rule.bonus_cap)
    return max(min(raw, most), Fraction(rule.floor))


def _proportional(rule: Rule, value: Decimal) -> tuple[Fraction, str]:
    points = Fraction(rule.weight) * Fraction(value) / Fraction(rule.threshold)
    said = f"{_said(value, rule)} ÷ {_said(rule.threshold, rule)} × {format_figure(rule.weight)} 分"
    return points, said


def _per_point(rule: Rule, value: Decimal) -> tuple[Fraction, str]:
    apart = Fraction(value) - Fraction(rule.threshold)
    points = Fraction(rule.weight) + apart * Fraction(rule.step)
    sign = "+" if rule.step >= 0 else "−"
    distance = _short(apart)
    return points, (
        f"{format_figure(rule.weight)} 分 {sign} {distance} {rule.source.unit}"
        f" × {format_figure(abs(rule.step))} 分"
    )


def _all_or_nothing(rule: Rule, value: Decimal) -> tuple[Fraction, str]:
    if value < rule.threshold:
        return Fraction(rule.floor), f"{_said(value, rule)}，未达到 {_said(rule.threshold, rule)}"
    over = Fraction(value) - Fraction(rule.threshold)
    said = f"{_said(value, rule)}，达到 {_said(rule.threshold, rule)}"
    if rule.step:
        said += f"，超出 {_short(over)} {rule.source.unit} × {format_figure(rule.step)} 分"
    return Fraction(rule.weight) + over * Fraction(rule.step), said


def _steps(rule: Rule, value: Decimal) -> tuple[Fraction, str]:
    for bound, points in sorted(rule.table, reverse=True):
        if value >= bound:
            return Fraction(points), f"{_said(value, rule)}，在“{_said(bound, rule)}以上”一档"
    return Fraction(rule.floor), f"{_said(value, rule)}，低于最低一档"


def _linear(rule: Rule, value: Decimal) -> tuple[Fraction, str]:
    low, high = Fraction(rule.low), Fraction(rule.high)
    share = max(min((Fraction(value) - low) / (high - low), Fraction(1)), Fraction(0))
    points = Fraction(rule.floor) + share * (Fraction(rule.weight) - Fraction(rule.floor))
    return (
        points,
        f"{_said(value, rule)}，在 {_said(rule.low, rule)} 到 {_said(rule.high, rule)} 之间按直线",
    )


_RULES = {
    RuleKind.PROPORTIONAL: _proportional,
    RuleKind.PER_POINT: _per_point,
    RuleKind.ALL_OR_NOTHING: _all_or_nothing,
    RuleKind.STEPS: _steps,
    RuleKind.LINEAR: _linear,
}


def _said(value: Decimal, rule: Rule) -> str:
    shown = _short(value)
    return f"{shown}%" if rule.source.unit == "%" else f"{shown} {rule.source.unit}"


def _short(value: Decimal | Fraction) -> str:
    """Write a figure with at most two decimals and no noughts at the end."""
    rounded = round_half_up(value, PLACES)
    return format_figure(rounded, decimals_needed(rounded))


def ranks(totals: Mapping[K, Decimal]) -> dict[K, int]:
    """Return each one's place, 1 for the most points; equal points share a place and the next ones are skipped."""
    ordered = sorted(totals.values(), reverse=True)
    return {key: ordered.index(total) + 1 for key, total in totals.items()}


def parse_table(text: str) -> tuple[tuple[Decimal, Decimal], ...]:
    """Read a table of steps, one a line or parted by semicolons: 100=10；90=8；60=5. Raises FigureError."""
    steps = []
    for part in text.replace("；", ";").replace("\n", ";").split(";"):
        if not part.strip():
            continue
        bound, found, points = part.replace("＝", "=").partition("=")
        low, got = (parse_figure(word, 4) if found else None for word in (bound, points))
        if low is None or got is None:
            raise FigureError(f"“{part.strip()[:20]}”不是一档，请写成 100=10 这样的形式。")
        steps.append((low, got))
    if len(steps) > LONGEST_TABLE:
        raise FigureError(f"最多 {LONGEST_TABLE} 档。")
    return tuple(sorted(steps, reverse=True))


def table_words(table: Iterable[tuple[Decimal, Decimal]]) -> str:
    """Write a table of steps as it is typed."""
    return "；".join(f"{format_figure(low)}={format_figure(points)}" for low, points in table)


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain values, figures as strings: what a published sheet keeps."""
    figures = {
        name: format(getattr(rule, name).normalize(), "f")
        for name in ("weight", "threshold", "step", "low", "high", "floor", "bonus_cap")
    }
    return {
        "name": rule.name,
        "kind": rule.kind.value,
        "source": rule.source.value,
        **figures,
        "table": [[str(low), str(points)] for low, points in rule.table],
    }


def rule_from_json(stored: Mapping[str, Any]) -> Rule:
    """Return the rule that was stored."""
    figures = {
        name: Decimal(stored[name])
        for name in ("weight", "threshold", "step", "low", "high", "floor", "bonus_cap")
    }
    table: Sequence[Sequence[str]] = stored["table"]
    return Rule(
        name=stored["name"],
        kind=RuleKind(stored["kind"]),
        source=Source(stored["source"]),
        table=tuple((Decimal(low), Decimal(points)) for low, points in table),
        **figures,
    )


#: What a bureau starts from (考核办法样例): full marks 100, and up to 5 more.
TEMPLATE = (
    Rule(
        "指标进度",
        RuleKind.PROPORTIONAL,
        Source.PACE,
        weight=Decimal(50),
        threshold=Decimal(100),
    ),
    Rule(
        "守季度",
        RuleKind.LINEAR,
        Source.HELD,
        weight=Decimal(15),
        low=Decimal(50),
        high=Decimal(100),
    ),
    Rule(
        "任务按期办结",
        RuleKind.STEPS,
        Source.ON_TIME,
        weight=Decimal(20),
        table=(
            (Decimal(100), Decimal(20)),
            (Decimal(90), Decimal(16)),
            (Decimal(75), Decimal(10)),
            (Decimal(60), Decimal(5)),
        ),
    ),
    Rule(
        "逾期任务",
        RuleKind.PER_POINT,
        Source.OVERDUE,
        weight=Decimal(5),
        step=Decimal(-1),
    ),
    Rule(
        "按时填报",
        RuleKind.PER_POINT,
        Source.LATE_REPORTS,
        weight=Decimal(10),
        step=Decimal("-0.5"),
    ),
    Rule(
        "督查办加分",
        RuleKind.PER_POINT,
        Source.HAND,
        weight=Decimal(0),
        step=Decimal(1),
        floor=Decimal(-5),
        bonus_cap=Decimal(5),
    ),
)
