"""Milestones of a task (节点): set them, tick one off, take a tick back."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import NotReadyError, TrackerError
from tracker.services.plan_milestones import plan_milestones, tick_milestone, untick_milestone
from tracker.web.access import actor, load_task
from tracker.web.tasks.acts import TaskForms
from tracker.web.tasks.forms import VersionedForm
from tracker.web.tasks.life import LifeForms
from tracker.web.tasks.life_forms import MilestonesForm
from tracker.web.tasks.one_task import done, page_with, refused
from tracker.web.tasks.views import bp


@bp.post("/<int:task_id>/milestones")
def set_milestones(task_id: int) -> ResponseReturnValue:
    """Set the milestones that are still to come."""
    task, now, form = load_task(task_id), local_now(), MilestonesForm()
    life = LifeForms(milestones=form)
    forms = TaskForms(life=life)
    if not form.validate_on_submit():
        life.problems = tuple(form.problems)
        return page_with(task, now, forms), 422
    try:
        changed = plan_milestones(
            task=task,
            wanted=form.steps(),
            why=form.why.data or "",
            actor=actor(),
            version=form.seen_version,
            now=now,
        )
    except TrackerError as error:
        life.problems = error.problems if isinstance(error, NotReadyError) else ()
        return refused(task_id, now, forms, error)
    return done(task_id, "节点已调整。" if changed else "没有变动。", "milestones")


@bp.post("/<int:task_id>/milestones/<int:milestone_id>/tick")
def tick(task_id: int, milestone_id: int) -> ResponseReturnValue:
    """Tick a milestone off."""
    task, now, form = load_task(task_id), local_now(), VersionedForm()
    try:
        row = tick_milestone(
            task=task,
            milestone_id=milestone_id,
            actor=actor(),
            version=form.seen_version,
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, TaskForms(), error)
    return done(task_id, f"节点“{row.title}”已完成，进展一并报送。", "milestones")


@bp.post("/<int:task_id>/milestones/<int:milestone_id>/untick")
def untick(task_id: int, milestone_id: int) -> ResponseReturnValue:
    """Take a tick back."""
    task, now, form = load_task(task_id), local_now(), VersionedForm()
    try:
        row = untick_milestone(
            task=task,
            milestone_id=milestone_id,
            actor=actor(),
            version=form.seen_version,
            now=now,
        )
    except TrackerError as error:
        return refused(task_id, now, TaskForms(), error)
    return done(
        task_id, f"已撤回“{row.title}”的完成；进度没有变，不实的请报进展更正。", "milestones"
    )
