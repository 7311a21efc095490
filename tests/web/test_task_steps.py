"""The life of a task as people walk it, button by button, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import Plan, PlanItem, Task, TaskUnit, Unit

SignIn = Callable[[str], FlaskClient]


@dataclass
class Cast:
    """A task of the budget section, and its bureau."""

    top: Unit
    section: Unit
    other: Unit
    plan: Plan
    task: Task


@pytest.fixture
def cast(make: Maker) -> Cast:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    head = make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    make.post(other, "head", make.person(top, "wuyajing", "吴雅静"), title="股长")
    make.post(section, "reporter", make.person(top, "chenxiaoyan", "陈晓燕"), title="联络员")
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"), title="督查办主任")
    plan = make.plan(top)
    task = make.task(plan, section, owner_post_id=head.id, due_on=date(2024, 6, 30))
    db.session.commit()
    return Cast(top, section, other, plan, task)


@pytest.fixture
def visit(sign_in: SignIn, cast: Cast) -> Callable[[str], Browser]:
    """Open the task's page as the person with this login."""
    return lambda login: Browser(sign_in(login)).open(f"/tasks/{cast.task.id}")


Visit = Callable[[str], Browser]


def test_a_task_is_walked_from_acknowledging_to_closing_out(visit: Visit) -> None:
    head = visit("zhouqiming").press("签收")
    assert "任务已签收。" in head.words
    head.press("开始办理")
    head.press("报送", {"progress": "60", "done": "初稿已成", "next_step": "征求意见"})
    assert "进展已报。" in head.words
    head.press("办结", {"said": "已印发，局字〔2024〕12号"})
    assert "已办结，待督查办核验销号。" in head.words

    office = visit("zhaowenbo").press("销号")

    assert "已办结并销号。" in office.words
    for words in ("已下达 → 已签收", "进度：60% → 100%", "局字〔2024〕12号", "下一步：征求意见"):
        assert words in office.words
    assert not office.page.xpath("//form[contains(@action, '/step')]")


def test_a_report_moves_an_acknowledged_task_on_and_says_how_it_stands(visit: Visit) -> None:
    page = visit("chenxiaoyan").press("签收")
    page.press("报送", {"progress": "12.5", "done": "调研三个乡镇", "obstacle": "口径未定"})

    assert "完成 12.50%，按日历应到 50.28%，落后 37.78 点" in page.words
    assert "卡在：口径未定" in page.words
    assert "办理中" in page.words


def test_a_second_report_of_the_month_is_a_correction_and_the_first_stays(visit: Visit) -> None:
    page = visit("zhouqiming").press("报送", {"progress": "60", "done": "报早了"})
    page.press("报送", {"progress": "40", "done": "实为四成"})

    assert page.words.index("40%（更正）") < page.words.index("报早了")
    assert "进度：60% → 40%" in page.words


def test_a_report_offers_what_was_reported_last(visit: Visit) -> None:
    page = visit("zhouqiming").press("报送", {"progress": "60", "done": "初稿"})

    assert page.page.xpath("//input[@name='progress']/@value") == ["60"]


def test_the_office_suspends_with_a_reason_and_resumes(cast: Cast, visit: Visit) -> None:
    office = visit("zhaowenbo").press("暂缓", {"said": "等上级文件"})

    assert "已暂缓，不再催办。" in office.words
    assert "等上级文件" in office.words
    assert "报送" not in visit("zhouqiming").words
    office.press("恢复办理", {"said": "文件已到"})
    assert cast.task.state == "in_progress"
    assert "已暂缓 → 办理中" in office.words


def test_a_cancelled_task_takes_nothing_more_and_keeps_its_history(
    cast: Cast, visit: Visit
) -> None:
    office = visit("zhaowenbo").press("撤销", {"said": "并入另一项"})

    assert "已撤销，不再催办。" in office.words
    assert "并入另一项" in office.words
    assert not office.page.xpath("//main//form[@method='post']")


@pytest.mark.parametrize("button", ["暂缓", "撤销"])
def test_without_a_reason_the_form_opens_again_and_says_so(
    cast: Cast, visit: Visit, button: str
) -> None:
    office = visit("zhaowenbo").press(button, {"said": " "})

    assert office.status == 422
    assert f"没有保存：{button}要写明理由" in office.words
    assert [one.get("id") for one in office.page.xpath("//details[@open and @data-ask]")] == [
        "step-suspended" if button == "暂缓" else "step-cancelled"
    ]
    assert cast.task.state == "issued"


def test_a_step_nobody_knows_is_refused(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("zhaowenbo").post(
        f"/tasks/{cast.task.id}/step", data={"version": cast.task.version, "target": "flying"}
    )

    assert (answer.status_code, cast.task.state) == (422, "issued")


def test_a_step_that_came_too_late_shows_both_states_and_keeps_the_reason(visit: Visit) -> None:
    office, head = visit("zhaowenbo"), visit("zhouqiming")
    head.press("签收")

    office.press("暂缓", {"said": "等上级文件"})

    assert office.status == 409
    assert "周启明" in office.words
    row = office.page.xpath("//tr[th='状态']")[0].text_content().split()
    assert row == ["状态", "已暂缓", "已签收"]
    assert office.page.xpath("string(//textarea[@id='said-suspended'])").strip() == "等上级文件"
    assert office.press("暂缓").status == 200


def test_an_adjustment_that_came_too_late_shows_both_deadlines(cast: Cast, visit: Visit) -> None:
    late, fast = visit("zhaowenbo"), visit("zhaowenbo")
    fast.press("保存调整", {"due_on": "2024-08-31", "why": "先到"})

    late.press("保存调整", {"due_on": "2024-09-30", "why": "后到"})

    assert late.status == 409
    assert late.page.xpath("//tr[th='时限']")[0].text_content().split() == [
        "时限",
        "2024-09-30",
        "2024-08-31",
    ]
    assert late.page.xpath("//input[@name='due_on']/@value") == ["2024-09-30"]
    assert cast.task.due_on == date(2024, 8, 31)


def test_the_office_hands_a_task_to_another_unit(cast: Cast, visit: Visit) -> None:
    office = visit("zhaowenbo")
    values = {
        "lead_unit": office.option("lead_unit", "国库股"),
        "owner_post": office.option("owner_post", "国库股"),
        "reporter_post": office.option("reporter_post", "陈晓燕"),
        "why": "职责调整",
    }
    office.press("保存调整", values)

    assert "已调整 3 处。" in office.words
    assert "牵头单位：预算股 → 国库股" in office.words
    assert "填报岗位：未定 → 预算股 联络员" in office.words
    assert office.words.count("职责调整") == 3
    assert visit("wuyajing").status == 200


def test_an_adjustment_that_adjusts_nothing_says_so(cast: Cast, visit: Visit) -> None:
    office = visit("zhaowenbo").press("保存调整", {"why": "看看"})

    assert "没有变动。" in office.words
    assert "下达以来没有变动。" in office.words


def test_a_deadline_does_not_come_before_the_beginning(cast: Cast, visit: Visit) -> None:
    cast.task.start_on = date(2024, 5, 1)
    db.session.commit()

    office = visit("zhaowenbo").press("保存调整", {"due_on": "2024-04-30", "why": "提前"})

    assert office.status == 422
    assert "时限不能早于开始的日子" in office.words


def test_a_task_without_unit_or_owner_is_not_saved_without(make: Maker, visit: Visit) -> None:
    office = visit("zhaowenbo").press(
        "保存调整", {"lead_unit": "0", "owner_post": "0", "why": "空"}
    )

    assert office.status == 422
    assert "要有牵头单位" in office.words
    assert "要有责任岗位" in office.words


def test_the_closed_month_of_a_plan_takes_no_report(make: Maker, cast: Cast, visit: Visit) -> None:
    make.cycle(cast.plan, 4, opens_on=date(2024, 4, 1), closed_at=cast.plan.imported_at)
    db.session.commit()

    page = visit("zhouqiming").press("报送", {"progress": "60", "done": "迟了一步"})

    assert page.status == 422
    assert "4月已封账，不能再报进展" in page.words
    assert "迟了一步" in page.words


def test_a_task_of_another_unit_is_not_there_for_a_reporter(
    make: Maker, cast: Cast, sign_in: SignIn
) -> None:
    make.post(cast.other, "reporter", make.person(cast.top, "stranger"))
    db.session.commit()
    browser = sign_in("stranger")

    assert browser.get(f"/tasks/{cast.task.id}").status_code == 404
    for what in ("report", "step", "assign"):
        answer = browser.post(f"/tasks/{cast.task.id}/{what}", data={"version": cast.task.version})
        assert answer.status_code in {403, 404}


def test_the_page_names_headings_helpers_and_indicators(
    make: Maker, cast: Cast, visit: Visit
) -> None:
    task, common = cast.task, {"top_unit_id": cast.top.id}
    chapter = PlanItem(**common, plan_id=cast.plan.id, position=1, number="一、", title="制度建设")
    db.session.add(chapter)
    db.session.flush()
    task.item_id = chapter.id
    db.session.add(TaskUnit(**common, task_id=task.id, unit_id=cast.other.id, part="supporting"))
    make.indicator(cast.plan, cast.section, name="三公经费", task_id=task.id, target=None)
    db.session.commit()

    page = visit("zhouqiming")

    assert "一、制度建设" in page.words
    assert "国库股（配合）未签收 吴雅静" in page.words
    assert "三公经费" in page.words
    assert "目标未定" in page.words


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"due_on": None, "first_due_on": None}, "没有完成时限"),
        ({"due_on": date(2024, 4, 1)}, "今天到期"),
        ({"due_on": date(2024, 3, 29)}, "逾期 3 天"),
        ({"start_on": date(2024, 5, 1)}, "未到开始时间"),
    ],
)
def test_the_sentence_says_how_much_time_there_is(
    cast: Cast, visit: Visit, values: dict[str, object], says: str
) -> None:
    for name, value in values.items():
        setattr(cast.task, name, value)
    db.session.commit()

    assert says in visit("zhouqiming").words


def test_several_tasks_are_acknowledged_from_the_register(
    make: Maker, cast: Cast, sign_in: SignIn
) -> None:
    second = make.task(cast.plan, cast.section, text="第二项")
    going = make.task(cast.plan, cast.section, text="第三项", state="in_progress")
    db.session.commit()
    page = Browser(sign_in("zhouqiming")).open("/tasks")

    page.press("签收", {"chosen": [str(cast.task.id), str(second.id), str(going.id)]})

    assert "已签收 2 项任务。另有 1 项不需要您签收，没有变动。" in page.words
    assert [cast.task.state, second.state, going.state] == [
        "acknowledged",
        "acknowledged",
        "in_progress",
    ]


def test_acknowledging_nothing_asks_to_choose_and_keeps_the_filter(
    cast: Cast, sign_in: SignIn
) -> None:
    page = Browser(sign_in("zhouqiming")).open("/tasks?view=new")

    page.press("签收")

    assert "没有选中任务，请先勾选。" in page.words
    assert "view=new" in page.path
