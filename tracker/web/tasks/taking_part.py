"""The part of a unit that takes part in a task: confirm it, say how it goes."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.services.answer_part import acknowledge_part, report_part
from tracker.web.access import actor, load_task
from tracker.web.tasks.acts import TaskForms
from tracker.web.tasks.life import LifeForms
from tracker.web.tasks.life_forms import PartForm
from tracker.web.tasks.one_task import done, page_with, refused
from tracker.web.tasks.views import bp


@bp.post("/<int:task_id>/parts/<int:unit_id>/acknowledge")
def receive_part(task_id: int, unit_id: int) -> ResponseReturnValue:
    """Confirm that a unit has its part."""
    task, now = load_task(task_id), local_now()
    try:
        acknowledge_part(task=task, unit_id=unit_id, actor=actor(), now=now)
    except TrackerError as error:
        return refused(task_id, now, TaskForms(), error)
    return done(task_id, "配合事项已签收。", "parts")


@bp.post("/<int:task_id>/parts/<int:unit_id>/report")
def say_part(task_id: int, unit_id: int) -> ResponseReturnValue:
    """Say how a unit's part goes."""
    task, now, form = load_task(task_id), local_now(), PartForm()
    forms = TaskForms(life=LifeForms(part=form, part_unit=unit_id))
    if not form.validate_on_submit():
        return page_with(task, now, forms), 422
    try:
        report_part(task=task, unit_id=unit_id, said=form.said.data or "", actor=actor(), now=now)
    except TrackerError as error:
        return refused(task_id, now, forms, error)
    return done(task_id, "配合情况已报。", "parts")
