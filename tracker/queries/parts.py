"""The units that take part in a task: who has confirmed its part, and what each said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select

from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import PartReport, Person, Task, TaskUnit, Unit
from tracker.permissions import Actor, may_answer_part
from tracker.queries.duty_names import DutyNames
from tracker.queries.scope import visible_tasks

PARTS = {"responsible": "责任", "supporting": "配合"}
ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class PartSaid:
    """What a unit said of its part."""

    said: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PartRow:
    """A unit that takes part: who has it there, when it confirmed, what it said (the newest first)."""

    unit_id: int
    name: str
    part: str
    people: str
    received_at: datetime | None
    received_by: str
    said: tuple[PartSaid, ...]
    mine: bool

    @property
    def received(self) -> bool:
        """Tell whether the unit has confirmed its part."""
        return self.received_at is not None


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part that a person's unit has not confirmed."""

    task_id: int
    text: str
    unit_name: str


def parts_of(actor: Actor, task_id: int, names: DutyNames) -> tuple[PartRow, ...]:
    """Return the units that take part in a task, in their order. Two queries."""
    units = db.session.execute(
        select(Unit, TaskUnit.part)
        .join(TaskUnit, TaskUnit.unit_id == Unit.id)
        .where(TaskUnit.task_id == task_id)
        .order_by(TaskUnit.part, Unit.position, Unit.id)
    ).all()
    reports = db.session.execute(
        select(PartReport, Person.name)
        .outerjoin(Person, Person.id == PartReport.person_id)
        .where(PartReport.task_id == task_id)
        .order_by(PartReport.id.desc())
    ).all()
    return tuple(
        _row(
            unit,
            part,
            names.said(names.holders.of_unit(unit.id)),
            [(report, who or "") for report, who in reports if report.unit_id == unit.id],
            mine=may_answer_part(actor, unit),
        )
        for unit, part in units
    )


def _row(
    unit: Unit, part: str, people: str, reports: list[tuple[PartReport, str]], *, mine: bool
) -> PartRow:
    receipt = next((one for one in reports if one[0].kind == ACKNOWLEDGED), None)
    return PartRow(
        unit_id=unit.id,
        name=unit.name,
        part=PARTS.get(part, ""),
        people=people,
        received_at=receipt[0].at if receipt else None,
        received_by=receipt[1] if receipt else "",
        said=tuple(
            PartSaid(report.said, who, report.at)
            for report, who in reports
            if report.kind != ACKNOWLEDGED
        ),
        mine=mine,
    )


def open_parts(actor: Actor) -> list[OpenPart]:
    """Return the parts that the person's own units have not confirmed, by due day. One query."""
    confirmed = exists().where(
        and_(
            PartReport.task_id == TaskUnit.task_id,
            PartReport.unit_id == TaskUnit.unit_id,
            PartReport.kind == ACKNOWLEDGED,
        )
    )
    rows = db.session.execute(
        select(Task.id, Task.text, Unit.name)
        .join(TaskUnit, TaskUnit.task_id == Task.id)
        .join(Unit, Unit.id == TaskUnit.unit_id)
        .where(
            TaskUnit.unit_id.in_(actor.unit_ids),
            Task.state.in_(OPEN_STATES),
            visible_tasks(actor),
            ~confirmed,
        )
        .order_by(Task.due_on, Task.id)
    )
    return [OpenPart(*row) for row in rows]
