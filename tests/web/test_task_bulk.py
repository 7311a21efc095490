"""Several tasks at once: what can be done is shown first, and then all of it is done or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import Plan, Post, Task, TaskEvent, Unit

SignIn = Callable[[str], FlaskClient]


@dataclass
class Cast:
    """Two finished tasks, one under way and one suspended."""

    plan: Plan
    other: Unit
    other_head: Post
    finished: list[Task]
    going: Task
    suspended: Task


@pytest.fixture
def cast(make: Maker) -> Cast:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    other_head = make.post(other, "head", make.person(top, "wuyajing", "吴雅静"), title="股长")
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"), title="督查办主任")
    plan = make.plan(top)
    duty = {"owner_post_id": other_head.id}
    tasks = [
        make.task(plan, section, text=text, state=state, **duty)
        for text, state in (
            ("印发办法", "finished"),
            ("清查资产", "finished"),
            ("推进改革", "in_progress"),
            ("配备设备", "suspended"),
        )
    ]
    db.session.commit()
    return Cast(plan, other, other_head, tasks[:2], tasks[2], tasks[3])


def ids(*tasks: Task) -> list[str]:
    return [str(task.id) for task in tasks]


def states(cast: Cast) -> list[str]:
    db.session.expire_all()
    return [task.state for task in (*cast.finished, cast.going, cast.suspended)]


def test_what_cannot_be_closed_out_is_named_with_why_and_the_rest_is(
    cast: Cast, sign_in: SignIn
) -> None:
    page = Browser(sign_in("zhaowenbo")).open("/tasks")

    page.press("销号", {"chosen": ids(*cast.finished, cast.going)})

    assert "1 项不能销号" in page.words
    assert "推进改革：任务办理中，不能改为已销号。" in page.words
    assert states(cast) == ["finished", "finished", "in_progress", "suspended"]  # nothing yet
    page.press("销号 2 项")
    assert "销号 2 项任务，已办。" in page.words
    assert states(cast) == ["closed_out", "closed_out", "in_progress", "suspended"]


def test_one_reason_sends_several_back(cast: Cast, sign_in: SignIn) -> None:
    page = (
        Browser(sign_in("zhaowenbo")).open("/tasks").press("退回", {"chosen": ids(*cast.finished)})
    )

    page.press("退回 2 项", {"said": "材料不全"})

    assert states(cast)[:2] == ["returned", "returned"]
    said = db.session.scalars(select(TaskEvent.why).where(TaskEvent.after == "returned")).all()
    assert said == ["材料不全", "材料不全"]


def test_without_a_reason_nothing_is_done(cast: Cast, sign_in: SignIn) -> None:
    page = Browser(sign_in("zhaowenbo")).open("/tasks").press("暂缓", {"chosen": ids(cast.going)})

    page.press("暂缓 1 项", {"said": " "})

    assert page.status == 422
    assert "暂缓要写明理由" in page.words
    assert states(cast)[2] == "in_progress"


def test_a_task_that_changed_meanwhile_stops_all_and_is_named(cast: Cast, sign_in: SignIn) -> None:
    page = (
        Browser(sign_in("zhaowenbo")).open("/tasks").press("退回", {"chosen": ids(*cast.finished)})
    )
    db.session.get_one(Task, cast.finished[0].id).progress = Decimal(60)
    db.session.commit()

    page.press("退回 2 项", {"said": "材料不全"})

    assert page.status == 409
    assert "有 1 项不能退回，其余的也没有办" in page.words
    assert "印发办法：您打开之后，这项任务已有改动" in page.words
    assert "材料不全" in page.answer.text  # what was typed stays
    assert states(cast)[:2] == ["finished", "finished"]
    assert db.session.scalar(select(func.count()).select_from(TaskEvent)) == 0
    page.press("退回 1 项")
    assert states(cast)[:2] == ["finished", "returned"]


def test_several_are_handed_over_at_once(cast: Cast, sign_in: SignIn) -> None:
    page = Browser(sign_in("zhaowenbo")).open("/tasks")
    page.press("调整责任", {"chosen": ids(cast.going, cast.suspended, cast.finished[0])})
    assert "印发办法：任务已办结，不能再调整责任。" in page.words

    page.press(
        "调整责任 2 项",
        {"lead_unit": page.option("lead_unit", "国库股"), "said": "职责划转"},
    )

    db.session.expire_all()
    assert cast.going.lead_unit_id == cast.suspended.lead_unit_id == cast.other.id
    assert cast.going.owner_post_id == cast.other_head.id


def test_a_hand_over_that_changes_nothing_says_so(cast: Cast, sign_in: SignIn) -> None:
    page = (
        Browser(sign_in("zhaowenbo")).open("/tasks").press("调整责任", {"chosen": ids(cast.going)})
    )

    page.press("调整责任 1 项", {"said": "职责划转"})

    assert page.status == 422
    assert "请至少选一项要调整的责任" in page.words


def test_where_nothing_can_be_done_there_is_no_button(cast: Cast, sign_in: SignIn) -> None:
    page = Browser(sign_in("zhaowenbo")).open("/tasks").press("销号", {"chosen": ids(cast.going)})

    assert "选中的任务都不能销号" in page.words


def test_the_filters_come_back(cast: Cast, sign_in: SignIn) -> None:
    page = Browser(sign_in("zhaowenbo")).open("/tasks?view=done")
    page.press("销号", {"chosen": ids(cast.finished[0])}).press("销号 1 项")

    assert page.path == "/tasks?view=done"


def test_nothing_chosen_says_so(cast: Cast, sign_in: SignIn) -> None:
    assert "没有选中任务" in Browser(sign_in("zhaowenbo")).open("/tasks").press("销号").words
    answer = sign_in("zhaowenbo").post("/tasks/bulk/do", data={"act": "erase", "task": "x-1"})
    assert answer.status_code == 302


def test_a_unit_handles_nothing_in_bulk(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("zhouqiming")

    assert "调整责任" not in Browser(browser).open("/tasks").words
    assert browser.post("/tasks/bulk", data={"act": "suspend"}).status_code == 403
