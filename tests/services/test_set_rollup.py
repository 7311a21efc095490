"""A parent follows its children: in the transaction of their report, never in a closed month, never partly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.makers import Maker
from tracker.domain.errors import (
    FigureError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    StaleError,
)
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import AuditEntry, Indicator, Plan, Standing
from tracker.permissions import Actor
from tracker.queries.owed import owed_reports
from tracker.services.check_standings import check_standings
from tracker.services.close_period import close_period
from tracker.services.correct_figure import correct_figure
from tracker.services.lay_cycles import lay_cycles
from tracker.services.refresh_standings import refresh_standings
from tracker.services.set_rollup import RollupWish, WishedChild, set_rollup
from tracker.services.withdraw_plan import may_be_withdrawn

IN_APRIL = datetime(2024, 4, 10, tzinfo=UTC)


class House:
    """A bureau whose revenue is taxes and other revenue."""

    def __init__(self, make: Maker) -> None:
        self.make, self.top = make, make.top()
        self.plan = make.plan(self.top)
        self.whole = make.indicator(self.plan, name="一般公共预算收入")
        self.tax = make.indicator(self.plan, name="税收收入", target=Decimal(80000))
        self.other = make.indicator(self.plan, name="非税收入", target=Decimal(40000))
        person = make.person(self.top)
        self.office = Actor(person.id, self.top.id, "督查办", frozenset({Role.OFFICE}))

    def in_per_cent(self, name: str, target: int) -> Indicator:
        rate = self.make.indicator(
            self.plan, name=name, kind="rate", places=2, target=Decimal(target)
        )
        rate.unit = "%"
        return rate

    def adds_up(self, *children: Indicator, **values: Any) -> bool:
        wished = tuple(WishedChild(one.id) for one in children or (self.tax, self.other))
        return self.wish(self.whole, RollupWish("sum", wished, **values))

    def wish(self, parent: Indicator, wish: RollupWish) -> bool:
        return set_rollup(
            actor=self.office, indicator=parent, wish=wish, version=parent.version, now=IN_APRIL
        )

    def report(self, indicator: Indicator, *amounts: str) -> None:
        for month, amount in enumerate(amounts, start=1):
            self.make.report(indicator, month, amount)
        refresh_standings(indicators=[indicator], now=IN_APRIL)


@pytest.fixture
def house(make: Maker) -> House:
    return House(make)


def row_of(indicator: Indicator, month: int) -> Standing:
    return db.session.scalars(
        select(Standing).where(Standing.indicator_id == indicator.id, Standing.month == month)
    ).one()


def test_a_sum_follows_in_the_transaction_of_its_childrens_reports(house: House) -> None:
    house.adds_up()
    house.report(house.tax, "7000", "6000", "8000")
    house.report(house.other, "2000", "1000", "3000")

    march = row_of(house.whole, 3)

    assert (march.amount, march.actual, march.completion_pct) == (11000, 27000, Decimal("22.50"))
    assert (march.light, march.parts_known, march.parts) == ("yellow", 2, 2)
    assert march.rollup is not None
    assert [one["reached"] for one in march.rollup["children"]] == ["21000", "6000"]


def test_a_part_is_never_shown_as_the_whole(house: House) -> None:
    house.adds_up()
    house.report(house.tax, "7000", "6000", "8000")
    house.report(house.other, "2000", "1000")

    march = row_of(house.whole, 3)

    assert (march.actual, march.light, march.status) == (None, "grey", "not_reported")
    assert (march.parts_known, march.parts) == (1, 2)
    assert march.rollup is not None
    assert march.rollup["partial"] == "21000"
    assert row_of(house.whole, 2).actual == 16000


def test_units_are_converted_exactly(house: House) -> None:
    house.whole.unit, house.whole.places, house.whole.target = "亿元", 2, Decimal(12)
    house.other.unit = "元"
    db.session.flush()
    house.adds_up()
    house.report(house.tax, "7000")
    house.report(house.other, "12345678")

    january = row_of(house.whole, 1)

    assert january.actual == Decimal("0.82")
    assert january.case["actual"] == ["41172839/50000000"]  # not rounded before it is judged


def test_a_share_of_two_amounts_is_in_per_cent(house: House) -> None:
    share = house.in_per_cent("税收占比", 70)
    house.adds_up()
    house.report(house.tax, "7000", "6000")
    house.report(house.other, "2000", "4000")
    children = (WishedChild(house.tax.id), WishedChild(house.whole.id))
    house.wish(share, RollupWish("formula", children, "税收占比 = 税收收入 ÷ 一般公共预算收入"))

    assert row_of(share, 1).actual == Decimal("77.78")
    assert row_of(share, 2).actual == Decimal("68.42")
    assert (row_of(share, 1).light, row_of(share, 2).light) == ("green", "yellow")
    assert check_standings(now=IN_APRIL).differences == ()


def test_a_mean_counts_a_star_as_one_hundred(house: House) -> None:
    mean = house.in_per_cent("收入进度", 100)
    house.report(house.tax, "100000")
    house.report(house.other, "10000")
    wished = (WishedChild(house.tax.id, Decimal(3)), WishedChild(house.other.id))
    house.wish(mean, RollupWish("mean", wished))

    assert row_of(mean, 1).actual == Decimal("81.25")  # (3 × 100 + 25) ÷ 4


def test_a_grandparent_follows_too(house: House) -> None:
    county = house.make.plan(house.top, year=2024)
    top = house.make.indicator(county, name="全县收入")
    house.adds_up()
    house.wish(top, RollupWish("sum", (WishedChild(house.whole.id),)))

    house.report(house.tax, "7000")
    house.report(house.other, "2000")

    assert row_of(top, 1).actual == 9000


def test_a_figure_by_hand_is_flagged_where_it_differs(house: House) -> None:
    house.adds_up(by_hand=True)
    house.report(house.tax, "7000", "6000")
    house.report(house.other, "2000", "1000")
    house.report(house.whole, "9000", "7500", "12000")

    assert [row_of(house.whole, month).hand_gap for month in (1, 2, 3)] == [0, 500, None]
    assert row_of(house.whole, 2).actual == 16000  # the children's count


def test_a_figure_by_hand_stands_where_a_child_is_not_known(house: House) -> None:
    house.adds_up(by_hand=True)
    house.report(house.tax, "7000")
    house.report(house.whole, "9500")

    january = row_of(house.whole, 1)

    assert january.actual == 9500
    assert january.parts_known == 1
    assert january.rollup is not None
    assert january.rollup["by_hand"] is True


def test_a_closed_month_of_the_parent_never_changes(house: House) -> None:
    parent_plan = house.make.plan(house.top, title="县级计划")
    parent = house.make.indicator(parent_plan, name="全县税收")
    for plan in (house.plan, parent_plan):
        lay_cycles(plan=plan, today=IN_APRIL.date())
    house.wish(parent, RollupWish("sum", (WishedChild(house.tax.id),)))
    house.report(house.tax, "7000", "6000", "8000")
    for month in (1, 2):
        close(house, parent_plan, month)

    correct_figure(
        actor=house.office,
        indicator=house.tax,
        month=1,
        amount=Decimal(9000),
        why="漏记",
        revision=1,
        now=IN_APRIL,
    )

    actual = [row_of(parent, month).actual for month in (1, 2, 3)]
    assert actual == [7000, 13000, 23000]
    assert check_standings(now=IN_APRIL).differences == ()


def close(house: House, plan: Plan, month: int) -> None:
    close_period(actor=house.office, plan=plan, month=month, now=IN_APRIL)


def test_a_cancelled_child_is_no_longer_one(house: House) -> None:
    house.adds_up()
    house.report(house.tax, "7000")

    house.other.state = "cancelled"
    db.session.flush()
    refresh_standings(indicators=[house.other], now=IN_APRIL)

    assert row_of(house.whole, 1).actual == 7000
    assert row_of(house.whole, 1).parts == 1


def test_twenty_children_cost_no_more_queries_than_two(
    house: House, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    many = [house.make.indicator(house.plan, name=f"税种{n}") for n in range(20)]
    house.adds_up(*many)
    for one in many:
        house.make.report(one, 1, "100")
    db.session.commit()

    def refreshed(rows: list[Indicator]) -> int:
        return count_queries(lambda: refresh_standings(indicators=rows, now=IN_APRIL))

    refreshed(many)  # lays the rows
    db.session.commit()
    few, all_of_them = refreshed(many[:2]), refreshed(many)

    assert all_of_them <= few + 1  # the rows written go in batches
    assert row_of(house.whole, 1).actual == 2000


@pytest.mark.parametrize(
    ("rollup", "formula", "says"),
    [
        ("formula", "税收收入 ÷ 总收入", "公式里的“总收入”不在下级指标的名称里。"),
        ("formula", "税收收入 + 非税收入 × 100", None),
        ("mean", "", "加权平均得出的是完成率，只用于单位为“%”的比率或时点指标。"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(
    house: House, rollup: str, formula: str, says: str | None
) -> None:
    wish = RollupWish(rollup, (WishedChild(house.tax.id), WishedChild(house.other.id)), formula)

    if says is None:
        assert house.wish(house.whole, wish)
        return
    with pytest.raises(NotReadyError) as refused:
        house.wish(house.whole, wish)
    assert refused.value.message == says


def test_circles_are_refused(house: House) -> None:
    house.adds_up()
    with pytest.raises(NotReadyError) as refused:
        house.wish(house.tax, RollupWish("sum", (WishedChild(house.whole.id),)))
    with pytest.raises(NotReadyError) as itself:
        house.wish(house.whole, RollupWish("sum", (WishedChild(house.whole.id),)))

    assert refused.value.message == "“一般公共预算收入”就是由“税收收入”汇总来的，不能再作它的下级。"
    assert itself.value.message == "一项指标不能汇总自己。"


def test_too_many_levels_are_refused(house: House) -> None:
    below = house.tax
    for level in range(6):
        parent = house.make.indicator(house.plan, name=f"{level}级")
        house.wish(parent, RollupWish("sum", (WishedChild(below.id),)))
        below = parent

    with pytest.raises(NotReadyError, match="汇总最多 6 层"):
        house.wish(house.whole, RollupWish("sum", (WishedChild(below.id),)))


def test_only_the_same_year_and_the_same_bureau(house: House) -> None:
    make = house.make
    last_year = make.indicator(make.plan(house.top, year=2023), name="去年的")
    stranger = make.indicator(make.plan(make.top("云泽县财政局")), name="别家的")
    draft = make.indicator(house.plan, name="草稿", state="draft")

    with pytest.raises(NotReadyError, match="是2023年的指标"):
        house.adds_up(last_year)
    with pytest.raises(NotFoundError):
        house.adds_up(stranger)
    with pytest.raises(NotReadyError, match="没有下达"):
        house.adds_up(draft)


def test_only_the_office_and_only_what_it_has_seen(house: House) -> None:
    reporter = Actor(1, house.top.id, "填报人", frozenset({Role.REPORTER}))
    wish = RollupWish("sum", (WishedChild(house.tax.id),))
    with pytest.raises(NotAllowedError):
        set_rollup(actor=reporter, indicator=house.whole, wish=wish, version=1, now=IN_APRIL)
    with pytest.raises(StaleError):
        set_rollup(actor=house.office, indicator=house.whole, wish=wish, version=7, now=IN_APRIL)
    with pytest.raises(FigureError):
        house.wish(house.whole, RollupWish("formula", wish.children, "税收收入 ÷"))
    draft = house.make.indicator(house.plan, state="draft")
    with pytest.raises(NotReadyError, match="下达后"):
        house.wish(draft, wish)


def test_a_change_is_on_record_and_the_same_again_is_none(house: House) -> None:
    version = house.whole.version
    assert house.adds_up()
    assert house.whole.version > version
    assert not house.adds_up()
    assert house.adds_up(house.tax, by_hand=True)
    assert house.wish(house.whole, RollupWish(""))

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.detail["changes"] for entry in entries] == [
        [["汇总办法", "不汇总，由填报人填报", "合计（2 项）"]],
        [["汇总办法", "合计（2 项）", "合计（1 项），同时手工填报，增 0 项、减 1 项"]],
        [["汇总办法", "合计（1 项），同时手工填报", "不汇总，由填报人填报"]],
    ]
    assert row_of(house.whole, 1).parts is None


def test_nobody_owes_a_figure_that_is_worked_out(house: House) -> None:
    lay_cycles(plan=house.plan, today=IN_APRIL.date())

    house.adds_up()
    assert owed(house) == {"税收收入", "非税收入"}

    house.adds_up(by_hand=True)
    assert owed(house) == {"税收收入", "非税收入", "一般公共预算收入"}


def owed(house: House) -> set[str]:
    return {row.name for row in owed_reports(house.top.id, IN_APRIL.date())}


def test_a_plan_that_another_one_adds_up_is_not_taken_back(house: House) -> None:
    above = house.make.indicator(house.make.plan(house.top), name="全县收入")
    assert may_be_withdrawn(house.plan)

    house.adds_up()
    assert may_be_withdrawn(house.plan)

    house.wish(above, RollupWish("sum", (WishedChild(house.whole.id),)))
    assert not may_be_withdrawn(house.plan)
