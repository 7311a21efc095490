"""Setting of a plan: whether its targets change only when a leader has approved it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.extensions import db
from tracker.services.change_target import want_approval
from tracker.web.access import actor, load_plan
from tracker.web.plans.blueprint import bp


@bp.post("/<int:plan_id>/approve-targets")
def approve_targets(plan_id: int) -> ResponseReturnValue:
    """Switch the approval of changed targets on or off."""
    plan, wanted = load_plan(plan_id), request.form.get("wanted") == "1"
    if want_approval(actor=actor(), plan=plan, wanted=wanted, now=local_now()):
        words = "须经分管领导或主要领导批准" if wanted else "由督查办办理，不须领导批准"
        flash(f"已设定：本计划的目标调整{words}。", "success")
    db.session.commit()
    return redirect(url_for("plans.show", plan_id=plan_id))
