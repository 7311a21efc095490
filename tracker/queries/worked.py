"""A stored standing row as the standing it was worked out from: by its own case, so that a frozen month stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.domain.lights import NO_TARGET
from tracker.domain.standing import Standing, case_from_json, cumulative_actual, standing

MONTHS = 12
MONTH_WORDS = {
    "met": "达到",
    "repaired": "后来补上",
    "open": "未补",
    "grey": "未报",
    "unjudged": NO_TARGET,
    "future": "",
}


@dataclass(frozen=True, slots=True)
class MonthMark:
    """One month of the strip, with what is read aloud: met, repaired, open, grey, unjudged or future."""

    month: int
    state: str
    word: str


def worked(case: Mapping[str, Any], month: int) -> Standing:
    """Work out a row's standing again from the case that is stored with it."""
    return standing(case_from_json(case), month)


def newest_known(case: Mapping[str, Any], month: int) -> Standing | None:
    """Return the standing at the last month up to `month` with a known figure; None where there is none."""
    given = case_from_json(case)
    reached = cumulative_actual(given.kind, given.actual[:month])
    known = [number for number, figure in enumerate(reached, start=1) if figure is not None]
    return standing(given, known[-1]) if known else None


def month_marks(
    figures: Mapping[str, Any] | None, case: Mapping[str, Any] | None
) -> tuple[MonthMark, ...]:
    """Return the twelve months of a row's figures; months to come are `future`.

    A month that was reported and has no line to be held against is `unjudged`, not unreported.
    """
    codes: Sequence[str | None] = (figures or {}).get("months", ())
    actual: Sequence[str | None] = (case or {}).get("actual", ())
    has_line = bool((figures or {}).get("cumulative_plan"))
    reported = {month for month, amount in enumerate(actual, start=1) if amount is not None}
    return tuple(
        _mark(
            month,
            codes[month - 1] if month <= len(codes) else "future",
            unjudged=not has_line and month in reported,
        )
        for month in range(1, MONTHS + 1)
    )


def _mark(month: int, code: str | None, *, unjudged: bool) -> MonthMark:
    state, _, repaired_in = (code or ("unjudged" if unjudged else "grey")).partition(":")
    word = f"{repaired_in}月补上" if repaired_in else MONTH_WORDS[state]
    return MonthMark(month, state, word)


def width(percent: Decimal | None) -> str:
    """Return a bar's width, 0 to 100; empty where the share is unknown."""
    if percent is None:
        return ""
    return format(min(max(percent, Decimal(0)), Decimal(100)).normalize(), "f")
