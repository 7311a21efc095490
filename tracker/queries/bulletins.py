"""Bulletins: what one is written from, the list of them, and the one of a review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.domain.agenda import ReviewKind
from tracker.domain.bulletin.facts import DecisionFact, Facts, facts_of
from tracker.extensions import db
from tracker.models import AgendaItem, Bulletin, Decision, Person, Review, Task, Unit
from tracker.queries.review_facts import NOBODY


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """A bulletin in the list."""

    id: int
    review_id: int
    kind: ReviewKind
    year: int
    number: int
    title: str
    made_at: datetime
    made_by: str


def bulletin_facts(review: Review) -> Facts:
    """Return a review's frozen facts and its decisions. Three queries, however much it looked at."""
    items = db.session.execute(
        select(AgendaItem.part, AgendaItem.title, AgendaItem.facts)
        .where(AgendaItem.review_id == review.id)
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    decisions = db.session.execute(
        select(Decision.text, Unit.name, Decision.due_on)
        .join(Task, Task.id == Decision.task_id)
        .outerjoin(Unit, Unit.id == Task.lead_unit_id)
        .where(Decision.review_id == review.id)
        .order_by(Decision.at, Decision.id)
    )
    bureau = db.session.scalars(select(Unit.name).where(Unit.id == review.top_unit_id)).one()
    return facts_of(
        bureau,
        ReviewKind(review.kind),
        review.facts,
        [(part, title, facts) for part, title, facts in items],
        [DecisionFact(text, unit or NOBODY, due) for text, unit, due in decisions],
    )


def bulletin_of(review_id: int) -> Bulletin | None:
    """Return the bulletin that was made of a review, None where there is none yet."""
    return db.session.scalar(select(Bulletin).where(Bulletin.review_id == review_id))


def bulletin_list(top_unit_id: int) -> list[BulletinLine]:
    """Return a bureau's bulletins, the newest first. One query."""
    rows = db.session.execute(
        select(
            Bulletin.id,
            Bulletin.review_id,
            Bulletin.kind,
            Bulletin.year,
            Bulletin.number,
            Bulletin.title,
            Bulletin.made_at,
            Person.name,
        )
        .outerjoin(Person, Person.id == Bulletin.made_by_id)
        .where(Bulletin.top_unit_id == top_unit_id)
        .order_by(Bulletin.made_at.desc(), Bulletin.id.desc())
    )
    return [
        BulletinLine(id_, review, ReviewKind(kind), year, number, title, made_at, name or "")
        for id_, review, kind, year, number, title, made_at, name in rows
    ]


def closed_without_bulletin(top_unit_id: int) -> list[Review]:
    """Return the closed reviews of which no bulletin was made yet, the newest first."""
    made = select(Bulletin.review_id).where(Bulletin.top_unit_id == top_unit_id)
    return list(
        db.session.scalars(
            select(Review)
            .where(
                Review.top_unit_id == top_unit_id,
                Review.state == "closed",
                Review.id.not_in(made),
            )
            .order_by(Review.at.desc(), Review.id.desc())
        )
    )
