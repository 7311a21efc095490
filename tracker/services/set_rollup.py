"""Use case: say how an indicator is worked out from others (汇总设定), or that it no longer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, or_, select
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.errors import NotAllowedError, NotFoundError, NotReadyError, StaleError
from tracker.domain.formula import as_name, read_formula
from tracker.domain.roles import Role
from tracker.domain.rollup import Rollup, levels_of, rule_of
from tracker.domain.rollup_check import MOST_LEVELS, check_rule
from tracker.extensions import db
from tracker.models import Indicator, Plan, RollupChild
from tracker.permissions import Actor
from tracker.queries.locks import lock
from tracker.queries.rolled_figures import links_below, parents_above, part_of
from tracker.services import audit
from tracker.services.refresh_standings import refresh_standings

NONE = "不汇总，由填报人填报"


@dataclass(frozen=True, slots=True)
class WishedChild:
    """A child as somebody wants it: its weight in a mean, its name in a formula (its own name when empty)."""

    id: int
    weight: Decimal = Decimal(1)
    name: str = ""


@dataclass(frozen=True, slots=True)
class RollupWish:
    """How an indicator is to be worked out; `rollup` is empty for one that a reporter fills in."""

    rollup: str
    children: tuple[WishedChild, ...] = ()
    formula: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was set before, as values and in words."""

    way: tuple[str, str, bool]
    rows: list[tuple[int, Decimal, str]]
    said: str


def set_rollup(
    *, actor: Actor, indicator: Indicator, wish: RollupWish, version: int, now: datetime
) -> bool:
    """Keep the roll-up and work out the parent's open months and all above it; return whether anything changed.

    Raises NotAllowedError, StaleError, NotFoundError for a child that is not the bureau's, FigureError for a
    formula that cannot be read, and NotReadyError with the sentence why it cannot be worked out so.
    """
    if not actor.has(Role.OFFICE) or indicator.top_unit_id != actor.top_unit_id:
        raise NotAllowedError("汇总办法由督查办设定。")
    wished = _as_kept(wish)
    family = _locked(indicator, wished)
    if indicator.state != "issued":
        raise NotReadyError(("计划下达后才能设定汇总。",))
    if indicator.version != version:
        raise StaleError("您打开之后，这项指标又有改动，请对照后再存。")
    children = _named(wished.children, family)
    _refuse(indicator, wished, children, family)
    before = _kept(indicator)
    rows = [(one.id, one.weight, one.name) for one in children]
    if before.way == (wished.rollup, wished.formula, wished.by_hand) and before.rows == rows:
        return False
    _write(indicator, wished, children)
    refresh_standings(indicators=[indicator], now=now)
    _record(actor, indicator, before, children, now)
    return True


def _as_kept(wish: RollupWish) -> RollupWish:
    """Drop what the chosen way does not use."""
    if not wish.rollup:
        return RollupWish("")
    formula = wish.formula.strip() if wish.rollup == Rollup.FORMULA else ""
    return RollupWish(wish.rollup, wish.children, formula, wish.by_hand)


def _locked(indicator: Indicator, wish: RollupWish) -> Mapping[int, Indicator]:
    """Lock parent and children in one go, and return them; a child that is not there is nobody's to choose."""
    ids = {indicator.id, *(child.id for child in wish.children)}
    rows = lock(
        Indicator,
        Indicator.top_unit_id == indicator.top_unit_id,
        or_(
            Indicator.id.in_(ids),
            Indicator.id.in_(
                select(RollupChild.child_id).where(RollupChild.parent_id == indicator.id)
            ),
        ),
    )
    family = {row.id: row for row in rows}
    if not ids <= family.keys():
        raise NotFoundError("有一项下级指标不在了，请刷新后再选。")
    return family


def _named(
    children: Sequence[WishedChild], family: Mapping[int, Indicator]
) -> tuple[WishedChild, ...]:
    return tuple(
        WishedChild(one.id, one.weight, (one.name.strip() or as_name(family[one.id].name))[:60])
        for one in children
    )


def _refuse(
    indicator: Indicator,
    wish: RollupWish,
    children: Sequence[WishedChild],
    family: Mapping[int, Indicator],
) -> None:
    if not wish.rollup:
        return
    if wish.rollup == Rollup.FORMULA:
        read_formula(wish.formula)  # says where it cannot be read
    rows = [family[one.id] for one in children]
    rule = rule_of(wish.rollup, indicator.kind, indicator.unit, indicator.places, wish.formula)
    parts = [
        part_of(row, {}, one.weight, one.name) for row, one in zip(rows, children, strict=True)
    ]
    problem = (
        check_rule(rule, parts, [row.name for row in rows])
        or _not_of_the_year(indicator, rows)
        or _circle(indicator, rows)
    )
    if problem is not None:
        raise NotReadyError((problem,))


def _not_of_the_year(indicator: Indicator, rows: Sequence[Indicator]) -> str | None:
    plan_ids = {indicator.plan_id, *(row.plan_id for row in rows)}
    issued = select(Plan.id, Plan.year).where(Plan.id.in_(plan_ids), Plan.state == "issued")
    years = {plan.id: plan.year for plan in db.session.execute(issued)}
    for row in rows:
        if row.state != "issued" or row.plan_id not in years:
            return f"“{row.name}”没有下达或已撤销，不能作下级指标。"
        if years[row.plan_id] != years[indicator.plan_id]:
            return f"“{row.name}”是{years[row.plan_id]}年的指标，只能汇总同一年的。"
    return None


def _circle(indicator: Indicator, rows: Sequence[Indicator]) -> str | None:
    """Refuse links that run back to where they began, or stand too many levels high."""
    above = parents_above({indicator.id}) | {indicator.id}
    links: dict[int, set[int]] = {}
    for link in links_below(above | {row.id for row in rows}):
        links.setdefault(link.parent_id, set()).add(link.child_id)
    links[indicator.id] = {row.id for row in rows}
    for row in rows:
        if row.id == indicator.id:
            return "一项指标不能汇总自己。"
        if row.id in above:
            return f"“{row.name}”就是由“{indicator.name}”汇总来的，不能再作它的下级。"
    if levels_of(links) > MOST_LEVELS:
        return f"汇总最多 {MOST_LEVELS} 层。"
    return None


def _kept(indicator: Indicator) -> _Kept:
    rows = db.session.execute(
        select(RollupChild.child_id, RollupChild.weight, RollupChild.name)
        .where(RollupChild.parent_id == indicator.id)
        .order_by(RollupChild.position, RollupChild.id)
    )
    links = [(row.child_id, row.weight, row.name) for row in rows]
    way = (indicator.rollup, indicator.formula, indicator.by_hand)
    return _Kept(way, links, _said(indicator, len(links)))


def _write(indicator: Indicator, wish: RollupWish, children: Sequence[WishedChild]) -> None:
    """Keep the way and the children; the indicator's version says that there was a change."""
    db.session.execute(delete(RollupChild).where(RollupChild.parent_id == indicator.id))
    db.session.add_all(
        RollupChild(
            top_unit_id=indicator.top_unit_id,
            parent_id=indicator.id,
            child_id=child.id,
            position=position,
            weight=child.weight,
            name=child.name,
        )
        for position, child in enumerate(children, start=1)
    )
    indicator.rollup, indicator.formula = wish.rollup, wish.formula
    indicator.by_hand = wish.by_hand
    flag_modified(indicator, "rollup")
    db.session.flush()


def _said(indicator: Indicator, count: int) -> str:
    """Say how an indicator is worked out, without naming children that a reader may not see: 合计（2 项）."""
    if not indicator.rollup:
        return NONE
    way = Rollup(indicator.rollup)
    said = f"{way.word}（{count} 项）"
    said = f"{way.word}：{indicator.formula}" if way is Rollup.FORMULA else said
    return f"{said}，同时手工填报" if indicator.by_hand else said


def _record(
    actor: Actor,
    indicator: Indicator,
    before: _Kept,
    children: Sequence[WishedChild],
    now: datetime,
) -> None:
    old, new = {row[0] for row in before.rows}, {child.id for child in children}
    after = _said(indicator, len(new))
    if old and new and old != new:
        after = f"{after}，增 {len(new - old)} 项、减 {len(old - new)} 项"
    audit.record(
        actor.top_unit_id,
        "set_indicator",
        now=now,
        person_id=actor.person_id,
        object_type="indicator",
        object_id=indicator.id,
        detail={
            "changes": [["汇总办法", before.said, after]],
            "why": "",
            "children": [[one.id, format(one.weight, "f"), one.name] for one in children],
        },
    )
