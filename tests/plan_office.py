"""The cast of the plan pages' tests: an office, two sections with their people, a stranger, and a plan to import."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, Plan, Post, Task, Unit
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.assign_draft import Assignment, assign_draft
from tracker.services.import_plan import import_plan, read_upload

TEXT = """2024年财政工作计划
（一）加强财政收支管理。全年税收收入88200万元，非税收入XX万元。加强行政事业单位资产盘活处置，提高配置效率。
（二）全面加强金融监管。组织形式多样的银企对接活动，加大首贷投放。各项贷款余额增长14%。6月底前启动预算指标核算管理改革。
"""


@dataclass(frozen=True, slots=True)
class Office:
    """Units and posts that the tests name."""

    top: Unit
    budget: Unit
    treasury: Unit
    head: Post
    reporter: Post
    leader: Post


def make_office(make: Maker) -> Office:
    """Make a bureau with an office (login office), sections with heads, and a head of another bureau (stranger)."""
    top = make.top()
    budget, treasury = make.unit(top, "预算股"), make.unit(top, "国库股")
    make.post(top, "office", make.person(top, "office", "赵文博"))
    make.post(top, "office", make.person(top, "office2", "钱小燕"))
    head = make.post(budget, "head", make.person(top, "head", "周立新"))
    reporter = make.post(budget, "reporter", make.person(top, "reporter", "孙丽"))
    leader = make.post(top, "leader", make.person(top, "leader", "李明华"))
    make.charge(leader, budget)
    make.post(treasury, "head", make.person(top, "head2", "黄少华"))
    other = make.top("山阳县财政局")
    make.post(other, "office", make.person(other, "stranger", "吴江"))
    db.session.commit()
    return Office(top, budget, treasury, head, reporter, leader)


NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)


def draft_of_text(office: Office, text: str = TEXT, **more: Any) -> Plan:
    """Import a text as the bureau's draft, without a browser."""
    read = read_upload(name="计划.txt", content=text.encode(), limit_bytes=1_000_000)
    done = import_plan(
        unit=office.top, upload=read, **({"year": None, "person_id": None, "now": NOW} | more)
    )
    return done.plan


def staff(office: Office) -> Staff:
    """Return the bureau's units and posts."""
    return staff_of(office.top.id, NOW.date())


def tasks_of(plan: Plan) -> list[Task]:
    """Return the plan's tasks that count, in order."""
    rows = db.session.scalars(
        db.select(Task)
        .where(Task.plan_id == plan.id, Task.state != "cancelled")
        .order_by(Task.position)
    )
    return list(rows)


def indicators_of(plan: Plan) -> list[Indicator]:
    """Return the plan's indicators that count, in order."""
    rows = db.session.scalars(
        db.select(Indicator)
        .where(Indicator.plan_id == plan.id, Indicator.state != "cancelled")
        .order_by(Indicator.position)
    )
    return list(rows)


def assign_all(office: Office, plan: Plan, unit: Unit | None = None) -> None:
    """Give every row to a section."""
    assign_draft(
        plan=plan,
        rows=[*tasks_of(plan), *indicators_of(plan)],
        assignment=Assignment(lead_unit_id=(unit or office.budget).id),
        staff=staff(office),
        person_id=None,
        now=NOW,
    )


def complete(office: Office, plan: Plan) -> None:
    """Give every row to the budget section and every target a figure."""
    assign_all(office, plan)
    for indicator in indicators_of(plan):
        if indicator.target is None:
            indicator.target = Decimal(100)
    db.session.flush()


def upload(client: FlaskClient, text: str = TEXT, name: str = "计划.txt") -> TestResponse:
    """Send a document through the page."""
    data = {"file": (io.BytesIO(text.encode()), name), "year": ""}
    page = client.get("/plans/new").text
    unit = re.search(r'<option selected value="(\d+)"', page)
    assert unit is not None
    return client.post("/plans/new", data={**data, "unit": unit[1]})


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields that every form of the review carries."""
    seen = re.search(r'name="seen"\s+value="([^"]*)"', page)
    step = re.search(r'name="step"\s+value="([^"]*)"', page)
    assert seen is not None
    assert step is not None
    return {"seen": seen[1], "step": step[1]}


def keys_of(page: str) -> list[str]:
    """Return the rows of the review, in order."""
    return re.findall(r'<tr\s+id="row-([^"]+)"', page)


def only_plan() -> Plan:
    """Return the one plan there is."""
    return db.session.scalars(db.select(Plan)).one()
