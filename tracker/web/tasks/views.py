"""The register of tasks: list, acknowledging several, download."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.domain.bulk import BulkAct
from tracker.extensions import db
from tracker.models import Task
from tracker.queries.scope import visible_tasks
from tracker.queries.task_ledger import SORTS, all_rows, choices, ledger, view_counts
from tracker.services.change_task import acknowledge_tasks
from tracker.web.access import actor
from tracker.web.downloads import file_download
from tracker.web.fields import chosen_id
from tracker.web.tasks import export, register
from tracker.web.tasks.address import OWN, pairs_of, span_of, wanted_from

bp = Blueprint("tasks", __name__, url_prefix="/tasks")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show a page of the register."""
    now = local_now()
    span = span_of(request.args)
    found = ledger(actor(), wanted_from(request.args, now.date()), now)
    wanted = found.wanted
    return render_template(
        "tasks/index.html",
        found=found,
        tabs=register.tabs(wanted, view_counts(actor(), now, wanted), actor()),
        chips=register.light_chips(found, span),
        filters=register.filters(wanted, span, choices(actor(), now.date())),
        kept=register.kept(wanted, span),
        own_days=span == OWN,
        heads=register.heads(wanted, span),
        sorts=list(SORTS.items()),
        pages=register.page_links(found, span),
        previous_url=register.neighbour(found, span, -1),
        next_url=register.neighbour(found, span, +1),
        foot=register.foot_words(found),
        meta=register.meta_words(found),
        address_pairs=list(pairs_of(wanted, span).items()),
        clear_url=url_for("tasks.index") if register.is_narrowed(wanted) else "",
        may_acknowledge=register.acknowledges(actor(), found),
        may_remind=register.reminds(actor(), found),
        bulk_acts=list(BulkAct) if register.handles(actor(), found) else [],
    )


@bp.post("/acknowledge")
def acknowledge() -> ResponseReturnValue:
    """Acknowledge the chosen tasks that wait for it."""
    chosen = request.form.getlist("chosen")
    if not chosen:
        flash("没有选中任务，请先勾选。", "error")
        return redirect(back_to_register())
    count = acknowledge_tasks(tasks=chosen_tasks(chosen), actor=actor(), now=local_now())
    db.session.commit()
    passed = len(set(chosen)) - count
    rest = f"另有 {passed} 项不需要您签收，没有变动。" if passed else ""
    flash(f"已签收 {count} 项任务。{rest}", "success" if count else "info")
    return redirect(back_to_register())


@bp.post("/export")
def download() -> ResponseReturnValue:
    """Write the register as it is filtered, and note who took it."""
    now = local_now()
    wanted = wanted_from(request.form, now.date())
    rows = all_rows(actor(), wanted, now)
    kind = "csv" if request.form.get("format") == "csv" else "xlsx"
    export.record_export(actor(), kind, len(rows), now)
    db.session.commit()
    return file_download(export.written(rows, kind), kind, export.file_name(kind, now))


def chosen_tasks(chosen: Iterable[str]) -> list[Task]:
    """Return those of the chosen tasks that the person may see, in order."""
    ids = {chosen_id(value) for value in chosen}
    found = select(Task).where(Task.id.in_(ids), visible_tasks(actor())).order_by(Task.id)
    return list(db.session.scalars(found))


def back_to_register() -> str:
    """Return the register as it was filtered when the form was sent."""
    now = local_now()
    wanted = wanted_from(request.form, now.date())
    return url_for("tasks.index", **pairs_of(wanted, span_of(request.form)))
