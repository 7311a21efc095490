"""Reminders are decided from the database alone, and each is queued once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tests.services.reminding import SETTINGS, close_old, mails, run
from tracker.domain.reminders import Kind
from tracker.extensions import db
from tracker.models import MailNotice, Plan, TaskReport, TaskUnit
from tracker.services.lay_cycles import lay_cycles
from tracker.services.queue_reminders import foresee_reminders, queue_reminders


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


def test_whoever_fills_in_the_month_gets_one_mail(bureau: Bureau) -> None:
    close_old(bureau, 3)
    (intent,) = run(bureau, "2024-03-25T09:00")
    (mail,) = mails()

    assert intent.key == mail.key == f"cycle/2024-03.open/{bureau.clerk.id}"
    assert (mail.kind, mail.period, mail.state) == ("cycle", "2024-03.open", "queued")
    assert mail.address == bureau.clerk.email
    assert mail.next_at == at("2024-03-25T09:00")


def test_the_second_run_queues_nothing(bureau: Bureau) -> None:
    run(bureau, "2024-03-25T09:00")
    before = len(mails())

    assert run(bureau, "2024-03-25T15:00") == []
    assert len(mails()) == before


def test_a_dry_run_decides_and_queues_nothing(bureau: Bureau) -> None:
    assert (
        len(run(bureau, "2024-03-25T09:00", dry_run=True)) == 1 + 3
    )  # January is late: told upwards
    assert mails() == []


def test_before_nine_nothing_goes_out(bureau: Bureau) -> None:
    assert run(bureau, "2024-01-25T08:59") == []
    assert len(run(bureau, "2024-01-25T09:00")) == 1


def test_whoever_has_reported_is_left_alone(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 3)
    make.report(bureau.revenue, 3, "9000")
    db.session.commit()

    assert run(bureau, "2024-04-03T09:00") == []


def test_months_that_were_missed_come_in_one_mail_that_lists_the_skipped(bureau: Bureau) -> None:
    close_old(bureau, 2)
    queued = run(bureau, "2024-03-26T09:00")
    (mail,) = [mail for mail in mails() if mail.person_id == bureau.clerk.id]

    assert mail.key == f"cycle/2024-03.open/{bureau.clerk.id}"
    assert "2月也未报" in mail.text
    assert "此前应发未发、一并补上的提醒：2月填报（开启、临期、当日到期）。" in mail.text
    assert {intent.person_id for intent in queued} == {
        bureau.clerk.id,
        bureau.head.id,
        bureau.leader.id,
        bureau.chief.id,
    }


def test_what_a_mail_told_is_not_told_again_under_another_key(bureau: Bureau) -> None:
    close_old(bureau, 2)
    run(bureau, "2024-03-26T09:00")

    assert run(bureau, "2024-03-27T09:00") == []
    assert f"cycle/2024-02.overdue/{bureau.clerk.id}" in set(
        db.session.scalars(select(MailNotice.key))
    )


def test_an_overdue_month_climbs_to_head_leader_and_chief(bureau: Bureau) -> None:
    close_old(bureau, 3)
    for day in range(3, 16):
        run(bureau, f"2024-04-{day:02d}T09:05")
    upwards = [mail for mail in mails() if mail.kind == "escalation"]

    assert [(mail.person_id, f"{mail.queued_at:%m-%d}") for mail in upwards] == [
        (bureau.head.id, "04-07"),
        (bureau.leader.id, "04-09"),
        (bureau.chief.id, "04-11"),
    ]
    assert upwards[0].subject == "逾期提醒：3月填报缺 1 项已逾期，请督促"
    assert "陈晓燕" in upwards[0].text


def test_what_was_one_mail_too_many_waits_for_the_next_day_s_hour(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 13)
    for hour in ("09:00", "10:00", "11:00", "12:00"):
        make_task(make, bureau, "2024-06-12", text=f"{hour}交办")
        db.session.commit()
        run(bureau, f"2024-06-12T{hour}")

    assert [mail.key for mail in mails()] == [
        f"task/2024-06-12{number}/{bureau.head.id}" for number in ("", ".2", ".3")
    ]
    assert run(bureau, "2024-06-13T00:00") == []
    assert run(bureau, "2024-06-13T08:59") == []
    (together,) = run(bureau, "2024-06-13T09:00")
    assert together.key == f"task/2024-06-13/{bureau.head.id}"
    assert len([item for item in together.told if item.notice.kind is Kind.TASK]) == 4


def test_tasks_of_one_day_are_one_digest(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 13)
    tasks = [make_task(make, bureau, "2024-06-12", text=text) for text in ("修订办法", "清理账户")]
    db.session.commit()
    run(bureau, "2024-06-12T09:00")
    (mail,) = mails()

    assert mail.key == f"task/2024-06-12/{bureau.head.id}"
    assert mail.subject == "任务提醒：2 项任务将到期"
    for task in tasks:
        assert f"https://gz.example/tasks/{task.id}" in mail.html


def test_supporting_units_are_told_at_the_first_and_the_last(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 13)
    other = make.unit(bureau.top, "国库股")
    helper = make.person(bureau.top, name="孙洁")
    make.post(other, "reporter", helper)
    task = make_task(make, bureau, "2024-06-12")
    db.session.add(TaskUnit(top_unit_id=bureau.top.id, task_id=task.id, unit_id=other.id))
    db.session.commit()
    for day in range(3, 21):
        run(bureau, f"2024-06-{day:02d}T09:00")
    told = [mail for mail in mails() if mail.person_id == helper.id]

    assert [f"{mail.queued_at:%m-%d}" for mail in told] == ["06-05", "06-13"]
    assert "（本单位配合）" in told[0].text


@pytest.mark.parametrize("state", ["draft", "finished", "closed_out", "suspended", "cancelled"])
def test_only_tasks_that_bind_are_reminded_of(bureau: Bureau, make: Maker, state: str) -> None:
    close_old(bureau, 13)
    make_task(make, bureau, "2024-06-12", state=state)
    db.session.commit()

    assert run(bureau, "2024-06-12T09:00") == []


def test_a_tasks_month_is_owed_until_somebody_says_how_far_it_is(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 3)
    make.report(bureau.revenue, 3, "1")
    task = make.task(bureau.plan, bureau.section, reporter_post_id=bureau.clerk_post.id)
    db.session.commit()
    (intent,) = run(bureau, "2024-03-25T09:00", dry_run=True)
    db.session.add(
        TaskReport(
            top_unit_id=bureau.top.id,
            task_id=task.id,
            year=2024,
            month=3,
            revision=1,
            progress=Decimal(20),
            at=at("2024-03-25T10:00"),
        )
    )
    db.session.commit()

    assert intent.person_id == bureau.clerk.id
    assert run(bureau, "2024-03-25T11:00") == []


def test_a_proxy_gets_the_mail_in_place_of_who_is_on_leave(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 3)
    proxy = make.person(bureau.top, name="孙洁")
    make.holding(
        bureau.clerk_post,
        proxy,
        proxy=True,
        from_on=date(2024, 3, 20),
        until_on=date(2024, 3, 29),
    )
    db.session.commit()
    run(bureau, "2024-03-25T09:00")
    run(bureau, "2024-04-01T09:00")

    assert [mail.person_id for mail in mails()] == [proxy.id, bureau.clerk.id]
    assert "您是代理预算股联络员" in mails()[0].text


def test_a_post_that_was_handed_over_reminds_its_new_holder(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 3)
    successor = make.person(bureau.top, name="孙洁")
    old = make.holding(bureau.head_post, successor, from_on=date(2024, 7, 1))
    task = make_task(make, bureau, "2024-07-03")
    make.report(bureau.revenue, 3, "1")
    close_old(bureau, 13)
    from tracker.models import Holding

    first = db.session.scalar(select(Holding).where(Holding.person_id == bureau.head.id))
    assert first is not None
    first.until_on = date(2024, 6, 30)
    db.session.commit()
    run(bureau, "2024-06-28T09:00")
    run(bureau, "2024-07-01T09:00")

    assert old.post_id == task.owner_post_id
    assert [mail.person_id for mail in mails()] == [bureau.head.id, successor.id]


def test_the_head_is_reminded_where_there_is_no_clerk(make: Maker) -> None:
    top = make.top("乡镇")
    unit = make.unit(top)
    head = make.person(top, name="何站长")
    make.post(unit, "head", head)
    plan = make.plan(top)
    make.indicator(plan, unit)
    lay_cycles(plan=plan, today=date(2024, 1, 1))
    db.session.commit()
    queued = queue_reminders(top_unit_id=top.id, now=at("2024-01-25T09:00"), settings=SETTINGS)

    assert [intent.person_id for intent in queued] == [head.id]


def test_somebody_without_an_address_is_shown_as_failed(bureau: Bureau) -> None:
    bureau.clerk.email = ""
    db.session.commit()
    run(bureau, "2024-01-25T09:00")

    assert (mails()[0].state, mails()[0].error) == ("failed", "收件人没有登记邮箱")


def test_an_inactive_person_is_not_written_to(bureau: Bureau) -> None:
    bureau.clerk.active = False
    db.session.commit()

    assert [intent.person_id for intent in run(bureau, "2024-01-25T09:00")] == [bureau.head.id]


def test_plans_with_the_same_days_share_one_mail_and_others_have_their_own(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 3)
    same = make.plan(bureau.top)
    other = make.plan(bureau.top, opens="day:20", due="day:28")
    for plan in (same, other):
        make.indicator(plan, bureau.section, name=f"指标{plan.id}")
        lay_cycles(plan=plan, today=date(2024, 1, 1))
    close_old(bureau, 3)
    run(bureau, "2024-03-20T09:00")
    run(bureau, "2024-03-25T09:00")

    assert [mail.period for mail in mails()] == [f"2024-03-plan{other.id}.open", "2024-03.open"]


def test_another_bureaus_people_are_not_touched(bureau: Bureau, make: Maker) -> None:
    elsewhere = make_bureau(make)
    run(bureau, "2024-01-25T09:00")

    assert {mail.top_unit_id for mail in mails()} == {bureau.top.id}
    assert elsewhere.clerk.id not in {mail.person_id for mail in mails()}


def test_what_is_foreseen_is_what_runs_day_by_day_send(bureau: Bureau, make: Maker) -> None:
    close_old(bureau, 3)
    make_task(make, bureau, "2024-05-15")
    db.session.commit()
    foreseen = foresee_reminders(
        top_unit_id=bureau.top.id,
        start=date(2024, 3, 20),
        end=date(2024, 6, 30),
        settings=SETTINGS,
    )
    day = date(2024, 3, 20)
    while day <= date(2024, 6, 30):
        run(bureau, f"{day}T09:05")
        day += timedelta(days=1)

    assert [intent.key for intent in foreseen] == [mail.key for mail in mails()]


def test_the_number_of_queries_does_not_grow_with_what_is_owed(
    app: Flask, bureau: Bureau, make: Maker
) -> None:
    first = _count_queries(bureau, "2024-01-25T09:00")
    for number in range(20):
        make.indicator(bureau.plan, bureau.section, name=f"指标{number}")
        make_task(make, bureau, "2024-02-28")
    db.session.commit()

    assert _count_queries(bureau, "2024-02-26T09:00") <= first + 1


def _count_queries(bureau: Bureau, moment: str) -> int:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert run(bureau, moment)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_eight_runs_at_once_queue_each_mail_once(app: Flask, bureau: Bureau) -> None:
    top_unit_id, queued, start = bureau.top.id, [], Barrier(8)

    def decide() -> None:
        with app.app_context():
            start.wait()
            now = at("2024-04-25T09:00")
            queued.extend(
                intent.key
                for intent in queue_reminders(top_unit_id=top_unit_id, now=now, settings=SETTINGS)
            )
            db.session.commit()

    db.session.commit()
    threads = [Thread(target=decide) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(queued) == sorted(mail.key for mail in mails())
    assert len(queued) == len(set(queued)) == 4


def test_a_plan_that_is_still_a_draft_reminds_nobody(bureau: Bureau) -> None:
    plan = db.session.get(Plan, bureau.plan.id)
    assert plan is not None
    plan.state = "draft"
    db.session.commit()

    assert run(bureau, "2024-04-25T09:00") == []


def test_who_reports_while_the_mail_server_is_down_is_not_reminded_when_it_is_back(
    bureau: Bureau, make: Maker
) -> None:
    close_old(bureau, 3)
    run(bureau, "2024-04-03T09:00")
    (mail,) = mails()
    mail.attempts = 1
    make.report(bureau.revenue, 3, "9000")
    db.session.commit()
    run(bureau, "2024-04-03T10:00")

    assert (mails()[0].state, mails()[0].error) == ("dropped", "已填报或已办结，不再发")


def test_what_is_still_owed_stays_in_the_queue(bureau: Bureau) -> None:
    close_old(bureau, 3)
    run(bureau, "2024-04-03T09:00")
    (mail,) = mails()
    mail.attempts = 1
    db.session.commit()
    run(bureau, "2024-04-03T10:00")

    assert mails()[0].state == "queued"
