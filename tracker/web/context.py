"""What every page has around it: the request's id, the headers, the navigation and the footer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from flask_login import current_user

from tracker.clock import local_now
from tracker.domain.proof import ENDINGS
from tracker.domain.roles import Role
from tracker.extensions import request_id
from tracker.permissions import Actor
from tracker.queries.frame import Frame, frame_of
from tracker.web.policy import POLICIES

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One word of the navigation; `count` is what waits for the person."""

    label: str
    url: str
    current: bool
    icon: str
    count: int | None = None
    count_kind: str = "plain"
    hits_label: str = "项待办"


#: label, endpoint, icon, field of Frame with the count, kind of count
ENTRIES = (
    ("工作台", "desk.index", "desk", None, "plain"),
    ("填报", "reports.index", "report", "owed", "plain"),
    ("滞后预警", "lagging.index", "warning", "lagging", "warn"),
    ("计划", "plans.index", "plan", None, "plain"),
    ("任务", "tasks.index", "task", None, "plain"),
    ("指标", "indicators.index", "indicator", None, "plain"),
    ("督办", "orders.index", "warning", "orders", "warn"),
    ("调度", "reviews.index", "review", None, "plain"),
    ("通报", "bulletins.index", "plan", None, "plain"),
    ("考核", "scores.index", "score", None, "plain"),
    ("指标库", "library.index", "library", None, "plain"),
    ("管理", "settings.index", "settings", None, "plain"),
    ("人员", "people.index", "people", None, "plain"),
    ("审计", "audit.index", "audit", None, "plain"),
)

#: Places of a phone's bar, and their short words.
DAILY = {"工作台": "工作台", "填报": "填报", "滞后预警": "预警", "任务": "任务"}


def init_app(app: Flask) -> None:
    """Name the request before anything else, set the headers after, and give templates their frame."""
    app.before_request(_name_request)
    app.after_request(_set_headers)
    app.context_processor(_frame)
    app.jinja_env.globals["proof_endings"] = ",".join(ENDINGS)


def _name_request() -> None:
    request_id.set(uuid.uuid4().hex[:16])
    g.bare = False


def _set_headers(response: Response) -> Response:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        response.close()  # Werkzeug sends no body and would leave the static file open
    response.headers["X-Request-ID"] = request_id.get()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    if request.endpoint not in {"static", "bootstrap.static"}:
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _frame() -> dict[str, Any]:
    now = local_now()
    test_clock = f"测试时钟：{now:%Y-%m-%d %H:%M}" if current_app.config.get("TEST_CLOCK") else None
    if g.get("bare") or not current_user.is_authenticated:
        return {"me": None, "nav": [], "bottom_nav": [], "test_clock": test_clock, "now": now}
    person: Actor = current_user.actor
    frame = frame_of(person, now)
    nav = _entries(person, frame)
    return {
        "me": frame,
        "actor": person,
        "bureau_name": frame.bureau_name,
        "plan_year": frame.plan_year,
        "nav": nav,
        "bottom_nav": bottom(nav),
        "search_url": _search_url(person),
        "shows_gallery": person.has(Role.SYSTEM_ADMIN),
        "clock_line": frame.clock_line,
        "test_clock": test_clock,
        "now": now,
    }


def bottom(nav: list[NavEntry]) -> list[NavEntry]:
    """Return the four places of a phone's bar: what one does daily comes first, the rest is under 更多."""
    daily = [replace(entry, label=DAILY[entry.label]) for entry in nav if entry.label in DAILY]
    others = [entry for entry in nav if entry.label not in DAILY]
    return (daily + others)[:4]


def _search_url(person: Actor) -> str:
    return url_for("search.index") if POLICIES["search.index"].admits(person.roles) else ""


def _entries(person: Actor, frame: Frame) -> list[NavEntry]:
    here = (request.blueprint or "").split(".")[0]
    entries = []
    for label, endpoint, icon, counted, kind in ENTRIES:
        policy = POLICIES.get(endpoint)
        if policy is None or not policy.admits(person.roles):
            continue
        count = getattr(frame, counted) if counted else None
        current = here == endpoint.split(".")[0]
        entries.append(NavEntry(label, url_for(endpoint), current, icon, count or None, kind))
    return entries
