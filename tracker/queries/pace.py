"""How far along an indicator is, in one bar: its share of the target and of time, or a rate and its line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.amounts import UNKNOWN, format_figure
from tracker.domain.case import Kind
from tracker.domain.standing import Standing
from tracker.domain.wording import quantity
from tracker.queries.worked import width


@dataclass(frozen=True, slots=True)
class Pace:
    """A bar in words: what stands beside it, its widths from 0 to 100, and what is read aloud."""

    text: str
    done_width: str
    tick_width: str
    label: str


def pace_of(name: str, unit: str, places: int, standing: Standing | None) -> Pace:
    """Return the bar of the newest standing with a known figure; an empty one where nothing is known."""
    if standing is None:
        return Pace(UNKNOWN, "", "", f"{name} 完成 {UNKNOWN}")
    if standing.case.kind == Kind.RATE:
        return _rate(name, unit, places, standing)
    done = standing.completion_pct
    time = standing.time_pct if standing.case.kind == Kind.FLOW and done is not None else None
    label = f"{name} 完成 {_percent(done)}"
    if time is not None:
        label = f"{label}，序时 {_percent(time)}"
    return Pace(_percent(done), width(done), width(time), label)


def _rate(name: str, unit: str, places: int, standing: Standing) -> Pace:
    """Return a rate's bar: it has no share of its target, so the bar is the rate itself, the tick its line."""
    reached = quantity(standing.actual_cumulative, unit, places)
    goal = quantity(standing.plan_cumulative, unit, places)
    label = f"{name} 为 {reached}，目标 {goal}"
    if unit != "%":
        return Pace(reached, "", "", label)
    return Pace(reached, width(standing.actual_cumulative), width(standing.plan_cumulative), label)


def _percent(value: Decimal | None) -> str:
    return UNKNOWN if value is None else f"{format_figure(value, 2)}%"
