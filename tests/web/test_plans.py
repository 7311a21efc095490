"""The office imports, reviews and issues a plan through the pages; others read what concerns them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import (
    NOW,
    TEXT,
    Office,
    complete,
    draft_of_text,
    fields_of,
    indicators_of,
    keys_of,
    make_office,
    only_plan,
    tasks_of,
)
from tracker.extensions import db
from tracker.models import TOP_UNIT, Plan
from tracker.services.issue_plan import issue_plan

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def browser(office: Office, sign_in: SignIn) -> Browser:
    """The office's browser."""
    return Browser(sign_in("office"))


@pytest.fixture
def plan(office: Office) -> Plan:
    """A draft that is there already."""
    plan = draft_of_text(office)
    db.session.commit()
    return plan


def send(browser: Browser, content: bytes, name: str = "计划.txt", **typed: str) -> Browser:
    """Send a file through the page."""
    browser.open("/plans/new")
    fields = {"file": [(io.BytesIO(content), name)], **typed}
    return browser.press("导入并核对", fields)  # type: ignore[arg-type]


# ------------------------------------------------------------------ import


def test_an_upload_becomes_a_draft_and_leads_to_its_review(browser: Browser) -> None:
    send(browser, TEXT.encode())

    assert browser.status == 200
    assert browser.path == f"/plans/{only_plan().id}/review"
    assert "5 项任务 · 3 个目标值 · 1 个缺数 · 5 项未分派" in browser.words


def test_pasted_text_is_read_as_well(browser: Browser) -> None:
    browser.open("/plans/new").press("导入并核对", {"text": TEXT})

    assert only_plan().title == "2024年财政工作计划"


def test_the_same_file_leads_to_the_plan_that_is_there(browser: Browser) -> None:
    send(browser, TEXT.encode())
    send(browser, TEXT.encode(), "改名.txt")

    assert only_plan().year == 2024
    assert browser.path.endswith("/review")
    assert "已经导入过，没有重复添加" in browser.words


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "空.txt", "空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "图.txt", "图片"),
        (b"\xff\xfe\xfd\x81\x80" * 9, "乱码.txt", ""),
        (b"MZ\x00", "程序.exe", "不支持"),
        (b"a" * 210_000, "大.txt", "上限"),
        (b"PK\x03\x04broken", "坏.docx", ""),
    ],
    ids=["empty", "picture", "encoding", "program", "oversized", "broken"],
)
def test_a_bad_file_gets_one_sentence_and_nothing_typed_is_lost(
    app: Flask, browser: Browser, content: bytes, name: str, words: str
) -> None:
    app.config["UPLOAD_MAX_BYTES"] = 100_000

    send(browser, content, name, year="2023")

    assert browser.status == 422
    assert words in browser.words
    assert len(browser.page.xpath("//*[@class='invalid-feedback']")) == 1
    assert browser.page.xpath("//input[@name='year']/@value") == ["2023"]
    assert db.session.scalars(db.select(Plan)).all() == []


@pytest.mark.parametrize("year", ["二〇二四", "24", "20240", "-1", "1e3"])
def test_a_year_that_is_none_keeps_the_text(browser: Browser, year: str) -> None:
    browser.open("/plans/new").press("导入并核对", {"text": TEXT, "year": year})

    assert browser.status == 422
    assert year in browser.page.xpath("//input[@name='year']/@value")
    assert TEXT.strip() in browser.page.xpath("string(//textarea[@name='text'])")


def test_a_file_and_a_text_together_are_refused(browser: Browser) -> None:
    send(browser, TEXT.encode(), text="别的")

    assert browser.status == 422
    assert "只能选一样" in browser.words


def test_nothing_at_all_is_refused(browser: Browser) -> None:
    browser.open("/plans/new").press("导入并核对", {})

    assert "请选一个文件" in browser.words


def test_a_long_text_is_pasted_whole(browser: Browser) -> None:
    text = TEXT + "组织开展税源调查，建立税源台账。\n" * 20_000

    browser.open("/plans/new").press("导入并核对", {"text": text})

    assert browser.status == 200


def test_a_unit_of_another_bureau_is_refused(make: Maker, browser: Browser) -> None:
    other = make.top("别的局")
    db.session.commit()

    browser.open("/plans/new").press("导入并核对", {"text": TEXT, "unit": str(other.id)})

    assert browser.status == 422
    assert db.session.scalars(db.select(Plan)).all() == []


# ------------------------------------------------------------------ review


def test_the_document_is_marked_where_it_was_read(browser: Browser, plan: Plan) -> None:
    page = browser.open(f"/plans/{plan.id}/review").page

    first = tasks_of(plan)[0]
    (task,) = page.xpath(f"//mark[@id='mark-task-{first.id}']")
    inner = [mark.get("class") for mark in task.xpath("./mark")]
    assert inner == ["goal", "gap"]
    assert re.sub(r"[任目]\d+", "", task.text_content()) == first.text
    assert task.xpath("./sup/a/@href") == [f"#row-task-{first.id}"]


def test_a_hostile_document_is_only_text(browser: Browser) -> None:
    hostile = TEXT.replace("提高配置效率", "<script>alert(1)</script>{{ 7*7 }}提高效率")

    send(browser, hostile.encode())

    assert browser.page.xpath("//section//script | //table//script") == []
    assert "{{ 7*7 }}" in browser.words


def test_all_rows_are_assigned_in_one_step(browser: Browser, office: Office, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review?show=unassigned")
    chosen = browser.values("chosen")

    browser.press("分派", {"chosen": chosen, "lead_unit": str(office.budget.id)})

    assert "已分派 5 项" in browser.words
    assert "0 项未分派" in browser.words
    assert browser.path.endswith("review?show=unassigned")
    db.session.expire_all()
    assert {row.owner_post_id for row in tasks_of(plan)} == {office.head.id}


def test_without_scripts_a_link_chooses_all_rows(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")

    browser.open(browser.link("选中全部"))

    assert len(browser.page.xpath("//tbody//input[@name='chosen'][@checked]")) == 8


def test_rows_are_shown_by_heading(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")
    second = browser.option("item", "全面加强金融监管")

    browser.open(f"/plans/{plan.id}/review?item={second}")

    assert len(browser.values("chosen")) == 4


@pytest.mark.parametrize("act", ["check", "merge", "drop"])
def test_a_step_can_be_taken_back(browser: Browser, plan: Plan, act: str) -> None:
    browser.open(f"/plans/{plan.id}/review")
    before = browser.values("chosen")
    words = {"check": "标为已核对", "merge": "合并", "drop": "不导入"}[act]

    browser.press(words, {"chosen": [row for row in before if "task" in row][:2]})
    assert browser.status == 200
    browser.press("撤销上一步")

    assert "已撤销" in browser.words
    assert browser.values("chosen") == before


def test_a_dropped_row_is_restored(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")
    first = browser.values("chosen")[0]

    browser.press("不导入", {"chosen": [first]})
    assert first not in keys_of(browser.answer.text)
    browser.press("恢复")

    assert first in keys_of(browser.answer.text)


def test_a_refused_step_keeps_what_was_chosen_and_typed(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")
    chosen = browser.values("chosen")[:2]

    browser.press("分派", {"chosen": chosen, "due_on": "2024-02-30"})

    assert browser.status == 422
    assert "2024-02-30" in browser.words
    assert browser.page.xpath("//input[@name='due_on']/@value") == ["2024-02-30"]
    assert len(browser.page.xpath("//input[@name='chosen'][@checked]")) == 2


def test_nothing_chosen_is_said(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review").press("不导入")

    assert browser.status == 422
    assert "先选中不导入的条目。" in browser.words


def test_what_somebody_else_changed_is_shown_beside_what_was_chosen(
    browser: Browser, office: Office, plan: Plan, sign_in: SignIn
) -> None:
    other = Browser(sign_in("office2")).open(f"/plans/{plan.id}/review")
    browser.open(f"/plans/{plan.id}/review")
    first = browser.values("chosen")[0]
    other.press("分派", {"chosen": [first], "lead_unit": str(office.treasury.id)})

    browser.press("分派", {"chosen": [first], "lead_unit": str(office.budget.id)})

    assert browser.status == 409
    assert "刚被改过" in browser.words
    assert "钱小燕" in browser.words
    assert browser.page.xpath("//select[@name='lead_unit']/option[@selected]/@value") == [
        str(office.budget.id)
    ]
    browser.press("分派", {})
    assert browser.status == 200
    assert tasks_of(plan)[0].lead_unit_id == office.budget.id


def test_a_task_is_split_where_the_cursor_stood(
    sign_in: SignIn, browser: Browser, plan: Plan
) -> None:
    client = sign_in("office")
    page = client.get(f"/plans/{plan.id}/review").text
    second = tasks_of(plan)[1]
    at = second.text.index("，")

    answer = client.post(
        f"/plans/{plan.id}/review/split",
        data=fields_of(page) | {"row": f"task-{second.id}", "at": str(at)},
    )

    assert answer.status_code == 302
    assert tasks_of(plan)[2].text == "提高配置效率"


@pytest.mark.parametrize("at", ["", "0", "-3", "99999999999", "x"])
def test_a_cursor_that_is_nowhere_splits_nothing(sign_in: SignIn, plan: Plan, at: str) -> None:
    client = sign_in("office")
    page = client.get(f"/plans/{plan.id}/review").text
    row = f"task-{tasks_of(plan)[1].id}"

    answer = client.post(
        f"/plans/{plan.id}/review/split", data=fields_of(page) | {"row": row, "at": at}
    )

    assert answer.status_code == 422
    assert "两边都要有字" in answer.text


@pytest.mark.parametrize("chosen", ["task-x", "task-999999", "person-1", ""])
def test_a_row_that_does_not_exist_is_refused(sign_in: SignIn, plan: Plan, chosen: str) -> None:
    client = sign_in("office")

    answer = client.post(
        f"/plans/{plan.id}/review/rows", data={"chosen": chosen, "act": "drop", "seen": ""}
    )

    assert answer.status_code in {409, 422}
    assert len(tasks_of(plan)) == 5


# ------------------------------------------------------------------ one row


def test_a_task_is_corrected_on_its_page(browser: Browser, office: Office, plan: Plan) -> None:
    task = tasks_of(plan)[1]
    browser.open(f"/plans/{plan.id}/review/tasks/{task.id}")

    browser.press(
        "保存",
        {
            "text": "盘活闲置资产",
            "due_on": "2024-09-30",
            "lead_unit": str(office.budget.id),
            "support": [str(office.treasury.id)],
            "checked": "y",
        },
    )

    assert browser.status == 200
    db.session.refresh(task)
    assert (task.text, task.due_inferred, task.checked) == ("盘活闲置资产", False, True)
    assert task.owner_post_id == office.head.id
    assert "配合：国库股" in browser.words


def test_the_next_row_follows(browser: Browser, plan: Plan) -> None:
    first, second = tasks_of(plan)[:2]

    browser.open(f"/plans/{plan.id}/review/tasks/{first.id}").press("保存，看下一项")

    assert browser.path == f"/plans/{plan.id}/review/tasks/{second.id}"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"target": "NaN"}, "不是普通数字"),
        ({"target": "12.345", "places": "2"}, "最多填 2 位小数"),
        ({"target": "一百"}, "不是数字"),
        ({"last_year": "1 2 3"}, "现有 3 个"),
        ({"last_year": "1 2 3 4 5 6 7 8 9 10 11 x"}, "上年12月"),
        ({"phasing": "quarters", "q1": "1"}, "四个季度都要填"),
        ({"phasing": "last_year"}, "不齐"),
        ({"name": " "}, "不能为空"),
        ({"unit": ""}, "计量单位"),
        ({"kind": "nonsense"}, ""),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_figure_that_cannot_be_taken_is_said_and_kept(
    browser: Browser, plan: Plan, typed: dict[str, str], words: str
) -> None:
    row = indicators_of(plan)[0]
    browser.open(f"/plans/{plan.id}/review/indicators/{row.id}")

    browser.press("保存", {**typed, "q2": "7"})

    assert browser.status == 422
    assert words in browser.words
    assert browser.page.xpath("//input[@name='q2']/@value") == ["7"]
    db.session.refresh(row)
    assert row.target == 88200


def test_twelve_months_are_pasted_from_a_sheet(browser: Browser, plan: Plan) -> None:
    row = indicators_of(plan)[0]
    pasted = "1,200\t1100\n1,000 900 800 700 600 500 400 300 200 —"

    browser.open(f"/plans/{plan.id}/review/indicators/{row.id}")
    browser.press("保存", {"last_year": pasted})

    db.session.refresh(row)
    assert row.last_year is not None
    assert (row.last_year[0], row.last_year[-1]) == (1200, None)


def test_a_stale_page_shows_both_and_goes_through_the_second_time(
    browser: Browser, plan: Plan, sign_in: SignIn
) -> None:
    row = indicators_of(plan)[0]
    path = f"/plans/{plan.id}/review/indicators/{row.id}"
    other = Browser(sign_in("office2")).open(path)
    browser.open(path)
    other.press("保存", {"target": "90000"})

    browser.press("保存", {"target": "95000"})

    assert browser.status == 409
    assert "95000" in browser.words
    assert "90000" in browser.words
    assert browser.page.xpath("//input[@name='target']/@value") == ["95000"]
    browser.press("保存")
    assert browser.status == 200
    db.session.refresh(row)
    assert row.target == 95000


@pytest.mark.parametrize(("kind", "word"), [("task", "补录任务"), ("target", "补录目标")])
def test_a_row_is_added_by_hand(browser: Browser, plan: Plan, kind: str, word: str) -> None:
    browser.open(f"/plans/{plan.id}/review")
    browser.open(browser.link(word))

    browser.press("保存", {"text": "建立税源台账", "name": "税源台账户数", "unit": "户"})

    assert browser.status == 200
    assert "已补录" in browser.words
    assert (len(tasks_of(plan)), len(indicators_of(plan))) == ((6, 3) if kind == "task" else (5, 4))


def test_a_task_is_made_a_target_from_its_page(browser: Browser, plan: Plan) -> None:
    task = tasks_of(plan)[1]

    browser.open(f"/plans/{plan.id}/review/tasks/{task.id}").press("改为目标值")

    assert browser.status == 200
    assert len(indicators_of(plan)) == 4


# ------------------------------------------------------------------ issue and tree


def test_issuing_names_its_consequences_and_leads_to_the_tree(
    browser: Browser, office: Office, plan: Plan
) -> None:
    complete(office, plan)
    db.session.commit()

    browser.open(f"/plans/{plan.id}/issue")
    assert "5 项任务、3 个指标将下达给 1 个单位、1 名责任人" in browser.words
    browser.press("下达 5 项任务、3 个指标")

    assert browser.path == f"/plans/{plan.id}"
    assert "已下达 5 项任务、3 个指标，涉及 1 个单位" in browser.words
    assert browser.open(f"/plans/{plan.id}/review").path == f"/plans/{plan.id}"


def test_an_incomplete_draft_says_what_is_missing(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/issue")

    assert "还差 6 处" in browser.words
    assert "任1、任2、任3、任4、任5：没有牵头单位和责任人" in browser.words
    assert browser.page.xpath("//form[contains(., '下达')]") == []


def test_a_draft_that_became_incomplete_is_not_issued(sign_in: SignIn, plan: Plan) -> None:
    answer = sign_in("office").post(f"/plans/{plan.id}/issue")

    assert answer.status_code == 422
    assert "缺目标值" in answer.text
    db.session.refresh(plan)
    assert plan.state == "draft"


def issued(office: Office, plan: Plan) -> None:
    complete(office, plan)
    tasks_of(plan)[0].lead_unit_id = office.treasury.id
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()


def test_everybody_sees_the_rows_of_their_own_scope(
    office: Office, plan: Plan, sign_in: SignIn
) -> None:
    issued(office, plan)

    own = Browser(sign_in("head2")).open(f"/plans/{plan.id}")
    everything = Browser(sign_in("office")).open(f"/plans/{plan.id}")

    assert "您范围内有 1 项任务、0 个指标" in own.words
    assert "提高配置效率" not in own.words
    assert "5 项任务、3 个指标" in everything.words
    listed = Browser(sign_in("head2")).open("/plans").page.xpath("//td[@data-label='任务']/text()")
    assert listed == ["1"]


def test_the_document_comes_back_byte_for_byte(browser: Browser, plan: Plan) -> None:
    answer = browser.open(f"/plans/{plan.id}/document").answer

    assert answer.data == TEXT.encode()
    assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("path", ["", "/review", "/issue", "/document"])
def test_a_draft_is_not_there_for_others(
    office: Office, plan: Plan, sign_in: SignIn, path: str
) -> None:
    office_only = path in {"/review", "/issue"}

    assert sign_in("head").get(f"/plans/{plan.id}{path}").status_code == (
        403 if office_only else 404
    )
    db.session.info.pop(TOP_UNIT, None)
    assert sign_in("stranger").get(f"/plans/{plan.id}{path}").status_code == 404


@pytest.mark.parametrize("path", ["rows", "split", "undo", "tasks/1", "indicators/1", "new/task"])
def test_a_stranger_changes_nothing(office: Office, plan: Plan, sign_in: SignIn, path: str) -> None:
    data = {"act": "drop", "chosen": f"task-{tasks_of(plan)[0].id}", "text": "改"}
    db.session.commit()
    assert sign_in("head").post(f"/plans/{plan.id}/review/{path}", data=data).status_code == 403
    db.session.info.pop(TOP_UNIT, None)
    assert sign_in("stranger").post(f"/plans/{plan.id}/review/{path}", data=data).status_code == 404


def test_a_row_of_another_plan_is_not_there(browser: Browser, office: Office, plan: Plan) -> None:
    other = draft_of_text(office, year=2025)
    db.session.commit()

    browser.open(f"/plans/{plan.id}/review/tasks/{tasks_of(other)[0].id}")

    assert browser.status == 404


def test_the_list_says_where_each_plan_stands(browser: Browser, plan: Plan) -> None:
    browser.open("/plans")

    assert "有 1 份草稿还没有下达" in browser.words
    assert browser.link("2024年财政工作计划") == f"/plans/{plan.id}/review"


# ------------------------------------------------------------------ queries


@pytest.mark.parametrize(
    "path", ["", "/{id}", "/{id}/review", "/{id}/issue", "/{id}/review/tasks/{task}"]
)
def test_queries_do_not_grow_with_rows(
    office: Office,
    sign_in: SignIn,
    count_queries: Callable[[Callable[[], object]], int],
    path: str,
) -> None:
    few = draft_of_text(office)
    many = draft_of_text(office, TEXT + "组织开展税源调查，建立税源台账。\n" * 40, year=2025)
    if path == "/{id}":
        for plan in (few, many):
            complete(office, plan)
            issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()
    client = sign_in("office")
    client.get("/plans")

    def queries(plan: Plan) -> int:
        url = f"/plans{path.format(id=plan.id, task=tasks_of(plan)[0].id)}"
        return count_queries(lambda: client.get(url))

    assert queries(many) == queries(few) <= 30
