"""The page where the office says how an indicator is worked out from others (汇总)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from tracker.clock import local_now
from tracker.domain.amounts import parse_figure
from tracker.domain.errors import FigureError, StaleError, TrackerError
from tracker.domain.formula import as_name
from tracker.domain.rollup import Rollup
from tracker.domain.rollup_check import MOST_CHILDREN
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.queries.rollup_page import Related, candidates, children_of, related
from tracker.services.set_rollup import NONE, RollupWish, WishedChild, set_rollup
from tracker.web.access import actor, read_indicator
from tracker.web.fields import chosen_id
from tracker.web.indicators.forms import typed
from tracker.web.indicators.views import bp

WEIGHT_PLACES = 4
_WAYS = {"": NONE, **{one.value: one.word for one in Rollup}}


class RollupForm(FlaskForm):
    """How a figure is worked out; its children stand in rows of their own."""

    rollup = SelectField("汇总办法", choices=_WAYS)
    formula = StringField("公式", validators=[Length(max=500, message="最多 500 字")])
    by_hand = BooleanField("同时由填报人手工填报，与汇总数核对")
    q = StringField("查找指标", validators=[Length(max=100, message="最多 100 字")])
    version = HiddenField()


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child's row in the form, as typed."""

    row: Related
    weight: str
    name: str
    kept: bool = True


@bp.route("/<int:indicator_id>/rollup", methods=["GET", "POST"])
def rollup(indicator_id: int) -> ResponseReturnValue:
    """Choose how an indicator is worked out and from which; search and choosing post the form and save nothing."""
    indicator = read_indicator(indicator_id)
    form = RollupForm()
    if request.method == "GET":
        form.rollup.data, form.formula.data = indicator.rollup, indicator.formula
        form.by_hand.data, form.version.data = indicator.by_hand, str(indicator.version)
        form.q.data = request.args.get("q", "").strip()[:100]
        return _page(indicator, form, _stored(indicator))
    lines = _typed_lines()
    if request.form.get("do") != "save":
        return _page(indicator, form, lines)
    if not form.validate_on_submit():
        return _page(indicator, form, lines), 422
    try:
        changed = _save(indicator, form, lines)
    except TrackerError as error:
        return _refused(indicator_id, form, lines, error)
    db.session.commit()
    flash(
        "已保存汇总办法，未封账的月份已重新计算。" if changed else "没有改动。",
        "success" if changed else "info",
    )
    return redirect(url_for("indicators.show", indicator_id=indicator_id, _anchor="parts"))


def _save(indicator: Indicator, form: RollupForm, lines: Sequence[ChildLine]) -> bool:
    version = form.version.data or ""
    wish = RollupWish(
        rollup=form.rollup.data or "",
        children=tuple(_wished(line) for line in lines if line.kept),
        formula=form.formula.data or "",
        by_hand=bool(form.by_hand.data),
    )
    return set_rollup(
        actor=actor(),
        indicator=indicator,
        wish=wish,
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        now=local_now(),
    )


def _wished(line: ChildLine) -> WishedChild:
    try:
        weight = parse_figure(line.weight, WEIGHT_PLACES)
    except FigureError as error:
        msg = f"“{line.row.name}”的权重：{error.message}"
        raise FigureError(msg) from None
    return WishedChild(line.row.id, Decimal(1) if weight is None else weight, line.name)


def _refused(
    indicator_id: int, form: RollupForm, lines: Sequence[ChildLine], error: TrackerError
) -> ResponseReturnValue:
    db.session.rollback()
    stale = isinstance(error, StaleError)
    flash(f"没有保存：{error.message}", "error")
    indicator = read_indicator(indicator_id)
    if stale:
        form.version.data = str(indicator.version)
    return _page(indicator, form, lines, theirs=stale), 409 if stale else 422


def _stored(indicator: Indicator) -> list[ChildLine]:
    kept = children_of(indicator)
    rows = related(actor(), [child.id for child in kept])
    return [
        ChildLine(rows[child.id], typed(child.weight), child.name)
        for child in kept
        if child.id in rows
    ]


def _typed_lines() -> list[ChildLine]:
    """Return the rows of the form in the order typed, then those that were ticked in the search's answer."""
    kept = {chosen_id(value) for value in request.form.getlist("keep")}
    there = [chosen_id(value) for value in request.form.getlist("child")]
    added = [chosen_id(value) for value in request.form.getlist("add")]
    ids = list(dict.fromkeys([*there, *added]))[: MOST_CHILDREN + 1]
    rows = related(actor(), ids)
    lines = [
        ChildLine(
            rows[id_],
            request.form.get(f"weight-{id_}", "1")[:40],
            request.form.get(f"name-{id_}", as_name(rows[id_].name))[:60],
            id_ in kept or id_ not in there,
        )
        for id_ in ids
        if id_ in rows
    ]
    return sorted(lines, key=lambda line: _place(line.row.id))


def _place(id_: int) -> int:
    return chosen_id(request.form.get(f"place-{id_}")) or MOST_CHILDREN + 1


def _page(
    indicator: Indicator, form: RollupForm, lines: Sequence[ChildLine], *, theirs: bool = False
) -> str:
    plan = db.session.get_one(Plan, indicator.plan_id)
    words = (form.q.data or "").strip()
    chosen = [line.row.id for line in lines]
    found, count = candidates(actor(), indicator, plan.year, words, chosen)
    return render_template(
        "indicators/rollup.html",
        indicator=indicator,
        form=form,
        lines=lines,
        found=found,
        found_count=count,
        year=plan.year,
        theirs=_stored(indicator) if theirs else (),
        theirs_way=_WAYS.get(indicator.rollup, ""),
    )
