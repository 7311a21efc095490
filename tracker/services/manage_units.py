"""Use cases of the system administrator: make a unit, change it, put it elsewhere in the tree, close it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tracker.domain.errors import NotFoundError, NotReadyError
from tracker.domain.roles import Level
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import Indicator, Task, Unit
from tracker.services import audit

LONGEST_PATH = 190


@dataclass(frozen=True, slots=True)
class UnitData:
    """What is said of a unit; `parent_id` None for a top unit."""

    code: str
    name: str
    level: Level
    parent_id: int | None
    duties: str = ""
    position: int = 0
    active: bool = True


def add_unit(*, data: UnitData, top_unit_id: int, person_id: int | None, now: datetime) -> Unit:
    """Make a unit below another of the bureau. Raises NotReadyError, NotFoundError."""
    _check(data, top_unit_id, None)
    parent = _unit(data.parent_id, top_unit_id)
    unit = Unit(top_unit_id=top_unit_id, path="")
    _fill(unit, data)
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path}{unit.id}/"
    if len(unit.path) > LONGEST_PATH:
        raise NotReadyError(("层级太深。",))
    _record(unit, "added", data, person_id, now)
    return unit


def edit_unit(*, unit: Unit, data: UnitData, person_id: int | None, now: datetime) -> Unit:
    """Change a unit; with a new parent, it and all below it move.

    Raises NotReadyError with all that is wrong: a code taken, a circle in the tree, open work in a unit to be closed.
    """
    top = unit.top_unit_id or unit.id
    _check(data, top, unit)
    if unit.id != top:
        _move(unit, _unit(data.parent_id, top))
    _fill(unit, data)
    db.session.flush()
    _record(unit, "edited", data, person_id, now)
    return unit


def add_top_unit(*, code: str, name: str, level: Level) -> Unit:
    """Make a bureau of its own: a unit that belongs to itself. The operator's alone."""
    unit = Unit(code=code, name=name, level=level.value, path="")
    db.session.add(unit)
    db.session.flush()
    unit.top_unit_id, unit.path = unit.id, f"/{unit.id}/"
    db.session.flush()
    return unit


def _fill(unit: Unit, data: UnitData) -> None:
    unit.code, unit.name, unit.level = data.code.strip(), data.name.strip(), data.level.value
    unit.duties, unit.position, unit.active = data.duties.strip(), data.position, data.active
    if unit.id != unit.top_unit_id:
        unit.parent_id = data.parent_id


def _unit(unit_id: int | None, top_unit_id: int) -> Unit:
    unit = db.session.scalar(
        select(Unit).where(Unit.id == unit_id, Unit.top_unit_id == top_unit_id)
    )
    if unit is None:
        raise NotFoundError("没有这个上级单位。")
    return unit


def _check(data: UnitData, top_unit_id: int, unit: Unit | None) -> None:
    problems = []
    if not data.name.strip():
        problems.append("要有单位名称。")
    if not data.code.strip():
        problems.append("要有单位编码。")
    same = select(Unit.id).where(Unit.top_unit_id == top_unit_id, Unit.code == data.code.strip())
    if unit is not None:
        same = same.where(Unit.id != unit.id)
    if db.session.scalar(same) is not None:
        problems.append(f"编码 {data.code.strip()} 已有别的单位在用。")
    if unit is not None and not data.active:
        problems.extend(_still_busy(unit, top_unit_id))
    if problems:
        raise NotReadyError(tuple(problems))


def _still_busy(unit: Unit, top_unit_id: int) -> list[str]:
    if unit.id == top_unit_id:
        return ["顶层单位不能停用。"]
    below = select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))
    tasks = db.session.scalar(
        select(func.count(Task.id)).where(Task.lead_unit_id.in_(below), Task.state.in_(OPEN_STATES))
    )
    indicators = db.session.scalar(
        select(func.count(Indicator.id)).where(
            Indicator.lead_unit_id.in_(below), Indicator.state == "issued"
        )
    )
    if tasks or indicators:
        return [f"名下还有 {tasks} 项任务、{indicators} 项指标，先请督查办移交。"]
    return []


def _move(unit: Unit, parent: Unit) -> None:
    """Give the unit and all below it their new paths."""
    path = f"{parent.path}{unit.id}/"
    if path == unit.path:
        return
    if parent.path.startswith(unit.path):
        raise NotReadyError(("上级单位不能是它自己或它的下级。",))
    old = unit.path
    below = db.session.scalars(select(Unit).where(Unit.path.startswith(old, autoescape=True))).all()
    paths = [f"{path}{one.path.removeprefix(old)}" for one in below]
    if max(map(len, paths)) > LONGEST_PATH:
        raise NotReadyError(("层级太深。",))
    for one, moved in zip(below, paths, strict=True):
        one.path = moved


def _record(unit: Unit, how: str, data: UnitData, person_id: int | None, now: datetime) -> None:
    audit.record(
        unit.top_unit_id or unit.id,
        "unit",
        now=now,
        person_id=person_id,
        object_type="unit",
        object_id=unit.id,
        detail={
            "how": how,
            "code": data.code,
            "name": data.name,
            "parent": data.parent_id,
            "active": data.active,
        },
    )
