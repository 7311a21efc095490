"""Starts the process that does an import beside the pages."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from threading import Thread

from flask import current_app

log = logging.getLogger(__name__)


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
