"""Answers for monitors: the process, its readiness, its version."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from tracker.clock import local_now
from tracker.queries.health import mails_by_state, readiness
from tracker.web.health.metrics import metrics_text

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether the database can be written, is at the newest schema, and the scheduler lives: 200 or 503."""
    state = readiness(Path(current_app.config["BACKUP_DIR"]))
    return jsonify(state.as_dict()), 200 if state.ready else 503


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Show the numbers that a monitor collects."""
    state = readiness(Path(current_app.config["BACKUP_DIR"]))
    mails = mails_by_state() if state.ready else None
    body = metrics_text(state, mails, local_now(), current_app.config["VERSION"])
    return Response(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)


@bp.get("/version")
def version() -> ResponseReturnValue:
    """Say which version runs."""
    return jsonify(version=current_app.config["VERSION"])
