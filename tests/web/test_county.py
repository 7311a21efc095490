"""A county's board adds up its bureaus, a city's its counties: worst first, with a way down and up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Plan, Unit
from tracker.queries.unit_groups import unit_groups
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]
NOW = datetime(2024, 4, 10, tzinfo=UTC)
GOOD, BEHIND, BAD = "40000", "28000", "5000"


class County:
    """A county with a finance bureau of two sections and an education bureau; each bureau has its plan."""

    def __init__(self, make: Maker) -> None:
        self.make = make
        self.top = make.top("青岭县")
        self.top.level = "county"
        make.post(self.top, "office", make.person(self.top, "office", "赵文博"))
        self.finance = make.unit(self.top, "财政局", level="bureau")
        self.school = make.unit(self.top, "教育局", level="bureau")
        self.budget = make.unit(self.finance, "预算股")
        self.tax = make.unit(self.finance, "税政股")
        leader = make.post(self.top, "leader", make.person(self.top, "leader"))
        make.charge(leader, self.finance)
        self.plans = {unit.id: self.plan(unit) for unit in (self.top, self.finance, self.school)}
        self.add(self.finance, self.budget, "支出进度", GOOD)
        self.add(self.finance, self.tax, "税收收入", BAD)
        self.add(self.finance, self.tax, "非税收入", BEHIND)
        self.add(self.school, self.school, "新建学位", BEHIND)
        self.add(self.top, self.top, "地区生产总值", GOOD)

    def plan(self, unit: Unit) -> Plan:
        plan = self.make.plan(self.top, title=f"{unit.name}计划")
        plan.unit_id = unit.id
        for month in range(1, 5):
            self.make.cycle(plan, month)
        return plan

    def add(self, owner: Unit, lead: Unit, name: str, by_march: str) -> None:
        indicator = self.make.indicator(self.plans[owner.id], lead, name=name)
        for month, amount in ((1, "0"), (2, "0"), (3, by_march)):
            self.make.report(indicator, month, amount)
        refresh_standings(indicators=[indicator], now=NOW)
        db.session.commit()


@pytest.fixture
def county(make: Maker) -> County:
    return County(make)


@pytest.fixture
def office(county: County, sign_in: SignIn, set_clock: Callable[[str], None]) -> FlaskClient:
    set_clock("2024-04-10T10:00:00")
    return sign_in("office")


def table(answer: Any) -> dict[str, list[str]]:
    page = html.fromstring(answer.text)
    rows = page.xpath("//*[@id='groups']//tbody/tr | //*[@id='groups']//tfoot/tr")
    return {
        row.xpath("th")[0].text_content().strip(): [
            cell.text_content().strip() for cell in row.xpath("td")
        ]
        for row in rows
    }


def heat(answer: Any) -> list[str]:
    return [
        head.text_content().strip()
        for head in html.fromstring(answer.text).xpath("//table[@id='heat-units']/tbody/tr/th")
    ]


def test_bureaus_are_added_up_with_the_worst_first(office: FlaskClient) -> None:
    board = office.get("/lagging")

    assert table(board) == {
        # red, yellow, grey, green, blue, lagging, share, at risk, all
        "财政局": ["1", "1", "—", "1", "—", "2", "66.7%", "1", "3"],
        "教育局": ["—", "1", "—", "—", "—", "1", "100.0%", "—", "1"],
        "青岭县本级": ["—", "—", "—", "1", "—", "—", "0.0%", "—", "1"],
        "合计": ["1", "2", "—", "2", "—", "3", "60.0%", "1", "5"],
    }
    assert heat(board) == ["财政局", "教育局", "青岭县本级"]
    assert "5 项指标中 3 项滞后" in board.text


def test_a_bureau_opens_into_its_sections_and_leads_back(
    county: County, office: FlaskClient
) -> None:
    board = office.get(f"/lagging?unit={county.finance.id}")

    assert list(table(board)) == ["税政股", "预算股", "合计"]
    assert heat(board) == ["税政股", "预算股"]
    up = html.fromstring(board.text).xpath("//*[@id='groups']/p/a")
    assert [(link.text, link.get("href")) for link in up] == [("青岭县", "/lagging")]


def test_the_cells_lead_to_their_rows(county: County, office: FlaskClient) -> None:
    page = html.fromstring(office.get("/lagging").text)
    (red,) = page.xpath("//*[@id='groups']//tbody/tr[1]/td[1]/a/@href")

    listed = office.get(red)

    assert red == f"/lagging?unit={county.finance.id}&light=red"
    assert "税收收入" in listed.text
    assert "新建学位" not in listed.text


def test_a_leader_sees_what_is_in_charge(
    county: County, office: FlaskClient, sign_in: SignIn
) -> None:
    board = sign_in("leader").get("/lagging")

    assert list(table(board)) == ["财政局", "合计"]
    assert table(board)["合计"][-1] == "3"


def test_the_desk_shows_bureaus_too(office: FlaskClient) -> None:
    rows = html.fromstring(office.get("/desk").text).xpath("//table[@class='heat']/tbody/tr/th")

    assert [row.text_content().strip() for row in rows] == ["财政局", "教育局", "青岭县本级"]


@pytest.mark.parametrize("page", ["/lagging", "/desk"])
def test_the_queries_do_not_grow_with_units_and_indicators(
    county: County, office: FlaskClient, count_queries: Count, page: str
) -> None:
    few = count_queries(lambda: office.get(page))
    for number in range(12):
        bureau = county.make.unit(county.top, f"{number}局", level="bureau")
        section = county.make.unit(bureau, f"{number}股")
        county.plans[bureau.id] = county.plan(bureau)
        county.add(bureau, section, f"指标{number}", BAD)

    assert count_queries(lambda: office.get(page)) == few


def test_a_city_adds_up_its_counties(make: Maker) -> None:
    city = make.top("云州市")
    city.level = "city"
    first, second = (make.unit(city, name, level="county") for name in ("青岭县", "临溪县"))
    bureau = make.unit(first, "财政局", level="bureau")
    section = make.unit(bureau, "预算股")

    whole, county = unit_groups(city.id), unit_groups(city.id, first.id)

    assert whole is not None
    assert county is not None
    assert [whole.part(unit.id) for unit in (city, first, bureau, section, second)] == [
        city.id,
        first.id,
        first.id,
        first.id,
        second.id,
    ]
    assert list(whole.names.values()) == ["云州市本级", "青岭县", "临溪县"]
    assert (county.part(section.id), county.part(second.id)) == (bureau.id, None)
    assert [name for _, name in county.above] == ["云州市", "青岭县"]
    assert county.name(None) == "未定单位"


def test_a_bureau_of_sections_adds_nothing_up(make: Maker) -> None:
    bureau = make.top()
    make.unit(bureau)

    assert unit_groups(bureau.id) is None
    assert unit_groups(0) is None
