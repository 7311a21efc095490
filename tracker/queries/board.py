"""The rows of ledger and board: each indicator with the standing that it shows on a day, or at a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from tracker.domain.lights import Guard, Light, Status, shown_word
from tracker.extensions import db
from tracker.models import Charge, Cycle, Indicator, Plan, PlanItem, Standing, Task, Unit
from tracker.queries.scope import is_due_in_cycle
from tracker.queries.shown import shown_on

LAGGING = "lagging"
AT_RISK = "at_risk"
Order = Sequence[SQLColumnExpression[Any]]


@dataclass(frozen=True, slots=True)
class View:
    """What the board looks at: the newest figures on a day, or those of one month of the year.

    Its plans are those in force on the day, unless it asks for a year, a plan, or every year.
    """

    day: date
    month: int | None = None
    year: int | None = None
    plan_id: int | None = None
    every_year: bool = False

    def plans(self) -> ColumnElement[bool]:
        """Return the condition on Plan."""
        if self.every_year:
            chosen = Plan.state == "issued"
        elif self.year is not None:
            chosen = and_(Plan.state == "issued", Plan.year == self.year)
        else:
            chosen = plans_on(self.day)
        return chosen if self.plan_id is None else and_(chosen, Plan.id == self.plan_id)

    def joined(self) -> ColumnElement[bool]:
        """Return the condition that joins Standing to Indicator and Plan."""
        if self.month is None:
            return shown_on(self.day)
        return and_(
            Standing.indicator_id == Indicator.id,
            Standing.year == Plan.year,
            Standing.month == self.month,
        )

    def late(self) -> ColumnElement[bool]:
        """Return whether a later month is overdue than the one that the standing is for.

        Its own row is written when the month is next worked out; the board does not wait for that.
        """
        if self.month is not None:
            return Standing.id.is_(None)
        return func.coalesce(Standing.month, 0) < func.coalesce(settled_month(self.day), 0)

    def light(self) -> ColumnElement[str]:
        """Return the light that is shown."""
        return case(
            (or_(Standing.id.is_(None), self.late()), Light.GREY.value), else_=Standing.light
        )

    def lagging(self) -> ColumnElement[bool]:
        """Return whether a row is behind its line, or its report is overdue."""
        behind = Standing.light.in_([light.value for light in Light if light.is_lagging])
        unreported = Standing.status == Status.NOT_REPORTED.value
        if self.month is not None:
            return or_(behind, unreported)
        return or_(self.late(), behind, unreported)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list, as the address has them; `light` may be `lagging`."""

    unit_id: int | None = None
    leader_post_id: int | None = None
    item_id: int | None = None
    light: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One indicator as lists show it. Where nothing is known `month` is None; `late`: overdue since."""

    id: int
    top_unit_id: int
    name: str
    unit: str
    places: int
    kind: str
    polarity: str
    target: Decimal | None
    lead_unit_id: int | None
    owner_post_id: int | None
    reporter_post_id: int | None
    leader_post_id: int | None
    unit_name: str | None
    year: int
    light: str
    late: bool
    settled: int | None
    month: int | None
    status: str | None
    actual: Decimal | None
    planned: Decimal | None
    completion_pct: Decimal | None
    time_pct: Decimal | None
    ahead_points: Decimal | None
    yoy_pct: Decimal | None
    behind_since: int | None
    quarter_guard: str | None
    quarter_need: Sequence[Decimal | None] | None
    quarter_uplift_pct: Decimal | None
    rule: str | None
    case: Mapping[str, Any] | None
    figures: Mapping[str, Any] | None
    frozen: bool | None
    at: datetime | None
    parts: int | None = None
    parts_known: int | None = None
    hand_gap: Decimal | None = None

    @property
    def parts_words(self) -> str:
        """Say how many children of a parent are known for the month: 3/5 已报; empty for any other indicator."""
        if self.parts is None or self.late:
            return ""
        return f"{self.parts_known}/{self.parts} 已报"

    @property
    def guard(self) -> Guard | None:
        """Return how safe the coming quarter is; None where that is not known."""
        return Guard(self.quarter_guard) if self.quarter_guard else None

    @property
    def shown_month(self) -> int | None:
        """Return the month that the light is about."""
        return self.settled if self.late else self.month

    @property
    def unreported(self) -> bool:
        """Tell whether the month that the light is about should have been reported and was not."""
        return self.late or self.status == Status.NOT_REPORTED

    @property
    def shown_status(self) -> Status:
        """Return the status word's code."""
        if self.late:
            return Status.NOT_REPORTED
        return Status(self.status) if self.status else Status.NOT_DUE

    @property
    def word(self) -> str:
        """Return the word beside the light."""
        return shown_word(
            Light(self.light),
            self.shown_status,
            reported=self.actual is not None,
            has_target=(self.case or {}).get("target") is not None,
        )


def plans_on(day: date) -> ColumnElement[bool]:
    """Return the condition on Plan: issued, and of its unit's newest year that has begun by `day`."""
    other = aliased(Plan)
    newest = (
        select(func.max(other.year))
        .where(other.unit_id == Plan.unit_id, other.state == "issued", other.year <= day.year)
        .correlate(Plan)
        .scalar_subquery()
    )
    return and_(Plan.state == "issued", Plan.year == newest)


def settled_month(day: date) -> Any:
    """Return the last month of the indicator's plan whose due day is over, as a scalar subquery."""
    return (
        select(func.max(Cycle.month))
        .where(Cycle.plan_id == Indicator.plan_id, Cycle.due_on < day, is_due_in_cycle())
        .correlate(Indicator)
        .scalar_subquery()
    )


def matches(wanted: Wanted, view: View) -> ColumnElement[bool]:
    """Return the condition of a list's filters."""
    parts: list[ColumnElement[bool]] = [true()]
    if wanted.unit_id is not None:
        parts.append(Indicator.lead_unit_id.in_(units_below(wanted.unit_id)))
    if wanted.leader_post_id is not None:
        parts.append(in_charge_of(wanted.leader_post_id))
    if wanted.item_id is not None:
        parts.append(_under_item(wanted.item_id))
    if wanted.light == LAGGING:
        parts.append(view.lagging())
    elif wanted.light:
        parts.append(view.light() == wanted.light)
    parts.extend(Indicator.name.contains(word, autoescape=True) for word in wanted.text.split())
    return and_(*parts)


def units_below(unit_id: int) -> Select[int]:
    """Return the ids of a unit and all below it."""
    top = aliased(Unit)
    return (
        select(Unit.id)
        .join(top, Unit.path.startswith(top.path))
        .where(top.id == unit_id, top.path != "")
    )


def in_charge_of(
    leader_post_id: int, table: type[Indicator] | type[Task] = Indicator
) -> ColumnElement[bool]:
    """Return the condition on a row: named for this leader, or of a unit in the leader's charge."""
    charged = aliased(Unit)
    units = (
        select(Unit.id)
        .join(charged, Unit.path.startswith(charged.path))
        .join(Charge, Charge.unit_id == charged.id)
        .where(Charge.post_id == leader_post_id, charged.path != "")
    )
    return or_(
        table.leader_post_id == leader_post_id,
        and_(table.leader_post_id.is_(None), table.lead_unit_id.in_(units)),
    )


def _under_item(item_id: int) -> ColumnElement[bool]:
    """Return the condition on Indicator: below this heading of the plan, at any depth."""
    below = select(PlanItem.id).where(PlanItem.id == item_id).cte("below", recursive=True)
    child = aliased(PlanItem)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return Indicator.item_id.in_(select(below.c.id))


def light_counts(scope: ColumnElement[bool], view: View, wanted: Wanted) -> dict[str, int]:
    """Return how many rows each light has, `lagging` and `at_risk`; not filtered by light. One query."""
    return added_up(light_counts_by_unit(scope, view, wanted).values())


def added_up(counted: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add counts of lights up; every light is there."""
    total = dict.fromkeys((*(light.value for light in Light), LAGGING, AT_RISK), 0)
    for counts in counted:
        for name, count in counts.items():
            total[name] += count
    return total


def light_counts_by_unit(
    scope: ColumnElement[bool], view: View, wanted: Wanted
) -> dict[int | None, dict[str, int]]:
    """Return the counts of `light_counts` for each unit that leads a row. One query."""
    others = Wanted(wanted.unit_id, wanted.leader_post_id, wanted.item_id, "", wanted.text)
    light = view.light().label("light")
    lagging = func.sum(case((view.lagging(), 1), else_=0))
    at_risk = and_(view.lagging(), Standing.quarter_guard == Guard.AT_RISK.value)
    risky = func.sum(case((at_risk, 1), else_=0))
    unit = Indicator.lead_unit_id
    rows = db.session.execute(
        _from(select(unit, light, func.count(), lagging, risky), scope, view, others).group_by(
            unit, light
        )
    )
    counts: dict[int | None, dict[str, int]] = {}
    for unit_id, name, count, behind, risk in rows:
        one = counts.setdefault(unit_id, added_up(()))
        one[name] += count
        one[LAGGING] += int(behind or 0)
        one[AT_RISK] += int(risk or 0)
    return counts


def row_count(scope: ColumnElement[bool], view: View, wanted: Wanted) -> int:
    """Return how many rows a list has. One query."""
    return db.session.scalar(_from(select(func.count()), scope, view, wanted)) or 0


def board_rows(
    scope: ColumnElement[bool],
    view: View,
    wanted: Wanted,
    order: Order,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[BoardRow]:
    """Return rows in an order, then by their place in the plan. One query."""
    columns = (
        Indicator.id,
        Indicator.top_unit_id,
        Indicator.name,
        Indicator.unit,
        Indicator.places,
        Indicator.kind,
        Indicator.polarity,
        Indicator.target,
        Indicator.lead_unit_id,
        Indicator.owner_post_id,
        Indicator.reporter_post_id,
        Indicator.leader_post_id,
        Unit.name.label("unit_name"),
        Plan.year,
        view.light().label("shown_light"),
        view.late().label("late"),
        settled_month(view.day).label("settled"),
        Standing.month,
        Standing.status,
        Standing.actual,
        Standing.planned,
        Standing.completion_pct,
        Standing.time_pct,
        Standing.ahead_points,
        Standing.yoy_pct,
        Standing.behind_since,
        Standing.quarter_guard,
        Standing.quarter_need,
        Standing.quarter_uplift_pct,
        Standing.rule,
        Standing.case,
        Standing.figures,
        Standing.frozen,
        Standing.at,
        Standing.parts,
        Standing.parts_known,
        Standing.hand_gap,
    )
    chosen = _from(select(*columns), scope, view, wanted).order_by(
        *order, Plan.id, Indicator.position, Indicator.id
    )
    rows = db.session.execute(chosen.limit(limit).offset(offset))
    return [BoardRow(*row) for row in rows]


def _from(
    chosen: Select[*tuple[Any, ...]], scope: ColumnElement[bool], view: View, wanted: Wanted
) -> Select[*tuple[Any, ...]]:
    return (
        chosen.select_from(Indicator)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(Standing, view.joined())
        .outerjoin(Unit, Unit.id == Indicator.lead_unit_id)
        .where(scope, Indicator.state == "issued", view.plans(), matches(wanted, view))
    )


def worst_first() -> Order:
    """Return the board's order: lagging first, worst guard, then distance from plan."""
    return (func.coalesce(Standing.severity, 0).desc(),)
