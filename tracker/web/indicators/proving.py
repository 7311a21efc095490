"""Files that prove an indicator's month: attach, hand out, withdraw."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import (
    NotAllowedError,
    PeriodClosedError,
    TrackerError,
    TransitionError,
)
from tracker.extensions import db
from tracker.queries.proofs import proof_of_indicator
from tracker.services.attach_proof import attach_to_month, withdraw_proof
from tracker.web.access import actor, found_or_404, load_indicator
from tracker.web.downloads import attachment
from tracker.web.fields import chosen_id
from tracker.web.indicators.views import bp, show
from tracker.web.uploads import sent_files


@bp.post("/<int:indicator_id>/proofs")
def attach(indicator_id: int) -> ResponseReturnValue:
    """Attach files to a month."""
    indicator = load_indicator(indicator_id)
    month = chosen_id(request.form.get("month"))
    try:
        rows = attach_to_month(
            indicator=indicator, month=month, files=sent_files(), actor=actor(), now=local_now()
        )
    except TrackerError as error:
        return _refused(indicator_id, error)
    return _done(indicator_id, f"已附 {len(rows)} 份 {month}月的材料。")


@bp.get("/<int:indicator_id>/proofs/<int:proof_id>")
def proof(indicator_id: int, proof_id: int) -> ResponseReturnValue:
    """Hand a file out."""
    file = found_or_404(proof_of_indicator(load_indicator(indicator_id).id, proof_id))
    return attachment(file.content, file.name)


@bp.post("/<int:indicator_id>/proofs/<int:proof_id>/withdraw")
def withdraw(indicator_id: int, proof_id: int) -> ResponseReturnValue:
    """Take a file back."""
    file = found_or_404(proof_of_indicator(load_indicator(indicator_id).id, proof_id))
    name = file.name
    try:
        withdraw_proof(proof=file, actor=actor(), now=local_now())
    except TrackerError as error:
        return _refused(indicator_id, error)
    return _done(indicator_id, f"已撤下“{name}”，记录里仍留着。")


def _done(indicator_id: int, words: str) -> ResponseReturnValue:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("indicators.show", indicator_id=indicator_id, _anchor="proofs"))


def _refused(indicator_id: int, error: TrackerError) -> ResponseReturnValue:
    db.session.rollback()
    flash(f"没有保存：{error.message}", "error")
    status = 403 if isinstance(error, NotAllowedError) else 422
    if isinstance(error, PeriodClosedError | TransitionError):
        status = 409
    return make_response(show(indicator_id), status)
