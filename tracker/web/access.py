"""Who is asking, what they may call, and loaders that return the object or answer 404."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user
from sqlalchemy import ColumnElement, select

from tracker.clock import local_now
from tracker.extensions import db, login, reading_only
from tracker.models import TOP_UNIT, Indicator, Plan, Review, SupervisionOrder, Task
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.queries.locks import lock
from tracker.queries.scope import (
    visible_indicators,
    visible_orders,
    visible_plans,
    visible_tasks,
)
from tracker.services.sessions import find_session
from tracker.web.policy import POLICIES

READING = frozenset({"GET", "HEAD", "OPTIONS"})
T = TypeVar("T", Task, Indicator, Plan, SupervisionOrder)
R = TypeVar("R")


class Principal(UserMixin):
    """The signed-in browser as Flask-Login sees it: its id is the session's token, never a person's number."""

    def __init__(self, token: str, session_id: int, actor: Actor) -> None:
        self.id = token
        self.session_id = session_id
        self.actor = actor


def init_app(app: Flask) -> None:
    """Install the session loader and the gate. Must come before CSRF, so that a signed-out post is answered here."""
    login.init_app(app)
    login.user_loader(load_principal)
    app.before_request(_mark_reading)
    app.before_request(_keep_the_gate)
    app.teardown_request(_unmark_reading)


def actor() -> Actor:
    """Return the person asking; the gate has made sure that there is one."""
    if not current_user.is_authenticated:
        abort(401)
    person: Actor = current_user.actor
    return person


def load_task(task_id: int) -> Task:
    """Return a task that the person may see, or answer 404."""
    return _one(Task, task_id, visible_tasks(actor()))


def load_indicator(indicator_id: int) -> Indicator:
    """Return an indicator that the person may see, or answer 404."""
    return _one(Indicator, indicator_id, visible_indicators(actor()))


def read_indicator(indicator_id: int) -> Indicator:
    """Return an indicator that the person may see and leave locking it to the use case, which locks others with it."""
    wanted = select(Indicator).where(Indicator.id == indicator_id, visible_indicators(actor()))
    return found_or_404(db.session.scalar(wanted))


def load_plan(plan_id: int) -> Plan:
    """Return a plan that the person may see (drafts: the office), or answer 404."""
    return _one(Plan, plan_id, visible_plans(actor()))


def load_order(order_id: int) -> SupervisionOrder:
    """Return a supervision order that the person may see, or answer 404."""
    return _one(SupervisionOrder, order_id, visible_orders(actor()))


def load_review(review_id: int) -> Review:
    """Return a dispatch review of the person's bureau, or answer 404."""
    mine = select(Review).where(Review.id == review_id, Review.top_unit_id == actor().top_unit_id)
    row = db.session.scalar(mine if reading_only.get() else mine.with_for_update())
    if row is None:
        abort(404)
    return row


def found_or_404(row: R | None) -> R:
    """Return what was found within something the person may see, or answer 404."""
    if row is None:
        abort(404)
    return row


def _one(table: type[T], key: int, visible: ColumnElement[bool]) -> T:
    """Load a row, and lock it where the request may change it, before anything is compared with what was typed."""
    wanted = (table.id == key, visible)
    if not reading_only.get():
        lock(table, *wanted)
    row = db.session.scalar(select(table).where(*wanted))
    if row is None:
        abort(404)
    return row


def load_principal(token: str) -> Principal | None:
    """Return the browser whose session has this token, or None; from here on its top unit's rows alone are read."""
    now = local_now()
    found = find_session(
        token,
        now=now,
        idle=timedelta(seconds=current_app.config["SESSION_IDLE"]),
        longest=timedelta(seconds=current_app.config["SESSION_MAX"]),
    )
    if found is None:
        return None
    person = actor_of(found.person_id, now.date())
    if person is None:
        return None
    db.session.info[TOP_UNIT] = person.top_unit_id
    return Principal(token, found.session_id, person)


def _mark_reading() -> None:
    reading_only.set(request.method in READING)
    db.session.info.pop(TOP_UNIT, None)  # whose rows may be read is settled anew by each request


def _unmark_reading(_error: BaseException | None) -> None:
    reading_only.set(False)


def _keep_the_gate() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # 404 or 405, answered by the routing error
    policy = POLICIES[request.endpoint]
    if policy.public:
        return None
    if not current_user.is_authenticated:
        return _turn_away()
    if not policy.admits(current_user.actor.roles):
        abort(403)
    return None


def _turn_away() -> ResponseReturnValue:
    """Send a reader to the sign-in page; keep what a writer typed and ask to sign in again."""
    if (
        request.headers.get("X-Requested-With")
        or request.accept_mimetypes.best == "application/json"
    ):
        abort(401)
    if request.method in READING:
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    typed = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    return _expired(typed), 401


def _expired(typed: list[tuple[str, str]]) -> str:
    kept = json.dumps({"path": request.path, "fields": typed}, ensure_ascii=False)
    return render_template("auth/expired.html", kept=kept)
