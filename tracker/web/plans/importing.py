"""Pages: the list of plans, and the import of a document."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import Field

from tracker.clock import local_now
from tracker.domain.errors import DocumentError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import ImportJob, Plan, Unit
from tracker.queries.import_jobs import open_imports
from tracker.queries.plan_list import plan_list
from tracker.queries.units_and_posts import staff_of
from tracker.services.import_jobs import Sent, start_plan_import
from tracker.services.import_plan import PASTED, Imported, Upload, import_plan, read_upload
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.launching import launch
from tracker.web.plans.blueprint import bp
from tracker.web.plans.forms import DocumentForm, UploadForm, unit_choices
from tracker.web.plans.waiting import KINDS, LARGE


@bp.get("")
def index() -> ResponseReturnValue:
    """List the plans that the person may see."""
    rows = plan_list(actor())
    return render_template(
        "plans/index.html",
        rows=rows,
        drafts=sum(row.is_draft for row in rows),
        may_import=actor().has(Role.OFFICE),
        imports=open_imports(actor(), KINDS, local_now()) if actor().has(Role.OFFICE) else [],
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Ask for a document; read it, keep it as a draft, and go on to its review."""
    form = UploadForm()
    staff = staff_of(actor().top_unit_id, local_now().date())
    form.unit.choices = unit_choices(staff)
    if form.validate_on_submit():
        answer = _take(form)
        if answer is not None:
            return answer
    if request.method == "GET":
        form.unit.data = request.args.get("unit") or str(actor().top_unit_id)
        form.year.data = request.args.get("year", "")
    return render_template("plans/new.html", form=form, limit=limit_words()), (
        200 if request.method == "GET" else 422
    )


def _take(form: UploadForm) -> ResponseReturnValue | None:
    """Import what was sent, at once or, where it is large, beside the pages; None when the form says what is wrong."""
    sent = sent_document(form)
    year, unit = _year(form), _unit(form)
    if sent is None or unit is None or form.errors:
        return None
    if sent.is_large:
        return go_and_watch(start_plan_import(unit=unit, sent=sent.taken(), year=year))
    db.session.commit()  # nobody waits while a document is read; the draft is written after that
    return _import(form, sent, unit, year)


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document as it was sent, and the field of the form that it came in."""

    name: str
    content: bytes
    field: Field

    @property
    def is_large(self) -> bool:
        """Tell whether it is read beside the pages; one over the limit is refused at once."""
        limit: int = current_app.config["UPLOAD_MAX_BYTES"]
        return LARGE < len(self.content) <= limit

    def taken(self) -> Sent:
        """Return it with who sent it and when."""
        return Sent(self.name, self.content, actor().person_id, local_now())


def go_and_watch(job: ImportJob) -> ResponseReturnValue:
    """Have a job done, and go to where one sees how far it is. Commits."""
    db.session.commit()
    launch(job.id)
    return redirect(url_for("plans.importing", job_id=job.id))


def sent_document(form: DocumentForm) -> SentDocument | None:
    """Return what was sent; say on the form when it is nothing or two things."""
    file, pasted = form.file.data, (form.text.data or "").strip()
    if not file and not pasted:
        form.file.errors = ["请选一个文件，或把文字粘贴在下面。"]
        return None
    if file and pasted:
        form.file.errors = ["文件和粘贴的文字只能选一样；要用文件，请清空下面的文字。"]
        return None
    if file:
        return SentDocument(file.filename or "", _content(file), form.file)
    return SentDocument(PASTED, pasted.encode(), form.text)


def _content(file: FileStorage) -> bytes:
    with closing(file):
        return bytes(file.read())


def _unit(form: UploadForm) -> Unit | None:
    unit = db.session.get(Unit, chosen_id(form.unit.data))
    if unit is None or (unit.top_unit_id or unit.id) != actor().top_unit_id:
        form.unit.errors = ["没有这个单位，请重新选。"]
        return None
    return unit


def _year(form: UploadForm) -> int | None:
    typed = (form.year.data or "").strip().removesuffix("年")
    if not typed:
        return None
    number = chosen_id(typed)
    if not number:
        form.year.errors = [f"“{typed[:20]}”不是年份，请写成 2024 这样的四位数字。"]
    return number


def _import(
    form: UploadForm, sent: SentDocument, unit: Unit, year: int | None
) -> ResponseReturnValue | None:
    limit: int = current_app.config["UPLOAD_MAX_BYTES"]
    try:
        upload = read_upload(name=sent.name, content=sent.content, limit_bytes=limit)
    except DocumentError as error:
        sent.field.errors = [error.message]
        return None
    try:
        imported = import_plan(
            unit=unit, upload=upload, year=year, person_id=actor().person_id, now=local_now()
        )
    except DocumentError as error:
        form.year.errors = [error.message]
        return None
    db.session.commit()
    return _go_on(imported, upload)


def _go_on(imported: Imported, upload: Upload) -> ResponseReturnValue:
    plan, reading = imported.plan, upload.reading
    if not imported.added:
        flash(f"这份文件已经导入过，没有重复添加。这就是{plan.year}年的《{plan.title}》。", "info")
        return redirect(url_of(plan))
    flash(
        f"已导入《{plan.title}》：读出 {len(reading.items)} 个条目、{len(reading.tasks)} 项任务、"
        f"{len(reading.targets)} 个目标值。请对照原文核对，补齐后下达。",
        "success",
    )
    return redirect(url_of(plan))


def url_of(plan: Plan) -> str:
    """Return where a plan is worked on: its review while it is a draft."""
    return url_for("plans.review" if plan.state == "draft" else "plans.show", plan_id=plan.id)


def limit_words() -> str:
    """Return the largest file in words."""
    limit: int = current_app.config["UPLOAD_MAX_BYTES"]
    return f"{limit / 1_000_000:g} MB"
