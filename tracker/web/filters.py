"""How values are written on a page: figures, points, per cent, days and moments. Formatting only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from jinja2 import pass_context
from jinja2.runtime import Context

from tracker.domain.amounts import UNKNOWN, format_figure, round_half_up

WEEKDAYS = "一二三四五六日"


def init_app(app: Flask) -> None:
    """Give the templates their filters: figure, percent, points, day, moment, clock."""
    app.jinja_env.filters.update(
        figure=format_figure, percent=percent, points=points, day=_day, moment=_moment, clock=_clock
    )


def percent(value: Decimal | None, places: int = 2) -> str:
    """Write a percentage: 22.50%, or — when it is unknown. The value is in per cent, not a ratio."""
    return UNKNOWN if value is None else f"{format_figure(value, places)}%"


def points(value: Decimal | None, places: int = 2) -> str:
    """Write a distance in points with its sign: +0.15, −2.97, 0.00; — when it is unknown."""
    if value is None:
        return UNKNOWN
    return f"{'+' if round_half_up(value, places) > 0 else ''}{format_figure(value, places)}"


def day(value: date | None, year: int | None = None) -> str:
    """Write a day: 4月3日（周三）, with its year when that is not `year`."""
    if value is None:
        return UNKNOWN
    return f"{_date_words(value, year)}（周{WEEKDAYS[value.weekday()]}）"


def moment(value: datetime | None, zone: ZoneInfo, year: int | None = None) -> str:
    """Write a moment in `zone`: 8月5日 17:42, with its year when that is not `year`.

    A moment without a zone is taken as local already.
    """
    if value is None:
        return UNKNOWN
    local = value.astimezone(zone) if value.tzinfo else value
    return f"{_date_words(local, year)} {local:%H:%M}"


def clock(value: datetime | None, zone: ZoneInfo) -> str:
    """Write the time of day in `zone`: 10:24."""
    if value is None:
        return UNKNOWN
    return f"{value.astimezone(zone) if value.tzinfo else value:%H:%M}"


def _date_words(value: date, year: int | None) -> str:
    words = f"{value.month}月{value.day}日"
    return words if value.year == year else f"{value.year}年{words}"


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIMEZONE"])


@pass_context
def _day(context: Context, value: date | None, year: int | None = None) -> str:
    return day(value, year or context.get("plan_year"))


@pass_context
def _moment(context: Context, value: datetime | None, year: int | None = None) -> str:
    return moment(value, _zone(), year or context.get("plan_year"))


def _clock(value: datetime | None) -> str:
    return clock(value, _zone())
