"""The page of one task: where it stands, and what this person may do to it."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import (
    NotAllowedError,
    NotFoundError,
    StaleError,
    TrackerError,
    TransitionError,
)
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import Task
from tracker.queries.duty_choices import duty_choices
from tracker.queries.orders import orders_of
from tracker.queries.proofs import proofs_of_task
from tracker.queries.task_ledger import Wanted
from tracker.queries.task_page import last_change, task_page
from tracker.services.assign_task import Assignment, assign_task
from tracker.services.attach_proof import attach_to_task
from tracker.services.change_task import change_task, steps_for
from tracker.services.report_task import report_task
from tracker.web.access import actor, load_task
from tracker.web.tasks.acts import TaskForms, acts_on, compare, history_line
from tracker.web.tasks.address import address
from tracker.web.tasks.differences import Conflict
from tracker.web.tasks.forms import AssignForm, ReportForm, StepForm
from tracker.web.tasks.life import life_of
from tracker.web.tasks.views import bp
from tracker.web.uploads import sent_files


@bp.get("/<int:task_id>")
def show(task_id: int) -> ResponseReturnValue:
    """Show one task."""
    return page_with(load_task(task_id), local_now(), TaskForms())


@bp.post("/<int:task_id>/report")
def report(task_id: int) -> ResponseReturnValue:
    """Report how far it is."""
    task, now, form = load_task(task_id), local_now(), ReportForm()
    if not form.validate_on_submit():
        return page_with(task, now, TaskForms(report=form)), 422
    try:
        report_task(
            task=task,
            actor=actor(),
            progress=form.percent(),
            done=form.done.data or "",
            obstacle=form.obstacle.data or "",
            next_step=form.next_step.data or "",
            version=form.seen_version,
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, TaskForms(report=form), error)
    return done(task_id, "进展已报。")


@bp.post("/<int:task_id>/step")
def step(task_id: int) -> ResponseReturnValue:
    """Take the task one step on."""
    task, now, form = load_task(task_id), local_now(), StepForm()
    if not form.validate_on_submit() or form.target.data not in set(TaskState):
        return page_with(task, now, TaskForms(step=form)), 422
    target = TaskState(form.target.data)
    try:
        files = sent_files()
        if files:
            attach_to_task(task=task, files=files, actor=actor(), now=now)
        change_task(
            task=task,
            target=target,
            actor=actor(),
            said=form.said.data or "",
            version=form.seen_version,
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, TaskForms(step=form), error)
    return done(task_id, f"任务{target.word}。")


@bp.post("/<int:task_id>/assign")
def assign(task_id: int) -> ResponseReturnValue:
    """Change who answers for it, or by when."""
    task, now, form = load_task(task_id), local_now(), AssignForm()
    if not form.validate_on_submit():
        return page_with(task, now, TaskForms(assign=form)), 422
    wanted = Assignment(
        lead_unit_id=form.lead_unit.data or None,
        owner_post_id=form.owner_post.data or None,
        reporter_post_id=form.reporter_post.data or None,
        leader_post_id=form.leader_post.data or None,
        due_on=form.due_on.day,
    )
    try:
        events = assign_task(
            task=task,
            wanted=wanted,
            why=form.why.data or "",
            actor=actor(),
            version=form.seen_version,
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, TaskForms(assign=form), error)
    return done(task_id, f"已调整 {len(events)} 处。" if events else "没有变动。")


def done(task_id: int, words: str, anchor: str | None = None) -> ResponseReturnValue:
    """Keep what was done, say so, and show the task."""
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor=anchor))


def refused(
    task_id: int, now: datetime, forms: TaskForms, error: TrackerError
) -> ResponseReturnValue:
    """Show the page again with what was typed, and say what is in the way."""
    db.session.rollback()
    task = load_task(task_id)
    if isinstance(error, NotFoundError):
        raise error
    if not isinstance(error, StaleError):
        flash(f"没有保存：{error.message}", "error")
        return page_with(task, now, forms), refusal_status(error)
    offered = duty_choices(task.top_unit_id, now.date()) if forms.assign is not None else None
    differences = compare(task, forms, offered) or forms.life.compare(task, now.year)
    conflict = Conflict(last_change(task_id), differences)
    return page_with(task, now, forms, conflict), 409


def refusal_status(error: TrackerError) -> int:
    """Return the status of a refused step: 403, 409 for a state that has moved on, else 422."""
    if isinstance(error, NotAllowedError):
        return 403
    return 409 if isinstance(error, TransitionError) else 422


def page_with(task: Task, now: datetime, forms: TaskForms, conflict: Conflict | None = None) -> str:
    """Return the page with these forms, and with both versions where somebody was faster."""
    shown = task_page(actor(), task, now)
    acts = acts_on(actor(), task)
    offered = duty_choices(task.top_unit_id, now.date()) if acts.assign else None
    life = life_of(actor(), task, now)
    return render_template(
        "tasks/show.html",
        page=shown,
        task=task,
        steps=steps_for(actor(), task),
        acts=acts,
        proofs=proofs_of_task(task.id),
        orders=orders_of(task, actor(), now.date()),
        may_order=TaskState(task.state).is_open and actor().has(Role.OFFICE),
        forms=forms.filled(task, offered),
        life=life,
        life_forms=forms.life.filled(life),
        conflict=conflict,
        history=[history_line(change, now) for change in shown.history],
        crumb_items=[
            (name, address(Wanted(), item_id=item_id)) for item_id, name in shown.items[-1:]
        ],
    )
