"""The office reviews a draft: its rows together, and one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import (
    TEXT,
    Office,
    draft_of_text,
    fields_of,
    indicators_of,
    keys_of,
    make_office,
    tasks_of,
)
from tracker.extensions import db
from tracker.models import Plan

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

    browser.open("/plans/new").press("导入并核对", {"text": hostile})

    assert browser.page.xpath("//section//script | //table//script") == []
    assert "{{ 7*7 }}" in browser.words


def test_targets_without_a_figure_are_left_open_in_one_step(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review?show=gaps")

    browser.press("暂不设目标", {"chosen": browser.values("chosen")})

    assert "1 项暂不设目标" in browser.words
    assert "0 个缺数" in browser.words
    browser.press("撤销上一步：1 项暂不设目标")
    assert "1 个缺数" in browser.words


def test_only_targets_that_lack_a_figure_are_left_open(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review?show=tasks")

    browser.press("暂不设目标", {"chosen": browser.values("chosen")})

    assert browser.status == 422
    assert "先选中缺数的目标" in browser.words


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


def test_a_cursor_inside_a_target_splits_the_task_around_it(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("office")
    page = client.get(f"/plans/{plan.id}/review").text
    target = indicators_of(plan)[1]

    answer = client.post(
        f"/plans/{plan.id}/review/split",
        data=fields_of(page) | {"row": f"indicator-{target.id}", "at": "4"},
    )

    assert answer.status_code == 302
    assert [task.text for task in tasks_of(plan)][:2] == [
        "全年税收收入88200万元，非税收入",
        "XX万元",
    ]


def test_a_target_of_no_task_is_not_split(sign_in: SignIn, browser: Browser, plan: Plan) -> None:
    target = indicators_of(plan)[0]
    target.task_id = None
    db.session.commit()
    client = sign_in("office")
    page = client.get(f"/plans/{plan.id}/review").text

    answer = client.post(
        f"/plans/{plan.id}/review/split",
        data=fields_of(page) | {"row": f"indicator-{target.id}", "at": "4"},
    )

    assert answer.status_code == 422
    assert "只有任务可以拆分" in answer.text


def test_a_balance_without_its_opening_figure_is_pointed_out(browser: Browser, plan: Plan) -> None:
    indicators_of(plan)[0].kind = "stock"
    db.session.commit()

    browser.open(f"/plans/{plan.id}/review")

    assert "没有年初数，进度无法判断" in browser.words


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


def test_a_figure_and_its_growth_are_merged_and_the_baseline_is_offered(
    browser: Browser, plan: Plan
) -> None:
    level, _, growth = indicators_of(plan)
    growth.target = growth.rate = Decimal(5)
    db.session.commit()
    browser.open(f"/plans/{plan.id}/review")

    browser.press("合并", {"chosen": [f"indicator-{level.id}", f"indicator-{growth.id}"]})

    assert "已合并为一个指标" in browser.words
    assert "88,200 万元（增长5%）" in browser.words
    browser.open(f"/plans/{plan.id}/review/indicators/{level.id}")
    assert "基期数是 84,000 万元" in browser.words
    browser.press("填入这个基期数")
    db.session.expire_all()
    assert (level.baseline, level.target) == (84000, 88200)
    assert "填入这个基期数" not in browser.words


def test_the_growth_of_a_figure_that_is_not_known_yet_stays_in_sight(
    browser: Browser, plan: Plan
) -> None:
    _, masked, growth = indicators_of(plan)
    browser.open(f"/plans/{plan.id}/review")

    browser.press("合并", {"chosen": [f"indicator-{masked.id}", f"indicator-{growth.id}"]})

    (row,) = browser.page.xpath(f"//tr[@id='row-indicator-{masked.id}']")
    assert "缺数增长14%" in "".join(row.text_content().split())


def test_a_task_and_a_target_do_not_merge(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")
    task, target = f"task-{tasks_of(plan)[0].id}", f"indicator-{indicators_of(plan)[0].id}"

    browser.press("合并", {"chosen": [task, target]})

    assert browser.status == 422
    assert "任务和目标不能合在一起" in browser.words


def test_the_fields_of_a_target_stand_as_one_reads_them(browser: Browser, plan: Plan) -> None:
    target = indicators_of(plan)[0]
    page = browser.open(f"/plans/{plan.id}/review/indicators/{target.id}").page

    names = page.xpath("//form[@novalidate]//*[self::input or self::select]/@name")
    wanted = ["name", "measure", "target", "unit", "rate", "base", "baseline"]
    assert [name for name in names if name in wanted] == wanted


def test_title_and_year_of_a_draft_are_corrected(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")
    browser.open(browser.link("改名称、年度"))
    assert browser.press("保存", {"title": "新计划", "year": "24"}).status == 422
    assert browser.page.xpath("//input[@name='title']/@value") == ["新计划"]

    browser.press("保存", {"title": "2025年财政工作要点", "year": "2025年"})

    assert "名称和年度已保存。" in browser.words
    assert "2025年财政工作要点" in browser.words
    browser.press("撤销上一步")
    assert "2025年财政工作要点" not in browser.words


def test_a_refused_title_says_why_and_stays(browser: Browser, plan: Plan) -> None:
    path = f"/plans/{plan.id}/review/plan"
    browser.open(path).press("保存", {"year": "1990"})
    assert (browser.status, "2000 到 2099" in browser.words) == (422, True)

    browser.open(path).press("保存", {"title": "新名", "version": "999"})
    assert (browser.status, "别人已改过这份计划" in browser.words) == (409, True)
    plan.state = "issued"
    db.session.commit()

    assert "名称和年度不能再改" in browser.open(path).words
