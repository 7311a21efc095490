"""The system administrator's pages of a unit."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.domain.roles import Level
from tracker.extensions import db
from tracker.models import Unit
from tracker.queries.people import unit_tree
from tracker.services.manage_units import UnitData, add_unit, edit_unit
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.people.forms import UnitForm
from tracker.web.people.loaders import load_unit
from tracker.web.people.views import bp


@bp.route("/units/new", methods=["GET", "POST"])
def new_unit() -> ResponseReturnValue:
    """Make a unit."""
    form = UnitForm(
        parent=chosen_id(request.args.get("parent")) or actor().top_unit_id,
        level=Level.SECTION.value,
    )
    return _save(form, None)


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
def unit(unit_id: int) -> ResponseReturnValue:
    """Change a unit."""
    found = load_unit(unit_id)
    form = UnitForm(obj=found, parent=found.parent_id or 0)
    return _save(form, found)


def _save(form: UnitForm, unit: Unit | None) -> ResponseReturnValue:
    form.parent.choices = {"0": "无（顶层单位）"} | _parents()
    if form.validate_on_submit():
        try:
            _apply(form, unit)
        except TrackerError as error:
            db.session.rollback()
            form.form_errors = [error.message]
        else:
            db.session.commit()
            flash("单位已保存。", "success")
            return redirect(url_for("people.index"))
    status = 422 if request.method == "POST" else 200
    heading = unit.name if unit is not None else "新增单位"
    return render_template("people/unit.html", form=form, heading=heading), status


def _apply(form: UnitForm, unit: Unit | None) -> None:
    data = UnitData(
        code=form.code.data or "",
        name=form.name.data or "",
        level=Level(form.level.data),
        parent_id=form.parent.data or None,
        duties=form.duties.data or "",
        position=int(form.position.data or 0),
        active=bool(form.active.data),
    )
    person, now = actor(), local_now()
    if unit is None:
        add_unit(data=data, top_unit_id=person.top_unit_id, person_id=person.person_id, now=now)
    else:
        edit_unit(unit=unit, data=data, person_id=person.person_id, now=now)


def _parents() -> dict[str, str]:
    tree = unit_tree(actor().top_unit_id, local_now().date())
    return {str(line.id): f"{'　' * line.depth}{line.name}" for line in tree}
