"""The frame of the reference data set: a county of sixty units, its people, a plan with its cycles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select

from tracker.domain.cycles import CycleRule, cycle_of
from tracker.domain.periods import Month
from tracker.domain.roles import Level, Role
from tracker.extensions import Base, db
from tracker.models import (
    Charge,
    Cycle,
    Holding,
    Indicator,
    Person,
    Plan,
    PlanDocument,
    PlanItem,
    Post,
    Task,
    Unit,
)
from tracker.queries.calendar import working_calendar

REFERENCE_CODE = "QLXZ"
REFERENCE_NAME = "青岭县"
UNITS, ITEMS = 60, 100
_LEADERS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with the posts that its rows hang on."""

    unit_id: int
    head: int
    reporter: int
    leader: int


def insert_rows(model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows in one statement."""
    db.session.execute(insert(cast("Table", model.__table__)), list(rows))


def ids_of(model: type[PlanItem | Indicator | Task], plan: Plan) -> list[int]:
    """Return the ids of a plan's rows, in order."""
    return list(
        db.session.scalars(
            select(model.id).where(model.plan_id == plan.id).order_by(model.position)
        )
    )


def found_top() -> Unit:
    """Make the county itself."""
    top = Unit(name=REFERENCE_NAME, code=REFERENCE_CODE, level=Level.COUNTY.value)
    db.session.add(top)
    db.session.flush()
    top.top_unit_id, top.path = top.id, f"/{top.id}/"
    db.session.flush()
    return top


def found_places(top: Unit, hashed: str, since: date) -> list[Place]:
    """Make the units below the top with their heads and reporters, and those above them."""
    _hire(top, Role.OFFICE, "qloffice", "督查办主任", hashed, since)
    _hire(top, Role.CHIEF, "qlchief", "县长", hashed, since)
    leaders = [
        _hire(top, Role.LEADER, f"qlleader{number}", "副县长", hashed, since)
        for number in range(1, _LEADERS + 1)
    ]
    places = []
    for number in range(1, UNITS):
        unit = _child(top, number)
        leader = leaders[number % _LEADERS]
        db.session.add(Charge(top_unit_id=top.id, post_id=leader, unit_id=unit.id))
        head = _hire(unit, Role.HEAD, f"qlhead{number:02}", "负责人", hashed, since)
        reporter = _hire(unit, Role.REPORTER, f"qlreporter{number:02}", "联络员", hashed, since)
        places.append(Place(unit.id, head, reporter, leader))
    db.session.flush()
    return places


def _child(top: Unit, number: int) -> Unit:
    township = number > UNITS * 2 // 3
    unit = Unit(
        top_unit_id=top.id,
        parent_id=top.id,
        name=f"第{number}{'乡镇' if township else '单位'}",
        code=f"{REFERENCE_CODE}-{number:02}",
        level=(Level.TOWNSHIP if township else Level.BUREAU).value,
        position=number,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{top.path}{unit.id}/"
    return unit


def _hire(unit: Unit, role: Role, login: str, title: str, hashed: str, since: date) -> int:
    """Make a post with its holder and return the post's id."""
    top_id = unit.top_unit_id or unit.id
    person = Person(
        top_unit_id=top_id,
        login=login,
        name=login,
        email=f"{login}@qingling.example",
        password_hash=hashed,
    )
    post = Post(top_unit_id=top_id, unit_id=unit.id, title=title, role=role.value)
    db.session.add_all([person, post])
    db.session.flush()
    db.session.add(Holding(top_unit_id=top_id, post_id=post.id, person_id=person.id, from_on=since))
    return post.id


def lay_plan(top: Unit, shown: Month, now: datetime) -> tuple[Plan, list[int]]:
    """Make the issued plan with its headings and cycles; months before `shown` are closed."""
    text = f"{REFERENCE_NAME}{shown.year}年重点工作计划"
    plan = Plan(
        top_unit_id=top.id,
        unit_id=top.id,
        year=shown.year,
        title=text,
        state="issued",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        imported_at=now,
        issued_at=now,
    )
    db.session.add(plan)
    db.session.flush()
    db.session.add(
        PlanDocument(
            top_unit_id=top.id, plan_id=plan.id, name="计划.txt", content=text.encode(), text=text
        )
    )
    _lay_cycles(plan, shown, now)
    heads = (
        {
            "top_unit_id": top.id,
            "plan_id": plan.id,
            "position": number,
            "number": f"{number}.",
            "title": f"第{number}项重点工作",
        }
        for number in range(1, ITEMS + 1)
    )
    insert_rows(PlanItem, heads)
    return plan, ids_of(PlanItem, plan)


def _lay_cycles(plan: Plan, shown: Month, now: datetime) -> None:
    calendar = working_calendar(plan.top_unit_id)
    for number in range(1, 13):
        days = cycle_of(Month(plan.year, number), CycleRule(), calendar)
        db.session.add(
            Cycle(
                top_unit_id=plan.top_unit_id,
                plan_id=plan.id,
                year=plan.year,
                month=number,
                opens_on=days.opens_on,
                due_on=days.due_on,
                closed_at=now if number < shown.month else None,
            )
        )
