"""Margins: each past month against its line, and what that makes of months and quarters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.phasing import MONTHS_IN_QUARTER, YearPlan


class MonthState(StrEnum):
    """月度完成情况: a month stood on its line, came back to it later, or is behind."""

    MET = "met"
    REPAIRED = "repaired"
    OPEN = "open"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """Return the one-character word of the twelve-month strip."""
        return {"met": "达", "repaired": "补", "open": "欠", "unknown": "缺"}[self]


@dataclass(frozen=True, slots=True)
class MonthMark:
    """One month of the strip, with the month that repaired it."""

    state: MonthState
    repaired_in: int | None = None

    @property
    def code(self) -> str | None:
        """Return met, open, repaired:3, or None where the month is unknown."""
        if self.state is MonthState.UNKNOWN:
            return None
        return self.state if self.repaired_in is None else f"{self.state}:{self.repaired_in}"


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a month is on the right side of its line, and what that is measured by."""

    ahead: Fraction
    target: Decimal
    plan: Decimal


def cumulative_actual(
    kind: Kind, months: Sequence[Decimal | Fraction | None]
) -> tuple[Fraction | None, ...]:
    """Return what was reached at each month's end: a flow's running sum, else the figure itself.

    After a month that nobody reported a flow's sum stays unknown; a later balance is known again.
    """
    figures = [None if figure is None else Fraction(figure) for figure in months]
    if kind != Kind.FLOW:
        return tuple(figures)
    sums: list[Fraction | None] = []
    total: Fraction | None = Fraction(0)
    for figure in figures:
        total = None if total is None or figure is None else total + figure
        sums.append(total)
    return tuple(sums)


def margins_of(case: Case, reached: Sequence[Fraction | None]) -> tuple[Margin | None, ...]:
    """Hold each month so far against its line: up to a change of the target the old one's."""
    ends = [*(old.through for old in case.earlier), len(reached)]
    margins: list[Margin | None] = []
    for end in ends:
        held = case.in_force(end)
        lines = (held.line(), held.ceiling())
        months = range(len(margins) + 1, min(end, len(reached)) + 1)
        margins += [margin_of(held, lines, month, reached[month - 1]) for month in months]
    return tuple(margins)


def margin_of(
    case: Case,
    lines: tuple[YearPlan | None, YearPlan | None],
    month: int,
    reached: Fraction | None,
) -> Margin | None:
    """Hold a month against its line, a range against the nearer of two; None where unknown."""
    line, ceiling = lines
    if reached is None or line is None or case.target is None:
        return None
    plan = line.at(month)
    over = Margin(reached - Fraction(plan), case.target, plan)
    if case.polarity == Polarity.LOWER:
        return Margin(-over.ahead, case.target, plan)
    if ceiling is None or case.target_high is None:
        return over
    top = ceiling.at(month)
    under = Margin(Fraction(top) - reached, case.target_high, top)
    return min(over, under, key=lambda margin: margin.ahead)


def marks_of(margins: Sequence[Margin | None]) -> tuple[MonthMark, ...]:
    """Mark each past month: met, repaired by the first later month that is met, or still open."""
    marks: list[MonthMark] = []
    met_later: int | None = None
    for month in range(len(margins), 0, -1):
        margin = margins[month - 1]
        if margin is None:
            marks.append(MonthMark(MonthState.UNKNOWN))
        elif margin.ahead >= 0:
            met_later = month
            marks.append(MonthMark(MonthState.MET))
        else:
            state = MonthState.OPEN if met_later is None else MonthState.REPAIRED
            marks.append(MonthMark(state, met_later))
    return tuple(reversed(marks))


def quarters_lost(margins: Sequence[Margin | None]) -> tuple[int, ...]:
    """Return the past quarters that ended behind their line; a later repair changes nothing."""
    ends = margins[MONTHS_IN_QUARTER - 1 :: MONTHS_IN_QUARTER]
    return tuple(q for q, end in enumerate(ends, start=1) if end is not None and end.ahead < 0)
