"""A county's or city's board: the lights of each unit below, added up, and the way up and down the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.domain.amounts import round_half_up
from tracker.domain.lights import Light
from tracker.queries.board import AT_RISK, LAGGING, added_up
from tracker.queries.unit_groups import UnitGroups
from tracker.web.filters import percent
from tracker.web.listing import address

LIGHTS = (Light.RED, Light.YELLOW, Light.GREY, Light.GREEN, Light.BLUE)
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LightCount:
    """How many indicators of a unit have a light, and where they are listed."""

    light: str
    word: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A unit below, with all that is below it."""

    name: str
    url: str
    lights: Sequence[LightCount]
    lagging: int
    at_risk: int
    total: int
    share: str


@dataclass(frozen=True, slots=True)
class GroupBoard:
    """The units below the one looked at, worst first, and all of them together; `up` leads to those above."""

    title: str
    lines: Sequence[GroupLine]
    whole: GroupLine
    up: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]


def group_board(groups: UnitGroups, by_unit: Mapping[int | None, Counts]) -> GroupBoard:
    """Add the counts of units up to the parts of the one looked at."""
    parts: dict[int | None, list[Counts]] = {}
    for unit_id, counts in by_unit.items():
        parts.setdefault(groups.part(unit_id), []).append(counts)
    summed = {part: added_up(counts) for part, counts in parts.items()}
    ranked = sorted(summed.items(), key=lambda entry: _place(groups, *entry))
    base_name = groups.above[-1][1]
    return GroupBoard(
        title=f"{base_name}各单位亮灯",
        lines=[
            _line(groups.name(part), None if part == groups.base_id else part, counts)
            for part, counts in ranked
        ],
        whole=_line("合计", groups.base_id, added_up(summed.values())),
        up=[(name, _unit_url(groups, id_)) for id_, name in groups.above[:-1]],
        options=_options(groups, summed),
    )


def _place(groups: UnitGroups, part: int | None, counts: Counts) -> tuple[int, ...]:
    """Return what puts the worst first: most red, most behind, most at risk; then the order of the tree."""
    order: list[int | None] = [*groups.names, None]
    place = order.index(part)
    return (-counts[Light.RED], -counts[LAGGING], -counts[AT_RISK], place)


def _line(name: str, part: int | None, counts: Counts) -> GroupLine:
    total = sum(counts[light] for light in Light)
    share = "" if not total else percent_of(counts[LAGGING], total)
    return GroupLine(
        name=name,
        url="" if part is None else address("lagging.index", unit=part, light=None),
        lights=[
            LightCount(
                light.value,
                light.word,
                counts[light],
                "" if part is None else address("lagging.index", unit=part, light=light.value),
            )
            for light in LIGHTS
        ],
        lagging=counts[LAGGING],
        at_risk=counts[AT_RISK],
        total=total,
        share=share,
    )


def percent_of(count: int, total: int) -> str:
    """Write a share of a count: 12.5%."""
    return percent(round_half_up(Fraction(count * 100, total), 1), 1)


def _unit_url(groups: UnitGroups, unit_id: int) -> str:
    """Return the board of a unit above; the top one's is the whole board."""
    return address("lagging.index", unit=None if unit_id == groups.above[0][0] else unit_id)


def _options(groups: UnitGroups, parts: Mapping[int | None, Counts]) -> tuple[tuple[str, str], ...]:
    """Return what the filter by unit offers: those above, and those below that have indicators."""
    above = [(str(id_), name) for id_, name in groups.above[1:]]
    below = [
        (str(id_), f"　{name}")
        for id_, name in groups.names.items()
        if id_ in parts and id_ != groups.base_id
    ]
    return (*above, *below)
