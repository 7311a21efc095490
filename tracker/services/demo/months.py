"""What the demonstration's indicators brought, month by month, up to the last month reported."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.phasing import YearPlan
from tracker.services.demo.indicators import SHARE_OF_TAXES, Course, DemoIndicator

#: Points ahead of plan in an ordinary month; each indicator begins at another place of the row.
_WAVES = tuple(
    map(
        Decimal,
        ("0.6", "0.9", "0.5", "1.2", "0.7", "0.4", "1.0", "0.6", "0.8", "0.5", "1.1", "0.7"),
    )
)
_HALF_YEAR = 6
_SLIPPED_FOR = 3
_LEAST_SHARE = Decimal("0.12")  # of the month's plan: even a bad month brings something
_MOST = Decimal("1.02")  # of the target: what comes in after it was reached
_EARLY = {1: ("1",), 2: ("0.5", "1"), 3: ("0.4", "0.75", "1")}
_HUNDRED = Decimal(100)


def points_ahead(course: Course, depth: Decimal, month: int, last: int, turn: int) -> Decimal:
    """Return how many points of the target the month's end lies ahead of plan, behind if negative."""
    wave = _WAVES[(month + 5 * turn) % len(_WAVES)]
    if course is Course.AHEAD:
        return min(Decimal("1.8") + Decimal("0.6") * month, Decimal("8.2")) + wave / 2
    if course is Course.SLIPPING:
        behind = month - max(last - _SLIPPED_FOR, 0)
        return -depth * behind / _SLIPPED_FOR if behind > 0 else wave
    if course is Course.FAILING:
        behind = month - max(last - _HALF_YEAR, 0)
        return -depth * behind / min(_HALF_YEAR, last) if behind > 0 else wave
    if course is Course.REPAIRED:
        return Decimal("-1.3") if month == last - 1 else wave
    if course is Course.QUARTER_LOST:
        lost = (last - 1) // 3 * 3
        return Decimal("-2.4") if lost and lost - 1 <= month <= lost else wave
    return wave


def amounts(
    indicator: DemoIndicator, line: YearPlan, target: Decimal, last: int, turn: int
) -> tuple[Decimal, ...]:
    """Return what is reported for January to `last`: a flow's months, a balance, a rate."""
    if indicator.course is Course.DONE_EARLY:
        return _months_of(_reached_early(target, last, indicator.places))
    values = []
    for month in range(1, last + 1):
        points = points_ahead(indicator.course, indicator.depth, month, last, turn)
        values.append(_level(indicator, line, target, month, points))
    if indicator.kind != "flow":
        return tuple(values)
    return _months_of(_rising(values, line, target, indicator))


def share_of_taxes(taxes: tuple[Decimal, ...], all_income: tuple[Decimal, ...]) -> list[Decimal]:
    """Return the cumulative share of taxes in the income, in per cent, two places."""
    shares, above, below = [], Decimal(0), Decimal(0)
    for tax, income in zip(taxes, all_income, strict=True):
        above, below = above + tax, below + income
        shares.append(_round(above * _HUNDRED / below, 2))
    return shares


def all_amounts(
    rows: list[tuple[DemoIndicator, YearPlan, Decimal]], last: int
) -> dict[str, tuple[Decimal, ...]]:
    """Return name → months for all indicators; the share of taxes follows from its two parts."""
    figures = {
        indicator.name: amounts(indicator, line, target, last, turn)
        for turn, (indicator, line, target) in enumerate(rows)
    }
    share, tax, income = SHARE_OF_TAXES
    if {share, tax, income} <= figures.keys():
        figures[share] = tuple(share_of_taxes(figures[tax], figures[income]))
    return figures


def reported_through(indicator: DemoIndicator, last: int, *, due_is_over: bool) -> int:
    """Return the last month that was sent: some are missing, some wait for the due day."""
    missing = max(indicator.missing, 1 if indicator.late and not due_is_over else 0)
    return max(last - missing, 0)


def _level(
    indicator: DemoIndicator, line: YearPlan, target: Decimal, month: int, points: Decimal
) -> Decimal:
    if indicator.kind == "rate":
        return _round(min(line.at(month) + points, _HUNDRED), indicator.places)
    step = target * points / _HUNDRED
    level = line.at(month) - step if indicator.polarity == "lower" else line.at(month) + step
    return _round(level, indicator.places)


def _rising(
    levels: list[Decimal], line: YearPlan, target: Decimal, indicator: DemoIndicator
) -> list[Decimal]:
    """Keep a flow's sum from falling, and from running far beyond its target."""
    kept: list[Decimal] = []
    for month, level in enumerate(levels):
        before = kept[-1] if kept else Decimal(0)
        least = before + _round(line.monthly[month] * _LEAST_SHARE, indicator.places)
        kept.append(max(least, min(level, _round(target * _MOST, indicator.places))))
    return kept


def _reached_early(target: Decimal, last: int, places: int) -> list[Decimal]:
    shares = _EARLY[min(last, max(_EARLY))]
    return [
        _round(target * Decimal(shares[min(month, len(shares) - 1)]), places)
        for month in range(last)
    ]


def _months_of(levels: list[Decimal]) -> tuple[Decimal, ...]:
    return tuple(
        after - before for before, after in zip([Decimal(0), *levels], levels, strict=False)
    )


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
