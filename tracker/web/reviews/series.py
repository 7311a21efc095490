"""Pages: the reviews of a bureau, the opening of the next one, and the minutes of one that is over."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.agenda import ReviewKind
from tracker.domain.errors import TransitionError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Review
from tracker.queries.review_pages import agenda_of, decisions_of, opened_by, review_list
from tracker.services.open_review import OPEN, open_review, title_of
from tracker.web.access import actor, load_review

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


@bp.get("")
def index() -> ResponseReturnValue:
    """List the reviews."""
    return _list()


@bp.post("")
def begin() -> ResponseReturnValue:
    """Open the next review of a series, with the figures of this moment."""
    kind = ReviewKind.WEEKLY if request.form.get("kind") == "weekly" else ReviewKind.MONTHLY
    try:
        review = open_review(
            top_unit_id=actor().top_unit_id,
            kind=kind,
            now=local_now(),
            person_id=actor().person_id,
        )
    except TransitionError as error:
        db.session.rollback()
        flash(error.message, "error")
        return _list(409)
    db.session.commit()
    return redirect(url_for("reviews.meet", review_id=review.id))


@bp.get("/<int:review_id>/minutes")
def minutes(review_id: int) -> ResponseReturnValue:
    """Show what a review looked at and decided."""
    review = load_review(review_id)
    agenda = agenda_of(review)
    return render_template(
        "reviews/minutes.html",
        review=review,
        title=title_of(review, review.at.astimezone(local_now().tzinfo)),
        kind=ReviewKind(review.kind),
        agenda=agenda,
        untalked=sum(not line.talked for line in agenda),
        decisions=decisions_of(review),
        opened_by=opened_by(review),
        is_open=review.state == OPEN,
        may_run=actor().has(Role.OFFICE),
    )


def title_in_words(review: Review) -> str:
    """Return a review's name by the bureau's own calendar."""
    return title_of(review, review.at.astimezone(local_now().tzinfo))


def _list(status: int = 200) -> ResponseReturnValue:
    rows = review_list(actor().top_unit_id)
    page = render_template(
        "reviews/index.html",
        rows=rows,
        kinds=list(ReviewKind),
        running={row.kind: row for row in rows if row.is_open},
        may_run=actor().has(Role.OFFICE),
        title_of=_title,
    )
    return page, status


def _title(row: object) -> str:
    return title_of(row, row.at.astimezone(local_now().tzinfo))  # type: ignore[arg-type, attr-defined]
