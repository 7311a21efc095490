"""Answers for monitors: the process, its readiness, its version."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from tracker.queries.health import readiness

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


@bp.get("/version")
def version() -> ResponseReturnValue:
    """Say which version runs."""
    return jsonify(version=current_app.config["VERSION"])
