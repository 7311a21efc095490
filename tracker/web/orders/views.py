"""Pages of supervision orders: the list with what the rule proposes, one order with its steps, its document."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import NotAllowedError, StaleError, TrackerError, TransitionError
from tracker.domain.orders import Colour, OrderState, reply_day
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import SupervisionOrder, Task
from tracker.outbox.settings import mail_settings
from tracker.permissions import Actor
from tracker.queries.calendar import working_calendar
from tracker.queries.order_items import OrderItem, order_items
from tracker.queries.order_proposals import Proposal, proposals
from tracker.queries.orders import (
    PAGE_SIZE,
    VIEWS,
    OrderList,
    order_list,
    order_row,
    order_steps,
)
from tracker.services.order_paper import order_document, order_paper
from tracker.services.step_order import row_of, step_order, steps_for
from tracker.web.access import actor, load_order
from tracker.web.listing import (
    Chip,
    address,
    choice_in_address,
    page_in_address,
    page_links,
    range_words,
)
from tracker.web.orders.forms import StepForm
from tracker.web.orders.history import history_line

bp = Blueprint("orders", __name__, url_prefix="/orders")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: As many proposals as the page lists; the rest follow when these are issued.
MOST_PROPOSED = 100


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what the rule proposes, and the orders that the person sees."""
    person, now = actor(), local_now()
    view = choice_in_address("view", list(VIEWS), "live")
    colour = choice_in_address("colour", [one.value for one in Colour])
    page = page_in_address()
    found = order_list(person, now.date(), view=view, colour=colour, page=page)
    proposed = proposals(person.top_unit_id, now.date()) if person.has(Role.OFFICE) else []
    return render_template(
        "orders/index.html",
        found=found,
        view=view,
        tabs=_tabs(found, view),
        colour=colour,
        colours=[("", "全部颜色"), *((one.value, one.word) for one in Colour)],
        pages=page_links("orders.index", page, found.total, PAGE_SIZE),
        words=range_words(page, found.total, PAGE_SIZE, len(found.rows)),
        clear_url=url_for("orders.index", view=view) if colour else "",
        proposed=_with_items(person, proposed[:MOST_PROPOSED], now),
        proposed_total=len(proposed),
        may_issue=person.has(Role.OFFICE),
    )


def _tabs(found: OrderList, view: str) -> list[Chip]:
    return [
        Chip(words, address("orders.index", view=name), name == view, found.counts[name])
        for name, words in VIEWS.items()
    ]


def _with_items(
    person: Actor, proposed: list[Proposal], now: datetime
) -> list[tuple[Proposal, OrderItem]]:
    items = order_items(person.top_unit_id, [one.task for one in proposed], now)
    return list(zip(proposed, items, strict=True))


@bp.get("/<int:order_id>")
def show(order_id: int) -> ResponseReturnValue:
    """Show one order."""
    return _page(load_order(order_id), None)


@bp.post("/<int:order_id>/step")
def step(order_id: int) -> ResponseReturnValue:
    """Answer it, send the answer back, close it, or withdraw it."""
    order, form = load_order(order_id), StepForm()
    if not form.validate() or form.target.data not in set(OrderState):
        return _page(order, form), 422
    target = OrderState(form.target.data)
    try:
        step_order(
            order=order,
            target=target,
            actor=actor(),
            words=form.words.data or "",
            version=form.seen_version,
            settings=mail_settings(current_app.config),
            now=local_now(),
            reply_due_on=form.reply_due_on.day,
        )
    except TrackerError as error:
        return _refused(order_id, form, error)
    db.session.commit()
    flash(_DONE[target], "success")
    return redirect(url_for("orders.show", order_id=order_id))


_DONE = {
    OrderState.ANSWERED: "已答复，由督查办核验销号。",
    OrderState.RETURNED: "已退回，责任单位会收到邮件。",
    OrderState.CLOSED: "已销号。",
    OrderState.WITHDRAWN: "已撤回，没有发出的邮件不再发。",
}


def _refused(order_id: int, form: StepForm, error: TrackerError) -> ResponseReturnValue:
    """Show the order as it stands now, with what was typed, and say what is in the way."""
    db.session.rollback()
    stale = isinstance(error, (StaleError, TransitionError))
    flash(error.message if isinstance(error, StaleError) else f"没有保存：{error.message}", "error")
    status = 403 if isinstance(error, NotAllowedError) else 409 if stale else 422
    return _page(load_order(order_id), form), status


def _page(order: SupervisionOrder, form: StepForm | None) -> str:
    person, now = actor(), local_now()
    blank = StepForm(formdata=None)
    back = reply_day(Colour(order.colour), now.date(), working_calendar(order.top_unit_id))
    blank.reply_due_on.data = back.isoformat()
    row = row_of(order)
    return render_template(
        "orders/show.html",
        order=order,
        row=order_row(order, now.date()),
        paper=order_paper(order),
        item=row,
        item_url=url_for("tasks.show", task_id=row.id)
        if isinstance(row, Task)
        else url_for("indicators.show", indicator_id=row.id),
        steps=steps_for(person, order),
        sent=form,
        kept=_kept(order, form, person),
        blank=blank,
        history=[history_line(one, now) for one in order_steps(order.id)],
    )


def _kept(order: SupervisionOrder, form: StepForm | None, person: Actor) -> str:
    """Return what was typed for a step that is no longer offered, so that it is not lost."""
    if form is None or not (form.words.data or "").strip():
        return ""
    offered = {step.target.value for step in steps_for(person, order)}
    return "" if form.target.data in offered else form.words.data or ""


@bp.get("/<int:order_id>/order.docx")
def download(order_id: int) -> Response:
    """Hand out the order's document; it is the same whenever it is made."""
    order = load_order(order_id)
    paper = order_paper(order)
    response = Response(order_document(order), content_type=DOCX)
    name = quote(f"{paper.title}督办〔{order.year}〕第{order.number}号.docx")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=order.docx; filename*=UTF-8''{name}"
    )
    return response
