"""Files that prove a task: attach, hand out, withdraw."""

from __future__ import annotations

from flask import flash, make_response
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.extensions import db
from tracker.queries.proofs import proof_of_task
from tracker.services.attach_proof import attach_to_task, withdraw_proof
from tracker.web.access import actor, found_or_404, load_task
from tracker.web.downloads import attachment
from tracker.web.tasks.one_task import done, refusal_status, show
from tracker.web.tasks.views import bp
from tracker.web.uploads import sent_files


@bp.post("/<int:task_id>/proofs")
def attach(task_id: int) -> ResponseReturnValue:
    """Attach files."""
    task = load_task(task_id)
    try:
        rows = attach_to_task(task=task, files=sent_files(), actor=actor(), now=local_now())
    except TrackerError as error:
        return _refused(task_id, error)
    return done(task_id, f"已附 {len(rows)} 份材料。", "proofs")


@bp.get("/<int:task_id>/proofs/<int:proof_id>")
def proof(task_id: int, proof_id: int) -> ResponseReturnValue:
    """Hand a file out."""
    file = found_or_404(proof_of_task(load_task(task_id).id, proof_id))
    return attachment(file.content, file.name)


@bp.post("/<int:task_id>/proofs/<int:proof_id>/withdraw")
def withdraw(task_id: int, proof_id: int) -> ResponseReturnValue:
    """Take a file back."""
    file = found_or_404(proof_of_task(load_task(task_id).id, proof_id))
    name = file.name
    try:
        withdraw_proof(proof=file, actor=actor(), now=local_now())
    except TrackerError as error:
        return _refused(task_id, error)
    return done(task_id, f"已撤下“{name}”，记录里仍留着。", "proofs")


def _refused(task_id: int, error: TrackerError) -> ResponseReturnValue:
    db.session.rollback()
    flash(f"没有保存：{error.message}", "error")
    return make_response(show(task_id), refusal_status(error))
