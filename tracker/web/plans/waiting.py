"""Page: a large document is imported beside the pages; one watches how far it is, or leaves and comes back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.import_steps import PLAN, REVISION
from tracker.queries.import_jobs import JobRow, import_job
from tracker.web.access import actor
from tracker.web.plans.blueprint import bp

#: Larger documents are not read while somebody waits for the page.
LARGE = 500_000
#: The imports that these pages show.
KINDS = (PLAN, REVISION)


@bp.get("/imports/<int:job_id>")
def importing(job_id: int) -> ResponseReturnValue:
    """Show how far an import is; go on to the review, or to what a revision changes, when it is done."""
    job = import_job(job_id, actor(), KINDS, local_now())
    if job is None:
        abort(404)
    if not job.over or job.failed:
        return render_template("plans/importing.html", job=job, again_url=_again(job))
    if job.kind == REVISION:
        flash(job.said, "success")
        return redirect(url_for("plans.revision", plan_id=job.plan_id, revision_id=job.result_id))
    flash(f"{job.said}请对照原文核对，补齐后下达。", "success")
    return redirect(url_for("plans.review", plan_id=job.result_id))


def _again(job: JobRow) -> str:
    """Return where another file is chosen, with what was chosen beside this one."""
    if job.kind == REVISION:
        return url_for("plans.revise", plan_id=job.plan_id)
    return url_for("plans.new", unit=job.unit_id, year=job.year)
