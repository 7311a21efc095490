"""Pages: the bulletins of a bureau, one of them, and its files."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Bulletin, Person, Review
from tracker.queries.bulletins import bulletin_list, closed_without_bulletin
from tracker.services.make_bulletin import draft_of
from tracker.services.open_review import title_of
from tracker.web.access import actor

bp = Blueprint("bulletins", __name__, url_prefix="/bulletins")

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def load_bulletin(bulletin_id: int) -> Bulletin:
    """Return a bulletin of the person's bureau, or answer 404."""
    found = db.session.scalar(
        select(Bulletin).where(
            Bulletin.id == bulletin_id, Bulletin.top_unit_id == actor().top_unit_id
        )
    )
    if found is None:
        abort(404)
    return found


def review_name(review: Review) -> str:
    """Return a review's name by the bureau's own calendar."""
    return title_of(review, review.at.astimezone(local_now().tzinfo))


@bp.get("")
def index() -> ResponseReturnValue:
    """List the bulletins, and to the office the reviews that have none yet."""
    person = actor()
    may_make = person.has(Role.OFFICE)
    waiting = closed_without_bulletin(person.top_unit_id) if may_make else []
    return render_template(
        "bulletins/index.html",
        rows=bulletin_list(person.top_unit_id),
        waiting=[(review, review_name(review)) for review in waiting],
    )


@bp.get("/<int:bulletin_id>")
def show(bulletin_id: int) -> ResponseReturnValue:
    """Show a bulletin's text, and where its files are."""
    bulletin = load_bulletin(bulletin_id)
    review = db.session.scalars(select(Review).where(Review.id == bulletin.review_id)).one()
    maker = db.session.scalar(select(Person.name).where(Person.id == bulletin.made_by_id))
    return render_template(
        "bulletins/show.html",
        bulletin=bulletin,
        draft=draft_of(bulletin),
        review=review,
        review_name=review_name(review),
        maker=maker or "",
    )


@bp.get("/<int:bulletin_id>/file.<any(docx, xlsx):kind>")
def download(bulletin_id: int, kind: str) -> Response:
    """Hand out the document or its annex as it was made. A file that is no longer the one that was made is not."""
    bulletin = load_bulletin(bulletin_id)
    body, right = (
        (bulletin.content, bulletin.sha256)
        if kind == "docx"
        else (bulletin.annex, bulletin.annex_sha256)
    )
    if sha256(body).hexdigest() != right:
        abort(500)
    response = Response(body, content_type=TYPES[kind])
    name = quote(f"{bulletin.title}（{bulletin.year}年第{bulletin.number}期）.{kind}")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=bulletin.{kind}; filename*=UTF-8''{name}"
    )
    return response
