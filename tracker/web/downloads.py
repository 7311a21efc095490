"""Files that the program hands out."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from flask import Response

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


def download(body: bytes, name: str) -> Response:
    """Return a file to be kept, under its Chinese name."""
    response = Response(body, content_type=TYPES[PurePath(name).suffix])
    plain = f"ledger{PurePath(name).suffix}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename={plain}; filename*=UTF-8''{quote(name)}"
    )
    return response
