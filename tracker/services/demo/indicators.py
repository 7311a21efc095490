"""The demonstration's indicators: what the office settles of each in the review, and how its year goes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tracker.domain.phasing import spread


class Course(StrEnum):
    """How an indicator's year goes, seen from the last month that was reported."""

    STEADY = "steady"
    AHEAD = "ahead"
    DONE_EARLY = "done_early"
    SLIPPING = "slipping"  # behind in the last three months, by little
    FAILING = "failing"  # behind for half a year, by much
    REPAIRED = "repaired"  # a month missed and made good in the next
    QUARTER_LOST = "quarter_lost"  # a quarter missed and made good after its end


@dataclass(frozen=True, slots=True)
class DemoIndicator:
    """What is settled in the review beyond what the document says.

    `found` and `measure` pick the row that was read. `last_total` and `season` make last year's
    months of a flow; `last_from` and `last_to` those of a balance or a rate. `depth` is how many
    points it is behind at the end.
    """

    found: str
    measure: str
    name: str
    kind: str
    course: Course
    polarity: str = "higher"
    unit: str = "万元"
    places: int = 0
    baseline: Decimal | None = None
    base: str = ""
    phasing: str = "even"
    quarters: tuple[Decimal, ...] | None = None
    last_total: int | None = None
    season: str = "even"
    last_from: Decimal | None = None
    last_to: Decimal | None = None
    depth: Decimal = Decimal(0)
    #: Months at the end that were not reported: 1 the newest, 2 the one before it too.
    missing: int = 0
    #: Sent only once the due day has come: until then the sheet holds a draft.
    late: bool = False


#: A month's share of the year, in hundredths: how taxes, spending, land sales and subsidies come.
SEASONS = {
    "even": (8, 8, 9, 8, 8, 9, 8, 8, 9, 8, 8, 9),
    "tax": (13, 7, 8, 8, 8, 9, 7, 7, 8, 7, 7, 11),
    "spending": (6, 7, 10, 7, 8, 11, 8, 8, 10, 6, 8, 11),
    "land": (4, 3, 6, 8, 7, 10, 6, 7, 11, 9, 12, 17),
    "subsidy": (2, 3, 6, 14, 16, 12, 7, 6, 9, 11, 8, 6),
    "funds": (16, 11, 9, 8, 7, 8, 7, 7, 7, 7, 6, 7),
}

INDICATORS = (
    DemoIndicator(
        "一般公共预算收入",
        "amount",
        "一般公共预算收入",
        "flow",
        Course.STEADY,
        baseline=Decimal(118600),
        base="上年完成数",
        phasing="last_year",
        last_total=118600,
        season="tax",
    ),
    DemoIndicator(
        "税收收入",
        "amount",
        "税收收入",
        "flow",
        Course.SLIPPING,
        depth=Decimal("3.2"),
        phasing="last_year",
        last_total=78276,
        season="tax",
        late=True,
    ),
    DemoIndicator(
        "税收",
        "share",
        "税收占比",
        "rate",
        Course.STEADY,
        unit="%",
        places=2,
        last_from=Decimal("66.90"),
        last_to=Decimal("66.00"),
        late=True,
    ),
    DemoIndicator(
        "政府性基金收入",
        "amount",
        "政府性基金收入",
        "flow",
        Course.FAILING,
        depth=Decimal("13.4"),
        phasing="quarters",
        quarters=(Decimal(9000), Decimal(13000), Decimal(14000), Decimal(20000)),
        last_total=52300,
        season="land",
    ),
    DemoIndicator(
        "上级补助资金",
        "amount",
        "争取上级补助资金",
        "flow",
        Course.AHEAD,
        phasing="last_year",
        last_total=236000,
        season="funds",
    ),
    DemoIndicator(
        "专项债券项目",
        "count",
        "申报专项债券项目",
        "flow",
        Course.DONE_EARLY,
        unit="个",
    ),
    DemoIndicator(
        "一般公共预算支出",
        "amount",
        "一般公共预算支出",
        "flow",
        Course.STEADY,
        baseline=Decimal(386400),
        base="上年完成数",
        phasing="last_year",
        last_total=386400,
        season="spending",
    ),
    DemoIndicator(
        "“三公”经费",
        "amount",
        "“三公”经费支出",
        "flow",
        Course.STEADY,
        polarity="lower",
        last_total=882,
    ),
    DemoIndicator(
        "一般性支出",
        "reduction",
        "一般性支出",
        "flow",
        Course.SLIPPING,
        polarity="lower",
        baseline=Decimal(9600),
        base="上年完成数",
        last_total=9600,
        depth=Decimal("3.6"),
    ),
    DemoIndicator(
        "民生支出",
        "share",
        "民生支出占比",
        "rate",
        Course.STEADY,
        unit="%",
        places=2,
        last_from=Decimal("79.60"),
        last_to=Decimal("80.40"),
    ),
    DemoIndicator(
        "社会保险基金收入",
        "amount",
        "社会保险基金收入",
        "flow",
        Course.STEADY,
        phasing="last_year",
        last_total=65200,
        season="funds",
        missing=1,
    ),
    DemoIndicator(
        "乡村振兴补助资金",
        "amount",
        "衔接资金拨付",
        "flow",
        Course.SLIPPING,
        last_total=9400,
        season="subsidy",
        depth=Decimal("4.8"),
    ),
    DemoIndicator(
        "惠农补贴",
        "amount",
        "惠农补贴“一卡通”发放",
        "flow",
        Course.AHEAD,
        phasing="last_year",
        last_total=27300,
        season="subsidy",
    ),
    DemoIndicator(
        "融资担保在保余额",
        "amount",
        "政府性融资担保在保余额",
        "stock",
        Course.FAILING,
        baseline=Decimal(31200),
        base="上年末余额",
        last_from=Decimal(27600),
        last_to=Decimal(31200),
        depth=Decimal("11.3"),
    ),
    DemoIndicator(
        "投资评审项目",
        "count",
        "财政投资评审项目",
        "flow",
        Course.AHEAD,
        unit="个",
        last_total=112,
    ),
    DemoIndicator(
        "资产处置收益",
        "amount",
        "资产处置收益",
        "flow",
        Course.REPAIRED,
        last_total=6200,
    ),
    DemoIndicator(
        "资产出租收入",
        "amount",
        "行政事业单位资产出租收入",
        "flow",
        Course.QUARTER_LOST,
        places=2,
    ),
    DemoIndicator(
        "绩效评价项目",
        "count",
        "重点绩效评价项目",
        "flow",
        Course.SLIPPING,
        unit="个",
        phasing="quarters",
        quarters=(Decimal(6), Decimal(10), Decimal(12), Decimal(8)),
        last_total=30,
        depth=Decimal(8),
    ),
    DemoIndicator(
        "绩效目标公开率",
        "share",
        "绩效目标公开率",
        "rate",
        Course.FAILING,
        unit="%",
        places=1,
        depth=Decimal("12.6"),
    ),
    DemoIndicator(
        "中小企业份额",
        "share",
        "政府采购面向中小企业份额",
        "rate",
        Course.STEADY,
        unit="%",
        places=2,
        last_from=Decimal("66.40"),
        last_to=Decimal("68.90"),
        late=True,
    ),
    DemoIndicator(
        "存量资金",
        "amount",
        "清理盘活存量资金",
        "flow",
        Course.STEADY,
        last_total=4800,
        missing=2,
    ),
    DemoIndicator(
        "政府债务余额",
        "amount",
        "政府债务余额",
        "stock",
        Course.STEADY,
        polarity="lower",
        baseline=Decimal(468000),
        base="上年末余额",
        last_from=Decimal(452000),
        last_to=Decimal(468000),
    ),
    DemoIndicator(
        "暂付款",
        "amount",
        "消化暂付款",
        "flow",
        Course.FAILING,
        last_total=3100,
        depth=Decimal("14.2"),
        late=True,
    ),
    DemoIndicator(
        "财会人员",
        "count",
        "培训财会人员",
        "flow",
        Course.STEADY,
        unit="人次",
        missing=1,
    ),
)

#: The share that is not reported from the air but follows from two others.
SHARE_OF_TAXES = ("税收占比", "税收收入", "一般公共预算收入")


def last_year_of(indicator: DemoIndicator) -> tuple[Decimal, ...] | None:
    """Return last year's twelve months as they were, None where nobody kept them."""
    if indicator.last_total is not None:
        shares = [Decimal(share) for share in SEASONS[indicator.season]]
        return spread(Decimal(indicator.last_total), shares, indicator.places)
    if indicator.last_from is None or indicator.last_to is None:
        return None
    steps = spread(
        indicator.last_to - indicator.last_from, [Decimal(1)] * 11, max(indicator.places, 0)
    )
    values = [indicator.last_from]
    for step in steps:
        values.append(values[-1] + step)
    return tuple(values)
