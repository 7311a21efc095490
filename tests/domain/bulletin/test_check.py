"""The check before a bulletin is made: what the figures write passes, what does not fit is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.bulletin.making import decision, edited, facts, indicator, task
from tracker.domain.agenda import ReviewKind
from tracker.domain.bulletin.check import check, figure_problems
from tracker.domain.bulletin.facts import Facts, TaskCounts, UnitFact, UnreportedFact
from tracker.domain.bulletin.text import Draft, write
from tracker.domain.case import Kind, Polarity
from tracker.domain.lights import Light

RATE: dict[str, Any] = {
    "kind": Kind.RATE,
    "unit": "%",
    "places": 2,
    "unit_name": "国库股",
    "target": Decimal(67),
    "actual": Decimal("62.80"),
    "last": Decimal("66.42"),
    "ahead": Decimal("-4.2"),
    "completion": Decimal("93.7"),
    "yoy": None,
}
NEED = ((7, Decimal(9900)), (8, Decimal(9900)))


def bureau(**values: Any) -> Facts:
    """Twenty-seven indicators, one of each light among them, and everything else that a review has."""
    few = (
        indicator(
            "基金收入",
            Light.RED,
            target=Decimal(5000),
            actual=Decimal(2142),
            last=Decimal(2236),
            ahead=Decimal("-14.2"),
            need=NEED,
            guard="难保",
            reason="两宗地块流拍，少入库1,200万元。",
            next_step="本月走访40户企业，争取入库900万元",
        ),
        indicator("税收占比", Light.YELLOW, **RATE),
        indicator("债券项目", Light.BLUE, unit="个", target=Decimal(24), actual=Decimal(24)),
        indicator("社保收入", Light.GREY),
        indicator("无目标数", Light.GREY, word="无目标", unit="件", target=None),
    )
    rest = (indicator(f"收入之{number:02}") for number in range(22))
    return facts(
        *few,
        *rest,
        **{
            "lagging_tasks": (task(), task("抽查会计信息", days_overdue=0)),
            "unreported": (UnreportedFact("综合股", 1, ("社保收入",)),),
            "due": (task("8月底前评审3个学校项目"),),
            "decisions": (decision("10月底前清收欠款5,000万元"),),
        }
        | values,
    )


def sentences(draft: Draft, of: Facts) -> list[str]:
    return [problem.sentence for problem in check(draft, of)]


def after(key: str, old: str, new: str, **values: Any) -> list[str]:
    """Return what the check says of the written text with some words replaced."""
    of = bureau(**values)
    return sentences(edited(write(of), key, old, new), of)


def said(key: str, sentence: str, **values: Any) -> list[str]:
    """Return what the check says of the written text with a sentence added."""
    of = bureau(**values)
    draft = write(of)
    sections = tuple(
        replace(one, text=f"{one.text}\n{sentence}") if one.key == key else one
        for one in draft.sections
    )
    return sentences(replace(draft, sections=sections), of)


@pytest.mark.parametrize("kind", list(ReviewKind))
def test_what_the_figures_write_passes(kind: ReviewKind) -> None:
    of = bureau(kind=kind)

    assert check(write(of), of) == ()


@given(st.lists(st.sampled_from(list(Light)), max_size=40), st.sampled_from(list(ReviewKind)))
def test_any_mixture_of_lights_passes(lights: list[Light], kind: ReviewKind) -> None:
    of = facts(
        *(indicator(f"指标甲{number:02}", light) for number, light in enumerate(lights)), kind=kind
    )

    assert check(write(of), of) == ()


class TestCounts:
    def test_28_over_a_table_of_27_rows_is_refused(self) -> None:
        assert after("overview", "指标共27项", "指标共28项") == [
            "“纳入调度的指标共28项”与附表不符，附表为27。"
        ]

    @pytest.mark.parametrize(
        ("key", "old", "new"),
        [
            ("overview", "达进度22项", "达进度23项"),
            ("overview", "逾期1项", "逾期2项"),
            ("overview", "任务共38项", "任务共39项"),
            ("overview", "单位1个", "单位2个"),
            ("overview", "共未报1项", "共未报3项"),
            ("results", "22项指标达进度", "２３项指标达进度"),
            ("problems", "2项指标滞后", "3项指标滞后"),
            ("problems", "2项任务逾期或进度严重落后", "4项任务逾期或进度严重落后"),
            ("problems", "综合股未报1项", "综合股未报7项"),
            ("next", "议定事项1项", "议定事项2项"),
            ("next", "到期的任务1项", "到期的任务2项"),
        ],
    )
    def test_each_count_is_held_against_its_rows(self, key: str, old: str, new: str) -> None:
        assert len([one for one in after(key, old, new) if "不符" in one]) >= 1

    def test_a_count_that_names_nothing_must_be_one_that_there_is(self) -> None:
        assert said("overview", "本次一并通报28项。")
        assert said("overview", "本次一并通报27项。") == []

    def test_work_to_come_may_be_counted_freely(self) -> None:
        assert said("next", "抓好5项工作。") == []

    def test_units_that_lag(self) -> None:
        assert said("problems", "滞后指标涉及2个单位。") == []
        assert said("problems", "滞后指标涉及9个单位。") != []

    def test_tasks_that_lag_are_not_indicators_that_lag(self) -> None:
        assert said("problems", "滞后任务2项，灰灯2项。") == []
        assert said("problems", "滞后任务3项。") != []


class TestShares:
    def test_the_list_of_shares_follows_from_the_counts(self) -> None:
        assert after("overview", "81.5%", "81.6%") == [
            "“分别占3.7%、81.6%、3.7%、3.7%、7.4%”与数目不符，应为3.7%、81.5%、3.7%、3.7%、7.4%。"
        ]

    def test_a_share_follows_from_its_count(self) -> None:
        assert after("overview", "占52.6%", "占62.6%") == [
            "“占62.6%”与数目不符，应为52.6%或74.1%。"
        ]

    def test_a_share_without_its_count_is_one_that_there_is(self) -> None:
        assert said("overview", "全年时间过去50.0%。") == []
        assert said("overview", "落后面达到41.0%。") != []

    def test_shares_of_a_part_alone(self) -> None:
        assert said("overview", "欠进度1项、严重滞后1项，分别占3.7%、3.7%。") == []
        assert said("overview", "欠进度1项、严重滞后1项，分别占3.7%、4.7%。") != []


class TestFiguresOfIndicators:
    def test_12142_printed_for_2142_is_refused(self) -> None:
        assert after("problems", "完成2,142万元", "完成12,142万元") == [
            "基金收入的“1—6月完成12,142万元”与调度时的数不符，应为2,142。"
        ]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("占年度任务的42.8%", "占年度任务的43.8%"),
            ("落后计划14.2个百分点", "落后计划12.4个百分点"),
            ("落后计划14.2个百分点", "快于计划14.2个百分点"),
            ("同比下降4.2%", "同比增长4.2%"),
            ("同比下降4.2%", "同比-5.2%"),
            ("6月末为62.8%", "6月末为68.2%"),
            ("同比降低3.6个百分点", "同比降低3.7个百分点"),
            ("完成2,142万元", "完成2142，"),
        ],
    )
    def test_each_figure_is_held_against_its_own(self, old: str, new: str) -> None:
        assert len(after("problems", old, new)) == (0 if new.endswith("2142，") else 1)

    def test_a_fall_is_never_a_negative_rise(self) -> None:
        assert after("problems", "同比下降4.2%", "同比增长-4.2%") == [
            "“同比增长-4.2%”应写作“下降4.2%”。"
        ]

    @pytest.mark.parametrize(
        "sentence",
        [
            "基金收入年度目标5,000万元，完成0.21亿元，上年2,236万元，减少94万元。",
            "基金收入完成率42.8%，7月需9,900万元。",
            "基金收入完成2,142万元、税收占比62.80%。",
            "基金收入6月涉及3个乡镇，12345户。",
            "基金收入2,142。",
            "债券项目24个，税收占比比目标低4.2个百分点。",
            "社保收入尚未填报。",
            "本局完成2,142万元。",
            "本局到账24笔，办件5件。",
        ],
    )
    def test_true_sentences_of_the_office_pass(self, sentence: str) -> None:
        assert said("problems", sentence) == []

    @pytest.mark.parametrize(
        "sentence",
        [
            "基金收入年度目标2,142万元。",
            "基金收入完成0.31亿元。",
            "基金收入7月需9,800万元。",
            "社保收入完成900万元。",
            "社保收入同比增长3.0%。",
            "债券项目25个。",
            "基金收入12,142。",
            "本局完成12,142万元。",
            "债券项目落后计划3.0个百分点。",
        ],
    )
    def test_untrue_ones_do_not(self, sentence: str) -> None:
        assert len(said("problems", sentence)) == 1

    def test_a_sentence_without_a_name_is_about_the_one_named_before(self) -> None:
        assert said("problems", "基金收入仍然偏慢。目前完成2,412万元。") != []

    def test_a_level_that_rounds_to_plan(self) -> None:
        fact = indicator("甲类收入", Light.YELLOW, ahead=Decimal(0))
        of = facts(fact)

        assert sentences(write(of), of) == []
        assert sentences(edited(write(of), "problems", "不足0.1", "0.1"), of) != []

    def test_an_indicator_without_a_measure_of_money(self) -> None:
        of = facts(
            indicator("培训人数", unit="人次", polarity=Polarity.HIGHER, ahead=None, last=None)
        )

        assert sentences(write(of), of) == []


class TestNames:
    def test_a_digit_in_a_units_name_is_no_figure(self) -> None:
        of = facts(
            indicator(unit_name="征收1所"), unreported=(UnreportedFact("征收2所", 1, ("甲",)),)
        )

        assert sentences(write(of), of) == []
        wrong = edited(write(of), "problems", "征收2所未报1项", "征收2所未报3项")
        assert sentences(wrong, of) == ["“征收2所未报3项（甲）”与附表不符，附表为0或1。"]

    def test_a_digit_in_an_indicators_name_is_no_figure(self) -> None:
        of = facts(indicator("1号泵站收入"))

        assert sentences(write(of), of) == []

    def test_a_problem_shows_the_words_and_not_our_marks(self) -> None:
        assert said("problems", "基金收入2,412万元。") == [
            "基金收入的“基金收入2,412万元”与调度时的数不符，应为5,000或2,142或2,236或9,900。"
        ]

    def test_many_names_are_cut(self) -> None:
        assert said("problems", "收入之00和收入之01和收入之02和收入之03完成2,412万元。")[
            0
        ].startswith("收入之00、收入之01、收入之02等的“")


class TestTasks:
    def test_days_and_progress_are_those_of_the_table(self) -> None:
        assert after("problems", "逾期37天", "逾期27天") == ["“逾期27天”与任务表不符。"]
        assert after("problems", "进度80%，逾期", "进度90%，逾期") == ["“进度90%”与任务表不符。"]


class TestTheTextItself:
    def test_an_empty_section_is_refused(self) -> None:
        of = bureau()
        draft = write(of)

        assert sentences(replace(draft, sections=draft.sections[1:]), of) == [
            "“总体情况”没有写；没有情况也请写明。"
        ]

    def test_a_title_of_one_line_and_an_addressee(self) -> None:
        of = bureau()
        draft = replace(write(of), title=" ", addressee="")

        assert sentences(draft, of) == ["标题没有写。", "主送单位没有写。"]
        assert sentences(replace(write(of), title="长" * 81), of) == ["标题写成一行，最多80个字。"]


class TestTheFrozenFigures:
    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"lights": dict.fromkeys(Light, 1)}, "各灯合计5项，指标表有1行。"),
            (
                {"lights": {light: int(light is Light.RED) for light in Light}},
                "红灯记为1项，指标表中有0行。",
            ),
            ({"units": ()}, "各单位指标合计0项，总数为1项。"),
            (
                {"units": (UnitFact("综合股", 1, dict.fromkeys(Light, 0), 0, 0),)},
                "综合股各灯合计0项，指标数为1项。",
            ),
            ({"tasks": TaskCounts(3, 2, 2, 0, 0)}, "任务已办结2项、在办2项，多于总数3项。"),
            ({"tasks": TaskCounts(3, 2, 1, 1, 0)}, "逾期任务记为1项，任务表中有0行。"),
            ({"tasks": TaskCounts(3, 2, 1, 0, 1)}, "严重落后的任务记为1项，任务表中有0行。"),
        ],
    )
    def test_parts_add_up_to_wholes(self, values: dict[str, Any], words: str) -> None:
        assert words in list(figure_problems(facts(indicator(), **values)))

    def test_percentages_follow_from_their_amounts(self) -> None:
        wrong = indicator(completion=Decimal("65.3"), yoy=Decimal("10.7"))

        assert list(figure_problems(facts(wrong))) == ["税收收入的完成率为65.3%，按数额应为56.3%。"]
