"""More time, milestones and the parts of other units, on the task's page, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import ExtensionRequest, OutboxMessage, Person, Task, TaskUnit, Unit

SignIn = Callable[[str], FlaskClient]
WISH = {"due_on": "2024-07-31", "why": "上级文件未到", "done": "初稿已成"}


@dataclass
class Cast:
    """A task of the budget section with a leader in charge; the treasury supports it."""

    top: Unit
    section: Unit
    other: Unit
    task: Task
    leader: Person


@pytest.fixture
def cast(make: Maker) -> Cast:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    head = make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    make.post(section, "reporter", make.person(top, "chenxiaoyan", "陈晓燕"), title="联络员")
    make.post(other, "head", make.person(top, "wuyajing", "吴雅静"), title="股长")
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"), title="督查办主任")
    leader = make.person(top, "liguohua", "李国华")
    make.charge(make.post(top, "leader", leader), section)
    make.post(top, "chief", make.person(top, "wangjianmin", "王建民"))
    task = make.task(
        make.plan(top),
        section,
        owner_post_id=head.id,
        due_on=date(2024, 6, 30),
        state="in_progress",
    )
    db.session.add(TaskUnit(top_unit_id=top.id, task_id=task.id, unit_id=other.id))
    db.session.commit()
    return Cast(top, section, other, task, leader)


@pytest.fixture
def visit(sign_in: SignIn, cast: Cast) -> Callable[[str], Browser]:
    """Open the task's page as the person with this login."""
    return lambda login: Browser(sign_in(login)).open(f"/tasks/{cast.task.id}")


Visit = Callable[[str], Browser]


def test_more_time_is_asked_for_and_approved_and_the_first_day_stays(
    cast: Cast, visit: Visit
) -> None:
    page = visit("chenxiaoyan").press("提交申请", WISH)
    assert "延期申请已报" in page.words
    assert "待 李国华 批复" in page.words
    assert cast.task.due_on == date(2024, 6, 30)

    leader = visit("liguohua")
    assert "延期待您批复" in leader.words
    leader.press("批准延期", {"answer": "同意，抓紧"})

    assert "延期申请已批准" in leader.words
    assert (cast.task.due_on, cast.task.first_due_on) == (date(2024, 7, 31), date(2024, 6, 30))
    for words in (
        "已延期 1 次",
        "申请延期至2024年7月31日",
        "批准延期至2024年7月31日",
        "同意，抓紧",
    ):
        assert words in leader.words


def test_a_refusal_leaves_the_day_and_says_why(cast: Cast, visit: Visit) -> None:
    visit("zhouqiming").press("提交申请", WISH)

    page = visit("liguohua").press("不批准", {"answer": "按期办"})

    assert cast.task.due_on == date(2024, 6, 30)
    assert "未批准" in page.words
    assert "批复：按期办" in page.words
    assert "申请延期" in visit("zhouqiming").words  # another may be asked for


def test_who_decides_and_who_asked_get_one_mail_each(cast: Cast, visit: Visit) -> None:
    visit("chenxiaoyan").press("提交申请", WISH)
    visit("liguohua").press("批准延期", {"answer": "同意"})

    request = db.session.scalars(select(ExtensionRequest)).one()
    mails = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "extension").order_by(OutboxMessage.id)
    ).all()
    assert [mail.key for mail in mails] == [
        f"extension/{request.id}/{cast.leader.id}",
        f"extension/{request.id}/{request.asked_by_id}",
    ]
    assert "延期申请待批" in mails[0].subject
    assert "上级文件未到" in mails[0].text
    assert "延期申请已批准" in mails[1].subject
    assert "李国华的批复：同意" in mails[1].text
    assert f"/tasks/{cast.task.id}" in mails[1].html


def test_a_request_may_be_taken_back(cast: Cast, visit: Visit) -> None:
    page = visit("zhouqiming").press("提交申请", WISH).press("撤回申请")

    assert "延期申请已撤回" in page.words
    assert "已撤回" in page.words
    assert "延期待您批复" not in visit("liguohua").words


def test_what_is_missing_is_said_and_what_was_typed_stays(visit: Visit) -> None:
    page = visit("zhouqiming").press("提交申请", WISH | {"due_on": "2024-06-01"})

    assert page.status == 422
    assert "要晚于现在的时限" in page.words
    assert page.page.xpath("//textarea[@id='extend-why']/text()") == ["\n上级文件未到"] or (
        "上级文件未到" in page.answer.text
    )
    assert page.press("提交申请", WISH | {"why": " "}).status == 422
    assert "请写明延期理由" in page.words


def test_after_the_due_day_only_the_office_moves_it(
    visit: Visit, cast: Cast, set_clock: Callable[[str], None], sign_in: SignIn
) -> None:
    set_clock("2024-07-01T00:00:00")

    assert "提交申请" not in visit("zhouqiming").words
    answer = sign_in("zhouqiming").post(
        f"/tasks/{cast.task.id}/extension", data=WISH | {"version": "1"}
    )

    assert answer.status_code == 409
    assert "时限已过" in answer.text


def test_a_decision_on_what_is_decided_already_is_409_and_shows_both(
    cast: Cast, visit: Visit
) -> None:
    visit("zhouqiming").press("提交申请", WISH)
    late = visit("liguohua")
    visit("liguohua").press("不批准", {"answer": "按期办"})

    late.press("批准延期", {"answer": "同意"})

    assert late.status == 409
    assert "同意" in late.words  # what was typed stands beside what is
    assert "未批准延期至" in late.words
    assert cast.task.due_on == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("login", "status"),
    [("wangjianmin", 403), ("zhouqiming", 403), ("zhaowenbo", 403), ("wuyajing", 403)],
)
def test_only_the_leader_in_charge_decides(
    visit: Visit, cast: Cast, sign_in: SignIn, login: str, status: int
) -> None:
    visit("zhouqiming").press("提交申请", WISH)
    request = db.session.scalars(select(ExtensionRequest)).one()

    answer = sign_in(login).post(
        f"/tasks/{cast.task.id}/extension/{request.id}/decide",
        data={"decision": "approve", "answer": "同意", "version": "1"},
    )

    assert answer.status_code == status


def test_a_request_of_another_task_is_not_found(visit: Visit, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liguohua").post(
        f"/tasks/{cast.task.id}/extension/77/decide",
        data={"decision": "approve", "answer": "同意", "version": "1"},
    )

    assert answer.status_code == 404


def test_the_desk_of_who_decides_has_it_and_then_that_of_who_asked(
    visit: Visit, sign_in: SignIn
) -> None:
    visit("zhouqiming").press("提交申请", WISH)

    desk = Browser(sign_in("liguohua")).open("/desk")
    assert "待批延期" in desk.words
    assert "上级文件未到" in desk.words
    assert "待批延期" not in Browser(sign_in("zhaowenbo")).open("/desk").words
    visit("liguohua").press("批准延期", {"answer": "同意"})

    assert "待批延期" not in Browser(sign_in("liguohua")).open("/desk").words
    assert "延期已批准" in Browser(sign_in("zhouqiming")).open("/desk").words


def test_the_register_says_how_often(visit: Visit, sign_in: SignIn) -> None:
    visit("zhouqiming").press("提交申请", WISH)
    visit("liguohua").press("批准延期", {"answer": "同意"})

    assert "延期 1 次" in Browser(sign_in("zhaowenbo")).open("/tasks").words


def test_a_request_for_a_finished_task_is_dropped(cast: Cast, visit: Visit) -> None:
    page = visit("zhouqiming").press("提交申请", WISH)
    page.press("办结", {"said": "提前印发"})

    assert db.session.scalars(select(ExtensionRequest.state)).one() == "withdrawn"
    assert "任务已办结，申请作罢" in page.words


LINES = {
    "lines-0-title": "起草初稿",
    "lines-0-day": "2024-03-31",
    "lines-0-percent": "30",
    "lines-1-title": "印发",
    "lines-1-day": "2024-06-30",
    "lines-1-percent": "100",
    "why": "分步推进",
}


def test_milestones_are_set_and_planned_progress_goes_by_them(visit: Visit) -> None:
    page = visit("zhouqiming").press("保存节点", LINES)

    assert "节点已调整" in page.words
    assert "按节点应到 30%" in page.words
    assert "节点：起草初稿 3月31日 30%；印发 6月30日 100%" in page.words


def test_a_reporter_ticks_them_off_in_turn_and_progress_follows(cast: Cast, visit: Visit) -> None:
    visit("zhouqiming").press("保存节点", LINES)

    page = visit("chenxiaoyan").press("完成：起草初稿")

    assert "节点“起草初稿”已完成" in page.words
    assert cast.task.progress == 30
    assert "3月：30%" in page.words or "4月：30%" in page.words
    page.press("撤回：起草初稿")
    assert cast.task.progress == 30
    assert "撤回节点“起草初稿”的完成" in page.words


def test_a_tick_keeps_what_the_months_report_said(visit: Visit) -> None:
    visit("zhouqiming").press("保存节点", LINES)
    page = visit("chenxiaoyan").press(
        "报送", {"progress": "10", "done": "调研三个乡镇", "obstacle": "口径未定"}
    )

    page.press("完成：起草初稿")

    assert page.words.count("调研三个乡镇") == 2  # in the first report and in the newest
    assert page.words.count("卡在： 口径未定") + page.words.count("卡在：口径未定") == 2


def test_lines_that_make_no_sense_are_named(visit: Visit) -> None:
    page = visit("zhouqiming").press("保存节点", LINES | {"lines-0-day": "三月底"})
    assert page.status == 422
    assert "第 1 行日期" in page.words
    assert page.page.xpath("//input[@name='lines-0-day']/@value") == ["三月底"]

    page.press("保存节点", LINES | {"lines-1-percent": "90"})

    assert page.status == 422
    assert "最后一个节点应达到 100%" in page.words


def test_a_milestone_out_of_turn_is_409(cast: Cast, visit: Visit, sign_in: SignIn) -> None:
    page = visit("zhouqiming").press("保存节点", LINES)
    forms = page.page.xpath("//form[contains(@action, '/tick')]/@action")
    assert len(forms) == 1  # only the next one is offered
    last = int(forms[0].split("/")[-2]) + 1

    answer = sign_in("chenxiaoyan").post(
        f"/tasks/{cast.task.id}/milestones/{last}/tick", data={"version": str(cast.task.version)}
    )

    assert answer.status_code == 409
    assert "起草初稿" in answer.text


def test_a_form_of_milestones_that_comes_too_late_is_409(visit: Visit) -> None:
    late = visit("zhaowenbo")
    visit("zhouqiming").press("保存节点", LINES)

    late.press("保存节点", LINES | {"lines-0-title": "摸底"})

    assert late.status == 409
    assert "摸底 2024-03-31 30%" in late.words


def test_a_reporter_does_not_set_milestones(cast: Cast, visit: Visit, sign_in: SignIn) -> None:
    assert "保存节点" not in visit("chenxiaoyan").words
    answer = sign_in("chenxiaoyan").post(f"/tasks/{cast.task.id}/milestones", data=LINES)

    assert answer.status_code == 403


def test_a_supporting_unit_confirms_and_reports_its_part(cast: Cast, visit: Visit) -> None:
    lead = visit("zhouqiming")
    assert "国库股（配合）未签收" in lead.words
    assert "报送配合情况" not in lead.words

    page = visit("wuyajing").press("签收配合：国库股")
    assert "国库股（配合）已签收" in page.words
    page.press("报送配合情况", {"said": "已提供账户清单"})

    assert "已提供账户清单" in visit("zhouqiming").words
    assert cast.task.progress == 0
    assert cast.task.state == "in_progress"


def test_a_second_confirmation_is_409_and_an_empty_word_422(
    cast: Cast, visit: Visit, sign_in: SignIn
) -> None:
    first, second = visit("wuyajing"), visit("wuyajing")
    first.press("签收配合：国库股")

    assert second.press("签收配合：国库股").status == 409
    assert first.press("报送配合情况", {"said": " "}).status == 422
    assert "请写明配合情况" in first.words


def test_nobody_answers_for_a_part_that_is_not_his(cast: Cast, sign_in: SignIn) -> None:
    path = f"/tasks/{cast.task.id}/parts"

    assert sign_in("zhouqiming").post(f"{path}/{cast.other.id}/acknowledge").status_code == 403
    assert sign_in("wuyajing").post(f"{path}/{cast.section.id}/acknowledge").status_code == 404


def test_the_desk_of_a_supporting_unit_asks_for_its_confirmation(
    visit: Visit, sign_in: SignIn
) -> None:
    assert "配合事项待签收" in Browser(sign_in("wuyajing")).open("/desk").words
    visit("wuyajing").press("签收配合：国库股")

    assert "配合事项待签收" not in Browser(sign_in("wuyajing")).open("/desk").words
