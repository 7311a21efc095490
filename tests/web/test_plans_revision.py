"""The office imports a revised document, decides in the browser what is taken, and applies it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import NOW, TEXT, Office, complete, draft_of_text, make_office, only_plan
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange, Task
from tracker.services.issue_plan import issue_plan

SignIn = Callable[[str], FlaskClient]
REVISED = TEXT.replace("组织形式多样的", "每季度组织").replace("88200万元", "84000万元")
ADDED = "（三）防范财政风险。9月底前建立政府债务月报制度。\n"


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """A plan that binds."""
    plan = draft_of_text(office)
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()
    return plan


@pytest.fixture
def browser(plan: Plan, sign_in: SignIn) -> Browser:
    """The office's browser."""
    return Browser(sign_in("office"))


def bring(browser: Browser, text: str = REVISED, name: str = "修订稿.txt") -> Browser:
    """Import a revised document through the plan's page."""
    browser.open(f"/plans/{only_plan().id}")
    browser.open(browser.link("导入修订稿"))
    file = (io.BytesIO(text.encode()), name)
    return browser.press("导入并对照", {"file": file})


def boxes(browser: Browser) -> list[str]:
    return browser.values("chosen")


def task(words: str) -> Task:
    found = db.session.scalars(
        db.select(Task).where(Task.text.contains(words)).execution_options(populate_existing=True)
    )
    return found.one()


def test_the_changes_stand_side_by_side(browser: Browser) -> None:
    bring(browser)

    assert re.fullmatch(r"/plans/\d+/revisions/\d+", browser.path)
    assert "改动 3 处、移动 0 处、新增 0 处、删去 0 处" in browser.words
    assert "还有 3 处未定" in browser.words
    gone = [one.text_content() for one in browser.page.xpath("//td//div//del")]
    come = [one.text_content() for one in browser.page.xpath("//td//div//ins")]
    assert any("形式多样的" in words for words in gone)
    assert any("每季度" in words for words in come)
    assert "目标值：原为88200 万元 → 改为84000 万元" in browser.words


def test_all_is_taken_and_applied(browser: Browser) -> None:
    bring(browser)
    assert browser.button("应用修订稿").get("disabled") is not None

    browser.press("其余未定的全部采用")
    assert "采用 3 处，不采用 0 处，未定 0 处" in browser.words
    browser.press("应用修订稿")

    assert "修订稿已应用：有改动 3 处" in browser.words
    assert "每季度组织银企对接活动" in browser.words
    assert "84,000 万元" in browser.words
    assert "修订稿.txt 已应用" in browser.words
    page = browser.open(f"/tasks/{task('每季度').id}")
    assert "修订稿中的原文" in page.words
    assert "任务内容：组织形式多样的银企对接活动" in page.words
    marks = [mark.text_content() for mark in page.page.xpath("//blockquote/mark")]
    assert marks == [
        "组织形式多样的银企对接活动，加大首贷投放",
        "每季度组织银企对接活动，加大首贷投放",
    ]


def test_rows_are_declined_with_a_reason_and_opened_again(browser: Browser) -> None:
    bring(browser)
    first = boxes(browser)[0]

    browser.press("不采用", {"chosen": [first], "reason": "数字待县政府核定"})
    assert "不采用 1 处" in browser.words
    assert "数字待县政府核定" in browser.words
    browser.press("改回未定", {"chosen": [first]})

    assert "还有 3 处未定" in browser.words


def test_a_drop_without_a_reason_keeps_what_was_chosen(browser: Browser) -> None:
    bring(browser, TEXT.replace("加强行政事业单位资产盘活处置，提高配置效率。", ""))
    (only,) = boxes(browser)

    browser.press("采用", {"chosen": [only]})

    assert browser.status == 422
    assert "要写明撤销的理由" in browser.words
    assert browser.page.xpath("//input[@name='chosen'][@checked]/@value") == [only]
    browser.press("采用", {"chosen": [only], "reason": "并入市级统一部署"})
    browser.press("应用修订稿")
    assert task("资产盘活").state == "cancelled"


def test_what_is_new_is_given_to_somebody_first(browser: Browser, office: Office) -> None:
    bring(browser, TEXT + ADDED)
    browser.press("其余未定的全部采用")

    assert "没有牵头单位和责任人" in browser.words
    assert browser.button("应用修订稿").get("disabled") is not None
    browser.press("分派", {"chosen": boxes(browser), "lead_unit": str(office.treasury.id)})
    assert "牵头：国库股；责任人：黄少华" in browser.words
    browser.press("应用修订稿")

    assert task("月报制度").lead_unit_id == office.treasury.id


def test_a_day_that_does_not_exist_is_refused(browser: Browser) -> None:
    bring(browser, TEXT + ADDED)

    browser.press("分派", {"chosen": boxes(browser), "due_on": "2024-02-30"})

    assert browser.status == 422
    assert "不是日期" in browser.words


def test_filters_count_and_show(browser: Browser) -> None:
    bring(browser, REVISED + ADDED)

    browser.open(browser.link("新增"))
    assert len(browser.page.xpath("//tbody/tr")) == 1
    browser.open(browser.link("未变"))
    assert len(browser.page.xpath("//tbody/tr")) > 3
    browser.open(browser.link("删去"))
    assert "这一类没有条目" in browser.words


def test_two_of_the_office_do_not_overwrite_each_other(browser: Browser, sign_in: SignIn) -> None:
    bring(browser)
    first = boxes(browser)[0]
    other = Browser(sign_in("office2")).open(browser.path)
    other.press("采用", {"chosen": [first]})

    browser.press("不采用", {"chosen": [first], "reason": "再议"})

    assert browser.status == 409
    assert "刚被改过" in browser.words
    assert browser.page.xpath("//input[@name='reason']/@value") == ["再议"]


def test_an_application_that_others_overtook_is_stale(browser: Browser, sign_in: SignIn) -> None:
    bring(browser)
    browser.press("其余未定的全部采用")
    other = Browser(sign_in("office2")).open(browser.path)
    other.press("改回未定", {"chosen": [boxes(browser)[0]]})

    browser.press("应用修订稿")

    assert browser.status == 409
    assert db.session.scalars(db.select(PlanRevision.state)).one() == "draft"


def test_the_same_file_again_leads_to_the_same_revision(browser: Browser) -> None:
    path = bring(browser).path
    plan_id = only_plan().id
    browser.open(f"/plans/{plan_id}/revisions/new")

    browser.press("导入并对照", {"file": (io.BytesIO(REVISED.encode()), "副本.txt")})

    assert browser.path == path
    assert "已经导入过" in browser.words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "请选一个文件"),
        ({"text": "2025年财政工作计划\n（一）加强管理。完成清查工作。"}, "不是2024年计划的修订稿"),
        ({"text": "目录"}, "没有读出任务和目标值"),
    ],
)
def test_the_form_says_why_a_document_is_refused(
    browser: Browser, values: dict[str, str], said: str
) -> None:
    browser.open(f"/plans/{only_plan().id}/revisions/new")

    browser.press("导入并对照", values)

    assert browser.status == 422
    assert said in browser.words
    if "text" in values:
        (area,) = browser.page.xpath("//textarea")
        assert area.text.strip() == values["text"].strip()


def test_a_revision_is_set_aside_and_taken_up_again(browser: Browser) -> None:
    bring(browser)

    browser.press("作废", {"act": "drop"})
    assert "已作废" in browser.words
    assert browser.page.xpath("//input[@name='chosen']") == []
    browser.press("恢复")

    assert "还有 3 处未定" in browser.words
    browser.press("重新比对")
    assert "重新比对" in browser.words


def test_a_draft_is_sent_to_its_review(office: Office, sign_in: SignIn) -> None:
    draft = draft_of_text(office)
    db.session.commit()

    page = Browser(sign_in("office")).open(f"/plans/{draft.id}/revisions/new")

    assert page.path == f"/plans/{draft.id}/review"


def test_the_documents_stay_where_they_were(browser: Browser, sign_in: SignIn) -> None:
    bring(browser)
    link = browser.link("下载修订稿")
    head = sign_in("head")
    assert head.get(link).status_code == 404
    assert head.get(link.removesuffix("/document")).status_code == 403

    browser.press("其余未定的全部采用")
    browser.press("应用修订稿")

    assert head.get(link).data == REVISED.encode()
    assert "修订稿.txt 已应用" in Browser(head).open(f"/plans/{only_plan().id}").words
    assert sign_in("stranger").get(link).status_code == 404


def test_a_revision_of_another_plan_is_not_found(browser: Browser, office: Office) -> None:
    bring(browser)
    other = draft_of_text(office, TEXT + "\n")
    db.session.commit()
    number = browser.path.rpartition("/")[2]

    for path in (f"/plans/{other.id}/revisions/{number}", f"/plans/{only_id()}/revisions/999"):
        assert browser.open(path).status == 404


def only_id() -> int:
    return db.session.scalars(db.select(PlanRevision.plan_id)).one()


def test_an_unknown_act_is_refused(browser: Browser, sign_in: SignIn) -> None:
    path = bring(browser).path

    assert sign_in("office").post(f"{path}/rows", data={"act": "erase"}).status_code == 400
    assert sign_in("office").post(f"{path}/settle", data={"act": "erase"}).status_code == 400


def test_the_page_asks_as_much_of_the_database_whatever_the_plans_size(
    browser: Browser, sign_in: SignIn, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    many = "".join(f"第{n}项工作要在全县{n}个乡镇推开试点。" for n in range(1, 121))
    path = bring(browser, REVISED.replace("提高配置效率。", f"提高配置效率。{many}")).path
    client = sign_in("office")
    client.get(path)
    db.session.rollback()
    large = count_queries(lambda: client.get(path))
    rows = len(db.session.scalars(db.select(PlanRevisionChange)).all())
    db.session.execute(db.delete(PlanRevisionChange).where(PlanRevisionChange.kind == "added"))
    db.session.commit()

    assert rows > 100
    assert count_queries(lambda: client.get(path)) == large <= 30
    assert browser.open(f"{path}?page=2").status == 200
