"""Pages of the indicator library: the list, searched as one types, its export, and one definition."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.documents.ledger import Column
from tracker.domain.definitions import LABELS, shown
from tracker.domain.import_steps import LIBRARY
from tracker.extensions import db, reading_only
from tracker.models import IndicatorDefinition, Unit
from tracker.permissions import may_keep_library
from tracker.queries.import_jobs import open_imports
from tracker.queries.library import (
    OWNERS,
    PAGE_SIZE,
    STATES,
    Asked,
    LibraryPage,
    library_page,
    values_of,
)
from tracker.queries.scope import visible_definitions
from tracker.web.access import actor
from tracker.web.downloads import ledger_download
from tracker.web.listing import (
    address,
    choice_in_address,
    page_in_address,
    page_links,
    range_words,
)

bp = Blueprint("library", __name__, url_prefix="/library")

WIDTHS = {"code": 14, "name": 36, "aliases": 30, "category": 16, "source": 20, "note": 40}


def load_definition(definition_id: int) -> IndicatorDefinition:
    """Return a definition that the person may see, locked where the request may change it, or answer 404."""
    query = select(IndicatorDefinition).where(
        IndicatorDefinition.id == definition_id, visible_definitions(actor())
    )
    if not reading_only.get():
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        abort(404)
    return found


@bp.get("")
def index() -> ResponseReturnValue:
    """List what is searched for; to a search that asks as one types, the list alone."""
    asked, page = _asked(), page_in_address()
    found = library_page(actor(), asked, page)
    keeper = may_keep_library(actor())
    alone = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    response = make_response(
        render_template(
            f"library/{'found' if alone else 'index'}.html",
            alone=alone,
            found=found,
            asked=asked,
            words=range_words(page, found.total, PAGE_SIZE, len(found.rows)),
            pages=page_links("library.index", page, found.total, PAGE_SIZE),
            categories=_categories(found, asked),
            owners=tuple(OWNERS.items()),
            states=tuple(STATES.items()),
            exports=[(kind, address("library.export", kind=kind)) for kind in ("xlsx", "csv")],
            clear_url=url_for("library.index") if asked != Asked() else "",
            may_edit=keeper,
            imports=open_imports(actor(), (LIBRARY,), local_now()) if keeper and not alone else [],
        )
    )
    response.vary.add("HX-Request")
    return response


@bp.get("/export.<kind>")
def export(kind: str) -> Response:
    """Hand out the library as filtered, in the columns that the import reads."""
    found = library_page(actor(), _asked(), None)
    columns = [Column(label, WIDTHS.get(field, 10)) for field, label in LABELS.items()]
    cells: list[list[object]] = [
        [shown(row.values, field) for field in LABELS] for row in found.rows
    ]
    return ledger_download(kind, "指标库", columns, cells, local_now())


@bp.get("/<int:definition_id>")
def show(definition_id: int) -> ResponseReturnValue:
    """Show one definition."""
    definition = load_definition(definition_id)
    unit = db.session.get(Unit, definition.unit_id) if definition.unit_id else None
    values = values_of(definition)
    facts = [(label, shown(values, field) or "—") for field, label in LABELS.items()]
    facts.append(("归属", f"{unit.name}自加" if unit else OWNERS["county"]))
    return render_template(
        "library/show.html",
        definition=definition,
        facts=facts,
        may_edit=may_keep_library(actor()),
    )


def _asked() -> Asked:
    """Return the search as the address has it."""
    return Asked(
        words=request.args.get("q", "").strip()[:100],
        category=request.args.get("category", "")[:60],
        owner=choice_in_address("owner", list(OWNERS)),
        state=choice_in_address("state", list(STATES), "active"),
    )


def _categories(found: LibraryPage, asked: Asked) -> list[tuple[str, str]]:
    named = found.categories
    if asked.category and asked.category not in named:
        named = (*named, asked.category)
    return [("", "全部类别"), *((name, name) for name in named)]
