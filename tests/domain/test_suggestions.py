"""Proposals come with their reason, and none is made where it would be a guess."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.suggestions import (
    DutyIndex,
    EarlierIndex,
    EarlierTask,
    LastResult,
    UnitHint,
    Wanting,
    baseline_hint,
    unit_hint,
)

BUDGET, TREASURY, FARM = 1, 2, 3
DUTIES = DutyIndex(
    {
        BUDGET: "编制县级预算草案，承担转移支付资金管理、政府债务限额管理和三保预算审核。",
        TREASURY: "组织预算执行，管理国库集中支付；负责存量资金盘活和暂付款清理消化。",
        FARM: "承担农业保险、乡村振兴衔接资金管理。",
        9: "",
    }
)
NOBODY_BEFORE = EarlierIndex([])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("加快暂付款清理消化，年内压减30%", TREASURY),
        ("稳步扩大农业保险覆盖面", FARM),
        ("严格政府债务限额管理，规范转移支付", BUDGET),
    ],
)
def test_duties_point_to_the_unit_whose_words_the_sentence_uses(text: str, unit: int) -> None:
    hint = DUTIES.best(text)

    assert hint is not None
    assert hint.unit_id == unit
    assert "单位职责中有“" in hint.reason


def test_the_reason_names_the_longest_words_and_none_twice() -> None:
    assert DUTIES.best("加快暂付款清理消化") == UnitHint(TREASURY, "单位职责中有“暂付款清理消化”")
    assert DUTIES.best("扩大农业保险，防保险骗保") == UnitHint(FARM, "单位职责中有“农业保险”")


@pytest.mark.parametrize("text", ["加强组织领导，落实工作责任", "做好预算工作", "", "植树造林"])
def test_words_that_everybody_uses_point_to_nobody(text: str) -> None:
    assert DUTIES.best(text) is None


def test_two_units_that_fit_alike_are_not_chosen_between() -> None:
    both = DutyIndex({1: "农业保险保费补贴", 2: "农业保险保费补贴"})

    assert both.best("提高农业保险保费补贴") is None


def test_an_earlier_years_like_task_names_its_unit() -> None:
    earlier = EarlierIndex(
        [
            EarlierTask("加强行政事业单位资产的盘活处置，提高使用效率和效益", 7, 2022),
            EarlierTask("加强行政事业单位资产的盘活处置，提高使用效率和效益", 8, 2023),
            EarlierTask("组织银企对接活动", 9, 2023),
        ]
    )

    hint = earlier.best("加强行政事业单位资产盘活处置，提高配置效率")

    assert hint == UnitHint(
        8, "2023年“加强行政事业单位资产的盘活处置，提高使用效率和效…”由该单位牵头"
    )
    assert earlier.best("改造老旧小区") is None
    assert earlier.best("组织会议活动和对账") is None


def test_what_was_done_before_counts_more_than_duties_and_both_are_named_where_they_agree() -> None:
    text = "加快暂付款清理消化"
    other = EarlierIndex([EarlierTask(text, BUDGET, 2023)])
    same = EarlierIndex([EarlierTask(text, TREASURY, 2023)])

    assert unit_hint(text, NOBODY_BEFORE, DUTIES) == DUTIES.best(text)
    assert unit_hint(text, other, DUTIES) == other.best(text)
    assert unit_hint("植树造林", EarlierIndex([]), DUTIES) is None
    agreed = unit_hint(text, same, DUTIES)
    assert agreed is not None
    assert agreed.reason == "2023年“加快暂付款清理消化”由该单位牵头；单位职责中有“暂付款清理消化”"


def result(name: str, value: str | None, unit: str = "万元", **more: str) -> LastResult:
    rest = {"measure": "amount", "bound": "eq", "quote": f"{name}{value}{unit}"} | more
    return LastResult(name, rest["measure"], value, unit, rest["bound"], rest["quote"])


GROWTH = Wanting("一般公共预算收入", "growth", "rate", "", "%", 2024)


def test_last_years_level_is_proposed_for_this_years_growth() -> None:
    results = [
        result("地方一般公共预算收入", "119,990"),
        result("地方一般公共预算收入", "14.8", "%", measure="growth"),
        result("税收收入", "70000"),
    ]

    hint = baseline_hint(GROWTH, results)

    assert hint is not None
    assert (hint.figure, hint.unit) == (Decimal(119990), "万元")
    assert hint.reason == "上年完成情况：“地方一般公共预算收入119,990万元”"


@pytest.mark.parametrize(
    "base", ["2023年预算数", "上年同口径", "2020年", "2024年", "前三年平均", "计划数"]
)
def test_two_bases_are_never_mixed(base: str) -> None:
    target = Wanting("一般公共预算收入", "growth", "rate", base, "%", 2024)
    results = [result("一般公共预算收入", "119990")]

    assert baseline_hint(target, results) is None


@pytest.mark.parametrize("base", ["", "上年", "上年完成数", "2023年", "去年同期", "较上年"])
def test_a_base_that_means_last_years_result_takes_it(base: str) -> None:
    target = Wanting("一般公共预算收入", "growth", "rate", base, "%", 2024)

    assert baseline_hint(target, [result("一般公共预算收入", "119990")]) is not None


@pytest.mark.parametrize(
    "results",
    [
        [result("一般公共预算收入", None)],
        [result("一般公共预算收入", "0")],
        [result("一般公共预算收入", "12", bound="ge")],
        [result("一般公共预算收入", "1234567890123456")],
        [result("一般公共预算收入", "1.23456", "亿元")],
        [result("一般公共预算收入", "十二")],
        [result("一般公共预算收入", "10"), result("全县一般公共预算收入", "11")],
        [],
    ],
)
def test_a_result_that_is_masked_rough_or_not_the_only_one_is_not_proposed(
    results: list[LastResult],
) -> None:
    assert baseline_hint(GROWTH, results) is None


def test_a_balance_starts_at_last_years_in_its_own_unit() -> None:
    loans = Wanting("贷款余额", "amount", "stock", "", "万元", 2024)

    hint = baseline_hint(loans, [result("贷款余额", "312.6", "亿元")])

    assert hint is not None
    assert (hint.figure, hint.unit) == (Decimal(3126000), "万元")
    assert baseline_hint(loans, [result("贷款余额", "50", "户", measure="count")]) is None


def test_a_flow_with_its_own_target_wants_no_baseline() -> None:
    target = Wanting("税收收入", "amount", "flow", "", "万元", 2024)

    assert baseline_hint(target, [result("税收收入", "70000")]) is None


def test_a_name_that_is_nothing_but_scope_stays_a_name() -> None:
    target = Wanting("全县", "growth", "rate", "", "%", 2024)

    assert baseline_hint(target, [result("全县", "7")]) is not None
