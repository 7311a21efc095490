"""The blueprint of the plan pages, and how large a document may come."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request

bp = Blueprint("plans", __name__, url_prefix="/plans")

#: How far a body may go beyond the limit of a file and still be answered on the form itself, with one sentence.
_PATIENCE = 3


@bp.url_value_preprocessor
def _let_large_documents_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Read a document that is too large, so that the form can say so and keep the rest of what was typed."""
    if endpoint in {"plans.new", "plans.revise"}:
        limit = current_app.config["UPLOAD_MAX_BYTES"]
        request.max_content_length = limit * _PATIENCE
        request.max_form_memory_size = limit * _PATIENCE
