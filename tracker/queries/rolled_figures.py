"""The figures that count, month by month: what was reported, and of parents what their children come to (汇总)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from tracker.domain.case import Case, Kind
from tracker.domain.errors import FigureError
from tracker.domain.phasing import MONTHS
from tracker.domain.rollup import (
    Held,
    Part,
    RolledMonth,
    Rollup,
    Rule,
    hold_against_hand,
    in_order,
    roll_up,
    rule_of,
)
from tracker.extensions import db
from tracker.models import Indicator, RollupChild
from tracker.queries.cases import case_of
from tracker.queries.figures import reported_figures
from tracker.queries.locks import with_parents

Amount = Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a parent, with what it brings."""

    id: int
    label: str
    part: Part


@dataclass(frozen=True, slots=True)
class ParentYear:
    """A parent's year: its rule, its children that are in force, and each month worked out, January first."""

    rule: Rule
    formula: str
    children: tuple[Child, ...]
    months: tuple[RolledMonth, ...]
    held: tuple[Held, ...]

    @property
    def last_known(self) -> int:
        """Return the last month of which any child is known; 0 where there is none."""
        return max((m for m, one in enumerate(self.months, start=1) if one.known), default=0)


@dataclass(frozen=True, slots=True)
class Counted:
    """Indicator → month → figure that counts, and the parents among them."""

    figures: Mapping[int, Mapping[int, Amount]]
    parents: Mapping[int, ParentYear]


@dataclass(frozen=True, slots=True)
class Link:
    """A row of rollup_child."""

    parent_id: int
    child_id: int
    weight: Decimal
    name: str


def parents_above(ids: Collection[int]) -> set[int]:
    """Return the ids of every parent that follows from these indicators, at any height. One query."""
    if not ids:
        return set()
    family = with_parents([Indicator.id.in_(ids)])
    return set(db.session.scalars(select(family.c.id))) - set(ids)


def links_below(ids: Collection[int]) -> list[Link]:
    """Return the links of these indicators to their children, and of those to theirs. One query."""
    below = (
        select(RollupChild.id, RollupChild.child_id)
        .where(RollupChild.parent_id.in_(ids))
        .cte("below", recursive=True)
    )
    deeper = select(RollupChild.id, RollupChild.child_id).join(
        below, RollupChild.parent_id == below.c.child_id
    )
    below = below.union(deeper)
    rows = db.session.execute(
        select(RollupChild.parent_id, RollupChild.child_id, RollupChild.weight, RollupChild.name)
        .where(RollupChild.id.in_(select(below.c.id)))
        .order_by(RollupChild.parent_id, RollupChild.position, RollupChild.id)
    )
    return [Link(*row) for row in rows]


def figures_that_count(ids: Collection[int], as_of: datetime | None = None) -> Counted:
    """Return the figures of these indicators, of reports made before `as_of`. Three queries, however many children."""
    links = links_below(ids)
    wanted = {*ids, *(link.child_id for link in links)}
    reported = reported_figures(list(wanted), as_of)
    if not links:
        return Counted(reported, {})
    family = wanted | {link.parent_id for link in links}
    indicators = {
        row.id: row for row in db.session.scalars(select(Indicator).where(Indicator.id.in_(family)))
    }
    return _counted(indicators, links, reported)


def _counted(
    indicators: Mapping[int, Indicator],
    links: Sequence[Link],
    reported: Mapping[int, Mapping[int, Decimal]],
) -> Counted:
    by_parent: dict[int, list[Link]] = {}
    for link in links:
        by_parent.setdefault(link.parent_id, []).append(link)
    figures: dict[int, Mapping[int, Amount]] = dict(reported)
    parents: dict[int, ParentYear] = {}
    for key in in_order({k: [one.child_id for one in v] for k, v in by_parent.items()}) or ():
        indicator = indicators[key]
        if key in by_parent and indicator.rollup:
            year = _year(indicator, by_parent[key], indicators, figures, reported.get(key, {}))
            parents[key] = year
            figures[key] = {
                month: held.figure
                for month, held in enumerate(year.held, start=1)
                if held.figure is not None
            }
    return Counted(figures, parents)


def _year(
    indicator: Indicator,
    links: Sequence[Link],
    indicators: Mapping[int, Indicator],
    figures: Mapping[int, Mapping[int, Amount]],
    by_hand: Mapping[int, Decimal],
) -> ParentYear:
    """Work out a parent's twelve months; a child that was cancelled is no longer one."""
    rule = rule_of(
        indicator.rollup,
        indicator.kind,
        indicator.unit,
        indicator.places,
        indicator.formula,
        indicator.every,
    )
    children = tuple(
        _child(indicators[link.child_id], link, figures.get(link.child_id, {}))
        for link in links
        if indicators[link.child_id].state == "issued"
    )
    parts = [child.part for child in children]
    months = tuple(roll_up(rule, parts, month) for month in range(1, MONTHS + 1))
    formula = indicator.formula if rule.rollup == Rollup.FORMULA else ""
    return ParentYear(rule, formula, children, months, hold_against_hand(rule, months, by_hand))


def _child(indicator: Indicator, link: Link, months: Mapping[int, Amount]) -> Child:
    part = part_of(indicator, months, link.weight, link.name)
    return Child(indicator.id, indicator.name, part)


def part_of(indicator: Indicator, months: Mapping[int, Amount], weight: Decimal, name: str) -> Part:
    """Return an indicator as a child; one whose settings do not fit together brings nothing."""
    try:
        case = case_of(indicator, [months.get(m) for m in range(1, MONTHS + 1)], Decimal(10))
    except FigureError:
        case = Case(Kind(indicator.kind), target=None, places=indicator.places)
    return Part(case, indicator.unit, weight, name, indicator.every)
