"""Page: the text that a closed review's figures write, to edit; the check's words beside it; making the document."""

from __future__ import annotations

from collections.abc import Iterable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from tracker.clock import local_now
from tracker.domain.agenda import ReviewKind
from tracker.domain.bulletin.check import Problem, check
from tracker.domain.bulletin.facts import Facts
from tracker.domain.bulletin.text import TITLES, Draft, Section, section_keys, write
from tracker.domain.errors import NotReadyError, TransitionError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Review
from tracker.queries.bulletins import bulletin_facts, bulletin_of
from tracker.services.make_bulletin import NOT_CLOSED, make_bulletin
from tracker.services.open_review import CLOSED
from tracker.web.access import actor, load_review
from tracker.web.bulletins.views import bp, review_name

LONGEST = 60_000
_TOO_LONG = f"最多 {LONGEST:,} 个字"


class DraftForm(FlaskForm):
    """The bulletin's text; a section's field is empty where its kind of bulletin does not have it."""

    title = StringField("标题", validators=[Length(max=80, message="最多 80 个字")])
    addressee = StringField("主送单位", validators=[Length(max=200, message="最多 200 个字")])
    overview = TextAreaField(
        TITLES["overview"], validators=[Length(max=LONGEST, message=_TOO_LONG)]
    )
    results = TextAreaField(TITLES["results"], validators=[Length(max=LONGEST, message=_TOO_LONG)])
    problems = TextAreaField(
        TITLES["problems"], validators=[Length(max=LONGEST, message=_TOO_LONG)]
    )
    next = TextAreaField(TITLES["next"], validators=[Length(max=LONGEST, message=_TOO_LONG)])

    def draft(self, kind: ReviewKind) -> Draft:
        """Return what was typed."""
        return Draft(
            " ".join((self.title.data or "").split()),
            " ".join((self.addressee.data or "").split()),
            tuple(Section(key, _lines(self[key].data)) for key in section_keys(kind)),
        )

    def fill(self, draft: Draft) -> None:
        """Show a text in the fields."""
        self.title.data, self.addressee.data = draft.title, draft.addressee
        for section in draft.sections:
            self[section.key].data = section.text


def _lines(typed: str | None) -> str:
    lines = (line.strip() for line in (typed or "").splitlines())
    return "\n".join(line for line in lines if line)


@bp.get("/of/<int:review_id>")
def draft(review_id: int) -> ResponseReturnValue:
    """Show the text to edit, as the figures write it; a bulletin already made is shown instead."""
    review = load_review(review_id)
    made = bulletin_of(review.id)
    if made is not None:
        return redirect(url_for("bulletins.show", bulletin_id=made.id))
    if not actor().has(Role.OFFICE):
        abort(403)
    if review.state != CLOSED:
        flash(NOT_CLOSED, "error")
        return redirect(url_for("reviews.meet", review_id=review.id))
    facts = bulletin_facts(review)
    text = write(facts)
    form = DraftForm(formdata=None)
    form.fill(text)
    return _page(review, facts, form, check(text, facts))


@bp.post("/of/<int:review_id>")
def make(review_id: int) -> ResponseReturnValue:
    """Check what was typed; make the document where it was asked for and nothing is wrong."""
    review, form = load_review(review_id), DraftForm()
    if review.state != CLOSED:
        flash(NOT_CLOSED, "error")
        return redirect(url_for("reviews.meet", review_id=review.id))
    facts = bulletin_facts(review)
    text = form.draft(facts.kind)
    if not form.validate():
        return _page(review, facts, form, (), 422)
    if request.form.get("do") == "check":
        return _page(review, facts, form, check(text, facts), checked=True)
    try:
        bulletin = make_bulletin(
            review=review, draft=text, person_id=actor().person_id, now=local_now()
        )
    except NotReadyError:
        db.session.rollback()
        return _page(load_review(review_id), facts, form, check(text, facts), 422)
    except TransitionError as error:
        db.session.rollback()
        return _page(load_review(review_id), facts, form, (), 409, refusal=error.message)
    db.session.commit()
    flash(f"通报已经生成，为{bulletin.year}年第{bulletin.number}期。", "success")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin.id))


def _page(
    review: Review,
    facts: Facts,
    form: DraftForm,
    problems: Iterable[Problem],
    status: int = 200,
    *,
    checked: bool = False,
    refusal: str = "",
) -> ResponseReturnValue:
    found = list(problems)
    page = render_template(
        "bulletins/draft.html",
        review=review,
        review_name=review_name(review),
        form=form,
        keys=section_keys(facts.kind),
        count=len(found),
        said={
            where: [problem.sentence for problem in found if problem.where == where]
            for where in {problem.where for problem in found}
        },
        passed=not found and status == 200,
        checked=checked,
        refusal=refusal,
    )
    return page, status
