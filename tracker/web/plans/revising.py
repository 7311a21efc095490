"""Page: the import of a revised document of an issued plan."""

from __future__ import annotations

from hashlib import sha256

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import DocumentError
from tracker.extensions import db
from tracker.services.import_jobs import (
    refuse_second_import,
    revision_words,
    start_revision_import,
)
from tracker.services.import_plan import read_upload
from tracker.services.revise_plan import Revised, revise_plan, revision_of
from tracker.web.access import actor, load_plan
from tracker.web.plans.blueprint import bp
from tracker.web.plans.forms import DocumentForm
from tracker.web.plans.importing import (
    SentDocument,
    go_and_watch,
    limit_words,
    sent_document,
    url_of,
)


@bp.route("/<int:plan_id>/revisions/new", methods=["GET", "POST"])
def revise(plan_id: int) -> ResponseReturnValue:
    """Ask for a revised document, hold it against the plan, and go on to what it changes."""
    plan = load_plan(plan_id)
    if plan.state != "issued":
        flash("计划还没有下达，请在核对页修改。", "info")
        return redirect(url_of(plan))
    form = DocumentForm()
    if form.validate_on_submit():
        sent = sent_document(form)
        answer = _take(plan_id, sent) if sent is not None else None
        if answer is not None:
            return answer
    page = render_template(
        "plans/revision_new.html", form=form, plan=load_plan(plan_id), limit=limit_words()
    )
    return page, 200 if request.method == "GET" else 422


def _take(plan_id: int, sent: SentDocument) -> ResponseReturnValue | None:
    """Read and keep what was sent, where it is large beside the pages; None when the form says what is wrong."""
    if sent.is_large:
        return _take_large(plan_id, sent)
    db.session.commit()  # nobody waits while a document is read; the plan is locked again after that
    limit: int = current_app.config["UPLOAD_MAX_BYTES"]
    try:
        upload = read_upload(name=sent.name, content=sent.content, limit_bytes=limit)
        plan = load_plan(plan_id)
        done = revise_plan(plan=plan, upload=upload, person_id=actor().person_id, now=local_now())
    except DocumentError as error:
        db.session.rollback()
        sent.field.errors = [error.message]
        return None
    revision_id = done.revision.id
    db.session.commit()
    flash(revision_words(done), "success" if done.added else "info")
    return redirect(url_for("plans.revision", plan_id=plan_id, revision_id=revision_id))


def _take_large(plan_id: int, sent: SentDocument) -> ResponseReturnValue | None:
    """Keep a large document for the process that reads it, unless it is there already or another one waits."""
    plan = load_plan(plan_id)
    there = revision_of(plan, sha256(sent.content).hexdigest())
    if there is not None:
        flash(revision_words(Revised(there, added=False)), "info")
        return redirect(url_for("plans.revision", plan_id=plan_id, revision_id=there.id))
    try:
        refuse_second_import(plan)
    except DocumentError as error:
        db.session.rollback()
        sent.field.errors = [error.message]
        return None
    return go_and_watch(start_revision_import(plan=plan, sent=sent.taken()))
