"""Use case: make the bulletin of a closed review, once and for ever (生成通报)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, tzinfo
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from tracker.documents.bulletin import Signed, annex_xlsx, bulletin_docx
from tracker.domain.bulletin.annex import annex
from tracker.domain.bulletin.check import check
from tracker.domain.bulletin.facts import Facts
from tracker.domain.bulletin.text import Draft, Section, write
from tracker.domain.errors import NotReadyError, TransitionError
from tracker.extensions import db
from tracker.models import Bulletin, Review, Unit
from tracker.queries.bulletins import bulletin_facts, bulletin_of
from tracker.services.audit import record
from tracker.services.open_review import CLOSED

NOT_CLOSED = "这次调度还没有散会，散会后才能生成通报。"
MADE_ALREADY = "这次调度的通报已经生成，不能再改；请下载已生成的。"


def make_bulletin(
    *, review: Review, draft: Draft | None, person_id: int | None, now: datetime
) -> Bulletin:
    """Check the text against the review's figures, and keep the document made of both.

    `draft` is the text as edited; None takes what the figures write. Made again, it is the same bulletin, byte
    for byte. Raises TransitionError while the review is open or where another text was made, NotReadyError with
    all that does not fit.
    """
    require_closed(review)
    # Two that make at once: one goes first, the other finds its bulletin and the next number is its own.
    db.session.execute(select(Unit.id).where(Unit.id == review.top_unit_id).with_for_update())
    made = bulletin_of(review.id)
    if made is not None:
        if draft is not None and draft != draft_of(made):
            raise TransitionError(MADE_ALREADY)
        return made
    facts = bulletin_facts(review)
    text = draft or write(facts)
    problems = check(text, facts)
    if problems:
        raise NotReadyError(tuple(problem.sentence.rstrip("。") for problem in problems))
    bulletin = _bulletin(review, text, facts, person_id, now)
    db.session.add(bulletin)
    db.session.flush()
    record(
        review.top_unit_id,
        "bulletin",
        now=now,
        person_id=person_id,
        object_type="bulletin",
        object_id=bulletin.id,
        detail={"title": bulletin.title, "number": bulletin.number, "sha256": bulletin.sha256},
    )
    return bulletin


def require_closed(review: Review) -> None:
    """Refuse a review that still goes on."""
    if review.state != CLOSED:
        raise TransitionError(NOT_CLOSED)


def draft_of(bulletin: Bulletin) -> Draft:
    """Return the text that a bulletin was made of."""
    sections = tuple(Section(**section) for section in bulletin.text["sections"])
    return Draft(bulletin.title, bulletin.text["addressee"], sections)


def _bulletin(
    review: Review, draft: Draft, facts: Facts, person_id: int | None, now: datetime
) -> Bulletin:
    number = _next_number(review)
    signed = Signed(facts.bureau, _closed_on(review, now.tzinfo), review.year, number)
    tables = annex(facts)
    content = bulletin_docx(draft, tables, signed, review.at)
    table = annex_xlsx(tables, review.at)
    return Bulletin(
        top_unit_id=review.top_unit_id,
        review_id=review.id,
        kind=review.kind,
        year=review.year,
        number=number,
        title=draft.title,
        text=_as_json(draft),
        content=content,
        sha256=sha256(content).hexdigest(),
        annex=table,
        annex_sha256=sha256(table).hexdigest(),
        made_at=now,
        made_by_id=person_id,
    )


def _as_json(draft: Draft) -> dict[str, Any]:
    sections = [asdict(section) for section in draft.sections]
    return {"addressee": draft.addressee, "sections": sections}


def _closed_on(review: Review, zone: tzinfo | None) -> date:
    """Return the day of the document: the one on which the meeting ended, where the bureau is."""
    return (review.closed_at or review.at).astimezone(zone).date()


def _next_number(review: Review) -> int:
    last = db.session.scalar(
        select(func.max(Bulletin.number)).where(
            Bulletin.top_unit_id == review.top_unit_id,
            Bulletin.kind == review.kind,
            Bulletin.year == review.year,
        )
    )
    return (last or 0) + 1
