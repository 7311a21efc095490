"""The record, filtered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.queries.audit_log import PAGE, Wanted, audit_log, people_in_log
from tracker.queries.audit_words import ACTION_WORDS, OBJECT_WORDS
from tracker.web.listing import address, id_in_address, page_in_address, page_links, range_words

bp = Blueprint("audit", __name__, url_prefix="/audit")

ALL = ("", "全部")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show a page of the record."""
    found = audit_log(_wanted(request.args), local_now().tzinfo)
    links = page_links("audit.index", found.page, found.total, PAGE)
    return render_template(
        "audit/index.html",
        found=found,
        people=[ALL, *people_in_log()],
        actions=[ALL, *ACTION_WORDS.items()],
        objects=[ALL, *OBJECT_WORDS.items()],
        foot=range_words(found.page, found.total, PAGE, len(found.rows)),
        pages=links,
        previous_url=address("audit.index", page=found.page - 1) if found.page > 1 else "",
        next_url=address("audit.index", page=found.page + 1)
        if found.page * PAGE < found.total
        else "",
        clear_url=url_for("audit.index") if any(request.args.values()) else "",
    )


def _wanted(args: Mapping[str, str]) -> Wanted:
    return Wanted(
        person_id=id_in_address("person"),
        action=args.get("action", "")[:40],
        object_type=args.get("object", "")[:40],
        object_id=id_in_address("number"),
        from_on=_day(args.get("from", "")),
        until_on=_day(args.get("to", "")),
        page=page_in_address(),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 < day.year < 2200 else None
