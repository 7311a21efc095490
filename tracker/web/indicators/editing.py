"""Pages where the office sets an indicator's target and phasing, or corrects a month."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.amounts import format_figure
from tracker.domain.errors import FigureError, StaleError, TrackerError
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.queries.calendar import working_calendar
from tracker.queries.figures import reported_figures
from tracker.queries.indicator_page import newest_revisions
from tracker.services.correct_figure import correct_figure
from tracker.services.set_indicator import set_indicator
from tracker.web.access import actor, load_indicator
from tracker.web.fields import seen_number
from tracker.web.indicators.forms import CorrectionForm, SettingsForm
from tracker.web.indicators.views import bp


@bp.route("/<int:indicator_id>/edit", methods=["GET", "POST"])
def edit(indicator_id: int) -> ResponseReturnValue:
    """Set target, baseline, phasing and last year's months."""
    indicator = load_indicator(indicator_id)
    form = SettingsForm().at_places(indicator.places)
    if request.method == "GET":
        form.fill(indicator)
        return _edit_page(indicator, form)
    if not form.validate_on_submit():
        return _edit_page(indicator, form), 422
    try:
        changes = _set(indicator, form)
    except TrackerError as error:
        return _refused(indicator_id, form, error)
    db.session.commit()
    if changes:
        words = "、".join(label for label, *_ in changes)
        flash(f"已保存：{words}。未封账的月份已重新计算。", "success")
    else:
        flash("没有改动。", "info")
    return redirect(url_for("indicators.show", indicator_id=indicator_id))


@bp.post("/<int:indicator_id>/correct")
def correct(indicator_id: int) -> ResponseReturnValue:
    """Correct a reported month, also one that is closed: a new revision with a reason."""
    indicator = load_indicator(indicator_id)
    form = _correction_form(indicator)
    if not form.validate_on_submit() or form.amount.figure is None:
        for error in [*form.month.errors, *form.amount.errors, *form.why.errors] or [
            "请填更正后的数。"
        ]:
            flash(f"没有更正：{error}", "error")
        return _edit_page(indicator, _filled(indicator), form), 422
    try:
        correct_figure(
            actor=actor(),
            indicator=indicator,
            month=form.month.data,
            amount=form.amount.figure,
            why=form.why.data or "",
            revision=_seen(form),
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        flash(f"没有更正：{error.message}", "error")
        page = _edit_page(indicator, _filled(indicator), form)
        return page, 409 if isinstance(error, StaleError) else 422
    db.session.commit()
    flash(f"{form.month.data}月已更正，原数留有记录；已封账的月份，封账时的亮灯不变。", "success")
    return redirect(url_for("indicators.show", indicator_id=indicator_id))


def _set(indicator: Indicator, form: SettingsForm) -> list[tuple[str, str, str]]:
    return set_indicator(
        actor=actor(),
        indicator=indicator,
        year=db.session.get_one(Plan, indicator.plan_id).year,
        settings=form.settings(),
        version=seen_number(form.version.data),
        why=form.why.data or "",
        calendar=working_calendar(indicator.top_unit_id),
        now=local_now(),
    )


def _refused(indicator_id: int, form: SettingsForm, error: TrackerError) -> ResponseReturnValue:
    """Show the form again with what was typed; where another was faster, what is set now beside it."""
    db.session.rollback()
    indicator = load_indicator(indicator_id)
    flash(f"没有保存：{error.message}", "error")
    if not isinstance(error, StaleError):
        return _edit_page(indicator, form), 422
    now = _filled(indicator)
    changes = [
        {"label": mine.label.text, "yours": mine.data or "—", "theirs": theirs.data or "—"}
        for mine, theirs in zip(form, now, strict=True)
        if mine.name not in {"version", "why", "csrf_token"} and mine.data != theirs.data
    ]
    form.version.data = str(indicator.version)
    return _edit_page(indicator, form, changes=changes), 409


def _filled(indicator: Indicator) -> SettingsForm:
    form = SettingsForm(formdata=None).at_places(indicator.places)
    form.fill(indicator)
    return form


def _correction_form(indicator: Indicator) -> CorrectionForm:
    form = CorrectionForm()
    form.amount.places = indicator.places
    figures = reported_figures([indicator.id]).get(indicator.id, {})
    form.month.choices = {
        str(month): f"{month}月（{format_figure(amount, indicator.places)}）"
        for month, amount in sorted(figures.items(), reverse=True)
    }
    if not form.is_submitted():
        form.revision.data = ",".join(f"{m}:{r}" for m, r in newest_revisions(indicator.id).items())
    return form


def _seen(form: CorrectionForm) -> int:
    """Return the revision of the chosen month that the page showed."""
    for pair in (form.revision.data or "").split(","):
        month, _, revision = pair.partition(":")
        if month == str(form.month.data) and seen_number(revision) > 0:
            return seen_number(revision)
    raise FigureError("请刷新页面后再更正。")


def _edit_page(
    indicator: Indicator,
    form: SettingsForm,
    correction: CorrectionForm | None = None,
    *,
    changes: Sequence[dict[str, str]] = (),
) -> str:
    return render_template(
        "indicators/edit.html",
        indicator=indicator,
        form=form,
        correction=correction or _correction_form(indicator),
        changes=changes,
    )
