"""Supervision orders: raised once by a plan's ladder, issued by hand, answered, sent back, closed, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tests.services.reminding import SETTINGS, close_old, mails, run
from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError, TransitionError
from tracker.domain.orders import Colour, OrderState, usual_demand
from tracker.extensions import db
from tracker.models import AuditEntry, OrderEvent, Plan, SupervisionOrder, Task
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.queries.order_proposals import proposals
from tracker.scheduler.jobs import decide_all
from tracker.services.issue_orders import Wanted, issue_order, issue_proposed, raise_orders
from tracker.services.remind_orders import remind_orders
from tracker.services.step_order import step_order, steps_for

MONDAY = "2024-04-01T09:00"  # the first working day after Friday, 29 March
LATER = at("2024-04-01T10:00")


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    bureau = make_bureau(make)
    close_old(bureau, 13)
    return bureau


@pytest.fixture
def task(make: Maker, bureau: Bureau) -> Task:
    """A task that was due on Friday, 29 March, and is at 40 per cent."""
    task = make_task(make, bureau, "2024-03-29", progress=Decimal(40))
    db.session.commit()
    return task


def wants_rule(bureau: Bureau, ladder: str = "head:1,leader:3,chief:5") -> None:
    plan = db.session.get_one(Plan, bureau.plan.id)
    plan.auto_orders, plan.ladder = True, ladder
    db.session.commit()


def raised(bureau: Bureau, moment: str) -> list[SupervisionOrder]:
    orders = raise_orders(top_unit_id=bureau.top.id, settings=SETTINGS, now=at(moment))
    db.session.commit()
    return orders


def orders() -> list[SupervisionOrder]:
    return list(db.session.scalars(select(SupervisionOrder).order_by(SupervisionOrder.id)))


def actor(person_id: int) -> Actor:
    found = actor_of(person_id, date(2024, 4, 1))
    assert found is not None
    return found


def office(bureau: Bureau) -> Actor:
    from tracker.models import Person

    login = f"office{bureau.top.id}"
    return actor(db.session.scalars(select(Person.id).where(Person.login == login)).one())


def wanted(task: Task, **changed: object) -> Wanted:
    values: dict[str, object] = {
        "row": task,
        "colour": Colour.YELLOW,
        "reason": "已逾期，没有进展。",
        "demand": "请整改。",
        "reply_due_on": date(2024, 4, 7),
    }
    return Wanted(**(values | changed))  # type: ignore[arg-type]


def issued(bureau: Bureau, task: Task, **changed: object) -> SupervisionOrder:
    order = issue_order(
        wanted=wanted(task, **changed), actor=office(bureau), settings=SETTINGS, now=LATER
    )
    db.session.commit()
    return order


def take(
    order: SupervisionOrder,
    person: Actor,
    target: OrderState,
    words: str = "已办",
    now: datetime = LATER,
    **more: object,
) -> OrderEvent:
    values = {"version": order.version, "reply_due_on": None} | more
    event = step_order(
        order=order,
        target=target,
        actor=person,
        words=words,
        settings=SETTINGS,
        now=now,
        **values,  # type: ignore[arg-type]
    )
    db.session.commit()
    return event


def receivers(kind: str = "order") -> set[str]:
    return {
        mail.address.split("@")[0].rstrip("0123456789") for mail in mails() if mail.kind == kind
    }


def test_the_rule_raises_nothing_for_a_plan_that_does_not_want_it(
    bureau: Bureau, task: Task
) -> None:
    assert raised(bureau, MONDAY) == []


def test_the_rule_raises_a_blue_order_on_the_first_day_of_the_ladder(
    bureau: Bureau, task: Task
) -> None:
    wants_rule(bureau)

    (order,) = raised(bureau, MONDAY)

    assert (order.colour, order.state, order.by_rule) == ("blue", "issued", True)
    assert (order.year, order.number, order.task_id) == (2024, 1, task.id)
    assert order.reply_due_on == date(2024, 4, 9)  # 2, 3, 7, 8, 9: over 清明
    assert order.unit_id == bureau.section.id
    assert order.printed["name"] == task.text
    assert order.printed["source"] == "《2024年财政工作计划》"
    assert order.printed["due"] == "2024年3月29日"
    assert order.reason == "已下达，逾期 3 天，完成 40%。"
    assert order.demand == usual_demand(Colour.BLUE)


def test_before_the_hour_of_sending_the_day_has_not_come(bureau: Bureau, task: Task) -> None:
    wants_rule(bureau)

    assert raised(bureau, "2024-04-01T08:59") == []


def test_the_rule_run_again_raises_nothing_twice(bureau: Bureau, task: Task) -> None:
    wants_rule(bureau)

    for _ in range(3):
        raised(bureau, MONDAY)
        raised(bureau, "2024-04-02T15:00")

    assert len(orders()) == 1


def test_a_graver_colour_follows_on_its_day(bureau: Bureau, task: Task) -> None:
    wants_rule(bureau)
    days = [MONDAY, "2024-04-03T09:00", "2024-04-08T09:00", "2024-06-03T09:00"]

    colours = [[order.colour for order in raised(bureau, day)] for day in days]

    assert colours == [["blue"], ["yellow"], ["red"], []]
    assert [order.number for order in orders()] == [1, 2, 3]


def test_after_days_without_a_scheduler_only_the_gravest_is_raised(
    bureau: Bureau, task: Task
) -> None:
    wants_rule(bureau)

    assert [order.colour for order in raised(bureau, "2024-05-06T09:00")] == ["red"]


def test_what_the_office_withdrew_the_rule_does_not_raise_again(bureau: Bureau, task: Task) -> None:
    wants_rule(bureau)
    (order,) = raised(bureau, MONDAY)
    take(order, office(bureau), OrderState.WITHDRAWN, "已当面说明")

    assert raised(bureau, "2024-04-02T09:00") == []


def test_a_new_deadline_is_looked_at_anew(bureau: Bureau, task: Task) -> None:
    wants_rule(bureau)
    (order,) = raised(bureau, MONDAY)
    take(order, office(bureau), OrderState.WITHDRAWN, "已延期")
    task.due_on = date(2024, 4, 10)
    db.session.commit()

    assert [one.colour for one in raised(bureau, "2024-04-11T09:00")] == ["blue"]


def test_a_plan_s_own_ladder_rules_orders_and_escalation(bureau: Bureau, task: Task) -> None:
    wants_rule(bureau, "leader:2")

    assert raised(bureau, MONDAY) == []
    assert [one.colour for one in raised(bureau, "2024-04-02T09:00")] == ["yellow"]

    run(bureau, "2024-04-02T09:00")
    told = [mail for mail in mails() if mail.kind == "escalation"]
    assert [mail.person_id for mail in told] == [bureau.leader.id]


def test_a_month_that_is_not_reported_escalates_by_its_plan_s_ladder(
    make: Maker, bureau: Bureau
) -> None:
    db.session.get_one(Plan, bureau.plan.id).ladder = "chief:1"
    from tracker.models import Cycle

    march = db.session.scalars(select(Cycle).where(Cycle.month == 3)).one()
    march.closed_at = None
    db.session.commit()

    run(bureau, "2024-04-07T09:00")

    told = {mail.person_id for mail in mails() if mail.kind == "escalation"}
    assert told == {bureau.chief.id}


def test_the_scheduler_s_run_raises_orders_once(app: Flask, bureau: Bureau, task: Task) -> None:
    wants_rule(bureau)

    for _ in range(2):
        assert decide_all(app, at(MONDAY)).failed == []

    assert len(orders()) == 1
    assert receivers() == {"clerk", "head"}


@pytest.mark.parametrize(
    ("colour", "told"),
    [
        (Colour.BLUE, {"clerk", "head"}),
        (Colour.YELLOW, {"clerk", "head", "leader"}),
        (Colour.RED, {"clerk", "head", "leader", "chief"}),
    ],
)
def test_its_colour_says_who_is_told(
    bureau: Bureau, task: Task, colour: Colour, told: set[str]
) -> None:
    order = issued(bureau, task, colour=colour)

    assert receivers() == told
    mail = next(one for one in mails() if one.person_id == bureau.head.id)
    assert mail.key == f"order/{order.id}/{bureau.head.id}"
    assert mail.subject.startswith(f"督办单（{colour.word}）督办〔2024〕第1号：")
    assert f"https://gz.example/orders/{order.id}" in mail.text
    assert f"https://gz.example/orders/{order.id}" in mail.html
    assert "请整改。" in mail.text
    assert "4月7日（周日）" in mail.text


def test_who_is_above_is_told_and_not_asked_to_answer(bureau: Bureau, task: Task) -> None:
    issued(bureau, task)

    by_person = {mail.person_id: mail.text for mail in mails()}
    assert "报您知悉，请督促办理" in by_person[bureau.leader.id]
    assert "在回复期限前答复" in by_person[bureau.head.id]


def test_the_mail_goes_with_the_order_or_not_at_all(bureau: Bureau, task: Task) -> None:
    issue_order(wanted=wanted(task), actor=office(bureau), settings=SETTINGS, now=LATER)
    db.session.rollback()

    assert (orders(), mails()) == ([], [])


def test_an_item_has_one_live_order_of_a_colour(bureau: Bureau, task: Task) -> None:
    issued(bureau, task)

    with pytest.raises(TransitionError, match="已有一张黄色督办单（督办〔2024〕第1号）没有销号"):
        issued(bureau, task)
    db.session.rollback()
    assert issued(bureau, task, colour=Colour.RED).number == 2


def test_a_lagging_indicator_gets_an_order_by_hand(bureau: Bureau) -> None:
    order = issued(bureau, bureau.revenue, reason="欠进度")  # type: ignore[arg-type]

    assert (order.indicator_id, order.task_id) == (bureau.revenue.id, None)
    assert order.printed["due"] == "2024年底"
    with pytest.raises(TransitionError, match="已有一张"):
        issued(bureau, bureau.revenue)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": " "}, "请写明目前情况"),
        ({"demand": ""}, "请写明督办要求"),
        ({"demand": "长" * 2001}, "督办要求不能超过 2000 字"),
        ({"reply_due_on": date(2024, 3, 31)}, "回复期限不能早于今天"),
    ],
)
def test_what_is_missing_is_said(
    bureau: Bureau, task: Task, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(NotReadyError, match=words):
        issued(bureau, task, **changed)


def test_what_is_over_needs_no_order(bureau: Bureau, task: Task) -> None:
    task.state = "finished"
    bureau.revenue.state = "cancelled"
    db.session.commit()

    with pytest.raises(TransitionError, match="任务已办结，不用再发"):
        issued(bureau, task)
    with pytest.raises(TransitionError, match="不能发督办单"):
        issued(bureau, bureau.revenue)  # type: ignore[arg-type]


def test_only_the_office_issues(bureau: Bureau, task: Task) -> None:
    for person in (bureau.head, bureau.leader, bureau.chief):
        with pytest.raises(NotAllowedError, match="督查办"):
            issue_order(wanted=wanted(task), actor=actor(person.id), settings=SETTINGS, now=LATER)
        with pytest.raises(NotAllowedError):
            issue_proposed(task_ids=[task.id], actor=actor(person.id), settings=SETTINGS, now=LATER)


def test_the_office_issues_what_the_rule_proposes(make: Maker, bureau: Bureau, task: Task) -> None:
    second = make_task(make, bureau, "2024-03-20", text="清查资产")
    db.session.commit()
    found = proposals(bureau.top.id, LATER.date())
    assert [(one.task.id, one.colour) for one in found] == [
        (second.id, Colour.RED),
        (task.id, Colour.BLUE),
    ]
    assert [one.working_days for one in found] == [8, 1]
    ids = [task.id, second.id]

    made = issue_proposed(task_ids=ids, actor=office(bureau), settings=SETTINGS, now=LATER)
    again = issue_proposed(task_ids=ids, actor=office(bureau), settings=SETTINGS, now=LATER)

    assert [(one.colour, one.number) for one in made] == [("red", 1), ("blue", 2)]
    assert again == []
    assert proposals(bureau.top.id, LATER.date()) == []


def test_answer_return_answer_again_close(bureau: Bureau, task: Task) -> None:
    order = issued(bureau, task)
    clerk, desk = actor(bureau.clerk.id), office(bureau)

    take(order, clerk, OrderState.ANSWERED, "已约谈施工方，4月底完成。")
    take(order, desk, OrderState.RETURNED, "没有写明时间节点")
    assert order.reply_due_on == date(2024, 4, 7)  # three working days from Monday, over 清明
    take(order, clerk, OrderState.ANSWERED, "4月20日前完成招标。")
    take(order, desk, OrderState.CLOSED, "")

    events = db.session.scalars(select(OrderEvent).order_by(OrderEvent.id)).all()
    assert [(event.state, event.words) for event in events] == [
        ("issued", "请整改。"),
        ("answered", "已约谈施工方，4月底完成。"),
        ("returned", "没有写明时间节点"),
        ("answered", "4月20日前完成招标。"),
        ("closed", ""),
    ]
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["order_issued"] + ["order_step"] * 4
    back = [mail for mail in mails() if mail.period == f"{order.id}.1"]
    assert {mail.state for mail in back} == {"dropped"}  # answered before they went out
    assert "退回理由：没有写明时间节点" in back[0].text


def test_a_stale_page_changes_nothing(bureau: Bureau, task: Task) -> None:
    order = issued(bureau, task)
    take(order, actor(bureau.head.id), OrderState.ANSWERED)

    with pytest.raises(StaleError, match="您打开之后"):
        take(order, actor(bureau.clerk.id), OrderState.ANSWERED, version=1)


def test_strangers_and_those_above_do_not_answer(make: Maker, bureau: Bureau, task: Task) -> None:
    order = issued(bureau, task)
    other = make.person(bureau.top, "other")
    make.post(make.unit(bureau.top, "国库股"), "head", other)
    db.session.commit()

    assert steps_for(actor(other.id), order) == ()
    for person in (other, bureau.leader):
        with pytest.raises(NotAllowedError, match="联络员、责任人"):
            take(order, actor(person.id), OrderState.ANSWERED)
        db.session.rollback()


def test_a_return_may_set_another_day_but_not_one_that_is_over(bureau: Bureau, task: Task) -> None:
    order = issued(bureau, task)
    take(order, actor(bureau.clerk.id), OrderState.ANSWERED)

    with pytest.raises(NotReadyError, match="不能早于今天"):
        take(order, office(bureau), OrderState.RETURNED, reply_due_on=date(2024, 3, 31))
    db.session.rollback()
    take(order, office(bureau), OrderState.RETURNED, reply_due_on=date(2024, 4, 30))

    assert order.reply_due_on == date(2024, 4, 30)
    assert order.printed["reply"] == "2024-04-07"  # what its document says stays


@pytest.mark.parametrize("target", [OrderState.ANSWERED, OrderState.WITHDRAWN])
def test_mails_that_wait_are_dropped_with_their_matter(
    bureau: Bureau, task: Task, target: OrderState
) -> None:
    order = issued(bureau, task)
    mails()[0].state = "sent"
    db.session.commit()
    who = bureau.clerk.id if target is OrderState.ANSWERED else office(bureau).person_id

    take(order, actor(who), target)

    assert [mail.state for mail in mails()] == ["sent", "dropped", "dropped"]
    assert mails()[1].error == "督办单已答复、销号或撤回，不再发"


def late(bureau: Bureau, moment: str) -> set[str]:
    keys = remind_orders(top_unit_id=bureau.top.id, settings=SETTINGS, now=at(moment))
    db.session.commit()
    return keys


def test_who_has_not_answered_hears_of_it_once(bureau: Bureau, task: Task) -> None:
    order = issued(bureau, task, reply_due_on=date(2024, 4, 3))

    assert late(bureau, "2024-04-07T08:59") == set()
    assert late(bureau, "2024-04-07T09:00") == {
        f"order-late/{order.id}/{person.id}"
        for person in (bureau.clerk, bureau.head, bureau.leader)
    }
    assert late(bureau, "2024-04-08T09:00") == set()
    mail = mails()[-1]
    assert mail.subject.startswith("督办单（黄色）督办〔2024〕第1号逾期未答复：")
    assert "已过 4 天，还没有收到答复" in mail.text


def test_who_has_answered_hears_no_more(bureau: Bureau, task: Task) -> None:
    order = issued(bureau, task, reply_due_on=date(2024, 4, 3))
    take(order, actor(bureau.clerk.id), OrderState.ANSWERED)

    assert late(bureau, "2024-04-07T09:00") == set()


def test_nobody_is_pressed_for_an_answer_about_what_is_done(bureau: Bureau, task: Task) -> None:
    issued(bureau, task, reply_due_on=date(2024, 4, 3))
    task.state = "finished"
    db.session.commit()

    assert late(bureau, "2024-04-07T09:00") == set()


def test_a_late_mail_that_waits_is_dropped_when_the_answer_comes(
    bureau: Bureau, task: Task
) -> None:
    order = issued(bureau, task, reply_due_on=date(2024, 4, 3))
    late(bureau, "2024-04-07T09:00")

    take(order, actor(bureau.clerk.id), OrderState.ANSWERED, now=at("2024-04-07T09:05"))

    assert {mail.state for mail in mails()} == {"dropped"}


def test_a_run_without_orders_asks_little(
    app: Flask, bureau: Bureau, task: Task, count_queries: object
) -> None:
    top_unit_id = bureau.top.id

    many = count_queries(  # type: ignore[operator]
        lambda: raise_orders(top_unit_id=top_unit_id, settings=SETTINGS, now=at(MONDAY))
    )

    assert many <= 2
    assert db.session.scalar(select(func.count()).select_from(SupervisionOrder)) == 0
