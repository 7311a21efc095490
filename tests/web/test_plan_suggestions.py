"""The page of proposals: each with its reason, taken or declined by hand, stale ones refused with nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import NOW, Office, draft_of_text, indicators_of, make_office, tasks_of
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.extensions import db
from tracker.models import Indicator, IndicatorDefinition, Plan
from tracker.services.edit_definition import add_definition

Count = Callable[[Callable[[], object]], int]
SignIn = Callable[[str], FlaskClient]
LINE = "加快暂付款清理消化第{0}批。第{0}批贷款余额达到350亿元。"
LIBRARY_TEXT = "2024年工作计划\n（一）抓好金融。贷款余额达到350亿元。\n"
TEXT = "2024年财政工作计划\n（一）抓好收入。加快暂付款清理消化。规范政府债务限额管理。\n"


@pytest.fixture
def office(make: Maker) -> Office:
    office = make_office(make)
    office.treasury.duties = "管理国库集中支付；负责存量资金盘活和暂付款清理消化。"
    office.budget.duties = "编制县级预算草案，承担政府债务限额管理。"
    db.session.commit()
    return office


@pytest.fixture
def plan(office: Office) -> Plan:
    plan = draft_of_text(office, TEXT)
    db.session.commit()
    return plan


@pytest.fixture
def browser(office: Office, sign_in: SignIn) -> Browser:
    return Browser(sign_in("office"))


def define(office: Office, name: str = "贷款余额", unit: str = "万元") -> IndicatorDefinition:
    values = DefinitionValues("", name, (), unit, Kind.STOCK, Polarity.HIGHER, 0)
    definition = add_definition(unit=office.top, values=values, person_id=None, now=NOW)
    db.session.commit()
    return definition


@pytest.fixture
def loans(office: Office) -> Indicator:
    """A draft's indicator in 亿元, and a definition of its name in 万元."""
    define(office)
    plan = draft_of_text(office, LIBRARY_TEXT)
    db.session.commit()
    return indicators_of(plan)[0]


def target_page(loans: Indicator) -> str:
    return f"/plans/{loans.plan_id}/review/indicators/{loans.id}"


def key_for(browser: Browser, words: str) -> str:
    """Return the checkbox in the line with these words."""
    (key,) = browser.page.xpath(f"//tr[contains(., '{words}')]//input[@name='chosen']/@value")
    return str(key)


def test_the_review_leads_to_proposals_that_say_why(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/review")

    browser.open(browser.link("建议"))

    assert "有 2 条建议。采用之前，什么都不会改。" in browser.words
    assert "国库股 单位职责中有“暂付款清理消化”" in browser.words


def test_only_the_chosen_ones_are_taken(browser: Browser, plan: Plan, office: Office) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")

    browser.press("采用", {"chosen": [key_for(browser, "国库股")]})

    assert "已采用 1 条建议" in browser.words
    assert "国库股" not in [*browser.page.xpath("//td//b/text()")]
    db.session.expire_all()
    assert [task.lead_unit_id for task in tasks_of(plan)] == [office.treasury.id, None]


def test_a_declined_one_is_gone_for_good(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")

    browser.press("不采用", {"chosen": [key_for(browser, "国库股")]})

    assert "1 条建议不采用，不再提出。" in browser.words
    assert "有 1 条建议" in browser.words


def test_choosing_nothing_is_said(browser: Browser, plan: Plan) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")

    browser.press("采用")

    assert browser.status == 422
    assert "先选中要采用的建议。" in browser.words


def test_a_row_that_somebody_changed_meanwhile_is_refused_and_the_choice_kept(
    browser: Browser, plan: Plan, office: Office
) -> None:
    browser.open(f"/plans/{plan.id}/suggestions")
    first, second = key_for(browser, "国库股"), key_for(browser, "预算股")
    tasks_of(plan)[0].lead_unit_id = office.budget.id
    db.session.commit()

    browser.press("采用", {"chosen": [first, second]})

    assert browser.status == 409
    assert "别人已改过" in browser.words
    assert browser.page.xpath("//input[@name='chosen' and @checked]/@value") == [second]


def test_without_grounds_the_page_says_so(browser: Browser, office: Office) -> None:
    plan = draft_of_text(office, "2024年工作计划\n（一）绿化。植树造林。\n")
    db.session.commit()

    assert "没有可提的建议" in browser.open(f"/plans/{plan.id}/suggestions").words


def test_another_bureaus_office_finds_nothing(plan: Plan, office: Office, sign_in: SignIn) -> None:
    assert sign_in("stranger").get(f"/plans/{plan.id}/suggestions").status_code == 404


def test_queries_do_not_grow_with_the_rows(
    browser: Browser, office: Office, count_queries: Count
) -> None:
    def draft(lines: int) -> str:
        text = "".join(LINE.format(number) for number in range(lines))
        plan = draft_of_text(office, f"2024年工作计划\n（一）抓好收入。{text}\n")
        db.session.commit()
        return f"/plans/{plan.id}/suggestions"

    define(office, name="第1批贷款余额")
    few, many = draft(2), draft(30)

    assert count_queries(lambda: browser.open(few)) == count_queries(lambda: browser.open(many))


def test_the_library_is_a_group_of_its_own(browser: Browser, loans: Indicator) -> None:
    browser.open(f"/plans/{loans.plan_id}/suggestions")
    assert "按指标库“贷款余额”：万元、时点数、越高越好、取整数 名称相同；现为亿元" in browser.words

    browser.press("采用", {"chosen": [key_for(browser, "按指标库")]})

    assert "已采用 1 条建议" in browser.words
    assert "没有可提的建议" in browser.words
    db.session.refresh(loans)
    assert (loans.unit, loans.target) == ("万元", Decimal(3_500_000))


def test_a_definition_that_was_corrected_meanwhile_is_not_taken_unseen(
    browser: Browser, loans: Indicator
) -> None:
    browser.open(f"/plans/{loans.plan_id}/suggestions")
    definition = db.session.scalars(db.select(IndicatorDefinition)).one()
    definition.unit = "元"
    db.session.commit()

    browser.press("采用", {"chosen": [key_for(browser, "按指标库")]})

    assert browser.status == 409
    assert "按指标库“贷款余额”：元、" in browser.words


class TestTheTargetsPage:
    def test_it_says_what_the_library_has_and_takes_it(
        self, browser: Browser, loans: Indicator
    ) -> None:
        browser.open(target_page(loans))
        assert (
            "指标库：贷款余额 万元、时点数、越高越好、取整数（名称相同） 现为亿元" in browser.words
        )

        browser.press("采用指标库的定义")

        assert browser.path == target_page(loans)
        assert "已按指标库“贷款余额”修改" in browser.words
        assert "与指标库一致" in browser.words
        db.session.refresh(loans)
        assert (loans.unit, loans.target) == ("万元", Decimal(3_500_000))
        browser.open(f"/plans/{loans.plan_id}/review").press("撤销")
        db.session.refresh(loans)
        assert (loans.unit, loans.target) == ("亿元", Decimal(350))

    def test_what_was_typed_is_saved_with_it(self, browser: Browser, loans: Indicator) -> None:
        browser.open(target_page(loans))

        browser.press("采用指标库的定义", {"target": "360"})

        db.session.refresh(loans)
        assert (loans.unit, loans.target) == ("万元", Decimal(3_600_000))

    def test_what_cannot_be_typed_is_said_and_nothing_is_taken(
        self, browser: Browser, loans: Indicator
    ) -> None:
        browser.open(target_page(loans))

        browser.press("采用指标库的定义", {"target": "三百"})

        assert browser.status == 422
        db.session.refresh(loans)
        assert (loans.unit, loans.target) == ("亿元", Decimal(350))

    def test_what_somebody_changed_meanwhile_is_not_overwritten(
        self, browser: Browser, loans: Indicator
    ) -> None:
        browser.open(target_page(loans))
        loans.name = "各项贷款余额"
        db.session.commit()

        browser.press("采用指标库的定义")

        assert browser.status == 409
        db.session.refresh(loans)
        assert loans.unit == "亿元"

    def test_a_definition_that_is_gone_is_said(self, browser: Browser, loans: Indicator) -> None:
        browser.open(target_page(loans))

        browser.press("采用指标库的定义", {"definition": "987654"})

        assert browser.status == 422
        assert "指标库里没有这个指标" in browser.words

    def test_one_that_cannot_be_says_why(self, browser: Browser, office: Office) -> None:
        define(office, unit="户")
        plan = draft_of_text(office, LIBRARY_TEXT)
        db.session.commit()

        browser.open(target_page(indicators_of(plan)[0]))

        assert "不能换算" in browser.words
        assert not browser.page.xpath("//button[@value='adopt']")

    def test_enter_saves_and_adopts_nothing(self, browser: Browser, loans: Indicator) -> None:
        browser.open(target_page(loans))

        first = browser.page.xpath("(//main//form//button[@type='submit'])[1]/@value")

        assert first == ["save"]

    def test_a_name_that_the_library_does_not_have_says_nothing(
        self, browser: Browser, loans: Indicator
    ) -> None:
        loans.name = "植树面积"
        db.session.commit()

        assert "指标库：" not in browser.open(target_page(loans)).words
