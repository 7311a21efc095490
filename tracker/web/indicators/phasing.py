"""The phasing editor (分月): choose a way, see the line before it is saved, save it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.amounts import format_figure
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.case import Case, Kind
from tracker.domain.errors import FigureError, StaleError, TrackerError
from tracker.domain.phasing import MONTHS
from tracker.domain.phasing_choice import Choice, Way, chosen_case, hand_sum, quarter_sum
from tracker.domain.rhythm import stepped
from tracker.domain.standing import standing
from tracker.domain.sums import sum_words
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.queries.calendar import working_calendar
from tracker.queries.cases import case_of, kept_case
from tracker.queries.rolled_figures import figures_that_count
from tracker.services.set_indicator import PHASINGS, months_worked
from tracker.services.set_phasing import set_phasing
from tracker.web.access import actor, load_indicator
from tracker.web.fields import seen_number
from tracker.web.indicators.page import charts_of
from tracker.web.indicators.phasing_form import PhasingForm
from tracker.web.indicators.views import bp


@dataclass(frozen=True, slots=True)
class MonthPreview:
    """One month of the table: last year's, as planned now, and as it would be planned."""

    label: str
    last: str
    now: str
    plan: str
    planned: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a choice would make of the year; `problem` says why nothing can be shown."""

    rows: Sequence[MonthPreview]
    sums: dict[str, str]
    problem: str = ""
    note: str = ""
    charts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)


@bp.route("/<int:indicator_id>/phasing", methods=["GET", "POST"])
def phasing(indicator_id: int) -> ResponseReturnValue:
    """Show the editor; on POST preview a choice or save it."""
    indicator = load_indicator(indicator_id)
    form = PhasingForm().for_indicator(indicator)
    if request.method == "GET":
        form.fill(indicator, kept_case(indicator))
        return _page(indicator, form)
    valid = form.validate_on_submit()
    if not valid or "preview" in request.form:
        return _page(indicator, form), 200 if valid else 422
    try:
        changes = _save(indicator, form)
    except TrackerError as error:
        return _refused(indicator_id, form, error)
    db.session.commit()
    if changes:
        flash(f"已保存：分月办法为{PHASINGS[form.way.data]}。未封账的月份已重新计算。", "success")
    else:
        flash("没有改动。", "info")
    return redirect(url_for("indicators.show", indicator_id=indicator_id))


@bp.post("/<int:indicator_id>/phasing/preview")
def phasing_preview(indicator_id: int) -> ResponseReturnValue:
    """Work out what is typed, for the page to show in place; nothing is changed."""
    indicator = load_indicator(indicator_id)
    form = PhasingForm().for_indicator(indicator)
    form.validate_on_submit()
    preview = _preview(indicator, form)
    charts = {name: data for name, _, data in preview.charts}
    return jsonify(asdict(preview) | {"charts": charts})


def _save(indicator: Indicator, form: PhasingForm) -> list[tuple[str, str, str]]:
    return set_phasing(
        actor=actor(),
        indicator=indicator,
        year=_plan_of(indicator).year,
        choice=form.choice(),
        version=seen_number(form.version.data),
        why=form.why.data or "",
        calendar=working_calendar(indicator.top_unit_id),
        now=local_now(),
    )


def _refused(indicator_id: int, form: PhasingForm, error: TrackerError) -> ResponseReturnValue:
    """Show the form again with what was typed; where another was faster, what is set now beside it."""
    db.session.rollback()
    indicator = load_indicator(indicator_id)
    flash(f"没有保存：{error.message}", "error")
    if not isinstance(error, StaleError):
        return _page(indicator, form), 422
    form.version.data = str(indicator.version)
    theirs = PhasingForm(formdata=None).for_indicator(indicator)
    theirs.fill(indicator, kept_case(indicator))
    apart = [
        {"label": mine.label.text, "yours": _shown(mine), "theirs": _shown(other)}
        for mine, other in zip(form, theirs, strict=True)
        if mine.name not in {"version", "why", "csrf_token"}
        and _figures_in(mine) != _figures_in(other)
    ]
    return _page(indicator, form, changes=apart), 409


def _figures_in(one: Any) -> list[str]:
    """Return what a field says, however its figures are written: 9,500 is 9500."""
    return (one.data or "").replace(",", "").split()


def _shown(one: Any) -> str:
    return PHASINGS.get(one.data, one.data) or "—"


def _page(
    indicator: Indicator, form: PhasingForm, *, changes: Sequence[dict[str, str]] = ()
) -> str:
    return render_template(
        "indicators/phasing.html",
        indicator=indicator,
        form=form,
        preview=_preview(indicator, form),
        changes=changes,
        cumulates=indicator.kind == Kind.FLOW,
        ways={way.value for way in Way},
    )


def _preview(indicator: Indicator, form: PhasingForm) -> Preview:
    """Put what is typed into a line and words, as far as it can be read."""
    plan, calendar = _plan_of(indicator), working_calendar(indicator.top_unit_id)
    reported = figures_that_count([indicator.id]).figures.get(indicator.id, {})
    actual = [reported.get(month) for month in range(1, max(reported, default=0) + 1)]
    now = case_of(indicator, actual, plan.yellow_points)
    charts = charts_of(indicator, standing(now))
    unread = [error for one in form if one.name != "csrf_token" for error in one.errors]
    if unread:
        return Preview(_rows(now, None, ()), {}, unread[0], charts=charts)
    choice = form.choice()
    sums, note = _sums(now, choice, indicator), _note(choice, plan.year, calendar)
    try:
        days = months_worked(plan.year, calendar)
        laid = _stepped(indicator, chosen_case(now, choice, days, indicator.unit))
    except FigureError as error:
        return Preview(_rows(now, None, choice.last_year), sums, error.message, note, charts)
    rows = _rows(now, laid, choice.last_year)
    known = replace(laid, last_year=choice.last_year or None)
    return Preview(rows, sums, "", note, charts_of(indicator, standing(known)))


def _stepped(indicator: Indicator, case: Case) -> Case:
    """Return the line as it counts for a flow that is reported at the ends of periods."""
    if indicator.every == 1 or case.kind != Kind.FLOW:
        return case
    return replace(
        case, weights=stepped(case.weights, case.quarters, indicator.every), quarters=None
    )


def _plan_of(indicator: Indicator) -> Plan:
    return db.session.get_one(Plan, indicator.plan_id)


def _sums(case: Case, choice: Choice, indicator: Indicator) -> dict[str, str]:
    shape = (indicator.unit, indicator.places)
    if case.kind == Kind.RATE:
        return {}
    return {
        Way.QUARTERS.value: sum_words(quarter_sum(case, choice.quarters), *shape),
        Way.HAND.value: sum_words(hand_sum(case, choice.hand), *shape),
    }


def _note(choice: Choice, year: int, calendar: WorkingCalendar) -> str:
    if choice.way is not Way.WORKING_DAYS or calendar.covers(year):
        return ""
    return f"{year}年的放假安排尚未公布，工作日暂按周一至周五计；公布并录入日历后请再存一次。"


def _rows(now: Case, laid: Case | None, last_year: Sequence[Decimal | None]) -> list[MonthPreview]:
    before = now.line()
    after = None if laid is None else laid.line()
    last = last_year or (None,) * MONTHS
    places = now.places
    return [
        MonthPreview(
            f"{month}月",
            format_figure(last[month - 1], places),
            format_figure(before.monthly[month - 1] if before else None, places),
            format_figure(after.monthly[month - 1] if after else None, places),
            format_figure(after.cumulative[month - 1] if after else None, places),
        )
        for month in range(1, MONTHS + 1)
    ]
