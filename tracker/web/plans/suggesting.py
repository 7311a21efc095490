"""Page: what is proposed for a draft's rows, each with its reason; nothing is taken unless somebody says so (建议)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import NotReadyError, StaleError, TrackerError
from tracker.extensions import db
from tracker.models import Plan
from tracker.queries.plan_suggestions import BASELINE, LEAD, LIBRARY, suggestions_of
from tracker.queries.units_and_posts import staff_of
from tracker.services.draft_rows import StaleRowsError, seen_rows
from tracker.services.take_hints import decline_hints, take_hints
from tracker.web.access import actor, load_plan
from tracker.web.plans.address import seen_versions, seen_words
from tracker.web.plans.blueprint import bp
from tracker.web.plans.importing import url_of

#: What is proposed, the word for it, and what taking it does.
GROUPS = (
    (LEAD, "牵头单位", "采用后，责任人、联络员和分管领导按该单位带出。"),
    (BASELINE, "基期数", "采用后，按增幅或降幅折算目标值。口径不同的数不会提出。"),
    (
        LIBRARY,
        "指标库",
        "采用后，计量单位、类型、方向和小数位照指标库，数额按单位精确换算，名称不变。",
    ),
)


@bp.route("/<int:plan_id>/suggestions", methods=["GET", "POST"])
def suggestions(plan_id: int) -> ResponseReturnValue:
    """List the proposals; take or decline the chosen ones."""
    plan = load_plan(plan_id)
    if plan.state != "draft":
        flash("这份计划已经下达，不再提建议。", "info")
        return redirect(url_of(plan))
    if request.method == "GET":
        return _page(plan)
    try:
        said = _act(plan)
    except TrackerError as error:
        db.session.rollback()
        words = f"{error.message}。" if isinstance(error, NotReadyError) else error.message
        return _page(load_plan(plan_id), words, 409 if isinstance(error, StaleError) else 422)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("plans.suggestions", plan_id=plan_id))


def _act(plan: Plan) -> str:
    staff = staff_of(plan.top_unit_id, local_now().date())
    keys = list(dict.fromkeys(request.form.getlist("chosen")))
    seen_rows(plan, seen_versions(), {key.partition("/")[0] for key in keys})
    offered = {one.key: one for one in suggestions_of(plan, staff)}
    gone = [key.partition("/")[0] for key in keys if key not in offered]
    if gone:
        raise StaleRowsError(gone)
    chosen = [offered[key] for key in keys]
    person_id, now = actor().person_id, local_now()
    if request.form.get("act") == "decline":
        count = decline_hints(plan=plan, hints=chosen, person_id=person_id, now=now)
        return f"{count} 条建议不采用，不再提出。"
    count = take_hints(plan=plan, hints=chosen, staff=staff, person_id=person_id, now=now)
    return f"已采用 {count} 条建议，可在核对页撤销。"


def _page(plan: Plan, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    staff = staff_of(plan.top_unit_id, local_now().date())
    found = suggestions_of(plan, staff)
    groups = [
        (word, effect, [one for one in found if one.field == field])
        for field, word, effect in GROUPS
    ]
    page = render_template(
        "plans/suggestions.html",
        plan=plan,
        groups=[group for group in groups if group[2]],
        count=len(found),
        seen=seen_words(dict.fromkeys((one.row_key, one.version) for one in found)),
        chosen=frozenset(request.form.getlist("chosen")),
        refusal=refusal,
    )
    return page, status
