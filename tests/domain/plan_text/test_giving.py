"""Who is given a task and by when, and how a year's target is split over its quarters."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.plan_text import PlanReading, read_plan
from tracker.domain.plan_text.quarters import periods_in, running_shares


def plan(*lines: str, title: str = "2024年工作计划") -> PlanReading:
    return read_plan(title + "\n" + "\n".join(lines) + "\n")


def test_a_responsible_unit_under_a_leading_heading_supports_it() -> None:
    (task,) = plan("一、县住建局牵头工作", "（一）更换管道21公里。（责任单位：各燃气企业）").tasks

    assert (task.lead, task.support) == (("县住建局",), ("各燃气企业",))


def test_a_line_of_responsible_units_after_the_leading_one_supports_it() -> None:
    (task,) = plan(
        "（一）加快水库建设，投资2亿元。", "牵头单位：建管股", "责任单位：水库管理处、移民办"
    ).tasks

    assert (task.lead, task.support) == (("建管股",), ("水库管理处", "移民办"))


def test_a_leading_unit_after_the_responsible_ones_leads() -> None:
    (task,) = plan("（一）加快水库建设，投资2亿元。", "责任单位：移民办", "牵头单位：建管股").tasks

    assert (task.lead, task.support) == (("建管股",), ("移民办",))


@pytest.mark.parametrize(
    ("said", "words", "day"),
    [
        ("长期坚持", "长期坚持", None),
        ("3—4月", "3—4月", None),
        ("全年", None, None),
        ("2024年12月", "2024年12月", date(2024, 12, 31)),
    ],
)
def test_the_words_of_a_deadline_column_are_kept(
    said: str, words: str | None, day: date | None
) -> None:
    reading = plan(
        "序号\t工作任务\t责任单位\t完成时限",
        f"1\t开展执法检查\t执法大队\t{said}",
        "2\t修订办法\t采购股\t6月底",
    )

    assert (reading.tasks[0].due_text, reading.tasks[0].due_on) == (words, day)


def test_a_school_term_s_beginning_is_a_deadline_without_a_day() -> None:
    (task,) = plan("改扩建学校食堂，秋季开学前投入使用。").tasks

    assert (task.due_text, task.due_on) == ("秋季开学前", None)


def test_the_half_year_of_the_plan_itself_is_no_deadline() -> None:
    title = "2024年上半年工作总结及下半年工作安排"
    reading = plan(
        "一、上半年工作总结",
        "新增3户。",
        "二、下半年工作安排",
        "下半年完成抽检1200批次。",
        title=title,
    )

    assert [task.due_text for task in reading.tasks] == [None]


def quarters(*lines: str) -> list[tuple[str, tuple[str, ...] | None]]:
    return [(one.name, one.quarters) for one in plan(*lines).targets if one.measure == "amount"]


@pytest.mark.parametrize(
    "line",
    [
        "完成投资85亿元，一季度、上半年和前三季度分别完成年度投资计划的20%、50%和80%。",
        "完成投资85亿元，力争一季度完成20%，上半年完成50%以上，三季度完成80%。",
        "完成投资85亿元，3月底完成20%，6月底完成50%，9月底完成80%。",
    ],
)
def test_a_sentence_splits_its_target_over_the_quarters(line: str) -> None:
    assert quarters(line) == [("投资", ("20", "50", "80"))]


def test_headings_beside_the_one_that_splits_the_year_are_meant() -> None:
    found = quarters(
        "一、主要目标",
        "（一）收入目标。税收收入完成12亿元。",
        "（二）进度目标。一季度、上半年和前三季度分别完成年度任务的25%、51%、77%。",
        "二、工作措施",
        "（一）清理欠税。清理欠税3亿元。",
    )

    assert found == [("税收收入", ("25", "51", "77")), ("欠税", None)]


def test_a_named_plan_splits_only_its_own_target() -> None:
    found = quarters(
        "收入达到12亿元，投资达到9亿元，一季度、上半年和前三季度分别完成年度投资计划的20%、50%和80%。"
    )

    assert found == [("收入", None), ("投资", ("20", "50", "80"))]


def test_half_a_year_alone_does_not_split_a_target() -> None:
    assert quarters("完成投资85亿元，上半年完成50%以上。") == [("投资", None)]


def test_a_split_without_a_target_beside_it_is_left_alone() -> None:
    assert quarters("一季度、上半年和前三季度分别完成年度任务的25%、51%、77%。") == []


SPLIT = "一季度、上半年和前三季度分别完成年度任务的26%、52%、77%。"


def test_growths_are_split_where_their_own_heading_names_no_amount() -> None:
    found = plan(
        "（一）收入。一般公共预算收入增长7%，其中税收收入增长8%。" + SPLIT,
        "（二）资金。争取上级补助资金22亿元。",
    ).targets

    assert [(one.name, one.quarters) for one in found if not one.splits] == [
        ("一般公共预算收入", ("26", "52", "77")),
        ("税收收入", ("26", "52", "77")),
        ("上级补助资金", None),
    ]


def test_the_shares_themselves_are_no_targets_of_their_own() -> None:
    found = plan("收入达到12亿元。" + SPLIT).targets

    assert [(one.measure, one.value, one.splits) for one in found] == [
        ("amount", "12", False),
        ("completion", "26", True),
        ("completion", "52", True),
        ("completion", "77", True),
    ]


def test_shares_that_split_nothing_stay_targets() -> None:
    assert not any(one.splits for one in plan(SPLIT).targets)


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        ({1: "25", 2: "51", 3: "77"}, ("25", "51", "77")),
        ({1: "20", 2: "50", 3: "75", 4: "100"}, ("20", "50", "75", "100")),
        ({1: "20", 2: "30", 3: "30", 4: "20"}, ("20", "50", "80", "100")),
        ({1: "25", 2: "51"}, None),
        ({1: "60", 2: "50", 3: "80"}, None),
    ],
)
def test_running_shares(said: dict[int, str], shares: tuple[str, ...] | None) -> None:
    assert running_shares(said) == shares


def test_periods_are_told_by_the_quarters_that_are_over() -> None:
    assert periods_in("一季度、上半年、前三季度、全年") == [1, 2, 3, 4]
    assert periods_in("一、二、三、四季度") == [1, 2, 3, 4]
    assert periods_in("3月底、6月底、9月末") == [1, 2, 3]
