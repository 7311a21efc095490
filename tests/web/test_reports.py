"""The sheet: what a person owes, kept as typed, sent once, and seen on the board a moment later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    Indicator,
    Report,
    SheetDraft,
    Standing,
    Task,
    TaskEvent,
    TaskReport,
)

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]


class Bureau:
    """预算股 with a reporter and a head, an indicator, a task, and March to be reported."""

    def __init__(self, make: Maker) -> None:
        self.top = make.top()
        self.section = make.unit(self.top, "预算股")
        self.other = make.unit(self.top, "国库股")
        make.post(self.section, "reporter", make.person(self.top, "reporter", "陈晓燕"))
        make.post(self.section, "head", make.person(self.top, "head", "周立新"))
        make.post(self.other, "reporter", make.person(self.top, "colleague"))
        make.post(self.top, "office", make.person(self.top, "office"))
        self.plan = make.plan(self.top)
        self.indicator = make.indicator(self.plan, self.section)
        self.task = make.task(self.plan, self.section)
        for month in (1, 2, 3):
            make.cycle(self.plan, month)
        for month, amount in ((1, "9000"), (2, "7000")):
            make.report(self.indicator, month, amount)
        self.january_and_february_are_told(make)
        db.session.commit()

    def january_and_february_are_told(self, make: Maker) -> None:
        from datetime import UTC, datetime

        db.session.add(
            TaskReport(
                top_unit_id=self.top.id,
                task_id=self.task.id,
                year=2024,
                month=2,
                revision=1,
                progress=Decimal(20),
                done="起草",
                at=datetime(2024, 2, 28, tzinfo=UTC),
            )
        )
        self.task.progress = Decimal(20)
        db.session.flush()

    @property
    def i(self) -> str:
        return f"i{self.indicator.id}"

    @property
    def t(self) -> str:
        return f"t{self.task.id}"

    def filled(self, amount: str = "11000", **more: str) -> dict[str, str]:
        return {
            "month": "2024-03",
            "action": "send",
            f"{self.i}-amount": amount,
            f"{self.i}-base": "0",
            f"{self.t}-progress": "30",
            f"{self.t}-done": "征求意见",
            f"{self.t}-base": "0",
        } | {name.replace("__", "-"): text for name, text in more.items()}


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


def reports(indicator: Indicator, month: int = 3) -> list[Report]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Report)
            .where(Report.indicator_id == indicator.id, Report.month == month)
            .order_by(Report.revision)
        )
    )


def text_of(answer: object) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())  # type: ignore[attr-defined]


def test_a_report_is_on_the_board_and_on_the_page_a_moment_later(
    bureau: Bureau, sign_in: SignIn
) -> None:
    browser = sign_in("reporter")
    page = browser.get("/reports")
    assert "3月填报" in text_of(page)
    assert "14,000" in page.text  # what March must bring to secure the quarter: 30,000 − 16,000

    answer = browser.post("/reports", data=bureau.filled(), follow_redirects=True)

    assert "已提交 3月填报：1 项指标、1 项任务" in text_of(answer)
    march = db.session.scalars(select(Standing).where(Standing.month == 3)).one()
    assert (march.actual, march.light, march.quarter_guard) == (27000, "yellow", "push")
    board = text_of(browser.get("/lagging"))
    assert "一般公共预算收入" in board
    assert "落后计划 2.50 点，自1月起；二季度每月需完成 11,000 万元" in board
    shown = text_of(browser.get(f"/indicators/{bureau.indicator.id}"))
    assert "截至3月底完成 27,000 万元，占年度任务的 22.50%，落后序时进度 2.50 个百分点" in shown
    assert "27,000" in text_of(browser.get("/indicators"))
