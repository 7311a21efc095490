"""Pressing for tasks (催办): for one from its page, for several from the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.domain.errors import NotReadyError
from tracker.domain.tasks import Milestone, TaskState
from tracker.extensions import db
from tracker.models import Task, Unit
from tracker.outbox.settings import mail_settings
from tracker.queries.milestones import milestones_of
from tracker.queries.task_lines import task_line
from tracker.services.remind_now import AskedTask, Pressed, remind_tasks
from tracker.web.access import actor, load_task
from tracker.web.filters import day
from tracker.web.tasks.views import back_to_register, bp, chosen_tasks


@bp.post("/<int:task_id>/remind")
def remind_one(task_id: int) -> ResponseReturnValue:
    """Press for one task."""
    _press([load_task(task_id)])
    return redirect(url_for("tasks.show", task_id=task_id))


@bp.post("/remind")
def remind() -> ResponseReturnValue:
    """Press for the chosen tasks: everybody gets one mail about all of theirs."""
    tasks = chosen_tasks(request.form.getlist("chosen"))
    if tasks:
        _press(tasks)
    else:
        flash("没有选中任务，请先勾选。", "error")
    return redirect(back_to_register())


def _press(tasks: Sequence[Task]) -> None:
    now, settings = local_now(), mail_settings(current_app.config)
    try:
        pressed = remind_tasks(actor=actor(), asked=_asked(tasks, now), settings=settings, now=now)
    except NotReadyError as error:
        db.session.rollback()
        flash(f"没有催办：{error.message}", "error")
        return
    db.session.commit()
    going = sum(TaskState(task.state).is_open for task in tasks)
    _say(pressed, going, settings.daily_limit)


def _asked(tasks: Sequence[Task], now: datetime) -> list[AskedTask]:
    ids = {task.lead_unit_id for task in tasks}
    names = dict(db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())
    steps = milestones_of([task.id for task in tasks])
    return [
        AskedTask(
            task,
            names.get(task.lead_unit_id or 0, "未定单位"),
            _situation(task, now, steps.get(task.id, ())),
        )
        for task in tasks
    ]


def _situation(task: Task, now: datetime, steps: tuple[Milestone, ...]) -> str:
    """Say where a task stands, in one sentence: 3月31日（周日）到期，逾期 8 天，完成 40%，应到 100%."""
    line = task_line(task.state, task.progress, task.start_on, task.due_on, now, steps)
    due = f"{day(task.due_on, now.year)}到期" if task.due_on else "没有完成时限"
    return f"{'，'.join(part for part in (due, line.left, line.bar_label) if part)}。"


def _say(pressed: Pressed, count: int, limit: int) -> None:
    """Say whom the mail goes to, or why to nobody."""
    if pressed.queued:
        flash(f"已催办 {count} 项任务：邮件发给{'、'.join(pressed.queued)}。", "success")
    if pressed.before:
        flash(f"{'、'.join(pressed.before)}今天已催办过，没有再发。", "info")
    if pressed.full:
        flash(f"{'、'.join(pressed.full)}今天已有 {limit} 封提醒，没有再发。", "info")
