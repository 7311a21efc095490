"""Page: a large table of definitions is imported beside the pages; one watches its rows, or leaves and comes back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.import_steps import LIBRARY
from tracker.queries.import_jobs import import_job
from tracker.web.access import actor
from tracker.web.library.views import bp

#: Larger tables are not written while somebody waits for the page: about two thousand rows.
LARGE = 100_000


@bp.get("/imports/<int:job_id>")
def importing(job_id: int) -> ResponseReturnValue:
    """Show how many rows are written; go on to the library when all are."""
    job = import_job(job_id, actor(), (LIBRARY,), local_now())
    if job is None:
        abort(404)
    if not job.over or job.failed:
        return render_template("library/importing.html", job=job)
    flash(job.said, "success")
    return redirect(url_for("library.index"))
