"""The sentences that pages, boards, mails and bulletins print."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tracker.domain.standing import Standing, case_from_json, standing
from tracker.domain.wording import (
    bulletin_sentence,
    guard_sentence,
    lag_sentence,
    light_reasons,
    quantity,
    standing_sentence,
)


def at(*actual: object, month: int | None = None, **entries: Any) -> Standing:
    case = {"kind": "flow", "target": "1200", "places": 0, "actual": list(actual)} | entries
    return standing(case_from_json(case), month)


def stock(*actual: object, **entries: Any) -> Standing:
    return at(*actual, kind="stock", baseline="120", target="138", places=2, **entries)


def cap(*actual: object, **entries: Any) -> Standing:
    return at(*actual, polarity="lower", **entries)


def test_says_the_indicator_in_one_sentence() -> None:
    assert standing_sentence(at("9000", "7000", "11000", target="120000"), "万元") == (
        "截至3月底完成 27,000 万元，占年度任务的 22.50%，落后序时进度 2.50 个百分点，一季度失守；"
        "二季度每月需完成 11,000 万元，较计划提高 10.00%，需加力。"
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at("100"), "与序时进度持平"),
        (at("110"), "快于序时进度 0.83 个百分点"),
        (at("99999", target="1200000"), "落后序时进度不足 0.01 个百分点"),
        (at("100", weights=["0", *["1"] * 11]), "与序时进度持平，快于计划 8.33 个百分点"),
        (at("99", quarters=["297", "301", "301", "301"]), "落后序时进度 0.08 个百分点，与计划持平"),
        (cap("90"), "低于序时进度 0.83 个百分点"),
        (cap("110"), "超出序时进度 0.83 个百分点"),
        (at("105", polarity="range", target_high="1320"), "在计划区间内"),
        (at("90", polarity="range", target_high="1320"), "偏离计划 0.83 个百分点"),
        (at("5", target=None), "年度目标未定，进度无法判断。"),
    ],
)
def test_names_the_side_of_the_line_truly(now: Standing, said: str) -> None:
    assert said in standing_sentence(now, "万元")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at(*["90"] * 6), "，一、二季度失守；"),
        (at(*["90"] * 3, "130"), "，一季度失守（4月已补回）；"),
        (at("90", "90", "90", "130", "100", "90"), "，一季度失守（4月已补回）、二季度失守；"),
    ],
)
def test_a_lost_quarter_stays_on_record_with_its_repair(now: Standing, said: str) -> None:
    assert said in standing_sentence(now, "万元")


def test_says_done_and_done_early() -> None:
    assert standing_sentence(at("1200"), "户").endswith("，已提前完成年度任务。")
    assert standing_sentence(at(*["100"] * 12), "户").endswith("，已完成年度任务。")


def test_says_what_is_not_reported_or_not_due() -> None:
    assert standing_sentence(at("1", month=2), "万元", name="税收") == (
        "2月税收尚未填报，完成情况未知。"
    )
    assert standing_sentence(at(), "万元", name="税收收入") == (
        "税收收入年度任务 1,200 万元，尚未到填报时间；一季度每月需完成 100 万元，与计划持平，可保。"
    )
    assert standing_sentence(at(target=None), "万元", name="税收收入") == "税收收入年度目标未定。"


def test_names_the_indicator_and_speaks_of_balances_and_caps_as_such() -> None:
    assert standing_sentence(stock("121.1", "122.9", "124", "125.2"), "亿元", name="贷款余额") == (
        "截至4月底，贷款余额为 125.20 亿元，为年度目标的 90.72%，落后计划 0.58 个百分点，一季度失守；"
        "5、6月每月需净增 1.90 亿元方可保二季度，较计划提高 26.67%，难保。"
    )
    assert standing_sentence(cap("90"), "万元") == (
        "截至1月底累计 90 万元，占全年控制数的 7.50%，低于序时进度 0.83 个百分点；"
        "全年还可用 1,110 万元。"
    )
    assert standing_sentence(at(polarity="lower"), "万元") == (
        "全年控制数 1,200 万元，尚未到填报时间。"
    )
    assert standing_sentence(at("58", kind="rate", target="60"), "%") == (
        "截至1月底为 58%，落后计划 2.00 个百分点。"
    )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at("90", "90"), "3月需 120 万元方可保一季度，较计划提高 20.00%，吃力。"),
        (
            at("90", target="1201"),
            "2月需 106、3月需 105 万元方可保一季度，较计划提高 5.50%，需加力。",
        ),
        (
            at("80", "95", "130"),
            "4月需 99 万元，5、6月每月需 98 万元，即可保二季度，较计划降低 1.67%，可保。",
        ),
        (at("60", "60"), "3月需 180 万元方可保一季度，较计划提高 80.00%，难保。"),
        (at("-5", weights=["0"] * 3 + ["1"] * 9), "原计划未作安排，难保。"),
        (at("310"), "一季度计划已提前达到，富余 10 万元，可保。"),
        (at("300"), "一季度计划已提前达到，可保。"),
        (at("99999", target="1200000"), "较计划提高不足 0.01%，需加力。"),
    ],
)
def test_says_what_each_month_must_bring(now: Standing, words: str) -> None:
    assert now.for_quarter is not None
    assert guard_sentence(now.for_quarter, "万元").endswith(words)


def test_says_what_the_year_must_bring() -> None:
    year = at(*["90"] * 6).for_year
    seasonal = at("90", weights=[str(month) for month in range(1, 13)]).for_year
    assert year is not None
    assert seasonal is not None
    assert guard_sentence(year, "户") == (
        "7—12月每月需 110 户方可保全年，较计划提高 10.00%，需加力。"
    )
    assert guard_sentence(seasonal, "户") == (
        "2—12月还需 1,110 户即可保全年，较计划降低 6.33%，可保。"
    )


def test_says_nothing_of_an_unknown_need_and_no_guard_without_a_plan() -> None:
    unknown = at("1", target=None).for_quarter
    unplanned = at("100", kind="stock", target="111").for_year
    assert unknown is not None
    assert unplanned is not None
    assert guard_sentence(unknown, "户") == ""
    assert guard_sentence(unplanned, "户", balance=True) == "2—12月每月需净增 1 户方可保全年。"


def test_says_on_the_board_how_far_since_when_and_what_is_needed() -> None:
    assert lag_sentence(at(*["90"] * 7), "万元") == (
        "落后计划 5.83 点，自1月起；8、9月每月需 135 万元方可保三季度，较计划提高 35.00%，难保。"
    )
    assert lag_sentence(cap("90", "120"), "万元") == (
        "超出计划 0.83 点，自2月起；全年还可用 990 万元。"
    )
    assert lag_sentence(at("110"), "万元").startswith("快于计划 0.83 点；")
    assert lag_sentence(at("1200"), "万元") == "提前完成年度任务。"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (cap("1300"), "已超全年控制数 100 万元。"),
        (stock("121", polarity="lower"), "距全年控制数还有 17.00 万元。"),
        (stock("139.5", polarity="lower"), "还需压减 1.50 万元。"),
        (cap("1", target="0"), "欠进度，自1月起；已超全年控制数 1 万元。"),
    ],
)
def test_says_what_a_cap_still_allows(now: Standing, words: str) -> None:
    assert lag_sentence(now, "万元").endswith(words)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at("1", month=3), "3月未报。"),
        (at("1", target=None), "年度目标未定。"),
        (at(), "未到时。"),
        (at("100", kind="stock"), "基期数未定，计划线未知。"),
    ],
)
def test_says_why_a_light_is_grey(now: Standing, words: str) -> None:
    assert lag_sentence(now, "万元") == words


def test_a_light_shows_its_rule_its_figures_and_its_date() -> None:
    assert light_reasons(at("80"), "万元", as_of="2026年1月底，2月5日 18:00 封账") == (
        ("规则", "落后计划 10 个百分点以内亮黄，超过亮红；不落后亮绿"),
        ("1月累计", "80 万元"),
        ("计划累计", "100 万元"),
        ("年度目标", "1,200 万元"),
        ("相差", "−20 万元，−1.67 个百分点"),
        ("时点", "2026年1月底，2月5日 18:00 封账"),
    )


def test_reasons_name_what_is_capped_unknown_or_bounded() -> None:
    capped = dict(light_reasons(cap("90"), "万元"))
    assert capped["1月累计"] == "90 万元（控制数，低者为好）"
    assert capped["相差"] == "10 万元，+0.83 个百分点"
    assert dict(light_reasons(cap("0", target="0"), "件"))["相差"] == "0 件"
    early = dict(light_reasons(at(), "万元"))
    assert (early["原因"], early["完成"], early["相差"], early["时点"]) == (
        "未到时",
        "—",
        "—",
        "年初",
    )


def test_reasons_of_a_range_name_both_bounds_and_the_nearer_one() -> None:
    def ranged(figure: str) -> dict[str, str]:
        bounds = {"polarity": "range", "target": "138", "target_high": "140"}
        return dict(light_reasons(at(figure, kind="stock", places=2, **bounds), "亿元"))

    low = ranged("121")
    assert (low["1月末"], low["计划"]) == ("121.00 亿元", "138～140 亿元")
    assert (low["年度目标"], low["相差"]) == (
        "138～140 亿元",
        "低于下限 17.00 亿元，−12.32 个百分点",
    )
    assert ranged("141.4")["相差"] == "高于上限 1.40 亿元，−1.00 个百分点"
    assert ranged("139.5")["相差"] == "在区间内，离较近的界 0.50 亿元"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (
            at("61646", target="109466", last_year=["55707"]),
            "1月税收完成 61,646 万元，占年度任务的 56.3%，同比增长10.7%，增加 5,939 万元。",
        ),
        (
            at("24000", "627", target="60999", last_year=["25000", "697"]),
            "1—2月税收完成 24,627 万元，占年度任务的 40.4%，同比下降4.2%，减少 1,070 万元。",
        ),
        (
            at(*["100"] * 12, last_year=["100"] * 12),
            "全年税收完成 1,200 万元，占年度任务的 100.0%，同比持平。",
        ),
        (at("5", target=None), "1月税收完成 5 万元。"),
        (stock("121"), "1月末税收为 121.00 万元，为年度目标的 87.7%。"),
        (cap("90"), "1月税收累计 90 万元，占全年控制数的 7.5%。"),
        (
            at("58", kind="rate", target="60", last_year=["57"]),
            "1月末税收为 58 万元，同比提高 1 个百分点。",
        ),
        (
            at("58", kind="rate", target="60", last_year=["60"]),
            "1月末税收为 58 万元，同比降低 2 个百分点。",
        ),
    ],
)
def test_prints_as_bulletins_do(now: Standing, words: str) -> None:
    assert bulletin_sentence(now, "万元", name="税收") == words


def test_writes_a_figure_with_its_unit() -> None:
    assert quantity(Decimal("1234.5"), "万元", 2) == "1,234.50 万元"
    assert quantity(Decimal("58.2"), "%") == "58.2%"
    assert quantity(Decimal(3), "") == "3"
    assert quantity(None, "万元") == "—"
