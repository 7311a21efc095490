"""The desk: sections by what somebody is here, one after another."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.roles import Role
from tracker.queries.desk_admin import audit_start, security_start, system_start
from tracker.queries.extensions import waiting_extensions
from tracker.queries.target_changes import waiting_changes
from tracker.web.access import actor
from tracker.web.desk.charge import leader_charge, whole_charge
from tracker.web.desk.sections import mine_of, office_of

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@bp.get("/")
def index() -> ResponseReturnValue:
    """Show what waits for the person, by the person's posts."""
    person, now = actor(), local_now()
    charges = []
    if person.has(Role.LEADER):
        charges.append(leader_charge(person, now))
    if person.has(Role.CHIEF, Role.OFFICE):
        charges.append(whole_charge(person, now))
    return render_template(
        "desk/index.html",
        mine=mine_of(person, now) if person.has(Role.REPORTER, Role.HEAD) else None,
        charges=charges,
        target_changes=waiting_changes(person),
        extensions=waiting_extensions(person, now.date()),
        office=office_of(person, now) if person.has(Role.OFFICE) else None,
        system=system_start(person.top_unit_id, now) if person.has(Role.SYSTEM_ADMIN) else None,
        security=security_start(person.top_unit_id, now)
        if person.has(Role.SECURITY_ADMIN)
        else None,
        audit=audit_start(now) if person.has(Role.AUDITOR) else None,
    )
