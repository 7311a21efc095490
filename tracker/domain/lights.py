"""Lights (亮灯), status words and guards: how far behind is which colour, and its name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.domain.amounts import format_figure
from tracker.domain.errors import FigureError

AHEAD_POINTS = 5
PUSH_UPLIFT = 10
STRAINED_UPLIFT = 25


class Light(StrEnum):
    """亮灯: what the board shows of an indicator; never a colour without its shape and word."""

    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"

    @property
    def word(self) -> str:
        """Return the colour's Chinese word."""
        return _LIGHT_LOOKS[self][0]

    @property
    def shape(self) -> str:
        """Return the shape that stands for the colour in print and for the colour-blind."""
        return _LIGHT_LOOKS[self][1]

    @property
    def meaning(self) -> str:
        """Return what the colour says, in the words of bulletins."""
        return _LIGHT_LOOKS[self][2]

    @property
    def severity(self) -> int:
        """Return 0 for the best up to 4 for the worst, to put the worst first."""
        return _SEVERITY.index(self)

    @property
    def is_lagging(self) -> bool:
        """Tell whether the indicator is behind its line."""
        return self in {Light.YELLOW, Light.RED}


_LIGHT_LOOKS = {
    Light.BLUE: ("蓝", "◆", "已完成"),
    Light.GREEN: ("绿", "●", "达进度"),
    Light.YELLOW: ("黄", "▲", "欠进度"),
    Light.RED: ("红", "■", "严重滞后"),
    Light.GREY: ("灰", "○", "未报/未到时"),
}
_SEVERITY = (Light.BLUE, Light.GREEN, Light.GREY, Light.YELLOW, Light.RED)


class Status(StrEnum):
    """进度状态: the word that a bulletin prints for where an indicator stands."""

    DONE = "done"
    DONE_EARLY = "done_early"
    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    NOT_DUE = "not_due"
    NOT_REPORTED = "not_reported"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return _STATUS_WORDS[self]


_STATUS_WORDS = {
    Status.DONE: "已完成",
    Status.DONE_EARLY: "提前完成",
    Status.AHEAD: "超进度",
    Status.ON_PACE: "达进度",
    Status.BEHIND: "欠进度",
    Status.NOT_DUE: "未到时",
    Status.NOT_REPORTED: "未报",
}


NO_TARGET = "无目标"
NO_LINE = "基期未定"


def shown_word(
    light: Light, status: Status, *, reported: bool = False, has_target: bool = True
) -> str:
    """Return the word beside a light: 严重滞后 for a red one, else the status.

    A figure that was `reported` and is grey all the same lacks a target, or the line to it.
    """
    if light is Light.GREY and status is Status.NOT_DUE and reported:
        return NO_LINE if has_target else NO_TARGET
    return light.meaning if light is Light.RED else status.word


class Guard(StrEnum):
    """保季（年）判断: how hard the months that are left must be driven to meet their quarter."""

    SAFE = "safe"
    PUSH = "push"
    STRAINED = "strained"
    AT_RISK = "at_risk"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return _GUARD_WORDS[self]

    @property
    def severity(self) -> int:
        """Return 0 for safe up to 3 for at risk, to put the worst first."""
        return list(Guard).index(self)


_GUARD_WORDS = {
    Guard.SAFE: "可保",
    Guard.PUSH: "需加力",
    Guard.STRAINED: "吃力",
    Guard.AT_RISK: "难保",
}


def board_place(light: Light, guard: Guard | None, points: Decimal | None) -> int:
    """Return an indicator's place on the board, the worst highest: lagging, then guard, then distance from plan.

    Three numbers in one: behind its line (0/1), guard 0–3, points behind in hundredths up to 999.99.
    """
    behind = 1 if light.is_lagging else 0
    rank = guard.severity if guard is not None and light.is_lagging else 0
    distance = min(int(max(-(points or Decimal(0)), Decimal(0)) * 100), 99_999)
    return behind * 10_000_000 + rank * 1_000_000 + distance


class Measure(StrEnum):
    """亮灯依据: what being behind is measured by."""

    POINTS = "points"
    PACE = "pace"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Bands:
    """亮灯规则: how far behind is still yellow, so that the bands cover the whole line.

    By points behind plan (of the target), by the pace ratio in per cent, or plainly met or not.
    """

    yellow_points: Decimal = Decimal(10)
    measure: Measure = Measure.POINTS
    yellow_pace: Decimal = Decimal(90)

    def __post_init__(self) -> None:
        if not self.yellow_points.is_finite() or self.yellow_points < 0:
            msg = "亮黄的百分点不能是负数。"
            raise FigureError(msg)
        if not self.yellow_pace.is_finite() or not 0 <= self.yellow_pace <= 100:
            msg = "亮黄的进度比例应在 0 到 100 之间。"
            raise FigureError(msg)

    def describe(self) -> str:
        """Say the rule in one Chinese sentence, as a light's reason shows it."""
        if self.measure == Measure.MET:
            return "落后计划即亮红；不落后亮绿"
        if self.measure == Measure.PACE:
            return f"低于计划但不少于计划的 {_short(self.yellow_pace)}% 亮黄，再低亮红；不落后亮绿"
        return f"落后计划 {_short(self.yellow_points)} 个百分点以内亮黄，超过亮红；不落后亮绿"

    def is_yellow(self, points: Fraction | None, shortfall: Fraction | None) -> bool:
        """Tell whether an indicator that is behind is so by little enough for yellow.

        `points` is its (negative) distance from plan; `shortfall` is that distance in per cent of
        the plan so far. What is unknown cannot be shown to be little: it is red.
        """
        if self.measure == Measure.POINTS:
            return points is not None and -points <= Fraction(self.yellow_points)
        if self.measure == Measure.PACE:
            return shortfall is not None and shortfall <= 100 - Fraction(self.yellow_pace)
        return False


def _short(value: Decimal) -> str:
    whole = value.to_integral_value()
    return format_figure(whole if value == whole else value.normalize())


def light_of(
    bands: Bands,
    *,
    done: bool,
    ahead: Fraction | None,
    points: Fraction | None,
    shortfall: Fraction | None,
) -> Light:
    """Judge one month: done is blue; else by the distance from plan, grey where that is unknown.

    The sign of `ahead` (an amount) needs no ratio, so that a target of zero is met or missed too.
    """
    if done:
        return Light.BLUE
    if ahead is None:
        return Light.GREY
    if ahead >= 0:
        return Light.GREEN
    return Light.YELLOW if bands.is_yellow(points, shortfall) else Light.RED


def status_of(
    *, done: bool, december: bool, due: bool, ahead: Fraction | None, points: Fraction | None
) -> Status:
    """Find the status word; `due` says that a figure was owed and is missing."""
    if done:
        return Status.DONE if december else Status.DONE_EARLY
    if ahead is None:
        return Status.NOT_REPORTED if due else Status.NOT_DUE
    if ahead < 0:
        return Status.BEHIND
    return Status.AHEAD if points is not None and points >= AHEAD_POINTS else Status.ON_PACE


def guard_of(gap: Fraction, uplift: Fraction | None) -> Guard:
    """Judge what the months left must bring; `uplift` in per cent, None if nothing was planned."""
    if gap <= 0:
        return Guard.SAFE
    if uplift is None:
        return Guard.AT_RISK
    if uplift <= 0:
        return Guard.SAFE
    if uplift <= PUSH_UPLIFT:
        return Guard.PUSH
    return Guard.STRAINED if uplift <= STRAINED_UPLIFT else Guard.AT_RISK
