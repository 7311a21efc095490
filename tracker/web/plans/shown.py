"""Pages: an issued plan as a tree, and its document as it came."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import PlanDocument
from tracker.queries.plan_tree import plan_tree
from tracker.queries.revision_page import revision_lines
from tracker.queries.units_and_posts import staff_of
from tracker.services.withdraw_plan import may_be_withdrawn
from tracker.web.access import actor, load_plan
from tracker.web.downloads import attachment
from tracker.web.plans.blueprint import bp
from tracker.web.plans.importing import url_of


@bp.get("/<int:plan_id>")
def show(plan_id: int) -> ResponseReturnValue:
    """Show an issued plan's headings, tasks and indicators; a draft is shown in its review."""
    plan = load_plan(plan_id)
    if plan.state == "draft":
        return redirect(url_of(plan))
    now = local_now()
    staff = staff_of(plan.top_unit_id, now.date())
    tree = plan_tree(plan, actor(), staff, now)
    office = actor().has(Role.OFFICE)
    revisions = [one for one in revision_lines(plan) if office or one.state == "accepted"]
    return render_template(
        "plans/show.html",
        plan=plan,
        tree=tree,
        sees_all=actor().sees_all,
        may_revise=office,
        may_withdraw=office and may_be_withdrawn(plan),
        revisions=revisions,
        waiting=next((one for one in revisions if one.state == "draft"), None),
    )


@bp.get("/<int:plan_id>/document")
def document(plan_id: int) -> ResponseReturnValue:
    """Hand out the document, byte for byte; never shown in the browser, whatever it holds."""
    plan = load_plan(plan_id)
    kept = db.session.execute(
        select(PlanDocument.name, PlanDocument.content).where(PlanDocument.plan_id == plan.id)
    ).one()
    return attachment(kept.content, kept.name)
