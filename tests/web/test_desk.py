"""The desk of each role: what one owes, what goes wrong in one's charge, and nothing of the plan for administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Person, Plan, Unit
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]
NOW = datetime(2024, 4, 1, 10, tzinfo=UTC)


@pytest.fixture
def bureau(make: Maker) -> Unit:
    """A bureau with two sections, its people, and a plan whose March is open until 3 April."""
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    make.post(section, "head", make.person(top, "zhouqiming", "周启明"))
    make.post(other, "head", make.person(top, "wuyajing", "吴雅静"))
    leader = make.post(top, "leader", make.person(top, "liminghua", "李明华"))
    make.charge(leader, section)
    make.post(top, "chief", make.person(top, "liangzhiyuan", "梁志远"))
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"))
    plan = make.plan(top)
    for month in range(1, 13):
        make.cycle(plan, month)
    db.session.commit()
    return section


def plan_of(unit: Unit) -> Plan:
    return db.session.scalars(select(Plan).where(Plan.top_unit_id == unit.top_unit_id)).one()


def reported(make: Maker, unit: Unit, name: str, *months: str) -> Indicator:
    """An indicator of 120,000 with what was reported from January on."""
    indicator = make.indicator(plan_of(unit), unit, name=name)
    for month, amount in enumerate(months, start=1):
        make.report(indicator, month, amount)
    refresh_standings(indicators=[indicator], now=NOW)
    db.session.commit()
    return indicator


def test_a_head_reads_what_is_owed_by_when(make: Maker, bureau: Unit, sign_in: SignIn) -> None:
    reported(make, bureau, "税收收入", "10000", "10000", "10000")
    reported(make, bureau, "非税收入", "10000", "10000")
    make.task(plan_of(bureau), bureau)
    db.session.commit()

    page = sign_in("zhouqiming").get("/").text

    assert "3月填报：已填 1 / 3，4月3日（周三）截止，还有 2 个工作日" in page
    assert "还差 2 项" in page
    assert "继续填报" in page


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("2024-04-03T09:00", "4月3日（周三）截止，就是今天"),
        ("2024-04-07T09:00", "4月3日（周三）已截止，逾期 4 天"),
    ],
)
def test_the_last_day_and_the_days_after_say_so(
    make: Maker,
    bureau: Unit,
    sign_in: SignIn,
    set_clock: Callable[[str], None],
    clock: str,
    words: str,
) -> None:
    reported(make, bureau, "税收收入", "10000", "10000")
    set_clock(clock)

    assert words in sign_in("zhouqiming").get("/desk").text


def test_an_older_month_that_lacks_something_comes_first(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    indicator = make.indicator(plan_of(bureau), bureau)
    make.report(indicator, 1, "10000")
    make.report(indicator, 3, "10000")
    db.session.commit()

    page = sign_in("zhouqiming").get("/").text

    assert page.index("2月填报：已填 0 / 1") < page.index("3月填报：已填 1 / 1")


def test_each_indicator_says_what_the_month_must_bring(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    reported(make, bureau, "非税收入", "8000", "9000")

    page = sign_in("zhouqiming").get("/").text

    assert "3月需完成" in page
    assert "13,000" in page  # 30,000 for the quarter less 17,000


def test_in_january_the_month_must_bring_its_plan(
    make: Maker, bureau: Unit, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    make.indicator(plan_of(bureau), bureau, name="税收收入")
    db.session.commit()
    set_clock("2024-01-26T10:00")

    page = sign_in("zhouqiming").get("/")

    assert need_of(page.text, "税收收入", "1月") == "10,000"


def test_desk_and_sheet_say_the_same_need(make: Maker, bureau: Unit, sign_in: SignIn) -> None:
    reported(make, bureau, "非税收入", "8000", "9000")
    cap = make.indicator(plan_of(bureau), bureau, name="三公经费", polarity="lower")
    make.report(cap, 1, "10000")
    make.report(cap, 2, "10000")
    db.session.commit()
    browser = sign_in("zhouqiming")
    desk, sheet = browser.get("/").text, browser.get("/reports?month=2024-03").text

    for name in ("非税收入", "三公经费"):
        assert need_of(desk, name, "3月") == need_of(sheet, name, "3月") != "—"


def need_of(page: str, name: str, month: str) -> str:
    """What a page says that a month of an indicator must bring."""
    rows = html.fromstring(page).xpath(f"//tr[th[@scope='row']/a[normalize-space()='{name}']]")
    return str(rows[0].xpath(f"td[@data-label='{month}需完成']")[0].text_content().strip())


def test_what_needs_a_hand_comes_by_day(make: Maker, bureau: Unit, sign_in: SignIn) -> None:
    plan = plan_of(bureau)
    make.task(plan, bureau, text="下周到期", state="in_progress", due_on=date(2024, 4, 8))
    make.task(plan, bureau, text="逾期三天", state="in_progress", due_on=date(2024, 3, 29))
    make.task(plan, bureau, text="刚下达的", due_on=date(2024, 12, 31))
    make.task(plan, bureau, text="年底到期", state="in_progress", due_on=date(2024, 12, 31))
    db.session.commit()

    page = sign_in("zhouqiming").get("/").text

    assert page.index("今天 · 4月1日（周一）") < page.index("逾期 3 天：逾期三天")
    assert page.index("待签收：刚下达的") < page.index("到期：下周到期")
    assert "到期：年底到期" not in page


def test_a_leader_reads_lights_changes_and_the_worst_of_the_charge(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    reported(make, bureau, "税收收入", "10000", "10000", "10000")
    reported(make, bureau, "非税收入", "10000", "10000", "100")
    other = db.session.scalars(select(Unit).where(Unit.name == "国库股")).one()
    reported(make, other, "别人分管的", "1", "1", "1")

    page = sign_in("liminghua").get("/").text

    assert "分管 2 项指标：绿 1、黄 1；较上月：转黄 1（非税收入）。" in page
    assert "落后计划 8.25 点" in page
    assert "别人分管的" not in page


def test_nothing_turned_is_said_too(make: Maker, bureau: Unit, sign_in: SignIn) -> None:
    reported(make, bureau, "税收收入", "10000", "10000", "10000")

    assert "较上月没有变化" in sign_in("liangzhiyuan").get("/").text


def test_the_office_reads_who_has_not_reported_and_what_waits(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    reported(make, bureau, "税收收入", "10000", "10000")
    make.task(
        plan_of(bureau),
        bureau,
        text="等着核验",
        state="finished",
        finished_on=date(2024, 3, 20),
        start_on=date(2024, 1, 1),
    )
    make.plan(
        db.session.get_one(Unit, bureau.top_unit_id),
        title="2025年财政工作计划",
        state="draft",
        year=2025,
    )
    db.session.commit()

    page = sign_in("zhaowenbo").get("/").text

    assert "全局 1 项指标" in page
    assert "3月填报：已报 0 / 1，未报 1 个单位（预算股 1）。" in page
    assert "2025年财政工作计划" in page
    assert "等着核验" in page


def test_several_posts_give_sections_one_after_another(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    both = make.person(db.session.get_one(Unit, bureau.top_unit_id), "both")
    make.post(bureau, "reporter", both)
    make.post(db.session.get_one(Unit, bureau.top_unit_id), "chief", both)
    reported(make, bureau, "税收收入", "10000", "10000")

    page = sign_in("both").get("/").text

    assert page.index("3月填报：已填 0 / 1") < page.index("全局 1 项指标")


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("system_admin", "运行情况"),
        ("security_admin", "个账号"),
        ("auditor", "今天有 1 条记录"),
    ],
)
def test_an_administrator_starts_plainly_and_sees_no_plan(
    make: Maker, bureau: Unit, sign_in: SignIn, role: str, says: str
) -> None:
    top = db.session.get_one(Unit, bureau.top_unit_id)
    make.post(top, role, make.person(top, "admin"))
    reported(make, bureau, "税收收入", "100")

    page = sign_in("admin").get("/").text

    assert says in page
    assert "税收收入" not in page


@pytest.mark.parametrize("login", ["zhouqiming", "liminghua", "zhaowenbo"])
def test_the_desk_asks_a_fixed_number_of_questions(
    make: Maker, bureau: Unit, sign_in: SignIn, count_queries: Count, login: str
) -> None:
    reported(make, bureau, "税收收入", "100", "100")
    make.task(plan_of(bureau), bureau, state="returned")
    db.session.commit()
    browser = sign_in(login)
    browser.get("/")
    db.session.commit()
    few = count_queries(lambda: browser.get("/"))
    for number in range(20):
        reported(make, bureau, f"指标{number}", "100", "100")
        make.task(plan_of(bureau), bureau, state="returned", progress=Decimal(number))
    db.session.commit()

    assert count_queries(lambda: browser.get("/")) == few


def test_the_security_administrator_reads_who_is_locked_and_who_has_no_post(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    top = db.session.get_one(Unit, bureau.top_unit_id)
    make.post(top, "security_admin", make.person(top, "security", "秦守义"))
    make.person(top, "newcomer", "何秋萍")
    locked = db.session.scalars(select(Person).where(Person.login == "wuyajing")).one()
    locked.locked_until = datetime(2024, 4, 1, 2, 15, tzinfo=UTC)
    db.session.commit()

    page = sign_in("security").get("/").text

    assert "7 个账号：1 个账号锁定，1 人没有岗位，登录不了。" in page
    assert "锁定到 10:15" in page
    assert "何秋萍" in page


def test_a_leader_without_indicators_is_told_so(bureau: Unit, sign_in: SignIn) -> None:
    assert "还没有已下达的指标。" in sign_in("liminghua").get("/").text


def test_nobody_has_reported_is_not_all_is_well(make: Maker, bureau: Unit, sign_in: SignIn) -> None:
    browser = sign_in("liminghua")
    assert "计划下达后，滞后的会列在这里。" in browser.get("/").text

    make.indicator(plan_of(bureau), bureau)
    db.session.commit()
    page = browser.get("/").text
    assert "是否滞后要等填报后才知道" in page
    assert "都在计划线上" not in page

    reported(make, bureau, "税收收入", "10000", "10000", "10000")
    assert "已报的 1 项都在计划线上，另有 1 项未报、未到时或无目标。" in browser.get("/").text


def test_the_desk_counts_as_lagging_what_the_board_lists(
    make: Maker, bureau: Unit, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    reported(make, bureau, "税收收入", "10000", "10000", "100")
    reported(make, bureau, "非税收入", "10000", "10000")
    set_clock("2024-04-08T10:00")
    browser = sign_in("liminghua")

    assert "全部 2 项滞后" in browser.get("/").text
    assert "2 项指标中 2 项滞后" in browser.get("/lagging").text


def test_when_all_is_known_and_well_it_says_so(make: Maker, bureau: Unit, sign_in: SignIn) -> None:
    reported(make, bureau, "税收收入", "10000", "10000", "10000")

    assert "1 项都在计划线上。" in sign_in("liminghua").get("/").text


def test_leader_and_chief_read_which_tasks_lag_and_who_has_not_reported(
    make: Maker, bureau: Unit, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    other = db.session.scalars(select(Unit).where(Unit.name == "国库股")).one()
    reported(make, bureau, "税收收入", "10000", "10000")
    reported(make, other, "别人分管的", "10000")
    make.task(plan_of(bureau), bureau, text="逾期的", due_on=date(2024, 3, 31))
    make.task(plan_of(bureau), other, text="别人逾期的", due_on=date(2024, 3, 31))
    db.session.commit()
    set_clock("2024-04-08T10:00")

    leader, chief = sign_in("liminghua").get("/").text, sign_in("liangzhiyuan").get("/").text

    assert "逾期 8 天" in leader
    assert "3月填报：已报 0 / 2，未报 1 个单位（预算股 2）。" in leader
    assert "项未报，最早的逾期" in leader
    assert "别人逾期的" not in leader
    assert "国库股" not in leader
    assert "别人逾期的" in chief
    assert "国库股" in chief


def test_a_month_that_was_closed_before_it_was_reported_stays_on_the_desk(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    indicator = make.indicator(plan_of(bureau), bureau)
    make.report(indicator, 2, "10000")
    for cycle in db.session.scalars(select(Cycle).where(Cycle.month.in_((1, 2)))):
        cycle.closed_at = NOW
    db.session.commit()

    page = sign_in("zhouqiming").get("/").text

    assert "已封账未报：1月 1 项。封账的月份不能自己补报，请联系督查办赵文博" in page
    assert "2月 1 项" not in page


def test_more_than_three_that_turned_are_named_in_part(
    make: Maker, bureau: Unit, sign_in: SignIn
) -> None:
    for name in ("甲", "乙", "丙", "丁"):
        reported(make, bureau, name, "10000", "10000", "100")

    assert "转黄 4（甲、乙、丙等）" in sign_in("liminghua").get("/").text
