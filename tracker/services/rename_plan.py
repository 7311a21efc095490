"""Use case: correct the title and the year that were read for a draft (修改名称、年度)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.errors import StaleError, TrackerError
from tracker.domain.tasks import moved_to_year
from tracker.extensions import db
from tracker.models import Plan, Task
from tracker.services.draft_rows import require_draft
from tracker.services.undo_draft import begin_step

LONGEST_TITLE = 200
FIRST_YEAR, LAST_YEAR = 2000, 2099


def rename_plan(
    *, plan: Plan, title: str, year: int, version: int, person_id: int | None, now: datetime
) -> None:
    """Give a draft another title or year; days of its tasks in the old year move to the same days of the new one.

    Raises StaleError, and TrackerError with one sentence.
    """
    require_draft(plan)
    if plan.version != version:
        raise StaleError("您打开之后，别人已改过这份计划，没有保存。请对照后再提交。")
    words = " ".join(title.split())
    if not words or len(words) > LONGEST_TITLE:
        raise TrackerError(f"计划名称要写 1 到 {LONGEST_TITLE} 字。")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise TrackerError(f"年度要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    if (words, year) == (plan.title, plan.year):
        return
    if year != plan.year and _taken(plan, year):
        raise TrackerError(f"这份文件已经作为{year}年的计划导入过，请打开那一份。")
    tasks = list(db.session.scalars(select(Task).where(Task.plan_id == plan.id)))
    begin_step(plan=plan, label="修改名称、年度", person_id=person_id, now=now, rows=tasks)
    for task in tasks:
        task.start_on, task.due_on = (
            _moved(task.start_on, plan.year, year),
            _moved(task.due_on, plan.year, year),
        )
    plan.title, plan.year = words, year
    db.session.flush()


def _moved(day: date | None, old: int, new: int) -> date | None:
    return moved_to_year(day, new) if day is not None and day.year == old else day


def _taken(plan: Plan, year: int) -> bool:
    same = (Plan.unit_id == plan.unit_id, Plan.sha256 == plan.sha256, Plan.year == year)
    return db.session.scalar(select(Plan.id).where(*same, Plan.id != plan.id)) is not None
