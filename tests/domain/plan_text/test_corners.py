"""Rules that few documents need, each held by the words that need it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.plan_text.odd_texts import ODD_TEXTS
from tests.domain.plan_text.test_never_raises import assert_places
from tracker.domain.plan_text import as_json, read_plan
from tracker.domain.plan_text.canvas import prepare
from tracker.domain.plan_text.cells import of_cell
from tracker.domain.plan_text.deadlines import last_deadline
from tracker.domain.plan_text.drafts import Ledger, merged
from tracker.domain.plan_text.model import Measure, Span
from tracker.domain.plan_text.naming import right_name, strip_head
from tracker.domain.plan_text.numbering import chinese_ordinal
from tracker.domain.plan_text.owners import (
    OwnerNote,
    bracket_note,
    heading_note,
    inside_note,
    line_note,
    trailing_label,
)
from tracker.domain.plan_text.sections import SectionKind, switches_mode, title_kind
from tracker.domain.plan_text.sentences import sentences_in
from tracker.domain.plan_text.targets import quantified
from tracker.domain.plan_text.years import plan_year


def test_an_empty_stretch_has_a_place_without_width() -> None:
    assert prepare("甲乙").place(1, 1) == Span(1, 1)


@pytest.mark.parametrize(
    ("name", "said", "unit", "measure"),
    [
        ("一般性支出", "下降5%", "", Measure.REDUCTION),
        ("工业增加值", "增长8%", "", Measure.GROWTH),
        ("预算执行率", "95", "%", Measure.COMPLETION),
        ("绿化覆盖率", "40", "%", Measure.SHARE),
    ],
)
def test_a_cell_s_measure_follows_its_sign_and_name(
    name: str, said: str, unit: str, measure: Measure
) -> None:
    found = of_cell(name, said, unit, 0, len(said))

    assert found is not None
    assert found.measure is measure


def test_a_cell_of_words_is_no_target() -> None:
    assert of_cell("工作要求", "持续推进", "", 0, 4) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2024-06-15前完成", date(2024, 6, 15)),
        ("2024-13-15前完成", None),
        ("2024.2.30前完成", None),
        ("2月31日前完成", None),
    ],
)
def test_a_day_is_read_only_where_the_calendar_has_it(words: str, day: date | None) -> None:
    found = last_deadline(words, 2024)

    assert found is not None
    assert found.on == day


def test_two_leads_are_never_mixed() -> None:
    first = OwnerNote(("财政局",), ("税务局",), None)

    assert merged(first, OwnerNote(("住建局",), (), None)) == first
    assert merged(first, None) == first


def test_a_ledger_without_an_entry_has_no_node() -> None:
    assert Ledger(prepare(""), 2024).node is None


def test_a_task_printed_twice_counts_once() -> None:
    line = "开展全县行政事业单位国有资产清查盘活专项行动。"
    text = f"2024年工作计划\n（一）加强资产管理。{line}\n（二）盘活存量资产。{line}\n"

    assert [task.text for task in read_plan(text).tasks] == [line.rstrip("。")]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("为群众办实事", "实事"),
        ("向省市财政部门申报项目资金", "项目资金"),
        ("将一般性支出预算", "一般性支出预算"),
    ],
)
def test_a_name_loses_what_stands_before_the_thing(words: str, name: str) -> None:
    assert strip_head(words).endswith(name[-2:])


def test_a_name_to_the_right_ends_at_the_sentence() -> None:
    assert right_name("，全部完成") == ""


@pytest.mark.parametrize(
    ("words", "number"), [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("甲", 0)]
)
def test_chinese_ordinals(words: str, number: int) -> None:
    assert chinese_ordinal(words) == number


def test_where_an_owner_stands() -> None:
    assert line_note("责任单位：" + "财政局、" * 200) is None
    assert line_note("（牵头单位：财政局）") == OwnerNote(("财政局",), (), None)
    assert trailing_label("加强监管责任单位：财政局") is None
    assert heading_note("收入工作") is None
    assert heading_note("财政局牵头工作") == OwnerNote(("财政局",))
    assert inside_note("由大家牵头推进") is None
    assert bracket_note("大家负责") is None


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("存在问题", SectionKind.PROBLEMS),
        ("2023年工作总结", SectionKind.REVIEW),
        ("加强收入征管", None),
    ],
)
def test_a_heading_inside_a_plan_may_turn_to_something_else(
    heading: str, kind: SectionKind | None
) -> None:
    assert switches_mode(heading, 2024) == kind


def test_a_title_says_what_its_headings_belong_to() -> None:
    assert title_kind("2023年工作总结") is SectionKind.REVIEW


def test_a_bracket_does_not_reach_over_a_line() -> None:
    plain = "（一段没有合上\n第二句。第三句。"

    assert len(sentences_in(plain, 0, len(plain))) == 3


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        ("财政支出进度达到计划的95%", Measure.COMPLETION),
        ("完成投资占年度投资进度计划的60%", Measure.COMPLETION),
        ("一般性支出压减比例不低于5%", Measure.REDUCTION),
        ("财政收入增幅保持5%", Measure.GROWTH),
        ("压减一般性支出5%", Measure.REDUCTION),
        ("群众满意度提高2个百分点", Measure.INCREASE),
        ("贫困发生率降低2个百分点", Measure.REDUCTION),
        ("招商到位资金是上年的2倍", Measure.GROWTH),
        ("办理时限减少5个工作日", Measure.REDUCTION),
        ("居民收入增加2000元", Measure.INCREASE),
        ("压减一般性支出500万元", Measure.REDUCTION),
    ],
)
def test_the_verb_says_the_measure(words: str, measure: Measure) -> None:
    found = quantified(words, 0, len(words))

    assert [one.measure for one in found] == [measure]


def test_a_plan_for_next_year_is_of_the_year_after() -> None:
    assert plan_year("2023年工作总结及明年工作计划", [], "") == 2024


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_an_odd_text_is_read_in_place(text: str) -> None:
    reading = read_plan(text)

    assert_places(text, reading)
    assert len(as_json(reading)["tasks"]) == len(reading.tasks)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("建成区绿地率", "建成区绿地率"),
        ("建成区人口3万人", "建成区人口3万人"),
        ("将" * 12 + "税收收入", "税收收入"),
    ],
    ids=["its rate", "建成区", "twelve times 将"],
)
def test_a_name_is_stripped_no_further_than_it_makes_sense(words: str, kept: str) -> None:
    assert strip_head(words) == kept


def test_an_empty_bracket_names_nobody() -> None:
    assert bracket_note("（）") is None


def test_a_lone_carriage_return_ends_a_line() -> None:
    text = "2024年工作计划\r（一）加强监管。开展专项检查。\r（二）抓好落实。完成整改任务。"

    assert [task.text for task in read_plan(text).tasks] == ["开展专项检查", "完成整改任务"]


@pytest.mark.parametrize(
    "words", ["每3个村配一名干部", "第3个一百天", "按每人500元的标准发放", "三大改革", "3天内办结"]
)
def test_a_number_that_names_or_rates_is_no_target(words: str) -> None:
    assert quantified(words, 0, len(words)) == []


def test_a_column_of_units_holds_the_owners_where_no_other_does() -> None:
    text = (
        "2024年工作任务\n序号\t工作任务\t单位\n1\t建成公物仓\t资产管理股\n2\t修订采购办法\t采购股\n"
    )

    assert [task.lead for task in read_plan(text).tasks] == [("资产管理股",), ("采购股",)]


def test_the_progress_itself_is_measured_where_nothing_stands_before_it() -> None:
    words = "达到支出进度的95%"

    assert [one.name for one in quantified(words, 0, len(words))] == ["支出进度"]


def test_of_two_name_columns_the_first_groups() -> None:
    text = (
        "2024年主要指标\n序号\t主要指标\t三级指标\t目标值\n"
        "1\t财政收入\t税收收入增长率\t6%\n2\t财政支出\t民生支出占比\t80%\n"
    )
    reading = read_plan(text)

    assert [target.name for target in reading.targets] == ["税收收入增长率", "民生支出占比"]
    assert [item.title for item in reading.items] == ["财政收入", "财政支出"]
