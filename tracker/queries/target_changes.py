"""Changes of targets: an indicator's, with who asked and who decided, and those that wait for somebody's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.domain.amounts import format_figure
from tracker.domain.roles import Role
from tracker.domain.target_change import ChangeState, change_word
from tracker.domain.wording import target_words
from tracker.extensions import db
from tracker.models import Indicator, Person, Plan, TargetChange
from tracker.permissions import Actor, may_decide_target
from tracker.queries.holders import NOBODY, holders_on
from tracker.queries.scope import visible_indicators


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of a target, in words."""

    id: int
    version: int
    state: ChangeState
    word: str
    before: str
    after: str
    from_month: int
    why: str
    asked_by: str
    asked_by_id: int | None
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for a decision."""
        return self.state is ChangeState.ASKED


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that waits for the person's word (待批)."""

    indicator_id: int
    name: str
    sentence: str


def changes_of(indicator: Indicator) -> list[ChangeRow]:
    """Return an indicator's changes, the newest first. One query."""
    asker, decider = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(TargetChange, asker.name, decider.name)
        .outerjoin(asker, asker.id == TargetChange.asked_by_id)
        .outerjoin(decider, decider.id == TargetChange.decided_by_id)
        .where(TargetChange.indicator_id == indicator.id)
        .order_by(TargetChange.id.desc())
    )
    return [_row(indicator, change, asked or "", decided or "") for change, asked, decided in rows]


def _row(indicator: Indicator, change: TargetChange, asked: str, decided: str) -> ChangeRow:
    old = _decimal(change.before.get("target"))
    high = _decimal(change.before.get("target_high"))
    shape = (indicator.unit, indicator.places)
    return ChangeRow(
        id=change.id,
        version=change.version,
        state=ChangeState(change.state),
        word=change_word(old, change.target),
        before=target_words(indicator.polarity, old, high, *shape),
        after=target_words(indicator.polarity, change.target, change.target_high, *shape),
        from_month=change.from_month,
        why=change.why,
        asked_by=asked,
        asked_by_id=change.asked_by_id,
        asked_at=change.asked_at,
        decided_by=decided,
        decided_at=change.decided_at,
        answer=change.answer,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def deciders(indicator: Indicator, day: date, *, needs_leader: bool) -> set[int]:
    """Return who may approve a change of this indicator on a day: leader in charge, chief, perhaps the office."""
    holders = holders_on(indicator.top_unit_id, day)
    chain = holders.chain(indicator)
    office = NOBODY if needs_leader else holders.by_role.get(Role.OFFICE, NOBODY)
    return {*chain.leaders, *chain.chiefs, *office}


def waiting_changes(actor: Actor) -> list[Waiting]:
    """Return the changes that the person may decide on, the oldest first. One query."""
    if not actor.has(Role.LEADER, Role.CHIEF, Role.OFFICE):
        return []
    rows = db.session.execute(
        select(TargetChange, Indicator, Plan.approve_targets)
        .join(Indicator, Indicator.id == TargetChange.indicator_id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .where(
            TargetChange.state == ChangeState.ASKED.value,
            TargetChange.asked_by_id.is_distinct_from(actor.person_id),
            Indicator.state == "issued",
            visible_indicators(actor),
        )
        .order_by(TargetChange.id)
    )
    return [
        Waiting(row.id, row.name, _sentence(change, row))
        for change, row, needs_leader in rows
        if may_decide_target(actor, row, needs_leader=needs_leader)
    ]


def _sentence(change: TargetChange, row: Indicator) -> str:
    old = _decimal(change.before.get("target"))
    word = change_word(old, change.target)
    new = target_words(row.polarity, change.target, change.target_high, row.unit, row.places)
    return f"目标由 {format_figure(old, row.places)} {word}为 {new}，从{change.from_month}月起"
