"""Use case: keep what a draft's rows were before a step of its review, and take the last step back (撤销上一步)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from tracker.domain.errors import NotReadyError
from tracker.extensions import db
from tracker.models import DraftStep, Indicator, Plan, Task, TaskEvent, TaskUnit
from tracker.models.types import Figure, Figures
from tracker.services.draft_rows import (
    INDICATOR,
    TABLES,
    TASK,
    Row,
    StaleRowsError,
    draft_rows,
    in_batches,
    key_of,
    require_draft,
)

_FIXED = frozenset({"id", "top_unit_id", "plan_id", "version"})
_LABEL = 100


def begin_step(
    *, plan: Plan, label: str, person_id: int | None, now: datetime, rows: Iterable[Row]
) -> DraftStep:
    """Keep these rows as they are. To be called before they are changed."""
    kept = list(rows)
    supports = _supports([row.id for row in kept if isinstance(row, Task)])
    before = {
        "rows": {key_of(row): _columns(row) for row in kept},
        "supports": {
            str(row.id): supports.get(row.id, []) for row in kept if isinstance(row, Task)
        },
        "added": [],
        "plan": {"title": plan.title, "year": plan.year},
    }
    step = DraftStep(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        person_id=person_id,
        at=now,
        label=label[:_LABEL],
        before=json.dumps(before, ensure_ascii=False),
    )
    db.session.add(step)
    db.session.flush()
    return step


def note_added(step: DraftStep, rows: Iterable[Row]) -> None:
    """Note that the step made these rows, so that taking it back removes them."""
    before = json.loads(step.before)
    before["added"] += [key_of(row) for row in rows]
    step.before = json.dumps(before, ensure_ascii=False)


def last_step(plan: Plan) -> DraftStep | None:
    """Return the step that would be taken back."""
    return db.session.scalar(
        select(DraftStep).where(DraftStep.plan_id == plan.id).order_by(DraftStep.id.desc()).limit(1)
    )


def undo_draft(*, plan: Plan, step_id: int) -> str:
    """Take the last step back, if it is still the one that the page showed; return its label.

    Raises StaleRowsError when somebody has gone on since, NotReadyError when there is none.
    """
    require_draft(plan)
    step = last_step(plan)
    if step is None:
        raise NotReadyError(("没有可以撤销的步骤",))
    before = json.loads(step.before)
    if step.id != step_id:
        raise StaleRowsError(tuple(before["rows"]))
    rows = {key_of(row): row for row in draft_rows(plan, before["rows"])}
    for key, columns in before["rows"].items():
        if key in rows:
            _restore(rows[key], columns)
    _restore_supports(plan, before["supports"])
    for name, value in before.get("plan", {}).items():  # steps kept by an older version have none
        setattr(plan, name, value)
    db.session.flush()
    _remove(before["added"])
    label = step.label
    db.session.delete(step)
    db.session.flush()
    return label


def _column_names(table: type[Task] | type[Indicator]) -> list[str]:
    return [column.key for column in table.__mapper__.column_attrs if column.key not in _FIXED]


def _columns(row: Row) -> dict[str, Any]:
    return {name: _stored(getattr(row, name)) for name in _column_names(type(row))}


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_stored(part) for part in value]
    return value


def _typed(table: type[Task] | type[Indicator], name: str, value: Any) -> Any:
    kind = table.__table__.c[name].type
    if value is None:
        return None
    if isinstance(kind, Figure):
        return Decimal(value)
    if isinstance(kind, Figures):
        return tuple(None if part is None else Decimal(part) for part in value)
    return date.fromisoformat(value) if kind.python_type is date else value


def _restore(row: Row, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        if name != "position":  # later rows have moved on; the order among them stays right
            setattr(row, name, _typed(type(row), name, value))


def _supports(task_ids: list[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for batch in in_batches(task_ids):
        rows = db.session.execute(
            select(TaskUnit.task_id, TaskUnit.unit_id, TaskUnit.part)
            .where(TaskUnit.task_id.in_(batch))
            .order_by(TaskUnit.id)
        )
        for task_id, unit_id, part in rows:
            found.setdefault(task_id, []).append((unit_id, part))
    return found


def _restore_supports(plan: Plan, supports: dict[str, list[tuple[int, str]]]) -> None:
    for batch in in_batches([int(number) for number in supports]):
        gone = delete(TaskUnit).where(TaskUnit.task_id.in_(batch))
        db.session.execute(gone, execution_options={"synchronize_session": False})
    for number, parts in supports.items():
        for unit_id, part in parts:
            db.session.add(
                TaskUnit(
                    top_unit_id=plan.top_unit_id, task_id=int(number), unit_id=unit_id, part=part
                )
            )


def _remove(keys: list[str]) -> None:
    """Remove rows that only the step had made: drafts that nobody was ever bound by."""
    ids = {kind: [int(k.partition("-")[2]) for k in keys if k.startswith(kind)] for kind in TABLES}
    if ids[INDICATOR]:
        db.session.execute(delete(Indicator).where(Indicator.id.in_(ids[INDICATOR])))
    if ids[TASK]:
        for table in (TaskUnit, TaskEvent):
            db.session.execute(delete(table).where(table.task_id.in_(ids[TASK])))
        db.session.execute(delete(Task).where(Task.id.in_(ids[TASK])))
