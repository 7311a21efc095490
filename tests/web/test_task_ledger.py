"""The register of tasks: views, filters, order, pages, several at a time, files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, OutboxMessage, PlanItem, Post, Task, Unit

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]


@pytest.fixture
def section(make: Maker) -> Unit:
    """A section with its head, and the office beside it."""
    top = make.top()
    section = make.unit(top, "预算股")
    make.post(section, "head", make.person(top, "zhouqiming", "周启明"))
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"))
    make.plan(top)
    db.session.commit()
    return section


def add(make: Maker, section: Unit, text: str, **values: object) -> Task:
    from tracker.models import Plan

    plan = db.session.scalars(select(Plan).where(Plan.top_unit_id == section.top_unit_id)).one()
    task = make.task(plan, section, text=text, **values)
    db.session.commit()
    return task


def listed(browser: FlaskClient, address: str = "/tasks") -> list[str]:
    """Return the tasks of the page, in its order."""
    page = browser.get(address).text
    return re.findall(r'<a href="/tasks/\d+">([^<]+)</a>', page)


def test_open_tasks_come_by_their_day_and_the_others_after_them(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    add(make, section, "年底的", due_on=date(2024, 12, 31))
    add(make, section, "办完的", due_on=date(2024, 1, 31), state="closed_out")
    add(make, section, "逾期的", due_on=date(2024, 3, 1))

    assert listed(sign_in("zhouqiming")) == ["逾期的", "年底的", "办完的"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("view=overdue", ["逾期"]),
        ("view=month", ["本月"]),
        ("view=new", ["未签收"]),
        ("view=done", ["办完"]),
        ("state=acknowledged", ["逾期"]),
        ("light=blue", ["办完"]),
        ("q=本月", ["本月"]),
        ("q=%25", []),
        ("q=_", []),
        ("from=2024-04-01&to=2024-04-30", ["本月"]),
        ("due=past", ["逾期", "办完"]),
        ("view=nonsense&state=nonsense&from=2024-02-31", ["逾期", "本月", "未签收", "办完"]),
    ],
)
def test_a_view_or_filter_shows_what_it_names(
    make: Maker, section: Unit, sign_in: SignIn, query: str, found: list[str]
) -> None:
    add(make, section, "逾期", due_on=date(2024, 3, 29), state="acknowledged")
    add(make, section, "本月", due_on=date(2024, 4, 30), state="in_progress")
    add(make, section, "未签收", due_on=date(2024, 11, 30))
    add(make, section, "办完", due_on=date(2024, 2, 1), state="closed_out", progress=Decimal(100))

    assert listed(sign_in("zhouqiming"), f"/tasks?{query}") == found


def test_filters_by_unit_take_what_is_below_and_by_item_too(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    below = make.unit(section, "预算一组")
    task = add(make, below, "下级单位的任务")
    chapter = PlanItem(
        top_unit_id=task.top_unit_id,
        plan_id=task.plan_id,
        position=1,
        number="（一）",
        title="收支",
    )
    db.session.add(chapter)
    db.session.flush()
    part = PlanItem(
        top_unit_id=task.top_unit_id,
        plan_id=task.plan_id,
        position=2,
        title="收入",
        parent_id=chapter.id,
        level=2,
    )
    db.session.add(part)
    db.session.flush()
    task.item_id = part.id
    add(make, section, "别的任务")
    browser = sign_in("zhaowenbo")

    assert listed(browser, f"/tasks?unit={below.id}") == ["下级单位的任务"]
    assert listed(browser, f"/tasks?unit={section.id}") == ["下级单位的任务", "别的任务"]
    assert listed(browser, f"/tasks?item={chapter.id}") == ["下级单位的任务"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("progress", ["低", "高"]),
        ("-progress", ["高", "低"]),
        ("light", ["低", "高"]),
        ("plan", ["高", "低"]),
    ],
)
def test_the_order_is_what_the_address_says(
    make: Maker, section: Unit, sign_in: SignIn, sort: str, order: list[str]
) -> None:
    add(make, section, "高", state="in_progress", progress=Decimal(90))
    add(make, section, "低", state="in_progress", progress=Decimal(1))

    assert listed(sign_in("zhouqiming"), f"/tasks?sort={sort}") == order


def test_pages_hold_twenty_five_and_say_which(make: Maker, section: Unit, sign_in: SignIn) -> None:
    for number in range(27):
        add(make, section, f"任务{number:02}")
    browser = sign_in("zhouqiming")

    assert len(listed(browser)) == 25
    assert listed(browser, "/tasks?page=2") == ["任务25", "任务26"]
    assert "第 26–27 项，共 27 项" in browser.get("/tasks?page=999").text


def test_heads_acknowledge_several_and_only_their_own(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    mine, also = add(make, section, "一"), add(make, section, "二")
    theirs = add(make, make.unit(section, "别的股", level="section"), "三")
    other = make.unit(db.session.get_one(Unit, section.top_unit_id), "国库股")
    theirs.lead_unit_id = other.id
    db.session.commit()

    answer = sign_in("zhouqiming").post(
        "/tasks/acknowledge", data={"chosen": [mine.id, also.id, theirs.id]}
    )

    assert answer.status_code == 302
    assert [task.state for task in (mine, also, theirs)] == [
        "acknowledged",
        "acknowledged",
        "issued",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@cmd", "\t=1", "＝1"])
def test_files_hold_no_formula(make: Maker, section: Unit, sign_in: SignIn, text: str) -> None:
    add(make, section, text, progress=Decimal("52.5"), state="in_progress")
    browser = sign_in("zhaowenbo")

    book = openpyxl.load_workbook(
        io.BytesIO(browser.post("/tasks/export", data={"format": "xlsx"}).data)
    )
    sheet = book.active
    assert sheet is not None
    cell = sheet.cell(2, 4)
    assert (cell.data_type, str(cell.value).strip()) == ("s", text.strip())
    assert sheet.cell(2, 11).value == 52.5

    rows = list(
        csv.reader(
            io.StringIO(
                browser.post("/tasks/export", data={"format": "csv"}).data.decode("utf-8-sig")
            )
        )
    )
    assert not rows[1][3].startswith(("=", "+", "-", "@", "\t", "＝"))


def test_a_file_holds_what_the_page_is_filtered_by_and_is_recorded(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    add(make, section, "要的", due_on=date(2024, 3, 1))
    add(make, section, "不要的")

    body = (
        sign_in("zhaowenbo")
        .post("/tasks/export", data={"format": "csv", "view": "overdue"})
        .data.decode("utf-8-sig")
    )

    assert "不要的" not in body
    assert len(body.splitlines()) == 2
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert entry.detail == {"format": "csv", "rows": 1}


def test_another_section_s_tasks_are_in_no_list_count_or_file(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    other = make.unit(db.session.get_one(Unit, section.top_unit_id), "国库股")
    add(make, other, "别人的任务")
    browser = sign_in("zhouqiming")

    assert "别人的任务" not in browser.get("/tasks").text
    assert "共 0 项" not in browser.get("/tasks").text
    assert "0 项任务" in browser.get("/tasks").text
    assert "别人的任务" not in browser.post("/tasks/export", data={"format": "csv"}).text


def test_the_register_asks_a_fixed_number_of_questions(
    make: Maker, section: Unit, sign_in: SignIn, count_queries: Count
) -> None:
    add(make, section, "一")
    browser = sign_in("zhaowenbo")
    browser.get("/tasks")
    db.session.commit()
    few = count_queries(lambda: browser.get("/tasks"))
    for number in range(30):
        add(make, make.unit(section, f"组{number}"), f"任务{number}")

    assert count_queries(lambda: browser.get("/tasks")) == few


def test_old_years_are_within_reach_and_what_they_left_undone_in_sight(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    add(make, section, "今年的")
    old = make.plan(make_top(section), year=2023, title="2023年财政工作计划")
    for text, state in (("去年办完的", "closed_out"), ("去年没办完的", "in_progress")):
        make.task(old, section, text=text, state=state)
    db.session.commit()
    browser = sign_in("zhouqiming")

    assert listed(browser) == ["去年没办完的", "今年的"]
    assert listed(browser, "/tasks?year=2023") == ["去年没办完的", "去年办完的"]
    assert len(listed(browser, "/tasks?year=all")) == 3
    assert "2024年和往年未销号" in browser.get("/tasks").text
    assert "view=done&amp;year=2023" in browser.get("/tasks?year=2023").text


def make_top(section: Unit) -> Unit:
    return db.session.get_one(Unit, section.top_unit_id)


def test_days_of_ones_own_are_a_filter_that_stays_in_the_form(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    add(make, section, "三月的", due_on=date(2024, 3, 15))
    add(make, section, "五月的", due_on=date(2024, 5, 15))
    browser = sign_in("zhouqiming")

    assert 'type="date"' not in browser.get("/tasks").text
    page = browser.get("/tasks?due=own&from=2024-05-01&to=2024-05-31").text

    assert re.findall(r'<a href="/tasks/\d+">([^<]+)</a>', page) == ["五月的"]
    assert 'value="2024-05-01"' in page
    assert '<option value="own" selected>自选日期</option>' in page
    assert listed(browser, "/tasks?due=own&from=2024-05-31&to=2024-05-01") == ["五月的"]
    assert listed(browser, "/tasks?due=&from=2024-05-01&to=2024-05-31") == ["三月的", "五月的"]


def test_an_own_span_goes_on_with_the_order_and_the_export(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    add(make, section, "三月的", due_on=date(2024, 3, 15))
    page = sign_in("zhouqiming").get("/tasks?from=2024-03-01").text

    assert "/tasks?due=own&amp;from=2024-03-01&amp;sort=progress" in page
    assert '<input type="hidden" name="from" value="2024-03-01">' in page


def test_the_office_presses_for_several_tasks_at_once(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    owner = db.session.scalars(select(Post).where(Post.unit_id == section.id)).one()
    tasks = [
        add(make, section, text, owner_post_id=owner.id, state="in_progress")
        for text in ("起草", "核查")
    ]
    done = add(make, section, "办完", state="finished")
    over = add(make, section, "销了", state="closed_out")
    browser = sign_in("zhaowenbo")
    page = browser.get("/tasks").text
    assert f'value="{tasks[0].id}"' in page
    assert not re.search(rf'name="chosen"\s+value="{over.id}"', page)

    answer = browser.post(
        "/tasks/remind",
        data={"chosen": [task.id for task in (*tasks, done)], "view": "all"},
        follow_redirects=True,
    )

    assert "已催办 2 项任务：邮件发给周启明。" in answer.text
    (mail,) = db.session.scalars(select(OutboxMessage)).all()
    assert "12月31日（周二）到期" in mail.text
    again = browser.post(f"/tasks/{tasks[0].id}/remind", follow_redirects=True)
    assert "周启明今天已催办过，没有再发。" in again.text


def test_without_a_choice_nobody_is_pressed(section: Unit, sign_in: SignIn) -> None:
    answer = sign_in("zhaowenbo").post("/tasks/remind", follow_redirects=True)

    assert "没有选中任务" in answer.text


def test_who_answers_for_tasks_does_not_press(make: Maker, section: Unit, sign_in: SignIn) -> None:
    task = add(make, section, "起草")
    browser = sign_in("zhouqiming")

    assert browser.post(f"/tasks/{task.id}/remind").status_code == 403
    assert "催办" not in browser.get(f"/tasks/{task.id}").text.replace("不再催办", "")


def test_a_task_that_is_over_is_not_pressed_for(
    make: Maker, section: Unit, sign_in: SignIn
) -> None:
    task = add(make, section, "办完", state="finished")

    answer = sign_in("zhaowenbo").post(f"/tasks/{task.id}/remind", follow_redirects=True)

    assert "没有催办：没有在办的任务，不用催办。" in answer.text
