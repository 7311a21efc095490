"""Fictional values that the gallery shows; the same shapes as the queries give."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.marked_text import Mark, MarkedText
from tracker.domain.plan_text import Span

REASONS = (
    ("规则", "落后计划 10 个百分点以内亮黄，超过亮红；不落后亮绿"),
    ("7月累计", "18,175 万元"),
    ("计划累计", "22,050 万元"),
    ("年度目标", "37,800 万元"),
    ("相差", "−3,875 万元，−10.25 个百分点"),
    ("时点", "2026年7月底，8月5日 18:00 封账"),
)

LIGHTS = (
    ("blue", "提前完成"),
    ("green", "达进度"),
    ("green", "超进度"),
    ("yellow", "欠进度"),
    ("red", "严重滞后"),
    ("grey", "未报"),
    ("grey", "未到时"),
)

PACES = (
    ("100.44%", "100", "58.33", "blue"),
    ("63.64%", "63.64", "58.33", "green"),
    ("55.36%", "55.36", "58.33", "yellow"),
    ("44.06%", "44.06", "58.33", "red"),
    ("—", "0", "58.33", "grey"),
)

GUARDS = (
    ("safe", "可保", "8、9月每月需 7,283 万元即可保三季度，低于原计划 0.91%。"),
    ("push", "需加力", "8、9月每月需 3,360 万元，较计划提高 5.00%。"),
    ("strained", "吃力", "8、9月每月需 693 万元，较计划提高 13.15%。"),
    ("at_risk", "难保", "8月需 5,088、9月需 5,087 万元，较计划提高 61.51%。"),
)

WORDS = {"met": "达到", "repaired": "后来补上", "open": "未补", "grey": "未报", "future": "未到时"}


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a strip."""

    month: int
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter under a strip."""

    label: str
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Link:
    """A chip, a tab or a page number."""

    label: str
    url: str = "#main"
    current: bool = False
    count: int | None = None
    count_kind: str = "plain"
    light: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one unit in a heat map."""

    light: str
    text: str
    label: str
    url: str = "#main"


@dataclass(frozen=True, slots=True)
class Head:
    """A month over a heat map."""

    label: str
    now: bool = False
    future: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A unit and its months."""

    label: str
    cells: tuple[Cell | None, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of the sample table."""

    key: str
    name: str
    unit: str
    light: str
    word: str
    target: str
    actual: str
    percent: str
    width: str
    change: str
    direction: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history."""

    iso: str
    when: str
    text: str
    who: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a task on its way."""

    label: str
    state: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fig:
    """One figure with its label."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    direction: str = ""


def _months(states: str) -> tuple[Month, ...]:
    """Twelve months from letters: m(et), r(epaired), o(pen), g(rey), anything else is future."""
    names = {name[0]: name for name in WORDS if name != "future"}
    found = [names.get(letter, "future") for letter in states]
    return tuple(Month(n, name, WORDS[name]) for n, name in enumerate(found, start=1))


STRIP = _months("mrmooog.....")
STRIPS = (_months("mmmmmmm....."), STRIP, _months("ooooooo....."))
QUARTERS = (
    Quarter("一季度", "held", "守住"),
    Quarter("二季度", "lost", "失守"),
    Quarter("三季度", "", "进行中"),
    Quarter("四季度", "", "未到时"),
)

CHIPS = (
    Link("滞后", current=True, count=12),
    Link("红", count=4, light="red"),
    Link("黄", count=7, light="yellow"),
    Link("未报", count=1, light="grey"),
    Link("绿", count=13, light="green"),
    Link("蓝", count=0, light="blue"),
)
TABS = (
    Link("全部任务", current=True, count=25),
    Link("逾期", count=2, count_kind="warn"),
    Link("欠进度", count=9),
    Link("历次修改"),
)
PAGES = (
    Link("1", number=1),
    Link("2", number=2, current=True),
    Link("3", number=3),
    None,
    Link("6", number=6),
)

HEADS = tuple(Head(f"{n}月", now=n == 7, future=n > 7) for n in range(1, 13))
FUTURE: tuple[None, ...] = (None,) * 5
HEAT = (
    HeatRow(
        "预算股",
        (
            *(Cell("green", "", f"预算股 {n}月 绿灯") for n in (1, 2, 3)),
            *(Cell("yellow", f"{n}.0", f"预算股 {n}月 黄灯，落后 {n}.0 点") for n in (4, 5, 6, 7)),
            *FUTURE,
        ),
    ),
    HeatRow(
        "资产管理股",
        (
            *(Cell("yellow", f"{n}.8", f"资产管理股 {n}月 黄灯，落后 {n}.8 点") for n in (1, 2, 3)),
            *(
                Cell("red", f"{n}.3", f"资产管理股 {n}月 红灯，落后 {n}.3 点")
                for n in (11, 12, 13, 16)
            ),
            *FUTURE,
        ),
        url="#main",
    ),
    HeatRow(
        "财会监督股",
        (
            *(Cell("blue", "", f"财会监督股 {n}月 蓝灯", url="") for n in range(1, 7)),
            Cell("grey", "", "财会监督股 7月 未报"),
            *FUTURE,
        ),
    ),
)

ROWS = (
    Row(
        "1",
        "税收收入",
        "预算股 · 周立新",
        "green",
        "达进度",
        "88,200",
        "51,584",
        "58.49%",
        "58.49",
        "增长3.20%",
        "up",
    ),
    Row(
        "2",
        "非税收入",
        "资产管理股 · 周敏",
        "red",
        "严重滞后",
        "37,800",
        "18,175",
        "48.08%",
        "48.08",
        "下降14.06%",
        "down",
        chosen=True,
    ),
    Row(
        "3",
        "专项债券支出",
        "债务管理股 · 孙志强",
        "yellow",
        "欠进度",
        "62,000",
        "31,810",
        "51.31%",
        "51.31",
        "增长5.47%",
        "up",
    ),
)

FIGS = (
    Fig("年度目标", "126,000", "万元", "较上年完成数增长 4.52%"),
    Fig("7月当月", "9,192", "万元", "上年同月 9,739 万元"),
    Fig("累计同比", "下降1.93%", note="少 1,374 万元", direction="down"),
    Fig("年底预测", "—", "万元", "上年分月数不全，暂不预测"),
)

HISTORY = (
    Entry("2026-08-07T16:20", "8月7日 16:20", "赵文博 发出黄色督办单，8月12日前回复", who="督查办"),
    Entry(
        "2026-08-05T17:42",
        "8月5日 17:42",
        "周敏 上报 7月完成 2,180 万元",
        was="6月 2,840 → 7月 2,180",
    ),
    Entry("2026-08-03T09:00", "8月3日 09:00", "提醒邮件已送达"),
)
STEPS = (
    Step("下达", "done", "1月26日 赵文博"),
    Step("签收", "done", "1月27日 周敏"),
    Step("推进中", "current", "2月2日起"),
    Step("办结", note="责任人附佐证"),
    Step("销号", note="督查办核验"),
)
OPTIONS = (("", "全部单位"), ("ys", "预算股"), ("gk", "国库股"), ("zc", "资产管理股"))
COMPARED = ({"label": "年度目标", "yours": "130,000 万元", "theirs": "125,716 万元"},)
SORTS = (("light", "亮灯，差的在前"), ("due", "时限，近的在前"), ("name", "名称"))


def _amounts(words: str) -> list[str | None]:
    """Twelve months' amounts; a dot is a month without one."""
    return [None if word == "." else word for word in words.split()]


MONTHS = list(range(1, 13))
CHART = {
    "name": "一般公共预算收入当月",
    "unit": "万元",
    "months": MONTHS,
    "actual": _amounts("10900 9050 10505 10330 9540 10242 9192 . . . . ."),
    "plan": ["10500"] * 12,
    "last": _amounts("10822 9280 10695 10390 9644 10563 9739 9644 10418 9812 9549 9994"),
    "need": _amounts(". . . . . . . 12371 12370 10500 10500 10500"),
    "says": "一般公共预算收入当月完成与当月计划、上年同月、补欠所需的比较，数据见分月表",
}
TOTALS = {
    "name": "一般公共预算收入累计",
    "unit": "万元",
    "months": MONTHS,
    "actual": _amounts("10900 19950 30455 40785 50325 60567 69759 . . . . ."),
    "plan": [str(10500 * month) for month in MONTHS],
    "last": _amounts("10822 20102 30797 41187 50831 61394 71133 80777 91195 101007 110556 120550"),
    "need": _amounts(". . . . . . 69759 82130 94500 105000 115500 126000"),
    "low": _amounts(". . . . . . 69759 79217 89433 99056 108420 118221"),
    "high": _amounts(". . . . . . 69759 79725 89690 99656 109621 119587"),
    "bandName": "年底预测",
    "says": "一般公共预算收入累计完成与计划、上年、补欠所需和年底预测的比较，数据见分月表",
}
SWATCHES = (
    ("page", "底"),
    ("surface", "面"),
    ("sunken", "表头"),
    ("ink", "正文"),
    ("ink-2", "次要"),
    ("ink-3", "单位、提示"),
    ("line", "行线"),
    ("line-2", "框线"),
    ("field", "可操作边框"),
    ("accent", "主色"),
    ("accent-soft", "选中"),
    ("bar", "顶栏"),
)

ROW_KEYS = ("task-1", "task-2", "goal-1", "goal-2")
DOCUMENT = (
    "（一）加强财政收支管理。\n"
    "一般公共预算收入完成 126,000 万元，其中非税收入 XX 万元。"
    "建立税源月度会商机制，组织收入均衡入库。加强行政事业单位资产、资源盘活处置。"
)


def _mark(key: str, label: str, kind: str, words: str) -> Mark:
    start = DOCUMENT.index(words)
    return Mark(key, label, kind, start, start + len(words), outer=key.startswith("task"))


PARAGRAPHS = MarkedText(
    DOCUMENT,
    (
        _mark("goal-1", "目1", "goal", "一般公共预算收入完成 126,000 万元"),
        _mark("goal-2", "目2", "gap", "非税收入 XX 万元"),
        _mark("task-1", "任1", "", "建立税源月度会商机制，组织收入均衡入库"),
        _mark("task-2", "任2", "", "加强行政事业单位资产、资源盘活处置"),
    ),
    (Span(0, 11),),
).whole()


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a draft lacks, and the rows that lack it."""

    words: str
    rows: tuple[tuple[str, str], ...]


GAPS = (
    Lack("没有牵头单位和责任人", (("task-1", "任1"), ("task-2", "任2"))),
    Lack("缺目标值，请填数，或注明暂不设目标", (("goal-2", "目2"),)),
)
