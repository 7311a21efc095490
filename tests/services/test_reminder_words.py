"""A mail says what is owed, by when, and what the month must bring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tests.services.reminding import close_old, mails, run
from tracker.extensions import db
from tracker.models import Holding
from tracker.services.refresh_standings import refresh_standings


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


def test_a_mail_says_what_is_owed_until_when_and_what_the_month_must_bring(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 4)
    for month in (1, 2, 3):
        make.report(bureau.revenue, month, "9000")
    refresh_standings(indicators=[bureau.revenue], now=at("2024-04-02T10:00"))
    db.session.commit()
    run(bureau, "2024-04-25T09:00")
    (mail,) = mails()

    assert mail.subject == "4月填报已开启：1 项指标，5月3日（周五）前"
    for part in (mail.text, mail.html):
        assert (
            "11,000" in part
        )  # 30,000 planned for the quarter and 3,000 to catch up, in three months
        assert "27,000" in part
        assert "▲" in part
        assert "欠进度" in part
        assert "二季度" in part
        assert f"https://gz.example/reports?month=2024-04#i{bureau.revenue.id}" in part


def test_in_a_quarters_last_month_the_quarter_comes_first(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 3)
    for month in (1, 2):
        make.report(bureau.revenue, month, "2000")
    refresh_standings(indicators=[bureau.revenue], now=at("2024-03-02T10:00"))
    db.session.commit()
    run(bureau, "2024-03-25T09:00")
    (mail,) = mails()
    opening = mail.text.split("同志：")[1]

    assert mail.subject.startswith("一季度收官，")
    assert opening.startswith("3月是一季度最后一个月。税收收入一季度难保，请先填")
    assert "需完成 26,000 万元" in mail.text


def test_an_older_month_is_named_beside_the_one_that_the_mail_is_about(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 3)
    make.indicator(bureau.plan, bureau.section, name="非税收入")
    for month in (1, 2):
        make.report(bureau.revenue, month, "9000")
    make.report(bureau.revenue, 3, "9000")
    db.session.commit()
    run(bureau, "2024-04-25T09:00")
    mail = next(mail for mail in mails() if mail.person_id == bureau.clerk.id)

    assert mail.subject == "4月填报已开启：2 项指标，5月3日（周五）前；3月还欠 1 项指标"
    assert "另外，3月还欠 1 项指标，请一并补报。" in mail.text
    assert "3月也未报" in mail.text
    assert "收官" not in mail.text


def test_last_years_december_is_named_with_its_year(bureau: Bureau, make: Maker) -> None:
    old = make.plan(bureau.top, year=2023, title="2023年财政工作计划")
    make.indicator(old, bureau.section, name="非税收入")
    make.cycle(old, 12)
    db.session.commit()
    run(bureau, "2024-01-25T09:00")
    mail = next(mail for mail in mails() if mail.person_id == bureau.clerk.id)

    assert mail.subject.startswith("1月填报已开启：1 项指标")
    assert mail.subject.endswith("；2023年12月还欠 1 项指标")
    assert "2023年12月未报" in mail.text
    assert "收官" not in mail.text


def test_reminders_of_before_the_plan_was_issued_were_not_missed(bureau: Bureau) -> None:
    close_old(bureau, 2)
    bureau.plan.issued_at = at("2024-03-04T16:00")
    db.session.commit()
    run(bureau, "2024-03-26T09:00")
    mail = next(mail for mail in mails() if mail.person_id == bureau.clerk.id)

    assert "2月填报（当日到期）" in mail.text


def test_who_came_later_missed_nothing(bureau: Bureau) -> None:
    close_old(bureau, 2)
    for holding in db.session.scalars(select(Holding)):
        if holding.person_id == bureau.clerk.id:
            holding.from_on = date(2024, 3, 20)
    db.session.commit()
    run(bureau, "2024-03-26T09:00")
    mail = next(mail for mail in mails() if mail.person_id == bureau.clerk.id)

    assert "此前应发未发" not in mail.text


def test_in_january_the_need_is_the_years_own_plan(bureau: Bureau) -> None:
    run(bureau, "2024-01-25T09:00")

    assert "需完成 10,000 万元" in mails()[0].text


def test_a_rate_is_held_to_its_line(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 4)
    make.indicator(bureau.plan, bureau.section, name="税收占比", kind="rate", target=Decimal(70))
    db.session.commit()
    run(bureau, "2024-04-25T09:00")

    assert "税收占比：需完成 不低于 70" in mails()[0].text


def test_a_cap_is_told_as_one(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 4)
    make.indicator(bureau.plan, bureau.section, name="“三公”经费", polarity="lower")
    db.session.commit()
    run(bureau, "2024-04-25T09:00")

    assert "不超 10,000" in mails()[0].text


def test_figures_that_do_not_fit_together_leave_the_need_unknown(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 4)
    make.indicator(
        bureau.plan,
        bureau.section,
        name="专项债券",
        phasing="quarters",
        quarters=[Decimal(1)] * 4,  # do not add up to the target
    )
    db.session.commit()
    run(bureau, "2024-04-25T09:00")

    assert "专项债券：需完成 —" in mails()[0].text


def test_a_single_task_is_named_in_the_subject(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 13)
    make_task(make, bureau, "2024-06-12", text="修订办法", progress=Decimal(78))
    db.session.commit()
    run(bureau, "2024-06-13T09:00")
    mail = next(mail for mail in mails() if mail.kind == "task")

    assert mail.subject == "任务提醒：修订办法：已逾期 1 天"
    assert "已到 78%" in mail.text
    assert len(mails()) == 1  # the owner is the head: told once, not also upwards


def test_a_poisoned_title_harms_nobody(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 13)
    for title in ("换\r\nBcc: a@b.c", "分\u2028行", "长" * 1_000_000, "<script>alert(1)</script>"):
        make_task(make, bureau, "2024-06-12", text=title)
    db.session.commit()
    run(bureau, "2024-06-12T09:00")
    (mail,) = mails()

    assert "\n" not in mail.subject
    assert len(mail.text) < 5_000
    assert "<script>" not in mail.html
