"""The annex tables: a row for each indicator, unit and task that lags; the units' sum below them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.domain.bulletin.making import facts, indicator, task
from tracker.domain.bulletin.annex import annex, cell_words
from tracker.domain.bulletin.facts import UnreportedFact
from tracker.domain.case import Kind
from tracker.domain.lights import Light

RATE = indicator(
    "税收占比",
    kind=Kind.RATE,
    unit="%",
    places=2,
    target=Decimal(67),
    actual=Decimal("62.75"),
    completion=Decimal("93.7"),
)


def test_a_row_for_each_indicator() -> None:
    rows = annex(facts(indicator(), RATE, indicator("社保收入", Light.GREY)))[0].rows

    assert [[cell_words(cell) for cell in row] for row in rows] == [
        ["1", "税收收入", "综合股", "万元", "109,466", "61,646", "56.3", "10.7", "达进度"],
        ["2", "税收占比", "综合股", "%", "67.0", "62.8", "—", "—", "达进度"],
        ["3", "社保收入", "综合股", "万元", "109,466", "—", "—", "—", "未报"],
    ]


def test_the_units_and_their_sum() -> None:
    of = facts(
        indicator(),
        indicator("债券", Light.RED, unit_name="国库股"),
        lagging_tasks=(task(),),
        unreported=(UnreportedFact("国库股", 2, ("甲", "乙")),),
    )

    assert annex(of)[1].rows == (
        ("综合股", 1, 0, 1, 0, 0, 0, 0, 0),
        ("国库股", 1, 0, 0, 0, 1, 0, 0, 2),
        ("资产管理股", 0, 0, 0, 0, 0, 0, 1, 0),
        ("合计", 2, 0, 1, 0, 1, 0, 1, 2),
    )


def test_tasks_have_a_table_only_where_some_lag() -> None:
    assert len(annex(facts(indicator()))) == 2
    tables = annex(facts(lagging_tasks=(task(), task("抽查", days_overdue=0, due=None))))
    assert [[cell_words(cell) for cell in row] for row in tables[2].rows] == [
        ["1", "建成县级公物仓", "资产管理股", "许婉清", "6月30日", "80%", "37"],
        ["2", "抽查", "资产管理股", "许婉清", "—", "80%", "—"],
    ]


def test_each_table_is_as_wide_as_its_page() -> None:
    for table in annex(facts(lagging_tasks=(task(),))):
        assert sum(column.width for column in table.columns) == 156, table.title


def test_cells_in_words() -> None:
    assert cell_words((Decimal("-5.2"), 1)) == "−5.2"
    assert cell_words(date(2024, 6, 30)) == "6月30日"
