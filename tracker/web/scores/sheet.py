"""Page: one unit's sheet line by line, the office's own points, objections and answers."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.domain.errors import NotReadyError, TrackerError, TransitionError
from tracker.domain.periods import Quarter
from tracker.domain.roles import Role
from tracker.domain.scoring import PUBLISHED, Source, rule_from_json
from tracker.extensions import db
from tracker.models import Objection, Scoring
from tracker.queries.score_pages import objections_to
from tracker.services.score_quarter import answer_objection, give_by_hand, object_to
from tracker.web.access import actor
from tracker.web.scores.order import bp, code_of, load_scoring, own_units, sees_drafts


@bp.get("/<int:scoring_id>/units/<int:unit_id>")
def unit(scoring_id: int, unit_id: int) -> ResponseReturnValue:
    """Show every line of a unit's sheet, so that it can be disputed."""
    return _page(*_sheet_of(scoring_id, unit_id))


@bp.post("/<int:scoring_id>/units/<int:unit_id>/hand")
def hand(scoring_id: int, unit_id: int) -> ResponseReturnValue:
    """Give the office's own points."""
    scoring, _ = _sheet_of(scoring_id, unit_id)
    try:
        give_by_hand(
            scoring=scoring,
            unit_id=unit_id,
            points=request.form.get("points", ""),
            why=request.form.get("why", ""),
            now=local_now(),
        )
    except TrackerError as error:
        return _refused(scoring_id, unit_id, error)
    return _done(scoring_id, unit_id, "已评定，名次已重新排。")


@bp.post("/<int:scoring_id>/units/<int:unit_id>/object")
def object_(scoring_id: int, unit_id: int) -> ResponseReturnValue:
    """Write an objection down."""
    scoring, _ = _sheet_of(scoring_id, unit_id)
    try:
        object_to(
            scoring=scoring,
            unit_id=unit_id,
            text=request.form.get("text", ""),
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        return _refused(scoring_id, unit_id, error)
    return _done(scoring_id, unit_id, "异议已送督查办。")


@bp.post("/<int:scoring_id>/objections/<int:objection_id>/answer")
def answer(scoring_id: int, objection_id: int) -> ResponseReturnValue:
    """Answer an objection."""
    scoring = load_scoring(scoring_id)
    objection = db.session.scalar(
        select(Objection)
        .where(Objection.id == objection_id, Objection.scoring_id == scoring.id)
        .with_for_update()
    )
    if objection is None:
        abort(404)
    unit_id = objection.unit_id
    try:
        answer_objection(
            objection=objection,
            answer=request.form.get("answer", ""),
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        return _refused(scoring_id, unit_id, error)
    return _done(scoring_id, unit_id, "已答复。")


def _sheet_of(scoring_id: int, unit_id: int) -> tuple[Scoring, int]:
    """Return a quarter and a unit of it whose sheet the person may see, or answer 404."""
    scoring = load_scoring(scoring_id)
    units = {sheet["unit_id"] for sheet in scoring.sheets}
    if unit_id not in units or not (sees_drafts() or unit_id in own_units()):
        abort(404)
    return scoring, unit_id


def _page(
    scoring: Scoring, unit_id: int, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    sheet = next(one for one in scoring.sheets if one["unit_id"] == unit_id)
    quarter = Quarter(scoring.year, scoring.quarter)
    rules = [rule_from_json(rule) for rule in scoring.rules]
    page = render_template(
        "scores/unit.html",
        scoring=scoring,
        sheet=sheet,
        lines=list(zip(rules, sheet["lines"], strict=True)),
        label=f"{scoring.year}年{quarter.label}",
        code=code_of(scoring),
        objections=objections_to(scoring, unit_id),
        is_draft=scoring.state != PUBLISHED,
        hand=scoring.hand.get(str(unit_id), {}),
        takes_hand=any(rule.source is Source.HAND for rule in rules),
        may_score=actor().has(Role.OFFICE),
        may_object=unit_id in actor().unit_ids and actor().has(Role.HEAD, Role.REPORTER),
        refusal=refusal,
        typed=request.form,
    )
    return page, status


def _refused(scoring_id: int, unit_id: int, error: TrackerError) -> ResponseReturnValue:
    db.session.rollback()
    words = f"{error.message}。" if isinstance(error, NotReadyError) else error.message
    status = 409 if isinstance(error, TransitionError) else 422
    return _page(load_scoring(scoring_id), unit_id, words, status)


def _done(scoring_id: int, unit_id: int, words: str) -> ResponseReturnValue:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("scores.unit", scoring_id=scoring_id, unit_id=unit_id))
