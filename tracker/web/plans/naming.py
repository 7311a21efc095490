"""Page: the title and the year of a draft, corrected."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import StaleError, TrackerError
from tracker.extensions import db
from tracker.models import Plan
from tracker.services.rename_plan import rename_plan
from tracker.web.access import actor, load_plan
from tracker.web.fields import chosen_id
from tracker.web.plans.blueprint import bp
from tracker.web.plans.forms import PlanForm
from tracker.web.plans.importing import url_of


@bp.route("/<int:plan_id>/review/plan", methods=["GET", "POST"])
def rename(plan_id: int) -> ResponseReturnValue:
    """Correct what was read of the plan itself; refused, what was typed comes back."""
    plan = load_plan(plan_id)
    if plan.state != "draft":
        flash("这份计划已经下达，名称和年度不能再改。", "info")
        return redirect(url_of(plan))
    if request.method == "GET":
        return _page(plan, _filled(plan))
    form = PlanForm()
    if not form.validate():
        return _page(plan, form), 422
    try:
        rename_plan(
            plan=plan,
            title=form.title.data or "",
            year=form.number,
            version=chosen_id(form.version.data),
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        plan = load_plan(plan_id)
        form.version.data = str(plan.version)
        return _page(plan, form, error.message), 409 if isinstance(error, StaleError) else 422
    db.session.commit()
    flash("名称和年度已保存。", "success")
    return redirect(url_for("plans.review", plan_id=plan_id))


def _filled(plan: Plan) -> PlanForm:
    return PlanForm(formdata=None, title=plan.title, year=str(plan.year), version=str(plan.version))


def _page(plan: Plan, form: PlanForm, refusal: str = "") -> str:
    return render_template("plans/rename.html", plan=plan, form=form, refusal=refusal)
