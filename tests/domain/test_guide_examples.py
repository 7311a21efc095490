"""The worked examples of the user guide give the figures that stand there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracker.domain.case_json import case_from_json
from tracker.domain.standing import standing, standing_as_json

GUIDE = Path(__file__).parents[2] / "docs" / "user-guide.md"
YEAR = {"kind": "flow", "target": "120000", "places": 0, "actual": ["9000", "7000", "11000"]}
RATE = {"kind": "rate", "places": 1}
STOCK = {"kind": "stock", "places": 2, "baseline": "120.00", "target": "138.00"}
RANGE = {"polarity": "range"}
RAISED = {"target": "150000", "earlier": [{"through": 3, "target": "120000"}]}


@pytest.mark.parametrize(
    ("case", "figures", "said"),
    [
        (
            YEAR,
            {"completion_pct": "22.50", "ahead_of_plan_points": "-2.50", "light": "yellow"},
            "累计 27,000，完成 22.50%，落后 2.50 个百分点，亮黄",
        ),
        (
            YEAR,
            {"quarter_gap": "33000", "quarter_uplift_pct": "10.00", "quarter_guard": "push"},
            "还差 33,000，4—6月每月 11,000，提高 10.00%，需加力",
        ),
        (
            YEAR | {"target": "1200", "actual": ["80", "95", "130"]},
            {"months": ["repaired:3", "repaired:3", "met"], "quarters_lost": []},
            "3月累计 305 不欠，都记“3月补上”，一季度守住",
        ),
        (
            {
                "kind": "flow",
                "places": 2,
                "polarity": "lower",
                "target": "600",
                "actual": ["48", "52.5", "51"],
            },
            {"ahead_of_plan_points": "-0.25", "light": "yellow", "allowance_left": "448.50"},
            "超出 0.25 个百分点，亮黄，还可用 448.50",
        ),
        (
            STOCK | {"actual": ["121.1", "122.9", "124.0", "125.2"]},
            {"ahead_of_plan_points": "-0.58", "quarter_need": ["1.90", "1.90"]},
            "4月末计划 126.00，实为 125.20，落后 0.58 个百分点；5、6月各需净增 1.90",
        ),
        (
            RATE | {"target": "60", "actual": ["58.5"]},
            {"ahead_of_plan_points": "-1.50", "light": "yellow"},
            "1月 58.5%：落后 1.50 个百分点，亮黄",
        ),
        (
            RATE | RANGE | {"low": "5", "high": "5.5", "actual": ["5.2", "5.7"]},
            {"ahead_of_plan_points": "-0.20", "light": "yellow", "months": ["met", "open"]},
            "5.7% 高于上限，落后 0.20 个百分点，亮黄",
        ),
        (
            RANGE
            | {"kind": "stock", "places": 0, "low": "5000", "high": "6000", "actual": ["6300"]},
            {"ahead_of_plan_points": "-5.00"},
            "6,300 吨落后 5.00 个百分点",
        ),
        (
            {
                "kind": "flow",
                "places": 2,
                "target": "1000",
                "quarters": ["300", "250", "250", "200"],
                "actual": ["80.5", "70.25", "110"],
            },
            {"ahead_of_plan_points": "-3.93", "quarter_uplift_pct": "15.70"},
            "完成 260.75，落后 3.93 个百分点；二季度每月约需 96.42，提高 15.70%，吃力",
        ),
        (
            YEAR | RAISED | {"actual": ["9000", "7000", "11000", "12000"]},
            {"ahead_of_plan_points": "-7.33", "quarter_need": ["18000", "18000"]},
            "3月计划累计仍是 30,000，4月是 50,000；4月累计 39,000，落后 7.33 个百分点，5、6月每月需 18,000",
        ),
    ],
)
def test_an_example_is_what_the_calculator_gives(
    case: dict[str, Any], figures: dict[str, Any], said: str
) -> None:
    told = standing_as_json(standing(case_from_json(case)))

    assert {name: told[name] for name in figures} == figures
    assert said in GUIDE.read_text(encoding="utf-8")
