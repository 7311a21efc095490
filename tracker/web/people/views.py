"""Who is who: the tree of units with their posts, the list of people, one's own posts."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Person
from tracker.queries.people import my_posts, people_list, unit_tree
from tracker.web.access import actor

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show units and posts, or the people."""
    today, person = local_now().date(), actor()
    by_person = request.args.get("view") == "people"
    return render_template(
        "people/index.html",
        by_person=by_person,
        units=() if by_person else unit_tree(person.top_unit_id, today),
        people=people_list(person.top_unit_id, today) if by_person else (),
        edits=person.has(Role.SYSTEM_ADMIN),
        secures=person.has(Role.SECURITY_ADMIN),
        opens=person.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    )


@bp.get("/me")
def me() -> ResponseReturnValue:
    """Show a person's own posts and address."""
    person = db.session.get_one(Person, actor().person_id)
    return render_template(
        "people/me.html", person=person, posts=my_posts(person.id, local_now().date())
    )
