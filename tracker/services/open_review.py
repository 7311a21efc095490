"""Use case: open a dispatch review; its figures and its agenda are those of this moment, for ever (开始调度)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select

from tracker.domain.agenda import ReviewKind, review_title
from tracker.domain.errors import TransitionError
from tracker.extensions import db
from tracker.models import AgendaItem, Review, Unit
from tracker.queries.review_facts import gather
from tracker.services.audit import record

OPEN, CLOSED = "open", "closed"


def open_review(
    *, top_unit_id: int, kind: ReviewKind, now: datetime, person_id: int | None
) -> Review:
    """Freeze what stands at `now` and draw up the agenda.

    Raises TransitionError while another review of the series is open.
    """
    # Two that open at once: one goes first, the other finds its review.
    db.session.execute(select(Unit.id).where(Unit.id == top_unit_id).with_for_update())
    still_open = db.session.scalar(
        select(Review.id).where(
            Review.top_unit_id == top_unit_id, Review.kind == kind.value, Review.state == OPEN
        )
    )
    if still_open is not None:
        raise TransitionError(f"上一次{kind.word}还没有散会，散会后才能开下一次。")
    gathered = gather(top_unit_id, kind, now)
    review = Review(
        top_unit_id=top_unit_id,
        kind=kind.value,
        year=now.year,
        number=_next_number(top_unit_id, kind, now.year),
        at=now,
        opened_by_id=person_id,
        facts=gathered.facts,
    )
    db.session.add(review)
    db.session.flush()
    rows = [
        {
            "top_unit_id": top_unit_id,
            "review_id": review.id,
            "position": position,
            "part": item.part.value,
            "title": item.title,
            "indicator_id": item.indicator_id,
            "task_id": item.task_id,
            "unit_id": item.unit_id,
            "facts": item.facts,
        }
        for position, item in enumerate(gathered.items, start=1)
    ]
    if rows:
        db.session.execute(insert(AgendaItem), rows)
    record(
        top_unit_id,
        "review",
        now=now,
        person_id=person_id,
        object_type="review",
        object_id=review.id,
        detail={"title": title_of(review, now), "items": len(gathered.items)},
    )
    return review


def title_of(review: Review, local: datetime) -> str:
    """Return a review's name; `local` is its moment in the bureau's time zone."""
    return review_title(ReviewKind(review.kind), local.date(), review.number)


def _next_number(top_unit_id: int, kind: ReviewKind, year: int) -> int:
    last = db.session.scalar(
        select(func.max(Review.number)).where(
            Review.top_unit_id == top_unit_id, Review.kind == kind.value, Review.year == year
        )
    )
    return (last or 0) + 1
