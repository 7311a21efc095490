"""Pages where the office or the system administrator adds a definition, corrects it or retires it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import StaleError
from tracker.extensions import db
from tracker.models import IndicatorDefinition, Unit
from tracker.queries.library import categories, values_of
from tracker.services.edit_definition import (
    DefinitionFaultError,
    add_definition,
    correct_definition,
    restore_definition,
    retire_definition,
)
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.library.forms import DefinitionForm
from tracker.web.library.views import bp, load_definition


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Add a definition of the bureau's own."""
    form = DefinitionForm()
    if request.method == "GET":
        form.kind.data, form.polarity.data = Kind.FLOW.value, Polarity.HIGHER.value
        form.places.data = "0"
        form.name.data = request.args.get("name", "")[:200]
        return _page(form, None)
    if not form.validate():
        return _page(form, None), 422
    unit = db.session.get_one(Unit, actor().top_unit_id)
    try:
        added = add_definition(
            unit=unit, values=form.values(), person_id=actor().person_id, now=local_now()
        )
    except DefinitionFaultError as error:
        db.session.rollback()
        form.blame(error.faults)
        return _page(form, None), 422
    db.session.commit()
    flash(f"已加入指标库：{added.name}。", "success")
    return redirect(url_for("library.show", definition_id=added.id))


@bp.route("/<int:definition_id>/edit", methods=["GET", "POST"])
def edit(definition_id: int) -> ResponseReturnValue:
    """Correct a definition."""
    definition = load_definition(definition_id)
    form = DefinitionForm()
    if request.method == "GET":
        return _page(form.fill(values_of(definition), definition.version), definition)
    if not form.validate():
        return _page(form, definition), 422
    try:
        changed = correct_definition(
            definition=definition,
            values=form.values(),
            version=form.seen_version(),
            person_id=actor().person_id,
            now=local_now(),
        )
    except (StaleError, DefinitionFaultError) as error:
        return _refused(definition_id, form, error)
    db.session.commit()
    flash("已保存。" if changed else "没有改动。", "success" if changed else "info")
    return redirect(url_for("library.show", definition_id=definition_id))


@bp.post("/<int:definition_id>/retire")
def retire(definition_id: int) -> ResponseReturnValue:
    """Offer a definition no more, or again."""
    definition = load_definition(definition_id)
    restore = request.form.get("to") == "active"
    step = restore_definition if restore else retire_definition
    try:
        step(
            definition=definition,
            version=chosen_id(request.form.get("version")),
            person_id=actor().person_id,
            now=local_now(),
        )
    except DefinitionFaultError as error:
        db.session.rollback()
        flash(f"没有恢复：{'；'.join(error.problems)}。", "error")
    else:
        db.session.commit()
        flash("已恢复使用。" if restore else "已停用，不再推荐；用过它的指标不受影响。", "success")
    return redirect(url_for("library.show", definition_id=definition_id))


def _refused(
    definition_id: int, form: DefinitionForm, error: StaleError | DefinitionFaultError
) -> ResponseReturnValue:
    """Show the form again with what was typed; where another was faster, what is there now beside it."""
    db.session.rollback()
    definition = load_definition(definition_id)
    if isinstance(error, DefinitionFaultError):
        form.blame(error.faults)
        return _page(form, definition), 422
    flash(error.message, "error")
    changes = form.differences(values_of(definition))
    form.version.data = str(definition.version)
    return _page(form, definition, changes), 409


def _page(
    form: DefinitionForm,
    definition: IndicatorDefinition | None,
    changes: Sequence[dict[str, str]] = (),
) -> str:
    return render_template(
        "library/edit.html",
        form=form,
        definition=definition,
        changes=changes,
        categories=categories(actor()),
    )
