"""One indicator's demonstration year: what is typed for each month, and how far that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.errors import NotFoundError
from tracker.domain.phasing import YearPlan
from tracker.domain.standing import Kind, cumulative_actual
from tracker.models import Indicator
from tracker.queries.cases import case_of
from tracker.services.demo.indicators import INDICATORS, DemoIndicator
from tracker.services.demo.months import all_amounts, reported_through
from tracker.services.demo.words import LAGGING_WORDS

#: The figure that is corrected once, and what was forgotten at first.
CORRECTED, FORGOTTEN = "一般公共预算支出", Decimal(386)


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """An issued indicator with what it brought, how far that was sent, and its months behind plan."""

    row: Indicator
    amounts: tuple[Decimal, ...]
    sent_through: int
    behind: frozenset[int]
    waits: bool

    def fields(self, month: int, *, corrected_later: bool) -> dict[str, str]:
        """Return what the reporter types for a month, by the names of the sheet's form."""
        amount = self.amounts[month - 1]
        if corrected_later and self.row.name == CORRECTED:
            amount -= FORGOTTEN
        note, next_step = LAGGING_WORDS.get(self.row.name, ("", ""))
        key, behind = f"i{self.row.id}", month in self.behind
        return {
            f"{key}-amount": format(amount, "f"),
            f"{key}-note": note if behind else "",
            f"{key}-next": next_step if behind else "",
            f"{key}-sure": "1",
        }


def indicator_years(
    rows: Mapping[str, Indicator], yellow_points: Decimal, last: int, *, due_is_over: bool
) -> list[IndicatorYear]:
    """Return every indicator's year. Raises NotFoundError where one has no line to be held against."""
    known = [(made, *_line_of(made, rows, yellow_points)) for made in INDICATORS]
    figures = all_amounts(known, last)
    return [
        IndicatorYear(
            row=rows[made.name],
            amounts=figures[made.name],
            sent_through=reported_through(made, last, due_is_over=due_is_over),
            behind=_months_behind(made, line, figures[made.name]),
            waits=made.late and not due_is_over,
        )
        for made, line, _target in known
    ]


def _line_of(
    made: DemoIndicator, rows: Mapping[str, Indicator], yellow_points: Decimal
) -> tuple[YearPlan, Decimal]:
    row = rows.get(made.name)
    line = None if row is None else case_of(row, (), yellow_points).line()
    if row is None or line is None or row.target is None:
        raise NotFoundError(f"演示指标“{made.name}”没有读到目标值。")
    return line, row.target


def _months_behind(
    made: DemoIndicator, line: YearPlan, amounts: tuple[Decimal, ...]
) -> frozenset[int]:
    sign = -1 if made.polarity == "lower" else 1
    reached = cumulative_actual(Kind(made.kind), amounts)
    return frozenset(
        month
        for month, level in enumerate(reached, start=1)
        if level is not None and sign * (level - Fraction(line.at(month))) < 0
    )
