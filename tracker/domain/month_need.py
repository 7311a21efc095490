"""What one month must bring (本月需完成): the one rule of sheet, desk, ledger and mail.

It follows from how the year stood at the last month before it whose figure is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tracker.domain.amounts import EXACT, format_figure
from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.figures import Standing
from tracker.domain.margins import cumulative_actual
from tracker.domain.phasing import spread
from tracker.domain.standing import standing

_LINES = {Polarity.HIGHER: "不低于", Polarity.LOWER: "不超"}


def month_need(case: Case, month: int) -> str:
    """Say what `month` (1 to 12) must bring to secure its quarter; empty where that is unknown.

    A flow to be reached has its need, a balance what it must grow by, a rate its line; under a cap it
    is the month's share of the allowance that is left; in a range, the two figures it must lie between.
    Raises FigureError where the year's parts do not fit together.
    """
    before = standing_before(case, month)
    if case.polarity == Polarity.RANGE:
        return _range_words(case.in_force(month), before, month)
    if case.kind == Kind.RATE or (case.kind == Kind.STOCK and case.polarity != Polarity.HIGHER):
        return _line_words(case.in_force(month), month)
    if case.polarity == Polarity.LOWER:
        return _allowed_words(before, month)
    need = before.for_quarter.need if before.for_quarter is not None else None
    amount = _of_month(need, before.month, month)
    if amount is None:
        return ""
    shown = format_figure(amount, case.places)
    return f"净增 {shown}" if case.kind == Kind.STOCK and amount else shown


def standing_before(case: Case, month: int) -> Standing:
    """Return the standing at the last month before `month` whose figure is known, or the year's beginning."""
    given = case.actual[: month - 1]
    reached = cumulative_actual(case.kind, given)
    known = [number for number, figure in enumerate(reached, start=1) if figure is not None]
    return standing(replace(case, actual=given), known[-1] if known else 0)


def _of_month(need: Sequence[Decimal] | None, after: int, month: int) -> Decimal | None:
    """Return the month's part of what the months after `after` need; None beyond their quarter."""
    place = month - after - 1
    return need[place] if need is not None and place < len(need) else None


def _line_words(case: Case, month: int) -> str:
    line = case.line()
    if line is None:
        return ""
    return f"{_LINES[case.polarity]} {format_figure(line.at(month), case.places)}"


def _range_words(case: Case, before: Standing, month: int) -> str:
    """Say what a range leaves: for a flow, what the months since the last known one may bring together."""
    floor, ceiling = case.line(), case.ceiling()
    if floor is None or ceiling is None:
        return ""
    gone = Decimal(0)
    if case.kind == Kind.FLOW and before.month:
        if before.month < month - 1 or before.actual_cumulative is None:
            return ""
        gone = before.actual_cumulative
    low, high = EXACT.subtract(floor.at(month), gone), EXACT.subtract(ceiling.at(month), gone)
    if case.kind == Kind.FLOW and high < 0:
        return "已超上限"
    low = max(low, Decimal(0)) if case.kind == Kind.FLOW else low
    return f"{format_figure(low, case.places)}～{format_figure(high, case.places)}"


def _allowed_words(before: Standing, month: int) -> str:
    case = before.case
    left = before.allowance_left
    if left is None:
        return ""
    if left <= 0:
        return "已无余额"
    share = _of_month(spread(left, case.shares[before.month :], case.places), before.month, month)
    return f"不超 {format_figure(share, case.places)}"
