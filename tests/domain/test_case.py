"""What a case refuses, in words, and how it reads JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tracker.domain.case import Case, Kind, Polarity
from tracker.domain.case_json import case_as_json, case_from_json
from tracker.domain.errors import FigureError

FLOW: dict[str, Any] = {"kind": "flow", "target": "1200", "places": 0, "actual": ["100"]}


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"kind": "river"}, "kind 只能是 flow、stock、rate。"),
        ({"kind": None}, "kind 只能是 flow、stock、rate。"),
        ({"kind": []}, "kind 只能是 flow、stock、rate。"),
        ({"polarity": "up"}, "polarity 只能是 higher、lower、range。"),
        ({"places": "0"}, "places（小数位数）应是整数。"),
        ({"places": True}, "places（小数位数）应是整数。"),
        ({"places": 9}, "小数位数应在 0 到 8 之间。"),
        ({"target": 1.5}, "target 里的 1.5 不是数字"),
        ({"target": True}, "target 里的 True 不是数字"),
        ({"target": "NaN"}, "target 里的 'NaN' 不是数字"),
        ({"target": "1e3"}, "target 里的 '1e3' 不是数字"),
        ({"target": "\uff11"}, "target 里的 '\uff11' 不是数字"),
        ({"target": "9" * 60}, "不是数字"),
        ({"target": "0.5"}, "0.5 的小数多于 0 位。"),
        ({"actual": "100"}, "actual 应是一列数字。"),
        ({"actual": ["1"] * 13}, "完成数最多 12 个月，现有 13 个。"),
        ({"last_year": ["1"] * 13}, "上年数最多 12 个月，现有 13 个。"),
        ({"weights": ["1"] * 11}, "月度权重应有 12 个，现有 11 个。"),
        ({"weights": ["-1", *["1"] * 11]}, "月度权重不能是负数。"),
        ({"weights": [None, *["1"] * 11]}, "weights 不能有空缺。"),
        ({"quarters": ["400"] * 3}, "季度目标应有 4 个，现有 3 个。"),
        ({"plan": ["100"]}, "分月计划应有 12 个，现有 1 个。"),
        ({"yellow_points": "-1"}, "亮黄的百分点不能是负数。"),
        ({"polarity": "range"}, "区间指标要有下限和上限，上限不能低于下限。"),
        (
            {"polarity": "range", "target_high": "1"},
            "区间指标要有下限和上限，上限不能低于下限。",
        ),
        ({"targets": "1"}, "不认识 “targets”，请核对键名：actual、"),
        ({"low": "1"}, "low 只用于区间指标（polarity 为 range）。"),
        ({"polarity": "range", "low": "1"}, "low 和 target 只写一个。"),
        ({"earlier": {}}, "earlier（调整前的目标）应是一列 JSON 对象。"),
        ({"earlier": [{"target": "1"}]}, "through（调整前的目标用到哪个月）应是整数。"),
        ({"earlier": [{"through": 3, "kind": "flow"}]}, "不认识 “kind”"),
        ({"earlier": [{"through": 12}]}, "调整前的目标应按月份先后排列"),
        ({"earlier": [{"through": 3}, {"through": 3}]}, "调整前的目标应按月份先后排列"),
        ({"earlier": [{"through": 3, "target": "0.5"}]}, "0.5 的小数多于 0 位。"),
    ],
)
def test_refuses_what_does_not_fit_in_one_sentence(
    entries: dict[str, object], sentence: str
) -> None:
    with pytest.raises(FigureError) as refused:
        case_from_json(FLOW | entries)
    assert sentence in refused.value.message


def test_reads_whole_numbers_and_decimals_beside_strings() -> None:
    case = case_from_json(FLOW | {"target": 1200, "yellow_points": Decimal("7.5")})
    assert (case.target, case.yellow_points) == (Decimal(1200), Decimal("7.5"))


def test_leaves_what_is_not_said_at_its_default() -> None:
    case = case_from_json({"kind": "stock", "places": 0, "last_year": []})
    assert case == Case(kind=Kind.STOCK, target=None, places=0)


@pytest.mark.parametrize("data", ["1200", ["1200"], {"case": 7}])
def test_refuses_what_is_no_case_at_all(data: Any) -> None:
    with pytest.raises(FigureError, match="每个算例应是一个 JSON 对象。"):
        case_from_json(data)


def test_reads_an_entry_of_the_vectors_as_its_case() -> None:
    assert case_from_json({"case": FLOW, "expect": {}}) == case_from_json(FLOW)


def test_refuses_a_figure_that_is_none() -> None:
    with pytest.raises(FigureError, match="指标的数必须是普通数字。"):
        Case(kind=Kind.FLOW, target=Decimal("NaN"), places=0)


def test_a_fall_by_hand_weighs_by_its_falls() -> None:
    falling = tuple(map(Decimal, [-3, 1, *[-1] * 10]))
    case = Case(kind=Kind.STOCK, target=Decimal(88), baseline=Decimal(100), places=0, plan=falling)
    assert case.shares == tuple(map(Decimal, [3, 0, *[1] * 10]))


def test_a_ceiling_takes_the_shape_of_the_quarters_below_it() -> None:
    case = Case(
        kind=Kind.FLOW,
        target=Decimal(120),
        target_high=Decimal(240),
        places=0,
        polarity=Polarity.RANGE,
        quarters=tuple(map(Decimal, [60, 30, 30, 0])),
    )
    ceiling = case.ceiling()
    assert ceiling is not None
    assert [ceiling.at(month) for month in (3, 6, 9, 12)] == [120, 180, 240, 240]


def test_a_ratio_has_a_level_ceiling() -> None:
    case = Case(
        kind=Kind.RATE,
        target=Decimal(40),
        target_high=Decimal(60),
        places=0,
        polarity=Polarity.RANGE,
    )
    ceiling = case.ceiling()
    assert ceiling is not None
    assert ceiling.at(1) == 60


@pytest.mark.parametrize("target", [None, Decimal(1)])
def test_only_a_known_range_has_a_ceiling(target: Decimal | None) -> None:
    assert Case(kind=Kind.FLOW, target=target, places=0).ceiling() is None


def test_kinds_and_polarities_have_chinese_words() -> None:
    assert [kind.word for kind in Kind] == ["累计数", "时点数", "比率"]
    assert [polarity.word for polarity in Polarity] == ["越高越好", "不超过", "保持在区间内"]


def test_a_range_is_given_by_its_bounds_under_either_name() -> None:
    bounds = {"kind": "rate", "places": 1, "polarity": "range"}
    short = case_from_json(bounds | {"low": "5", "high": "5.5"})
    assert short == case_from_json(bounds | {"target": "5", "target_high": "5.5"})
    assert (short.target, short.target_high) == (Decimal(5), Decimal("5.5"))


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"kind": "stock", "baseline": "100", "last_year": ["1", None]},
        {"kind": "rate", "polarity": "range", "low": "5", "high": "8", "plan": ["5"] * 12},
        {"measure": "pace", "yellow_pace": "80", "quarters": ["300"] * 4},
        {"earlier": [{"through": 2, "target": None}, {"through": 5, "target": "900"}]},
        {"earlier": [{"through": 2, "target": "12", "weights": ["1"] * 12, "plan": ["1"] * 12}]},
    ],
)
def test_a_case_written_and_read_again_is_the_same(entries: dict[str, Any]) -> None:
    given = FLOW | entries
    if "low" in given:
        given.pop("target")
    case = case_from_json(given)
    assert case_from_json(case_as_json(case)) == case


@pytest.mark.parametrize(("baseline", "january"), [(None, 60), ("70", 60), ("60", 60), ("48", 49)])
def test_a_balance_in_its_range_stays_there_and_one_outside_runs_into_it(
    baseline: str | None, january: int
) -> None:
    bounds = {"kind": "stock", "places": 0, "polarity": "range", "low": "60", "high": "84"}
    case = case_from_json(bounds | {"baseline": baseline})
    line, ceiling = case.line(), case.ceiling()
    assert line is not None
    assert ceiling is not None
    assert (line.at(1), line.at(12)) == (january, 60)
    assert ceiling.at(12) == 84


def test_a_range_without_bounds_has_no_line() -> None:
    case = case_from_json({"kind": "stock", "places": 0, "polarity": "range", "baseline": "5"})
    assert (case.line(), case.ceiling()) == (None, None)
