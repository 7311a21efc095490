"""The feed of one person's deadlines (.ics), and making and shutting its link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import TOP_UNIT
from tracker.queries.actor import actor_of
from tracker.queries.deadlines import Deadline, deadlines, has_link, person_of_link
from tracker.services.calendar_link import make_calendar_link, shut_calendar_link, token_hash
from tracker.web.access import actor

bp = Blueprint("feed", __name__)


@bp.get("/calendar/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """Hand out the deadlines of whose link it is, as they are now."""
    now = local_now()
    person_id = person_of_link(token_hash(token))
    person = None if person_id is None else actor_of(person_id, now.date())
    if person is None:
        abort(404)
    db.session.info[TOP_UNIT] = person.top_unit_id  # from here on as if signed in
    body = written(deadlines(person, now.date()), person.name, now)
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = "inline; filename=deadlines.ics"
    return response


@bp.get("/calendar")
def page() -> ResponseReturnValue:
    """Show whether there is a link, and what is in it."""
    return _page("")


@bp.post("/calendar")
def make() -> ResponseReturnValue:
    """Make a link, and show it this once."""
    person, now = actor(), local_now()
    token = make_calendar_link(top_unit_id=person.top_unit_id, person_id=person.person_id, now=now)
    db.session.commit()
    return _page(
        f"{current_app.config['BASE_URL'].rstrip('/')}{url_for('feed.calendar', token=token)}"
    )


@bp.post("/calendar/shut")
def shut() -> ResponseReturnValue:
    """Shut the link."""
    person = actor()
    was = shut_calendar_link(
        top_unit_id=person.top_unit_id, person_id=person.person_id, now=local_now()
    )
    db.session.commit()
    flash("订阅链接已停用。" if was else "没有可停用的链接。", "success" if was else "info")
    return redirect(url_for("feed.page"))


def written(rows: list[Deadline], name: str, now: datetime) -> bytes:
    """Return deadlines as a calendar of whole days."""
    calendar = Calendar()
    calendar.add("prodid", "-//tracker//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{name}的办理时限")
    base = current_app.config["BASE_URL"].rstrip("/")
    for row in rows:
        event = Event()
        event.add("uid", f"{row.key}@tracker")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", row.day)
        event.add("dtend", row.day + timedelta(days=1))
        event.add("summary", row.title)
        event.add("description", row.note)
        event.add("url", f"{base}{row.path}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _page(link: str) -> str:
    person, now = actor(), local_now()
    return render_template(
        "feed/page.html",
        link=link,
        exists=bool(link) or has_link(person.person_id),
        rows=deadlines(person, now.date()),
    )
