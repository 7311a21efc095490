"""Steps of applying a revision: a task is changed, moved, cancelled or added; its reports and history stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from tracker.domain.errors import NotReadyError
from tracker.domain.tasks import TaskState, start_when_issued
from tracker.domain.unit_names import match_units
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanRevisionChange, Task, TaskUnit
from tracker.queries.units_and_posts import Staff
from tracker.services.assign_draft import set_supports
from tracker.services.assign_task import Assignment, assign_task
from tracker.services.change_task import change_task, note
from tracker.services.compare_plan import DUTY_NAMES
from tracker.services.revise_indicator import note_indicator
from tracker.services.revision_data import Mandate


def revise_task(
    *,
    task: Task,
    change: PlanRevisionChange,
    item_id: int | None,
    staff: Staff,
    by: Mandate,
) -> None:
    """Change a task as its document now has it, one line of history for each field."""
    fields = {field["name"]: (field["old"], field["new"]) for field in change.fields}
    for name in ("text", "support", "item"):
        if name in fields:
            note(task, name, *fields[name], by.actor, by.now, why=by.why)
    if "text" in fields:
        task.text = change.quote
    if "support" in fields:
        _support(task, fields["support"][1], staff)
    if "item" in fields:
        task.item_id = item_id
    db.session.flush()
    _assign(task, change, fields, by)


def _support(task: Task, words: str, staff: Staff) -> None:
    task.support_words = words[:500]
    set_supports([task], match_units(words.split("、"), _names(staff)))


def _assign(
    task: Task,
    change: PlanRevisionChange,
    fields: dict[str, tuple[str, str]],
    by: Mandate,
) -> None:
    """Give the task its new lead and day, the way that every task is given."""
    if not fields.keys() & {"lead", "due"}:
        return
    duties = {name: getattr(change if "lead" in fields else task, name) for name in DUTY_NAMES}
    due = date.fromisoformat(fields["due"][1]) if "due" in fields else task.due_on
    wanted = Assignment(**duties, due_on=due)
    before = {name: getattr(task, name) for name in DUTY_NAMES}
    try:
        assign_task(
            task=task, wanted=wanted, why=by.why, actor=by.actor, version=task.version, now=by.now
        )
    except NotReadyError as error:
        said = tuple(f"第 {change.position} 行：{words}" for words in error.problems)
        raise NotReadyError(said) from error
    if "lead" in fields:
        task.lead_words = fields["lead"][1][:200]
        _take_along(task, before, fields["lead"], by)


def _take_along(
    task: Task,
    before: dict[str, int | None],
    lead: tuple[str, str],
    by: Mandate,
) -> None:
    """Give the indicators inside a task that had its duties the new ones too."""
    inside = db.session.scalars(
        select(Indicator).where(Indicator.task_id == task.id, Indicator.state == "issued")
    )
    for indicator in inside.all():
        if {name: getattr(indicator, name) for name in DUTY_NAMES} == before:
            for name in DUTY_NAMES:
                setattr(indicator, name, getattr(task, name))
            db.session.flush()
            note_indicator(indicator, [("牵头单位", *lead)], by)


def cancel_task(*, task: Task, by: Mandate) -> None:
    """Cancel a task (撤销) with its reason; it is never removed."""
    db.session.flush()
    change_task(
        task=task,
        target=TaskState.CANCELLED,
        actor=by.actor,
        said=by.why,
        version=task.version,
        now=by.now,
    )


def add_task(
    *,
    plan: Plan,
    change: PlanRevisionChange,
    item_id: int | None,
    staff: Staff,
    by: Mandate,
) -> Task:
    """Make a new task binding, as if it had been issued with the plan: its time runs from today."""
    data = change.data
    task = Task(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        item_id=item_id,
        position=0,  # laid out with the others afterwards
        text=change.quote,
        state="issued",
        lead_words=data["lead"][:200],
        support_words=data["support"][:500],
        start_on=start_when_issued(date(plan.year, 1, 1), change.due_on, by.now.date()),
        due_on=change.due_on,
        first_due_on=change.due_on,
        due_inferred=not data["due"] and change.due_on == date(plan.year, 12, 31),
        checked=True,
        **{name: getattr(change, name) for name in DUTY_NAMES},
    )
    db.session.add(task)
    db.session.flush()
    _add_units(task, data["lead"].split("、"), data["support"].split("、"), staff)
    note(task, "state", "draft", "issued", by.actor, by.now, why=by.why)
    return task


def _add_units(task: Task, leads: Iterable[str], supports: Iterable[str], staff: Staff) -> None:
    names = _names(staff)
    parts = dict.fromkeys(match_units(supports, names), "supporting")
    parts |= dict.fromkeys(match_units(leads, names), "responsible")
    parts.pop(task.lead_unit_id or 0, None)
    for unit_id, part in parts.items():
        db.session.add(
            TaskUnit(top_unit_id=task.top_unit_id, task_id=task.id, unit_id=unit_id, part=part)
        )
    db.session.flush()


def _names(staff: Staff) -> dict[int, str]:
    return {unit.id: unit.name for unit in staff.units.values()}
