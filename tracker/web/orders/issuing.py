"""Issuing supervision orders (发督办单): one by hand, or several of those that the rule proposes."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError, TransitionError
from tracker.domain.escalation import parse_ladder
from tracker.domain.orders import REPLY_DAYS, Colour, reached, reply_day, usual_demand
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task
from tracker.outbox.settings import mail_settings
from tracker.queries.calendar import working_calendar
from tracker.queries.order_items import OrderItem, order_items
from tracker.services.issue_orders import Wanted, issue_order, issue_proposed
from tracker.web.access import actor, found_or_404, load_indicator, load_task
from tracker.web.fields import chosen_id
from tracker.web.orders.forms import OrderForm
from tracker.web.orders.views import bp


@bp.post("/issue")
def issue_chosen() -> ResponseReturnValue:
    """Issue the orders of the chosen tasks as the rule proposes them."""
    chosen = {chosen_id(value) for value in request.form.getlist("chosen")} - {0}
    if not chosen:
        flash("没有选中任务，请先勾选。", "error")
        return redirect(url_for("orders.index"))
    orders = issue_proposed(
        task_ids=chosen,
        actor=actor(),
        settings=mail_settings(current_app.config),
        now=local_now(),
    )
    db.session.commit()
    passed = len(chosen) - len(orders)
    rest = f"另有 {passed} 项已经发过或不再逾期，没有重发。" if passed else ""
    flash(f"已发出 {len(orders)} 张督办单。{rest}", "success" if orders else "info")
    return redirect(url_for("orders.index"))


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Issue one order about a task or an indicator; refused, what was typed stays."""
    row = _row()
    if request.method == "GET":
        return _page(row, _prefilled(row))
    form = OrderForm()
    if not form.validate():
        return _page(row, form), 422
    try:
        order = issue_order(
            wanted=Wanted(
                row,
                Colour(form.colour.data),
                form.reason.data or "",
                form.demand.data or "",
                form.reply_due_on.day or local_now().date(),
            ),
            actor=actor(),
            settings=mail_settings(current_app.config),
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        flash(f"没有发出：{error.message}", "error")
        return _page(_row(), form), 409 if isinstance(error, TransitionError) else 422
    db.session.commit()
    flash("督办单已发出，有关人员会收到邮件。", "success")
    return redirect(url_for("orders.show", order_id=order.id))


def _row() -> Task | Indicator:
    """Return the task or the indicator that the address names, or answer 404."""
    task_id, indicator_id = (chosen_id(request.args.get(name)) for name in ("task", "indicator"))
    if task_id:
        return load_task(task_id)
    return load_indicator(found_or_404(indicator_id or None))


def _item(row: Task | Indicator) -> OrderItem:
    (item,) = order_items(row.top_unit_id, [row], local_now())
    return item


def _prefilled(row: Task | Indicator) -> OrderForm:
    """Return the form as the rule would fill it in; another colour may be asked for in the address."""
    today, calendar = local_now().date(), working_calendar(row.top_unit_id)
    asked = request.args.get("colour", "")
    colour = Colour(asked) if asked in set(Colour) else _usual_colour(row)
    return OrderForm(
        formdata=None,
        colour=colour.value,
        reason=_item(row).situation,
        demand=usual_demand(colour),
        reply_due_on=reply_day(colour, today, calendar).isoformat(),
    )


def _usual_colour(row: Task | Indicator) -> Colour:
    if isinstance(row, Indicator) or row.due_on is None:
        return Colour.BLUE
    plan = db.session.get_one(Plan, row.plan_id)
    calendar = working_calendar(row.top_unit_id)
    come_to = reached(row.due_on, local_now().date(), parse_ladder(plan.ladder), calendar)
    return come_to.colour if come_to else Colour.BLUE


def _page(row: Task | Indicator, form: OrderForm) -> str:
    today, calendar = local_now().date(), working_calendar(row.top_unit_id)
    return render_template(
        "orders/new.html",
        row=row,
        item=_item(row),
        form=form,
        item_url=url_for("tasks.show", task_id=row.id)
        if isinstance(row, Task)
        else url_for("indicators.show", indicator_id=row.id),
        colours=[
            (colour, REPLY_DAYS[colour], reply_day(colour, today, calendar), _url(row, colour))
            for colour in Colour
        ],
    )


def _url(row: Task | Indicator, colour: Colour) -> str:
    if isinstance(row, Task):
        return url_for("orders.new", task=row.id, colour=colour.value)
    return url_for("orders.new", indicator=row.id, colour=colour.value)
