"""The text by sections: what there is, in its order, numbered; what there is not, said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.domain.bulletin.making import decision, facts, indicator, task
from tracker.domain.agenda import ReviewKind
from tracker.domain.bulletin.facts import Facts, TaskCounts, UnreportedFact
from tracker.domain.bulletin.text import MOST_LINES, day_words, section_keys, write
from tracker.domain.lights import Light

LIGHTS = "已完成1项、达进度1项、欠进度1项、严重滞后1项、未报1项"
OWED = (UnreportedFact("办公室", 2, ("培训财会人员", "信息公开")),)


def section(of: Facts, key: str) -> str:
    return next(one.text for one in write(of).sections if one.key == key)


def whole(**values: Any) -> Facts:
    return facts(
        indicator("税收收入"),
        indicator("资产收益", Light.BLUE),
        indicator("基金收入", Light.RED, reason="两宗流拍。", next_step="重新挂牌"),
        indicator("担保余额", Light.YELLOW),
        indicator("社保收入", Light.GREY),
        **{
            "lagging_tasks": (task(), task("抽查", days_overdue=0, due=None)),
            "unreported": OWED,
            "due": (task("评审学校项目", due=date(2024, 8, 31)),),
            "decisions": (decision(),),
        }
        | values,
    )


def test_the_titles_of_both_series() -> None:
    assert write(facts()).title == "临溪县财政局关于2024年6月重点工作推进情况的通报"
    assert write(facts(month=None)).title == "临溪县财政局关于2024年重点工作推进情况的通报"
    assert write(facts(kind=ReviewKind.WEEKLY)).title == "临溪县财政局重点工作周通报"


def test_the_overview_counts_and_shares() -> None:
    lines = section(whole(), "overview").splitlines()

    assert lines == [
        f"截至6月底，纳入调度的指标共5项，其中{LIGHTS}，分别占20.0%、20.0%、20.0%、20.0%、20.0%。",
        "纳入调度的任务共38项，已办结20项，占52.6%；在办17项、暂停1项；其中逾期1项、进度严重落后1项。",
        "未按时填报的单位1个，共未报2项。",
    ]


def test_an_overview_with_nothing_to_complain_of() -> None:
    said = section(facts(indicator(), tasks=TaskCounts(3, 3, 0, 0, 0)), "overview")

    assert "其中达进度1项，占100.0%。" in said
    assert "没有逾期任务。" in said
    assert "各单位均已按时填报。" in said
    assert "暂停" not in said


def test_an_overview_of_nothing_yet() -> None:
    empty = facts(month=None, tasks=TaskCounts(0, 0, 0, 0, 0))

    assert section(empty, "overview") == "截至7月4日，没有纳入调度的指标。"


def test_the_problems_name_units_and_reasons() -> None:
    lines = section(whole(), "problems").splitlines()

    assert lines[0] == "（一）2项指标滞后。"
    assert lines[1].startswith("1.基金收入（综合股）。1—6月完成61,646万元")
    assert lines[1].endswith("严重滞后。主要原因：两宗流拍。")
    assert lines[2].endswith("责任单位没有说明原因。")
    assert lines[3:] == [
        "（二）2项任务逾期或进度严重落后。",
        "1.建成县级公物仓（资产管理股）。时限6月30日，进度80%，逾期37天。",
        "2.抽查（资产管理股）。进度80%。",
        "（三）1个单位未按时填报。",
        "办公室未报2项（培训财会人员、信息公开）。",
    ]


def test_results_name_what_is_done_or_ahead_first() -> None:
    lines = section(whole(), "results").splitlines()

    assert lines[0] == "（一）1项指标完成年度任务或超进度。"
    assert lines[1].startswith("1.资产收益（综合股）。")
    assert lines[2:] == [
        "（二）1项指标达进度。",
        "税收收入（综合股）达进度。",
        "（三）任务办结20项。",
    ]


def test_what_comes_next_begins_with_the_decisions() -> None:
    lines = section(whole(), "next").splitlines()

    assert lines == [
        "（一）落实议定事项1项。",
        "1.综合股：逐户核对重点税源，7月20日前完成。",
        "（二）补上滞后指标的欠账。",
        "1.综合股（基金收入）：重新挂牌。",
        "（三）抓紧办理下次调度前到期的任务1项。",
        "1.评审学校项目（资产管理股，时限8月31日）。",
        "（四）未填报的立即补报。",
        "办公室要立即补报，并按时填报以后各期。",
    ]


def test_nothing_wrong_is_said_too() -> None:
    good = facts(indicator(), tasks=TaskCounts(0, 0, 0, 0, 0))

    assert section(good, "problems") == "没有滞后的指标、逾期的任务和未填报的单位。"
    assert section(good, "next") == "各单位要保持力度，按计划推进，按时填报。"
    assert section(facts(tasks=good.tasks), "results").startswith("目前没有完成年度任务")


def test_the_weekly_one_is_the_short_form() -> None:
    weekly = whole(kind=ReviewKind.WEEKLY)

    assert section_keys(ReviewKind.WEEKLY) == ("overview", "problems", "next")
    assert section(weekly, "problems").splitlines() == [
        "严重滞后的指标1项：基金收入（综合股）。",
        "欠进度的指标1项：担保余额（综合股）。",
        "逾期或进度严重落后的任务2项：建成县级公物仓（资产管理股）；抽查（资产管理股）。",
        "未按时填报的单位1个：办公室未报2项（培训财会人员、信息公开）。",
    ]
    assert "欠账" not in section(weekly, "next")
    quiet = facts(indicator(), kind=ReviewKind.WEEKLY, tasks=TaskCounts(0, 0, 0, 0, 0))
    assert section(quiet, "problems") == "没有滞后的指标、逾期的任务和未填报的单位。"


@pytest.mark.parametrize("kind", list(ReviewKind))
def test_long_lists_are_cut_in_the_text_and_whole_in_the_annex(kind: ReviewKind) -> None:
    many = [indicator(f"指标{number:02}", Light.RED) for number in range(MOST_LINES + 1)]
    good = [indicator(f"好指标{number:02}") for number in range(MOST_LINES + 1)]
    late = tuple(task(f"任务事项{number:02}") for number in range(MOST_LINES + 1))
    text = write(facts(*many, *good, kind=kind, lagging_tasks=late))

    problems = next(one.text for one in text.sections if one.key == "problems")
    assert f"指标{MOST_LINES - 1}" in problems
    assert f"指标{MOST_LINES}" not in problems
    assert ("其余见附件。" in problems) == (kind is ReviewKind.MONTHLY)


def test_a_day_has_no_padding_zeros() -> None:
    assert day_words(date(2024, 8, 6)) == "2024年8月6日"
