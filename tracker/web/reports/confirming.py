"""Pages of the head: figures that wait for confirmation, several at a time confirmed or sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.amounts import format_figure
from tracker.domain.errors import NotAllowedError, StaleError, TrackerError
from tracker.domain.lights import Status
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.queries.unconfirmed import Unconfirmed, unconfirmed
from tracker.services.confirm_figures import confirm_figures, send_figures_back
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.reports.views import bp


@dataclass(frozen=True, slots=True)
class ConfirmLine:
    """A figure in words."""

    id: int
    indicator_id: int
    name: str
    unit_name: str
    unit: str
    month: str
    amount: str
    before: str
    last_year: str
    light: str
    status: str
    note: str
    next_step: str
    sent: str
    chosen: bool


@bp.get("/confirm")
def confirm() -> ResponseReturnValue:
    """Show what waits for the head."""
    return _page((), "")


@bp.post("/confirm")
def settle() -> ResponseReturnValue:
    """Confirm what was chosen, or send it back."""
    chosen = [chosen_id(value) for value in request.form.getlist("chosen")]
    why, back = request.form.get("why", ""), request.form.get("do") == "back"
    now, person = local_now(), actor()
    try:
        if back:
            count = send_figures_back(actor=person, report_ids=chosen, why=why, now=now)
        else:
            count = confirm_figures(actor=person, report_ids=chosen, now=now)
    except TrackerError as error:
        db.session.rollback()
        flash(f"没有保存：{error.message}", "error")
        return _page(chosen, why), _status(error)
    db.session.commit()
    flash(f"已退回 {count} 项，由联络员更正。" if back else f"已确认 {count} 项。", "success")
    return redirect(url_for("reports.confirm"))


def _status(error: TrackerError) -> int:
    if isinstance(error, NotAllowedError):
        return 403
    return 409 if isinstance(error, StaleError) else 422


def _page(chosen: Sequence[int], why: str) -> str:
    rows = unconfirmed(actor())
    this_year = local_now().year
    lines = [_line(row, this_year, chosen=row.report_id in chosen) for row in rows]
    return render_template("reports/confirm.html", lines=lines, why=why)


def _line(row: Unconfirmed, this_year: int, *, chosen: bool) -> ConfirmLine:
    month = Month(row.year, row.month)
    return ConfirmLine(
        id=row.report_id,
        indicator_id=row.indicator_id,
        name=row.name,
        unit_name=row.unit_name,
        unit=row.unit,
        month=month.label if row.year == this_year else month.long_label,
        amount=format_figure(row.amount, row.places),
        before=format_figure(row.before, row.places),
        last_year=format_figure(row.last_year, row.places),
        light=row.light,
        status=Status(row.status).word if row.status else "未报",
        note=row.note,
        next_step=row.next_step,
        sent=f"{row.author} {'更正' if row.corrected else '填报'}",
        chosen=chosen,
    )
