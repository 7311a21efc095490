"""Pages: the order of a quarter, working it out, publishing it, and its export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.documents.ledger import Column
from tracker.domain.amounts import format_figure
from tracker.domain.errors import NotReadyError, StaleError, TrackerError
from tracker.domain.periods import Month, Quarter
from tracker.domain.roles import Role
from tracker.domain.scoring import PUBLISHED, rule_from_json
from tracker.extensions import db
from tracker.models import Scoring
from tracker.queries.score_pages import Placed, objections_to, placed, scored_quarters
from tracker.services.score_quarter import publish_scoring, score_quarter
from tracker.web.access import actor
from tracker.web.downloads import ledger_download
from tracker.web.fields import chosen_id

bp = Blueprint("scores", __name__, url_prefix="/scores")


@dataclass(frozen=True, slots=True)
class Choice:
    """A quarter that can be looked at."""

    value: str
    word: str


@bp.get("")
def index() -> ResponseReturnValue:
    """Show who stands where in a quarter, the newest scored one unless another is asked for."""
    return _page()


@bp.post("")
def make() -> ResponseReturnValue:
    """Work a quarter out, or work it out again."""
    quarter = _asked_quarter(request.form.get("quarter", ""))
    if quarter is None:
        abort(400)
    try:
        score_quarter(top_unit_id=actor().top_unit_id, quarter=quarter, now=local_now())
    except TrackerError as error:
        db.session.rollback()
        words = f"{error.message}。" if isinstance(error, NotReadyError) else error.message
        flash(words, "error")
        return _page(422)
    db.session.commit()
    flash(f"已按考核办法算出 {quarter.year}年{quarter.label} 的得分，公布前可以再算。", "success")
    return redirect(url_for("scores.index", quarter=quarter.code))


@bp.post("/<int:scoring_id>/publish")
def publish(scoring_id: int) -> ResponseReturnValue:
    """Publish a quarter's scores."""
    scoring = load_scoring(scoring_id)
    try:
        publish_scoring(
            scoring=scoring,
            version=chosen_id(request.form.get("version")),
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        flash(error.message, "error")
        return _page(409 if isinstance(error, StaleError) else 422)
    db.session.commit()
    flash("已公布，各单位可以看到名次和计分表。", "success")
    return redirect(url_for("scores.index", quarter=code_of(load_scoring(scoring_id))))


@bp.get("/<int:scoring_id>/export.<any(xlsx, csv):kind>")
def export(scoring_id: int, kind: str) -> ResponseReturnValue:
    """Hand out the order with every line's points."""
    scoring = load_scoring(scoring_id)
    rules = [rule_from_json(rule) for rule in scoring.rules]
    columns = [Column("名次", 8), Column("单位", 20), Column("总分", 10)]
    columns += [Column(rule.name, 14) for rule in rules]
    rows: list[list[object]] = [
        [row.rank, row.unit_name, row.total, *row.points] for row in placed(scoring, ())
    ]
    title = f"{scoring.year}年{Quarter(scoring.year, scoring.quarter).label}考核"
    return ledger_download(kind, title, columns, rows, local_now())


def load_scoring(scoring_id: int) -> Scoring:
    """Return a scored quarter that the person may see, or answer 404."""
    query = select(Scoring).where(
        Scoring.id == scoring_id, Scoring.top_unit_id == actor().top_unit_id
    )
    if not sees_drafts():
        query = query.where(Scoring.state == PUBLISHED)
    if request.method == "POST":
        query = query.with_for_update()
    scoring = db.session.scalar(query)
    if scoring is None:
        abort(404)
    return scoring


def sees_drafts() -> bool:
    """Tell whether the person sees scores before they are published."""
    return actor().has(Role.OFFICE, Role.CHIEF)


def own_units() -> frozenset[int]:
    """Return the units whose sheets concern the person: their own, and those in their charge."""
    return actor().unit_ids | actor().charge_ids


def code_of(scoring: Scoring) -> str:
    """Return a quarter as addresses name it: 2024-Q1."""
    return Quarter(scoring.year, scoring.quarter).code


def _page(status: int = 200) -> ResponseReturnValue:
    quarters = scored_quarters(actor().top_unit_id, drafts=sees_drafts())
    asked = _asked_quarter(request.values.get("quarter", ""))
    scoring = next((one for one in quarters if asked is None or code_of(one) == asked.code), None)
    rows = placed(scoring, quarters) if scoring is not None else []
    rules = [rule_from_json(rule) for rule in scoring.rules] if scoring is not None else []
    page = render_template(
        "scores/index.html",
        scoring=scoring,
        label=_label(scoring),
        rows=rows,
        rules=rules,
        full=sum((rule.weight for rule in rules), start=0),
        sentence=_sentence(rows),
        choices=[(code_of(one), _label(one)) for one in quarters],
        chosen=code_of(scoring) if scoring is not None else "",
        open_quarters=_to_score(quarters, local_now().date()),
        objections=objections_to(scoring) if scoring is not None and sees_drafts() else [],
        may_score=actor().has(Role.OFFICE),
        sees_sheets=sees_drafts(),
        own_units=own_units(),
        format_figure=format_figure,
    )
    return page, status


def _label(scoring: Scoring | None) -> str:
    if scoring is None:
        return ""
    return f"{scoring.year}年{Quarter(scoring.year, scoring.quarter).label}"


def _sentence(rows: list[Placed]) -> str:
    if not rows:
        return ""
    first = [row.unit_name for row in rows if row.rank == 1]
    said = f"{'、'.join(first)} {format_figure(rows[0].total)} 分居首"
    last = [row.unit_name for row in rows[-3:] if row.rank > 1]
    return f"{said}，末位的是{'、'.join(reversed(last))}。" if len(rows) > 3 else f"{said}。"


def _to_score(quarters: list[Scoring], day: date) -> list[Choice]:
    """Return the quarters that are over and not published, the newest first; of the last four."""
    published = {code_of(one) for one in quarters if one.state == PUBLISHED}
    choices, quarter = [], Month.of(day).quarter
    for _ in range(4):
        quarter = quarter.previous()
        if quarter.code not in published:
            choices.append(Choice(quarter.code, f"{quarter.year}年{quarter.label}"))
    return choices


def _asked_quarter(code: str) -> Quarter | None:
    """Return the quarter that an address or a form names: 2024-Q1."""
    year, _, number = code.partition("-Q")
    if not (
        year.isascii() and year.isdigit() and len(year) == 4 and number in {"1", "2", "3", "4"}
    ):
        return None
    return Quarter(int(year), int(number))
