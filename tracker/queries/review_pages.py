"""The pages of dispatch reviews: their list, the meeting, the minutes, from what was frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from tracker.domain.agenda import Part, ReviewKind
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import AgendaItem, Decision, Person, Review, Task, Unit


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review in the list: its series, when it was, how much it went through and decided."""

    id: int
    kind: ReviewKind
    number: int
    at: datetime
    is_open: bool
    chair: str
    items: int
    decisions: int


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """An item in the agenda at the left of the meeting; numbered from 1 on."""

    id: int
    number: int
    part: Part
    title: str
    light: str
    word: str
    talked: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision, and what became of it by now."""

    id: int
    text: str
    unit_name: str
    due_on: date
    at: datetime
    task_id: int
    state: TaskState
    item_id: int | None


@dataclass(frozen=True, slots=True)
class ItemShown:
    """The item that the meeting is at, with its frozen facts and its neighbours."""

    line: AgendaLine
    facts: Mapping[str, Any]
    note: str
    unit_id: int | None
    indicator_id: int | None
    task_id: int | None
    before: tuple[DecisionLine, ...]
    now: tuple[DecisionLine, ...]
    previous_id: int | None
    next_id: int | None


def review_list(top_unit_id: int) -> list[ReviewLine]:
    """Return a bureau's reviews, the newest first. One query."""
    items = _count(AgendaItem.review_id)
    decisions = _count(Decision.review_id)
    rows = db.session.execute(
        select(
            Review.id,
            Review.kind,
            Review.number,
            Review.at,
            Review.state,
            Review.chair,
            items.label("items"),
            decisions.label("decisions"),
        )
        .where(Review.top_unit_id == top_unit_id)
        .order_by(Review.at.desc(), Review.id.desc())
    )
    return [
        ReviewLine(
            row.id,
            ReviewKind(row.kind),
            row.number,
            row.at,
            row.state == "open",
            row.chair,
            row.items,
            row.decisions,
        )
        for row in rows
    ]


def _count(column: Any) -> Any:
    return select(func.count()).where(column == Review.id).correlate(Review).scalar_subquery()


def agenda_of(review: Review) -> list[AgendaLine]:
    """Return a review's agenda in its order. One query."""
    rows = db.session.execute(
        select(
            AgendaItem.id, AgendaItem.part, AgendaItem.title, AgendaItem.facts, AgendaItem.talked
        )
        .where(AgendaItem.review_id == review.id)
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return [
        AgendaLine(
            row.id,
            number,
            Part(row.part),
            row.title,
            str(row.facts.get("light") or ""),
            str(row.facts.get("word") or ""),
            row.talked,
        )
        for number, row in enumerate(rows, start=1)
    ]


def item_shown(review: Review, agenda: Sequence[AgendaLine], item_id: int) -> ItemShown | None:
    """Return one item with what was decided of it before and now; None where it is not of this review."""
    ids = [line.id for line in agenda]
    if item_id not in ids:
        return None
    place = ids.index(item_id)
    item = db.session.scalars(select(AgendaItem).where(AgendaItem.id == item_id)).one()
    return ItemShown(
        line=agenda[place],
        facts=item.facts,
        note=item.note,
        unit_id=item.unit_id,
        indicator_id=item.indicator_id,
        task_id=item.task_id,
        before=_decided_before(review, item),
        now=tuple(one for one in decisions_of(review) if one.item_id == item_id),
        previous_id=ids[place - 1] if place else None,
        next_id=ids[place + 1] if place < len(ids) - 1 else None,
    )


def _decided_before(review: Review, item: AgendaItem) -> tuple[DecisionLine, ...]:
    """Return what earlier reviews decided of the same indicator or task, the newest first."""
    if item.indicator_id is None and (item.task_id is None or item.part == Part.DECISION):
        return ()
    same = (
        AgendaItem.indicator_id == item.indicator_id
        if item.indicator_id is not None
        else AgendaItem.task_id == item.task_id
    )
    rows = _decisions().where(
        Decision.item_id.in_(select(AgendaItem.id).where(same)),
        Review.at < review.at,
        Review.top_unit_id == review.top_unit_id,
    )
    newest = rows.order_by(Decision.at.desc(), Decision.id.desc()).limit(3)
    return tuple(_line(row) for row in db.session.execute(newest))


def decisions_of(review: Review) -> list[DecisionLine]:
    """Return what a review decided, in its order, and how that stands by now. One query."""
    rows = _decisions().where(Decision.review_id == review.id).order_by(Decision.at, Decision.id)
    return [_line(row) for row in db.session.execute(rows)]


def _decisions() -> Any:
    return (
        select(
            Decision.id,
            Decision.text,
            Decision.due_on,
            Decision.at,
            Decision.item_id,
            Decision.task_id,
            Task.state,
            Unit.name.label("unit_name"),
        )
        .join(Task, Task.id == Decision.task_id)
        .join(Review, Review.id == Decision.review_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
    )


def _line(row: Any) -> DecisionLine:
    return DecisionLine(
        id=row.id,
        text=row.text,
        unit_name=row.unit_name or "",
        due_on=row.due_on,
        at=row.at,
        task_id=row.task_id,
        state=TaskState(row.state),
        item_id=row.item_id,
    )


def opened_by(review: Review) -> str:
    """Return the name of whoever opened a review."""
    name = db.session.scalar(select(Person.name).where(Person.id == review.opened_by_id))
    return name or ""
