"""Pages: one task or one target of a draft, corrected or added by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import StaleError, TrackerError, TransitionError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task
from tracker.queries.definition_offers import DefinitionOffer, offers_for
from tracker.queries.draft_row import RowPlace, row_place
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.adopt_definition import adopt_definition
from tracker.services.draft_rows import Row, draft_rows, key_of
from tracker.services.edit_draft import add_indicator, add_task, edit_indicator, edit_task
from tracker.services.undo_draft import last_step
from tracker.web.access import actor, load_plan
from tracker.web.fields import chosen_id
from tracker.web.plans.address import url_of_row
from tracker.web.plans.blueprint import bp
from tracker.web.plans.forms import NOBODY, RowForm, TargetForm, TaskForm
from tracker.web.plans.values import (
    Change,
    changes_between,
    derived_words,
    show_target,
    show_task,
    target_values,
    task_values,
    with_derived_baseline,
)

#: The button that takes the baseline which follows from a level and its growth.
DERIVE = "derive"
#: The button that lets an indicator be what the library says; what was typed is saved before that.
ADOPT = "adopt"


@dataclass(frozen=True, slots=True)
class Edited:
    """The page of one row: what it shows, and where it goes on to."""

    plan: Plan
    row: Row | None
    form: RowForm
    template: str


@bp.route(
    "/<int:plan_id>/review/tasks/<int:task_id>", endpoint="edit_task", methods=["GET", "POST"]
)
def edit_task_page(plan_id: int, task_id: int) -> ResponseReturnValue:
    """Correct a task: text, cuts, duties, deadline."""
    plan, row = _row(plan_id, f"task-{task_id}")
    form = TaskForm() if request.method == "POST" else TaskForm(formdata=None)
    if not isinstance(row, Task):
        abort(404)
    page = Edited(plan, row, form, "plans/task.html")

    def save(staff: Staff) -> str:
        rows = edit_task(
            plan=plan,
            task=row,
            values=task_values(form),
            staff=staff,
            person_id=actor().person_id,
            now=local_now(),
        )
        return f"已拆成 {len(rows)} 项。" if len(rows) > 1 else "已保存。"

    return _edit(page, save)


@bp.route(
    "/<int:plan_id>/review/indicators/<int:indicator_id>",
    endpoint="edit_target",
    methods=["GET", "POST"],
)
def edit_target_page(plan_id: int, indicator_id: int) -> ResponseReturnValue:
    """Correct a target: figure, unit, kind, baseline, phasing, duties."""
    plan, row = _row(plan_id, f"indicator-{indicator_id}")
    form = TargetForm() if request.method == "POST" else TargetForm(formdata=None)
    if not isinstance(row, Indicator):
        abort(404)
    page = Edited(plan, row, form, "plans/target.html")

    def save(staff: Staff) -> str:
        act = request.form.get("act")
        if act == ADOPT and not changes_between(form, _stored(page, staff)):
            return _adopt(plan, row)
        values = target_values(form)
        if act == DERIVE:
            values = with_derived_baseline(values)
        edit_indicator(
            plan=plan,
            indicator=row,
            values=values,
            staff=staff,
            person_id=actor().person_id,
            now=local_now(),
        )
        return _adopt(plan, row) if act == ADOPT else "已保存。"

    return _edit(page, save)


@bp.route("/<int:plan_id>/review/new/<any(task, target):kind>", methods=["GET", "POST"])
def add_row(plan_id: int, kind: str) -> ResponseReturnValue:
    """Add a task or a target that the document does not have."""
    plan = _draft(plan_id)
    made = TaskForm if kind == "task" else TargetForm
    form = made() if request.method == "POST" else made(formdata=None)
    page = Edited(plan, None, form, f"plans/{kind}.html")

    def save(staff: Staff) -> str:
        common: dict[str, Any] = {
            "plan": plan,
            "staff": staff,
            "person_id": actor().person_id,
            "now": local_now(),
        }
        if isinstance(form, TaskForm):
            add_task(values=task_values(form), **common)
        elif isinstance(form, TargetForm):
            add_indicator(values=target_values(form), **common)
        return "已补录。"

    return _edit(page, save)


def _adopt(plan: Plan, row: Indicator) -> str:
    """Take the definition that the page offered, on top of what was just saved."""
    definition = adopt_definition(
        plan=plan,
        indicator=row,
        definition_id=chosen_id(request.form.get("definition")),
        version=row.version,
        person_id=actor().person_id,
        now=local_now(),
    )
    return f"已按指标库“{definition.name}”修改，可在核对页撤销。"


def _draft(plan_id: int) -> Plan:
    plan = load_plan(plan_id)
    if plan.state != "draft":
        raise TransitionError("计划已经下达，草稿不能再改。")
    return plan


def _row(plan_id: int, key: str) -> tuple[Plan, Row]:
    plan = _draft(plan_id)
    found = draft_rows(plan, [key])
    if not found:
        abort(404)
    return plan, found[0]


def _edit(page: Edited, save: Callable[[Staff], str]) -> ResponseReturnValue:
    """Show a row's form, or save it; refused, it comes back with all that was typed."""
    plan, form = page.plan, page.form
    staff = staff_of(plan.top_unit_id, local_now().date())
    place = row_place(plan, key_of(page.row) if page.row else None)
    form.offer(staff, NOBODY)
    form.offer_items(place.items)
    if request.method == "GET":
        _fill(page)
        return _page(page, place)
    refusal, status, changes = "", 422, []
    try:
        if form.validate():
            _must_be_fresh(page)
            said = save(staff)
            db.session.commit()
            flash(said, "success")
            return redirect(_next(page, place))
    except StaleError as error:
        refusal, status = error.message, 409
    except TrackerError as error:
        refusal = error.message
    db.session.rollback()
    if status == 409:
        changes = _overtaken(page, staff)
    return _page(page, place, refusal, changes), status


def _must_be_fresh(page: Edited) -> None:
    if page.row is not None and chosen_id(page.form.version.data) != page.row.version:
        raise StaleError("您打开之后，别人已改过这一项，没有保存。两份都在下面，请对照后再提交。")


def _fill(page: Edited) -> None:
    if isinstance(page.form, TaskForm):
        show_task(page.form, page.row if isinstance(page.row, Task) else None, page.plan.year)
    elif isinstance(page.form, TargetForm):
        show_target(page.form, page.row if isinstance(page.row, Indicator) else None)
    if page.row is not None:
        page.form.version.data = str(page.row.version)


def _overtaken(page: Edited, staff: Staff) -> list[Change]:
    """Return field by field what was typed and what is there now; the form may be sent again on top of that."""
    if page.row is None:
        return []
    theirs = _stored(page, staff)
    page.form.version.data = theirs.version.data
    return changes_between(page.form, theirs)


def _stored(page: Edited, staff: Staff) -> RowForm:
    """Return the form as it would show what is there now."""
    form = type(page.form)(formdata=None)
    form.offer(staff, NOBODY)
    form.item.choices = page.form.item.choices
    _fill(Edited(page.plan, page.row, form, page.template))
    return form


def _page(page: Edited, place: RowPlace, refusal: str = "", changes: Sequence[Change] = ()) -> str:
    step = last_step(page.plan) if changes else None
    return render_template(
        page.template,
        plan=page.plan,
        row=page.row,
        key=key_of(page.row) if page.row else "",
        place=place,
        form=page.form,
        refusal=refusal,
        changes=changes,
        step=step,
        row_url=row_url,
        back_url=review_url(page),
        offer=derived_words(page.row),
        library=_library(page),
    )


def _library(page: Edited) -> DefinitionOffer | None:
    """Return what the library has for the indicator of the page."""
    if not isinstance(page.row, Indicator):
        return None
    return offers_for(page.plan.top_unit_id, [page.row]).get(page.row.id)


def _next(page: Edited, place: RowPlace) -> str:
    """Return where to go after saving: this page or the row after it, if that was asked for, else the review."""
    if request.form.get("act") in {DERIVE, ADOPT} and page.row is not None:
        return row_url(page.plan.id, key_of(page.row))
    if request.form.get("act") == "next" and place.next_key:
        return row_url(page.plan.id, place.next_key)
    return review_url(page)


def review_url(page: Edited) -> str:
    """Return the review, at this row if there is one."""
    if page.row is None:
        return url_for("plans.review", plan_id=page.plan.id)
    return url_of_row(page.plan.id, key_of(page.row))


def row_url(plan_id: int, key: str) -> str:
    """Return the page of a row."""
    kind, _, number = key.partition("-")
    if kind == "task":
        return url_for("plans.edit_task", plan_id=plan_id, task_id=int(number))
    return url_for("plans.edit_target", plan_id=plan_id, indicator_id=int(number))
