"""Roll-up on the pages: chosen without scripts, said with n of m, flagged where a figure by hand differs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Indicator, RollupChild
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]
NOW = datetime(2024, 4, 10, tzinfo=UTC)


class Bureau:
    """The budget section has the whole, two others a part each."""

    def __init__(self, make: Maker) -> None:
        self.make, self.top = make, make.top()
        make.post(self.top, "office", make.person(self.top, "office", "赵文博"))
        self.plan = make.plan(self.top)
        for month in range(1, 5):
            make.cycle(self.plan, month)
        sections = [make.unit(self.top, name) for name in ("预算股", "税政股", "资产股")]
        make.post(sections[0], "head", make.person(self.top, "head"))
        make.post(sections[1], "reporter", make.person(self.top, "clerk"))
        self.whole = make.indicator(self.plan, sections[0], name="一般公共预算收入")
        self.tax = make.indicator(self.plan, sections[1], name="税收收入", target=Decimal(80000))
        self.other = make.indicator(self.plan, sections[2], name="非税收入", target=Decimal(40000))
        db.session.commit()

    @property
    def url(self) -> str:
        return f"/indicators/{self.whole.id}"

    def report(self, indicator: Indicator, *amounts: str) -> None:
        for month, amount in enumerate(amounts, start=1):
            self.make.report(indicator, month, amount)
        refresh_standings(indicators=[indicator], now=NOW)
        db.session.commit()

    def form(self, *children: Indicator, **values: Any) -> dict[str, Any]:
        ids = [str(one.id) for one in children]
        version = str(db.session.get_one(Indicator, self.whole.id).version)
        return {
            "rollup": "sum",
            "child": ids,
            "keep": ids,
            "version": version,
            "do": "save",
        } | values


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


@pytest.fixture
def office(bureau: Bureau, sign_in: SignIn, set_clock: Callable[[str], None]) -> FlaskClient:
    set_clock("2024-04-10T10:00:00")
    return sign_in("office")


def text_of(answer: Any) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())


def add_up(office: FlaskClient, bureau: Bureau, **values: Any) -> None:
    answer = office.post(
        f"{bureau.url}/rollup", data=bureau.form(bureau.tax, bureau.other, **values)
    )
    assert answer.status_code == 302, answer.text


def test_children_are_found_chosen_and_kept_without_scripts(
    bureau: Bureau, office: FlaskClient
) -> None:
    found = office.post(f"{bureau.url}/rollup", data=bureau.form(do="look", q="税政"))
    assert "税收收入（万元）" in text_of(found)
    assert "非税收入（万元）" not in text_of(found)

    chosen = office.post(
        f"{bureau.url}/rollup", data=bureau.form(do="add", add=[str(bureau.tax.id)], q="")
    )
    assert db.session.scalars(select(RollupChild)).all() == []
    rows = html.fromstring(chosen.text).xpath("//tbody//th[@scope='row']")
    assert [row.text.strip() for row in rows] == ["税收收入"]

    add_up(office, bureau)
    assert "合计，" not in text_of(office.get(f"/indicators/{bureau.tax.id}"))
    assert "汇总到" in text_of(office.get(f"/indicators/{bureau.tax.id}"))


def test_the_order_typed_is_the_order_kept(bureau: Bureau, office: FlaskClient) -> None:
    places = {f"place-{bureau.tax.id}": "2", f"place-{bureau.other.id}": "1"}
    add_up(office, bureau, **places)

    names = db.session.scalars(
        select(Indicator.name)
        .join(RollupChild, RollupChild.child_id == Indicator.id)
        .order_by(RollupChild.position)
    )
    assert list(names) == ["非税收入", "税收收入"]


def test_the_page_says_what_the_whole_is_made_of(bureau: Bureau, office: FlaskClient) -> None:
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000", "6000", "8000")
    bureau.report(bureau.other, "2000", "1000", "3000")

    page = text_of(office.get(bureau.url))

    assert "合计，3月 2/2 已报：27,000 万元。" in page
    assert "税收收入 税政股 21,000 万元 77.78% 已报" in page
    assert "汇总 2/2 已报" in text_of(office.get("/indicators"))
    assert "汇总 2/2 已报" in text_of(office.get("/lagging"))


def test_a_month_that_is_not_due_yet_says_how_many_are_there(
    bureau: Bureau, office: FlaskClient, set_clock: Callable[[str], None]
) -> None:
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000", "6000", "8000")
    bureau.report(bureau.other, "2000", "1000")
    set_clock("2024-04-01T10:00:00")

    page = text_of(office.get(bureau.url))

    assert "合计，2月 2/2 已报：16,000 万元。3月 1/2 已报。" in page


def test_a_part_is_said_to_be_one(bureau: Bureau, office: FlaskClient) -> None:
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000", "6000", "8000")
    bureau.report(bureau.other, "2000", "1000")

    page = text_of(office.get(bureau.url))

    assert "3月下级指标 1/2 已报，没有报齐，合计不作数" in page
    assert (
        "合计，3月 1/2 已报，没有报齐，总数未知。已报的 1 项合计 21,000 万元，只是一部分。" in page
    )
    assert "非税收入 资产股 — — 未报" in page


def test_a_figure_by_hand_that_differs_is_flagged(bureau: Bureau, office: FlaskClient) -> None:
    add_up(office, bureau, by_hand="y")
    bureau.report(bureau.tax, "7000", "6000", "8000")
    bureau.report(bureau.other, "2000", "1000", "3000")
    bureau.report(bureau.whole, "9000", "7000", "11500")

    page = text_of(office.get(bureau.url))

    assert "3月底手工填报 27,500 万元，比下级合计多 500 万元，请核对。" in page


def test_the_export_has_n_of_m(bureau: Bureau, office: FlaskClient) -> None:
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000", "6000", "8000")

    text = office.get("/indicators/export.csv").get_data().decode("utf-8-sig")
    rows = {row["指标"]: row["下级已报"] for row in csv.DictReader(io.StringIO(text))}

    assert rows == {"一般公共预算收入": "1/2", "税收收入": "", "非税收入": ""}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"rollup": "formula", "formula": "税收收入 ÷"}, "公式末尾少了指标名或数字。"),
        (
            {"rollup": "formula", "formula": "收入 + 非税收入"},
            "公式里的“收入”不在下级指标的名称里。",
        ),
        ({"rollup": "mean"}, "加权平均得出的是完成率"),
        ({"rollup": "sum", "child": [], "keep": []}, "请至少选一项下级指标。"),
    ],
)
def test_what_cannot_be_worked_out_is_said_and_nothing_typed_is_lost(
    bureau: Bureau, office: FlaskClient, values: dict[str, Any], says: str
) -> None:
    answer = office.post(
        f"{bureau.url}/rollup", data=bureau.form(bureau.tax, bureau.other, **values)
    )

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert str(values.get("formula", "")) in answer.text


def test_a_weight_that_is_no_number_is_said(bureau: Bureau, office: FlaskClient) -> None:
    form = bureau.form(bureau.tax, **{f"weight-{bureau.tax.id}": "三成"})

    answer = office.post(f"{bureau.url}/rollup", data=form)

    assert answer.status_code == 422
    assert "“税收收入”的权重：“三成”不是数字" in text_of(answer)
    assert "三成" in answer.text


def test_a_circle_is_refused_in_one_sentence(bureau: Bureau, office: FlaskClient) -> None:
    add_up(office, bureau)
    ids = [str(bureau.whole.id)]
    version = str(db.session.get_one(Indicator, bureau.tax.id).version)

    answer = office.post(
        f"/indicators/{bureau.tax.id}/rollup",
        data={"rollup": "sum", "child": ids, "keep": ids, "version": version, "do": "save"},
    )

    assert answer.status_code == 422
    assert "“一般公共预算收入”就是由“税收收入”汇总来的，不能再作它的下级。" in text_of(answer)


def test_a_stale_form_shows_both(bureau: Bureau, office: FlaskClient) -> None:
    old = bureau.form(bureau.tax)
    add_up(office, bureau)

    answer = office.post(f"{bureau.url}/rollup", data=old)

    assert answer.status_code == 409
    assert "现有的办法：合计；下级：税收收入、非税收入。" in text_of(answer)


def test_who_does_not_see_a_child_sees_only_that_there_is_one(
    bureau: Bureau, office: FlaskClient, sign_in: SignIn
) -> None:
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000", "6000", "8000")

    page = text_of(sign_in("head").get(bureau.url))

    assert "另有 2 项不在您查看的范围内" in page
    assert "税收收入" not in page
    assert sign_in("head").get(f"{bureau.url}/rollup").status_code == 403
    assert "一般公共预算收入" not in text_of(sign_in("clerk").get(f"/indicators/{bureau.tax.id}"))


def test_the_page_costs_the_same_for_any_number_of_children(
    bureau: Bureau, office: FlaskClient, count_queries: Count
) -> None:
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000")
    few = count_queries(lambda: office.get(bureau.url))
    more = [bureau.make.indicator(bureau.plan, name=f"税种{n}") for n in range(20)]
    db.session.commit()
    answer = office.post(f"{bureau.url}/rollup", data=bureau.form(bureau.tax, bureau.other, *more))
    assert answer.status_code == 302

    assert count_queries(lambda: office.get(bureau.url)) == few


def test_a_sheet_does_not_ask_for_what_is_worked_out(
    bureau: Bureau, office: FlaskClient, sign_in: SignIn
) -> None:
    add_up(office, bureau)

    assert "一般公共预算收入" not in text_of(sign_in("head").get("/reports"))


@pytest.mark.parametrize(
    "page",
    [
        "/indicators/{id}",
        "/indicators/{id}/target",
        "/indicators/{id}/phasing",
        "/indicators/{id}/edit",
        "/indicators/{id}/rollup",
        "/indicators",
        "/indicators/export.xlsx",
        "/lagging",
        "/desk",
    ],
)
def test_figures_finer_than_the_unit_shows_are_no_hindrance(
    bureau: Bureau, office: FlaskClient, page: str
) -> None:
    whole = db.session.get_one(Indicator, bureau.whole.id)
    whole.unit, whole.places, whole.target = "亿元", 2, Decimal(12)
    whole.last_year = [Decimal(1)] * 12
    db.session.commit()
    add_up(office, bureau)
    bureau.report(bureau.tax, "7000", "6001", "8000")
    bureau.report(bureau.other, "2000", "1000", "3000")

    answer = office.get(page.format(id=bureau.whole.id))

    assert answer.status_code == 200
    if page == "/indicators/{id}":
        assert "截至3月底完成 2.70 亿元" in text_of(answer)


def test_a_mean_and_a_share_have_pages_too(bureau: Bureau, office: FlaskClient) -> None:
    rate = bureau.make.indicator(
        bureau.plan, name="税收占比", kind="rate", places=2, target=Decimal(70)
    )
    rate.unit = "%"
    db.session.commit()
    bureau.report(bureau.tax, "7000", "6001", "8000")
    bureau.report(bureau.whole, "9000", "7000", "11000")
    ids = [str(bureau.tax.id), str(bureau.whole.id)]
    form = {"child": ids, "keep": ids, "do": "save", "version": str(rate.version)}
    formula = "税收收入 ÷ 一般公共预算收入"

    office.post(
        f"/indicators/{rate.id}/rollup", data=form | {"rollup": "formula", "formula": formula}
    )
    page = text_of(office.get(f"/indicators/{rate.id}"))
    assert "按公式 税收收入 ÷ 一般公共预算收入 计算，3月 2/2 已报：77.78%。" in page

    form["version"] = str(db.session.get_one(Indicator, rate.id).version)
    form[f"weight-{bureau.tax.id}"] = "3"
    office.post(f"/indicators/{rate.id}/rollup", data=form | {"rollup": "mean"})
    page = text_of(office.get(f"/indicators/{rate.id}"))
    assert "加权平均完成率，3月 2/2 已报：25.31%。" in page
    assert "税收收入 税政股 26.25% 3 已报" in page
