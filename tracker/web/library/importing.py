"""Pages of the library's import: a table is looked at first, with what it would change, and then taken over.

Between the two the table travels with the page, packed, so that nothing is kept of one that nobody takes over.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import DocumentError, NotReadyError, TrackerError
from tracker.extensions import db
from tracker.services.import_jobs import Sent, library_words, start_library_import
from tracker.services.import_library import import_library, preview_library
from tracker.web.access import actor
from tracker.web.launching import launch
from tracker.web.library.forms import LibraryFileForm, LibraryPackForm
from tracker.web.library.views import bp
from tracker.web.library.waiting import LARGE

#: What a form may carry, less its other fields.
MOST_PACKED = 4_500_000
#: So many of each are shown before the import.
SAMPLE = 20
MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a table was not taken: one sentence, or every problem with its place."""

    sentence: str
    problems: tuple[str, ...] = ()
    more: int = 0


@bp.route("/import", methods=["GET", "POST"])
def take() -> ResponseReturnValue:
    """Choose a table, and look at what it would change."""
    form = LibraryFileForm()
    if not form.is_submitted():
        return _page()
    upload = form.file.data
    if not form.validate() or not upload or not upload.filename:
        return _page(Refusal("没有选文件，请先选一个 .xlsx 或 .csv 文件。")), 422
    name, data = upload.filename, upload.read()
    db.session.commit()  # nobody waits while a table is read
    try:
        packed = _packed(data)
        changes = preview_library(
            top_unit_id=actor().top_unit_id, name=name, data=data, limit=_limit()
        )
    except TrackerError as error:
        db.session.rollback()
        return _page(_refusal(error)), 422
    pack = LibraryPackForm(formdata=None, name=name, content=packed)
    return render_template(
        "library/preview.html", name=name, changes=changes, pack=pack, sample=SAMPLE
    )


@bp.post("/import/confirm")
def confirm() -> ResponseReturnValue:
    """Take over the table that was looked at, a large one beside the pages."""
    form = LibraryPackForm()
    try:
        data = _unpacked(form.content.data or "")
        sent = Sent(form.name.data or "", data, actor().person_id, local_now())
        return _take_large(sent) if len(data) > LARGE else _take(sent)
    except TrackerError as error:
        db.session.rollback()
        return _page(_refusal(error)), 422


def _take(sent: Sent) -> ResponseReturnValue:
    top_unit_id = actor().top_unit_id
    db.session.commit()  # nobody waits while a table is read; it is written after that
    changes = import_library(
        top_unit_id=top_unit_id,
        name=sent.name,
        data=sent.content,
        limit=_limit(),
        person_id=sent.person_id,
        now=sent.at,
    )
    db.session.commit()
    flash(library_words(changes), "success")
    return redirect(url_for("library.index"))


def _take_large(sent: Sent) -> ResponseReturnValue:
    job = start_library_import(top_unit_id=actor().top_unit_id, sent=sent)
    db.session.commit()
    launch(job.id)
    return redirect(url_for("library.importing", job_id=job.id))


def _page(refusal: Refusal | None = None) -> str:
    limit = f"{_limit() / 1_000_000:g} MB"
    form = LibraryFileForm(formdata=None)
    return render_template("library/import.html", form=form, refusal=refusal, limit=limit)


def _refusal(error: TrackerError) -> Refusal:
    if not isinstance(error, NotReadyError):
        return Refusal(error.message)
    count, shown = len(error.problems), error.problems[:MOST_PROBLEMS]
    return Refusal(f"表里有 {count:,} 处要改，一行也没有导入。", shown, count - len(shown))


def _packed(data: bytes) -> str:
    packed = base64.b64encode(zlib.compress(data)).decode("ascii")
    if len(packed) > MOST_PACKED:
        raise DocumentError("文件太大，请把表拆成几份，分开导入。")
    return packed


def _unpacked(text: str) -> bytes:
    """Return the file again; never more of it than may be sent at once."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(base64.b64decode(text, validate=True), _limit() + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise DocumentError("文件没有传完整，请重新选文件。") from None
    if not unpacker.eof or unpacker.unconsumed_tail:
        raise DocumentError("文件没有传完整，请重新选文件。")
    return data


def _limit() -> int:
    limit: int = current_app.config["UPLOAD_MAX_BYTES"]
    return limit
