"""Page: a large document is imported beside the pages; one watches how far it is, or leaves and comes back."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from threading import Thread

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.queries.import_jobs import import_job
from tracker.web.access import actor
from tracker.web.plans.blueprint import bp

log = logging.getLogger(__name__)

#: Larger documents are not read while somebody waits for the page.
LARGE = 500_000


@bp.get("/imports/<int:job_id>")
def importing(job_id: int) -> ResponseReturnValue:
    """Show how far an import is; go on to the review when it is done."""
    job = import_job(job_id, actor(), local_now())
    if job is None:
        abort(404)
    if job.over and not job.failed:
        flash(f"{job.said}请对照原文核对，补齐后下达。", "success")
        return redirect(url_for("plans.review", plan_id=job.plan_id))
    return render_template("plans/importing.html", job=job)


def launch(job_id: int) -> Thread:
    """Start a process that does the job. Where that fails, the scheduler takes the job up within a minute."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "plan", "run-import", str(job_id)]
    folder = Path(current_app.root_path).parent
    thread = Thread(target=_run, args=(job_id, command, folder), daemon=True)
    thread.start()
    return thread


def _run(job_id: int, command: list[str], folder: Path) -> None:
    """Start the process and wait for its end, so that none is left behind as a zombie."""
    try:
        subprocess.run(  # noqa: S603  our own words and a number
            command,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    except (OSError, subprocess.CalledProcessError):
        log.exception("the process of import job %d went wrong", job_id)
