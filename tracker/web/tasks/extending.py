"""More time for a task (延期): ask, decide, take back."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.domain.extensions import ExtensionState, Wish
from tracker.outbox.settings import mail_settings
from tracker.services.extend_task import ask_extension, decide_extension, withdraw_extension
from tracker.web.access import actor, load_task
from tracker.web.fields import chosen_id
from tracker.web.tasks.acts import TaskForms
from tracker.web.tasks.life import LifeForms
from tracker.web.tasks.life_forms import DecideForm, ExtendForm
from tracker.web.tasks.one_task import done, page_with, refused
from tracker.web.tasks.views import bp


@bp.post("/<int:task_id>/extension")
def ask_more_time(task_id: int) -> ResponseReturnValue:
    """Ask for a later due day."""
    task, now, form = load_task(task_id), local_now(), ExtendForm()
    forms = TaskForms(life=LifeForms(extend=form))
    if not form.validate_on_submit():
        return page_with(task, now, forms), 422
    try:
        ask_extension(
            task=task,
            actor=actor(),
            wish=Wish(form.due_on.day, form.why.data or "", form.done.data or ""),
            version=form.seen_version,
            settings=mail_settings(current_app.config),
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, forms, error)
    return done(task_id, "延期申请已报，等待批复；批复之前时限不变。", "extensions")


@bp.post("/<int:task_id>/extension/<int:request_id>/decide")
def decide_more_time(task_id: int, request_id: int) -> ResponseReturnValue:
    """Approve or refuse a request."""
    task, now, form = load_task(task_id), local_now(), DecideForm()
    forms = TaskForms(life=LifeForms(decide=form))
    if not form.validate_on_submit():
        return page_with(task, now, forms), 422
    try:
        request = decide_extension(
            task=task,
            request_id=request_id,
            actor=actor(),
            approve=form.decision.data == "approve",
            answer=form.answer.data or "",
            version=form.seen_version,
            settings=mail_settings(current_app.config),
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, forms, error)
    return done(
        task_id, f"延期申请{ExtensionState(request.state).word}，已告知申请人。", "extensions"
    )


@bp.post("/<int:task_id>/extension/<int:request_id>/withdraw")
def withdraw_more_time(task_id: int, request_id: int) -> ResponseReturnValue:
    """Take a request back."""
    task, now = load_task(task_id), local_now()
    version = chosen_id(DecideForm().version.data)
    try:
        withdraw_extension(
            task=task, request_id=request_id, actor=actor(), version=version, now=now
        )
    except TrackerError as error:
        return refused(task_id, now, TaskForms(), error)
    return done(task_id, "延期申请已撤回。", "extensions")
