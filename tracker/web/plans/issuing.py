"""Pages: what issuing a draft means, with numbers, and the issuing itself."""

from __future__ import annotations

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.cycles import cycle_of, parse_cycle_rule
from tracker.domain.errors import NotReadyError, StaleError, TrackerError, TransitionError
from tracker.domain.issuing import Arrears, arrears
from tracker.domain.periods import Year
from tracker.extensions import db
from tracker.models import Plan
from tracker.outbox.settings import mail_settings
from tracker.queries.calendar import working_calendar
from tracker.services.draft_gaps import draft_of, gaps_of
from tracker.services.draft_rows import Row
from tracker.services.issue_plan import issue_plan, units_of
from tracker.services.withdraw_plan import withdraw_plan
from tracker.web.access import actor, load_plan
from tracker.web.fields import chosen_id
from tracker.web.plans.address import url_of_row
from tracker.web.plans.blueprint import bp
from tracker.web.plans.importing import url_of
from tracker.web.plans.shown import show


@bp.route("/<int:plan_id>/issue", methods=["GET", "POST"])
def issue(plan_id: int) -> ResponseReturnValue:
    """Name the consequences; on confirmation make the draft binding."""
    plan = load_plan(plan_id)
    if plan.state != "draft":
        flash("这份计划已经下达。", "info")
        return redirect(url_of(plan))
    if request.method == "GET":
        return _page(plan)
    if late_of(plan).over and not request.form.get("sure"):
        return _page(plan, f"{plan.year}年已经过去。确要下达，请先勾选“仍然下达”。", 422)
    try:
        version = chosen_id(request.form.get("version")) or None
        issued = issue_plan(
            plan=plan,
            actor=actor(),
            now=local_now(),
            version=version,
            settings=mail_settings(current_app.config),
        )
    except (NotReadyError, StaleError) as error:
        db.session.rollback()
        status = 409 if isinstance(error, StaleError) else 422
        said = error.message if isinstance(error, StaleError) else "还不能下达，下面的补齐后再试。"
        return _page(load_plan(plan_id), said, status)
    db.session.commit()
    flash(
        f"已下达 {issued.tasks} 项任务、{issued.indicators} 个指标，涉及 {issued.units} 个单位，已通知责任人。",
        "success",
    )
    return redirect(url_for("plans.show", plan_id=plan_id))


@bp.post("/<int:plan_id>/withdraw")
def withdraw(plan_id: int) -> ResponseReturnValue:
    """Take an issued plan back while nothing has come of it."""
    plan = load_plan(plan_id)
    try:
        withdraw_plan(
            plan=plan,
            actor=actor(),
            why=request.form.get("why", ""),
            version=chosen_id(request.form.get("version")),
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        flash(f"没有收回：{error.message}", "error")
        status = 409 if isinstance(error, StaleError | TransitionError) else 422
        return make_response(show(plan_id), status)
    db.session.commit()
    flash("已收回，计划和其中的任务、指标回到草稿。", "success")
    return redirect(url_for("plans.review", plan_id=plan_id))


def late_of(plan: Plan) -> Arrears:
    """Return what the draft would be behind with if it were issued today."""
    draft, today = draft_of(plan), local_now().date()
    rule, calendar = parse_cycle_rule(plan.opens, plan.due), working_calendar(plan.top_unit_id)
    due = [cycle_of(month, rule, calendar).due_on for month in Year(plan.year).months]
    return arrears(plan.year, due, [task.due_on for task in draft.tasks], today)


def _page(plan: Plan, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    draft = draft_of(plan)
    gaps = gaps_of(plan)
    rows: list[Row] = [*draft.tasks, *draft.indicators]
    page = render_template(
        "plans/issue.html",
        plan=plan,
        gaps=gaps,
        url_of_row=lambda key: url_of_row(plan.id, key),
        missing=sum(max(len(gap.rows), 1) for gap in gaps),
        tasks=len(draft.tasks),
        indicators=len(draft.indicators),
        units=len(units_of(draft)),
        owners=len({row.owner_post_id for row in rows} - {None}),
        unchecked=sum(not row.checked for row in rows),
        inferred=sum(task.due_inferred for task in draft.tasks),
        open_targets=sum(row.undecided for row in draft.indicators),
        late=late_of(plan),
        refusal=refusal,
    )
    return page, status
