"""Search within what the person may see."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.queries.search import search
from tracker.web.access import actor

bp = Blueprint("search", __name__, url_prefix="/search")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what holds all the words."""
    words = request.args.get("q", "").strip()[:100]
    found = search(actor(), words, local_now()) if words else None
    return render_template("search/index.html", words=words, found=found)
