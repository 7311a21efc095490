"""Use case: work out every standing row again and say where what is stored differs (核对); or write open rows anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.domain.case_json import case_from_json
from tracker.domain.errors import FigureError
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Standing
from tracker.queries.figures import reported_figures
from tracker.services.refresh_standings import columns_of, expected_rows, refresh_standings

#: So many indicators at a time: what is held in memory does not grow with the database.
BATCH = 500
MISSING = "没有这一行"
LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one row (差异): what is stored, and what follows from its case or from what was reported."""

    indicator_id: int
    name: str
    year: int
    month: int
    frozen: bool
    column: str
    stored: str
    expected: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check went through and found."""

    rows: int
    frozen: int
    differences: tuple[Difference, ...]


def check_standings(*, now: datetime) -> Checked:
    """Hold open rows against what was reported, frozen ones against their own case; nothing is changed.

    The row of a month that is over and that nobody reported may still be lacking: the scheduler writes it.
    """
    rows = frozen = 0
    found: list[Difference] = []
    for indicators in _batches():
        stored = _stored(indicators)
        rows += len(stored)
        frozen += sum(row.frozen for row in stored.values())
        found += _differences(indicators, stored, now)
        db.session.expunge_all()
    return Checked(rows, frozen, tuple(found))


def rebuild_standings(*, now: datetime) -> int:
    """Write the rows of every open month anew and return how many; closed months stay as they are."""
    written = 0
    for indicators in _batches():
        written += refresh_standings(indicators=indicators, now=now)
    return written


def _batches() -> Iterator[Sequence[Indicator]]:
    last = 0
    while True:
        batch = db.session.scalars(
            select(Indicator)
            .where(Indicator.id > last, Indicator.state != "draft")
            .order_by(Indicator.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        last = batch[-1].id
        yield batch


def _stored(indicators: Sequence[Indicator]) -> dict[tuple[int, int], Standing]:
    ids = [row.id for row in indicators]
    rows = db.session.scalars(
        select(Standing)
        .where(Standing.indicator_id.in_(ids))
        .order_by(Standing.indicator_id, Standing.month)
    )
    return {(row.indicator_id, row.month): row for row in rows}


def _differences(
    indicators: Sequence[Indicator], stored: Mapping[tuple[int, int], Standing], now: datetime
) -> Iterator[Difference]:
    names = {row.id: row.name for row in indicators}
    closed = _closed({row.plan_id for row in indicators})
    for row in stored.values():
        name = names[row.indicator_id]
        if row.frozen != ((row.plan_id, row.month) in closed):
            yield _difference(row, name, "frozen", row.frozen, not row.frozen)
        if row.frozen:
            yield from _against_its_case(row, name)
    live = [row for row in indicators if row.state == "issued"]
    frozen = {key for key, row in stored.items() if row.frozen}
    reported = reported_figures([row.id for row in live])
    for indicator, year, month, values in expected_rows(live, now, frozen):
        found = stored.get((indicator.id, month))
        if found is not None:
            yield from _compared(found, indicator.name, values)
        elif month in reported.get(indicator.id, {}):
            shown = str(values["light"])
            yield Difference(
                indicator.id, indicator.name, year, month, False, "row", MISSING, shown
            )


def _closed(plan_ids: set[int]) -> set[tuple[int, int]]:
    rows = db.session.execute(
        select(Cycle.plan_id, Cycle.month).where(
            Cycle.plan_id.in_(plan_ids), Cycle.closed_at.is_not(None)
        )
    )
    return {(plan_id, month) for plan_id, month in rows}


def _against_its_case(row: Standing, name: str) -> Iterator[Difference]:
    """Work a closed month out again from the case stored with it: whatever changed since, it must give the same."""
    try:
        values = columns_of(case_from_json(row.case), row.month)
    except FigureError as error:
        yield _difference(row, name, "case", error.message, "")
        return
    # a column of figures that a later version added is not in an older month's record
    known = {key: values["figures"].get(key) for key in row.figures}
    yield from _compared(row, name, values | {"figures": known})


def _compared(row: Standing, name: str, values: Mapping[str, Any]) -> Iterator[Difference]:
    for column, expected in values.items():
        stored = getattr(row, column)
        if _plain(stored) != _plain(expected) and not (
            column == "case" and _same_case(stored, expected)
        ):
            yield _difference(row, name, column, *_apart(stored, expected))


def _same_case(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Tell whether two records say the same case, however its figures are written: 2498.0 is 2498."""
    try:
        same = case_from_json(stored) == case_from_json(expected)
    except FigureError:
        return False
    return same and stored.get("unit") == expected.get("unit")


def _apart(stored: Any, expected: Any) -> tuple[Any, Any]:
    """Of two records show only what differs."""
    if not isinstance(stored, dict) or not isinstance(expected, dict):
        return stored, expected
    keys = [key for key in {**stored, **expected} if stored.get(key) != expected.get(key)]
    return {key: stored.get(key) for key in keys}, {key: expected.get(key) for key in keys}


def _plain(value: Any) -> Any:
    """Return a value that two writings of the same figures have in common."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return Decimal(value) if isinstance(value, Decimal | int) else value


def _difference(row: Standing, name: str, column: str, stored: Any, expected: Any) -> Difference:
    return Difference(
        row.indicator_id,
        name,
        row.year,
        row.month,
        row.frozen,
        column,
        _shown(stored),
        _shown(expected),
    )


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        text = "、".join("—" if one is None else str(one) for one in value)
    elif isinstance(value, dict):
        text = "，".join(f"{key} {one}" for key, one in value.items())
    else:
        text = "—" if value is None else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
