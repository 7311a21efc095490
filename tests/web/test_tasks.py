"""The page of one task: what each role may do, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Task, TaskEvent, TaskReport, TaskUnit
from tracker.services import audit

SignIn = Callable[[str], FlaskClient]


@dataclass
class Cast:
    """One task of the budget section, and who has to do with it."""

    task: Task
    other_post_id: int


@pytest.fixture
def cast(make: Maker) -> Cast:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    head = make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    treasurer = make.post(other, "head", make.person(top, "wuyajing", "吴雅静"), title="股长")
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"), title="督查办主任")
    leader = make.post(top, "leader", make.person(top, "liminghua", "李明华"), title="副局长")
    make.charge(leader, section)
    plan = make.plan(
        top, text="一、重点工作。\n完善制度。修订公务接待与公车管理办法。抓好落实。\n二、保障措施。"
    )
    task = make.task(
        plan,
        section,
        owner_post_id=head.id,
        start=plan_text_start(),
        end=plan_text_start() + len("修订公务接待与公车管理办法"),
        due_on=date(2024, 6, 30),
    )
    db.session.add(TaskUnit(top_unit_id=top.id, task_id=task.id, unit_id=other.id))
    db.session.commit()
    return Cast(task, treasurer.id)


def plan_text_start() -> int:
    return len("一、重点工作。\n完善制度。")


def post(browser: FlaskClient, task: Task, what: str, **fields: object) -> int:
    version = fields.pop("version", task.version)
    answer = browser.post(f"/tasks/{task.id}/{what}", data={"version": version, **fields})
    return answer.status_code


def step(browser: FlaskClient, task: Task, target: str, said: str = "") -> int:
    return post(browser, task, "step", target=target, said=said)


def events(task: Task, what: str = "state") -> list[tuple[str, str, str]]:
    rows = db.session.scalars(
        select(TaskEvent)
        .where(TaskEvent.task_id == task.id, TaskEvent.what == what)
        .order_by(TaskEvent.id)
    )
    return [(event.before, event.after, event.why) for event in rows]


def test_the_sentence_stands_in_its_paragraph(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("zhouqiming").get(f"/tasks/{cast.task.id}").text

    assert "完善制度。<mark>修订公务接待与公车管理办法</mark>。抓好落实。" in page
    assert "保障措施" not in page


def test_a_task_goes_its_straight_way(sign_in: SignIn, cast: Cast) -> None:
    task, head, office = cast.task, sign_in("zhouqiming"), sign_in("zhaowenbo")

    assert step(head, task, "acknowledged") == 302
    assert post(head, task, "report", progress="40", done="初稿已成") == 302
    assert step(head, task, "finished", "办法已印发，局字〔2024〕12号") == 302
    assert step(office, task, "closed_out", "核验无误") == 302

    assert [after for _, after, _ in events(task)] == [
        "acknowledged",
        "in_progress",
        "finished",
        "closed_out",
    ]
    assert (task.progress, task.finished_on) == (Decimal(100), date(2024, 4, 1))
    assert audit.broken_links(task.top_unit_id) == []


def test_a_returned_task_is_where_it_was_before_it_was_finished(
    sign_in: SignIn, cast: Cast
) -> None:
    task, head, office = cast.task, sign_in("zhouqiming"), sign_in("zhaowenbo")
    post(head, task, "report", progress="85", done="已送审")
    step(head, task, "finished", "办法已印发")

    assert step(office, task, "returned", "没有附印发稿") == 302

    assert (task.state, task.progress, task.finished_on) == ("returned", Decimal(85), None)
    assert "没有附印发稿" in head.get(f"/tasks/{task.id}").text
    assert "退回：修订公务接待与公车管理办法" in head.get("/").text


@pytest.mark.parametrize(
    ("login", "target", "said", "status", "says"),
    [
        ("zhouqiming", "finished", "办好了", 409, "任务已下达，不能改为已办结"),
        ("zhouqiming", "cancelled", "不办了", 403, "撤销由督查办办理"),
        ("zhaowenbo", "cancelled", "", 422, "撤销要写明理由"),
        ("zhaowenbo", "acknowledged", "", 403, "签收由联络员、责任人办理"),
        ("liminghua", "suspended", "缓一缓", 403, "暂缓由督查办办理"),
        ("zhaowenbo", "draft", "", 409, "不能改为草稿"),
        ("wuyajing", "acknowledged", "", 403, "签收由联络员、责任人办理"),
    ],
)
def test_a_step_that_is_not_in_the_table_is_refused(
    sign_in: SignIn, cast: Cast, login: str, target: str, said: str, status: int, says: str
) -> None:
    answer = sign_in(login).post(
        f"/tasks/{cast.task.id}/step",
        data={"version": cast.task.version, "target": target, "said": said},
    )

    assert (answer.status_code, says in answer.text) == (status, True)
    assert (cast.task.state, events(cast.task)) == ("issued", [])


def test_finishing_says_what_was_done(sign_in: SignIn, cast: Cast) -> None:
    head = sign_in("zhouqiming")
    post(head, cast.task, "report", progress="90", done="已送审")

    answer = head.post(
        f"/tasks/{cast.task.id}/step",
        data={"version": cast.task.version, "target": "finished", "said": "  "},
    )

    assert answer.status_code == 422
    assert "办结要写明做了什么" in answer.text


@pytest.mark.parametrize("progress", ["101", "-1", "NaN", "一半", "", "12.345"])
def test_a_wrong_progress_keeps_what_was_typed(sign_in: SignIn, cast: Cast, progress: str) -> None:
    answer = sign_in("zhouqiming").post(
        f"/tasks/{cast.task.id}/report",
        data={"version": cast.task.version, "progress": progress, "done": "征求了十三个单位意见"},
    )

    assert answer.status_code == 422
    assert "征求了十三个单位意见" in answer.text
    assert db.session.scalars(select(TaskReport)).all() == []


def test_a_report_takes_full_width_figures_and_a_sign(sign_in: SignIn, cast: Cast) -> None:
    assert (
        post(
            sign_in("zhouqiming"),
            cast.task,
            "report",
            progress="\uff14\uff10\uff0e\uff15%",
            done="初稿",
        )
        == 302
    )
    assert cast.task.progress == Decimal("40.5")


def test_a_supporting_unit_reads_but_does_not_report(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("wuyajing")

    assert browser.get(f"/tasks/{cast.task.id}").status_code == 200
    assert post(browser, cast.task, "report", progress="40", done="代报") == 403


def test_a_stale_form_shows_both_versions_and_keeps_the_words(sign_in: SignIn, cast: Cast) -> None:
    task, head = cast.task, sign_in("zhouqiming")
    seen = task.version
    post(head, task, "report", progress="40", done="初稿已成")

    answer = head.post(
        f"/tasks/{task.id}/report",
        data={"version": seen, "progress": "55", "done": "另一个窗口里写的话"},
    )

    assert answer.status_code == 409
    assert "您打开之后，这项任务已有改动" in answer.text
    assert answer.text.count("另一个窗口里写的话") == 2
    assert "55%" in answer.text
    assert task.progress == Decimal(40)


def test_after_a_conflict_the_same_form_can_be_sent_again(sign_in: SignIn, cast: Cast) -> None:
    task, head = cast.task, sign_in("zhouqiming")
    post(head, task, "report", version=0, progress="55", done="再报一次")

    assert (
        f'name="version" type="hidden" value="{task.version}"' in head.get(f"/tasks/{task.id}").text
    )
    assert post(head, task, "report", progress="55", done="再报一次") == 302


def test_the_office_moves_a_deadline_and_the_first_one_stays(sign_in: SignIn, cast: Cast) -> None:
    task = cast.task
    fields = {
        "lead_unit": task.lead_unit_id,
        "owner_post": cast.other_post_id,
        "reporter_post": 0,
        "leader_post": 0,
        "due_on": "2024-09-30",
        "why": "等市局口径",
    }

    assert post(sign_in("zhaowenbo"), task, "assign", **fields) == 302

    assert (task.due_on, task.first_due_on) == (date(2024, 9, 30), date(2024, 6, 30))
    assert events(task, "due") == [("2024-06-30", "2024-09-30", "等市局口径")]
    assert events(task, "owner") == [("预算股 股长", "国库股 股长", "等市局口径")]
    page = sign_in("zhouqiming").get(f"/tasks/{task.id}").text
    assert "原定 6月30日（周日）" in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due_on": "2024-02-30"}, "不是日期"),
        ({"due_on": "2025-01-10"}, "时限应在2024年之内"),
        ({"due_on": ""}, "请填写时限"),
        ({"owner_post": 0}, "要有责任岗位"),
        ({"owner_post": 987654}, "所选岗位不存在或已停用"),
        ({"lead_unit": 987654}, "所选单位不存在"),
        ({"why": ""}, "请写明调整的理由"),
    ],
)
def test_a_wrong_assignment_is_refused_with_a_sentence(
    sign_in: SignIn, cast: Cast, changes: dict[str, object], says: str
) -> None:
    task = cast.task
    fields = {
        "version": task.version,
        "lead_unit": task.lead_unit_id,
        "owner_post": task.owner_post_id,
        "reporter_post": 0,
        "leader_post": 0,
        "due_on": "2024-06-30",
        "why": "调整",
    }

    answer = sign_in("zhaowenbo").post(f"/tasks/{task.id}/assign", data=fields | changes)

    assert (answer.status_code, says in answer.text) == (422, True)
    assert task.due_on == date(2024, 6, 30)


def test_the_page_asks_a_fixed_number_of_questions(
    sign_in: SignIn, cast: Cast, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    browser, path = sign_in("zhaowenbo"), f"/tasks/{cast.task.id}"
    browser.get(path)
    db.session.commit()
    few = count_queries(lambda: browser.get(path))
    for month in range(1, 4):
        db.session.add(
            TaskReport(
                top_unit_id=cast.task.top_unit_id,
                task_id=cast.task.id,
                year=2024,
                month=month,
                revision=1,
                progress=Decimal(month),
                at=datetime(2024, month, 28, tzinfo=UTC),
            )
        )
        db.session.add(
            TaskEvent(
                top_unit_id=cast.task.top_unit_id,
                task_id=cast.task.id,
                at=datetime(2024, month, 28, tzinfo=UTC),
                what="progress",
                before="0",
                after=str(month),
            )
        )
    db.session.commit()

    assert count_queries(lambda: browser.get(path)) == few


@pytest.mark.parametrize(
    ("what", "fields", "typed"),
    [
        ("step", {"target": "suspended", "said": "等上级政策明确"}, "等上级政策明确"),
        ("assign", {"lead_unit": 0, "due_on": "2024-09-30", "why": "等口径"}, "等口径"),
    ],
)
def test_the_office_too_gets_both_versions(
    sign_in: SignIn, cast: Cast, what: str, fields: dict[str, object], typed: str
) -> None:
    seen = cast.task.version
    step(sign_in("zhouqiming"), cast.task, "acknowledged")

    answer = sign_in("zhaowenbo").post(
        f"/tasks/{cast.task.id}/{what}", data={"version": seen, **fields}
    )

    assert answer.status_code == 409
    assert answer.text.count(typed) == 2
    assert "周启明" in answer.text
    assert cast.task.state == "acknowledged"


def test_a_late_assignment_shows_every_field_in_which_the_two_differ(
    sign_in: SignIn, cast: Cast
) -> None:
    task = cast.task
    seen, owner = task.version, task.owner_post_id
    fields = {"lead_unit": task.lead_unit_id, "reporter_post": 0, "leader_post": 0}
    theirs = {"owner_post": cast.other_post_id, "due_on": "2024-09-30", "why": "先改的"}
    post(sign_in("zhaowenbo"), task, "assign", **fields, **theirs)

    answer = sign_in("zhaowenbo").post(
        f"/tasks/{task.id}/assign",
        data=fields | {"version": seen, "owner_post": owner, "due_on": "2024-08-31", "why": "后改"},
    )

    assert answer.status_code == 409
    rows = [
        " ".join(cell.text_content().strip() for cell in row.xpath("./th | ./td"))
        for row in html.fromstring(answer.text).xpath("(//table[caption])[1]//tbody/tr")
    ]
    assert rows == [
        "责任岗位 预算股 股长（周启明） 国库股 股长（吴雅静）",
        "时限 2024-08-31 2024-09-30",
        "理由 后改 见“历史”",
    ]


def test_steps_and_reports_of_another_year_say_the_year(
    sign_in: SignIn, cast: Cast, set_clock: Callable[[str], None]
) -> None:
    head = sign_in("zhouqiming")
    step(head, cast.task, "acknowledged")
    post(head, cast.task, "report", progress="40", done="初稿已成")
    set_clock("2025-01-10T10:00:00")

    page = sign_in("zhouqiming").get(f"/tasks/{cast.task.id}").text

    assert "2024年4月1日" in page
    assert re.search(r"2024年\d月：40%", page)
