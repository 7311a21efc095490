"""Makes rows for tests: each call gives a whole, valid row, and names only what the test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from tracker.extensions import db
from tracker.models import (
    Charge,
    Cycle,
    Holding,
    Indicator,
    Person,
    Plan,
    PlanDocument,
    Post,
    Report,
    Task,
    Unit,
)
from tracker.services.sessions import hash_password


@cache
def _hash(password: str) -> str:
    return hash_password(password)


class Maker:
    """The cast of every test: a bureau (局) with sections; owner, colleague and stranger."""

    PASSWORD: ClassVar[str] = "Right-horse-7"  # noqa: S105  of nobody real
    LONG_AGO: ClassVar[date] = date(2020, 1, 1)

    def __init__(self) -> None:
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def top(self, name: str = "临溪县财政局", code: str | None = None) -> Unit:
        """A top unit, which belongs to itself."""
        unit = Unit(name=name, code=code or f"top{self._next()}", level="bureau")
        db.session.add(unit)
        db.session.flush()
        unit.top_unit_id, unit.path = unit.id, f"/{unit.id}/"
        db.session.flush()
        return unit

    def unit(
        self, parent: Unit, name: str = "预算股", code: str | None = None, level: str = "section"
    ) -> Unit:
        """A unit below another."""
        unit = Unit(
            top_unit_id=parent.top_unit_id,
            parent_id=parent.id,
            name=name,
            code=code or f"unit{self._next()}",
            level=level,
        )
        db.session.add(unit)
        db.session.flush()
        unit.path = f"{parent.path}{unit.id}/"
        db.session.flush()
        return unit

    def person(
        self, top: Unit, login: str | None = None, name: str = "周立新", **values: Any
    ) -> Person:
        """Somebody with the password of all tests and a mail address."""
        login = login or f"person{self._next()}"
        person = Person(
            top_unit_id=top.id,
            login=login,
            name=name,
            password_hash=_hash(self.PASSWORD),
            **({"email": f"{login}@example.cn"} | values),
        )
        db.session.add(person)
        db.session.flush()
        return person

    def post(self, unit: Unit, role: str, *holders: Person, title: str = "") -> Post:
        """A post of a unit, held by these people since long ago."""
        post = Post(top_unit_id=unit.top_unit_id, unit_id=unit.id, role=role, title=title or role)
        db.session.add(post)
        db.session.flush()
        for holder in holders:
            self.holding(post, holder)
        return post

    def holding(self, post: Post, person: Person, **values: Any) -> Holding:
        """Somebody holds a post."""
        holding = Holding(
            top_unit_id=post.top_unit_id,
            post_id=post.id,
            person_id=person.id,
            **({"from_on": self.LONG_AGO} | values),
        )
        db.session.add(holding)
        db.session.flush()
        return holding

    def charge(self, leader_post: Post, unit: Unit) -> Charge:
        """A unit is in a leader's charge."""
        charge = Charge(top_unit_id=unit.top_unit_id, post_id=leader_post.id, unit_id=unit.id)
        db.session.add(charge)
        db.session.flush()
        return charge

    def plan(self, top: Unit, text: str = "2024年工作计划", **values: Any) -> Plan:
        """An issued plan of 2024 with its document."""
        defaults = {
            "year": 2024,
            "title": "2024年财政工作计划",
            "state": "issued",
            "sha256": f"{self._next():064x}",
            "imported_at": datetime(2024, 1, 10, tzinfo=UTC),
            "issued_at": datetime(2024, 1, 12, tzinfo=UTC),
        }
        plan = Plan(top_unit_id=top.id, unit_id=top.id, **(defaults | values))
        db.session.add(plan)
        db.session.flush()
        db.session.add(
            PlanDocument(
                top_unit_id=top.id,
                plan_id=plan.id,
                name="计划.txt",
                content=text.encode(),
                text=text,
            )
        )
        db.session.flush()
        return plan

    def indicator(self, plan: Plan, unit: Unit | None = None, **values: Any) -> Indicator:
        """An issued flow of 120,000 万元, spread evenly."""
        defaults: dict[str, Any] = {
            "name": "一般公共预算收入",
            "state": "issued",
            "measure": "amount",
            "kind": "flow",
            "unit": "万元",
            "places": 0,
            "target": Decimal(120000),
            "position": self._next(),
            "lead_unit_id": unit.id if unit else None,
        }
        indicator = Indicator(top_unit_id=plan.top_unit_id, plan_id=plan.id, **(defaults | values))
        db.session.add(indicator)
        db.session.flush()
        return indicator

    def task(self, plan: Plan, unit: Unit | None = None, **values: Any) -> Task:
        """An issued task of the whole year."""
        defaults: dict[str, Any] = {
            "text": "修订公务接待与公车管理办法",
            "state": "issued",
            "position": self._next(),
            "start_on": date(plan.year, 1, 1),
            "due_on": date(plan.year, 12, 31),
            "lead_unit_id": unit.id if unit else None,
        }
        task = Task(top_unit_id=plan.top_unit_id, plan_id=plan.id, **(defaults | values))
        task.first_due_on = task.due_on
        db.session.add(task)
        db.session.flush()
        return task

    def report(self, indicator: Indicator, month: int, amount: str, **values: Any) -> Report:
        """The first report of a month, without its consequences for the standing rows."""
        defaults: dict[str, Any] = {
            "year": 2024,
            "revision": 1,
            "at": datetime(2024, month, 28, tzinfo=UTC),
        }
        report = Report(
            top_unit_id=indicator.top_unit_id,
            indicator_id=indicator.id,
            month=month,
            amount=Decimal(amount),
            **(defaults | values),
        )
        db.session.add(report)
        db.session.flush()
        return report

    def cycle(self, plan: Plan, month: int, **values: Any) -> Cycle:
        """A month that is to be reported."""
        defaults: dict[str, Any] = {
            "year": plan.year,
            "opens_on": date(plan.year, month, 25),
            "due_on": date(plan.year + month // 12, month % 12 + 1, 3),
        }
        cycle = Cycle(
            top_unit_id=plan.top_unit_id, plan_id=plan.id, month=month, **(defaults | values)
        )
        db.session.add(cycle)
        db.session.flush()
        return cycle
