"""Files that the program hands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from flask import Response, abort

from tracker.documents.ledger import Cell, Column, ledger_csv, ledger_xlsx

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def ledger_download(
    kind: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], now: datetime
) -> Response:
    """Return a ledger as a file under its Chinese name and day; 404 for a kind that there is not."""
    if kind not in TYPES:
        abort(404)
    body = ledger_csv(columns, rows) if kind == "csv" else ledger_xlsx(title, columns, rows)
    return file_download(body, kind, f"{title}{now:%Y%m%d}.{kind}")


def attachment(content: bytes, name: str) -> Response:
    """Hand out a file that somebody brought, byte for byte; never shown in the browser, whatever it holds."""
    response = Response(content, content_type="application/octet-stream")
    suffix = name.rpartition(".")[2]
    plain = f"file.{suffix}" if suffix.isascii() and suffix.isalnum() else "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename={plain}; filename*=UTF-8''{quote(name)}"
    )
    return response


def file_download(body: bytes | str, kind: str, name: str) -> Response:
    """Return a file under its Chinese name; a header may hold nothing but ASCII, so the name is written twice."""
    response = Response(body, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = (
        f"attachment; filename=ledger.{kind}; filename*=UTF-8''{quote(name)}"
    )
    return response
