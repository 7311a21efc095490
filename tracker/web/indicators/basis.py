"""What the sheet asks for: the month's amount, or the sum since January."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import NotAllowedError, TrackerError
from tracker.domain.rhythm import RHYTHMS
from tracker.extensions import db
from tracker.services.set_report_basis import (
    MONTH_WORD,
    SUM_WORD,
    set_report_basis,
    set_report_rhythm,
)
from tracker.web.access import actor, load_indicator
from tracker.web.fields import chosen_id
from tracker.web.indicators.views import bp, show


@bp.post("/<int:indicator_id>/basis")
def basis(indicator_id: int) -> ResponseReturnValue:
    """Choose it."""
    indicator = load_indicator(indicator_id)
    by_sum = request.form.get("by_sum") == "1"
    try:
        set_report_basis(actor=actor(), indicator=indicator, by_sum=by_sum, now=local_now())
    except TrackerError as error:
        return _refused(indicator_id, error)
    return _done(indicator_id, f"填报表里改填{SUM_WORD if by_sum else MONTH_WORD}，已报的数不变。")


@bp.post("/<int:indicator_id>/rhythm")
def rhythm(indicator_id: int) -> ResponseReturnValue:
    """Choose how often it is reported."""
    indicator = load_indicator(indicator_id)
    every = chosen_id(request.form.get("every"))
    try:
        set_report_rhythm(actor=actor(), indicator=indicator, every=every, now=local_now())
    except TrackerError as error:
        return _refused(indicator_id, error)
    return _done(indicator_id, f"改为{RHYTHMS[every]}填报。")


def _done(indicator_id: int, words: str) -> ResponseReturnValue:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("indicators.show", indicator_id=indicator_id, _anchor="basis"))


def _refused(indicator_id: int, error: TrackerError) -> ResponseReturnValue:
    db.session.rollback()
    flash(f"没有保存：{error.message}", "error")
    return make_response(show(indicator_id), 403 if isinstance(error, NotAllowedError) else 422)
