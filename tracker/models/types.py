"""Column types that keep what a database would lose: the last digits of a figure, and the time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import JSON, BigInteger, DateTime, Dialect
from sqlalchemy.types import TypeDecorator

SCALE = 10_000
#: Larger figures than this (or smaller than its negative) do not fit the column.
LARGEST = Decimal(2**63 - 1) / SCALE


def fits(value: Decimal | None) -> bool:
    """Tell whether a figure can be stored."""
    return value is None or abs(value) <= LARGEST


class Figure(TypeDecorator[Decimal]):
    """An exact number with up to four decimals, stored as a whole number of ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse a figure finer than the column can hold; never round in silence."""
        if value is None:
            return None
        scaled = value * SCALE
        if scaled != scaled.to_integral_value():
            msg = f"{value} has more than four decimals"
            raise ValueError(msg)
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return the figure as it was given."""
        return None if value is None else Decimal(value) / SCALE


class Figures(TypeDecorator[Sequence[Decimal | None]]):
    """A row of exact numbers (twelve months, four quarters), stored as a JSON list of strings."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Sequence[Decimal | None] | None, dialect: Dialect
    ) -> list[str | None] | None:
        """Write each figure in plain digits; an unknown one is null."""
        if value is None:
            return None
        return [None if figure is None else format(figure, "f") for figure in value]

    def process_result_value(
        self, value: list[str | None] | None, dialect: Dialect
    ) -> tuple[Decimal | None, ...] | None:
        """Return the figures as they were given."""
        if value is None:
            return None
        return tuple(None if figure is None else Decimal(figure) for figure in value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware moment."""
        return None if value is None else value.replace(tzinfo=UTC)
