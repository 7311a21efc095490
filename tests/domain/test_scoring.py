"""Points follow their rule, whatever the figure; unknown takes none and costs none; equal points share a place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import FigureError
from tracker.domain.scoring import (
    TEMPLATE,
    Line,
    Rule,
    RuleKind,
    Sheet,
    Source,
    check_rule,
    parse_table,
    ranks,
    rule_as_json,
    rule_from_json,
    score,
    table_words,
)

D = Decimal
TABLE = ((D(100), D(20)), (D(90), D(16)))


def rule(kind: RuleKind, source: Source = Source.PACE, **figures: object) -> Rule:
    given = {"weight": D(20)} | figures
    return Rule("一条", kind, source, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "value", "points"),
    [
        (rule(RuleKind.PROPORTIONAL, threshold=D(100)), "82.43", "16.49"),
        (rule(RuleKind.PROPORTIONAL, threshold=D(100)), "130", "20"),
        (rule(RuleKind.PROPORTIONAL, threshold=D(100), bonus_cap=D(5)), "130", "25"),
        (rule(RuleKind.PER_POINT, Source.OVERDUE, step=D(-3)), "0", "20"),
        (rule(RuleKind.PER_POINT, Source.OVERDUE, step=D(-3)), "2", "14"),
        (rule(RuleKind.PER_POINT, Source.OVERDUE, step=D(-3)), "9", "0"),
        (rule(RuleKind.PER_POINT, threshold=D(90), step=D("0.5"), bonus_cap=D(3)), "100", "23"),
        (rule(RuleKind.ALL_OR_NOTHING, threshold=D(95)), "95", "20"),
        (rule(RuleKind.ALL_OR_NOTHING, threshold=D(95), floor=D(5)), "94.99", "5"),
        (
            rule(RuleKind.ALL_OR_NOTHING, threshold=D(95), step=D(1), bonus_cap=D(2)),
            "96.5",
            "21.5",
        ),
        (rule(RuleKind.STEPS, table=TABLE), "100", "20"),
        (rule(RuleKind.STEPS, table=TABLE), "99.99", "16"),
        (rule(RuleKind.STEPS, table=TABLE, floor=D(2)), "12", "2"),
        (rule(RuleKind.LINEAR, low=D(50), high=D(100)), "50", "0"),
        (rule(RuleKind.LINEAR, low=D(50), high=D(100)), "75", "10"),
        (rule(RuleKind.LINEAR, low=D(50), high=D(100)), "120", "20"),
        (rule(RuleKind.LINEAR, low=D(10), high=D(0), floor=D(4)), "5", "12"),
    ],
)
def test_a_figure_becomes_points(line: Rule, value: str, points: str) -> None:
    got = score(line, D(value))

    assert got.points == D(points)
    assert got.how


def test_how_the_points_came_about_is_said() -> None:
    said = [
        score(rule(RuleKind.PROPORTIONAL, threshold=D(100)), D("82.43")).how,
        score(rule(RuleKind.PER_POINT, Source.OVERDUE, step=D(-3)), D(9)).how,
        score(rule(RuleKind.STEPS, table=TABLE), D(95)).how,
        score(rule(RuleKind.LINEAR, low=D(50), high=D(100)), D(75)).how,
        score(rule(RuleKind.ALL_OR_NOTHING, threshold=D(95), step=D(1)), D(96)).how,
        score(rule(RuleKind.STEPS, table=TABLE), D(5)).how,
        score(rule(RuleKind.PER_POINT, step=D(2), bonus_cap=D(5)), D(100)).how,
    ]

    assert said == [
        "82.43% ÷ 100% × 20 分",
        "20 分 − 9 项 × 3 分，最低计 0 分",
        "95%，在“90%以上”一档",
        "75%，在 50% 到 100% 之间按直线",
        "96%，达到 95%，超出 1 % × 1 分，最高计 20 分",
        "5%，低于最低一档",
        "20 分 + 100 % × 2 分，最高计 25 分",
    ]


def test_a_veto_undoes_everything() -> None:
    veto = rule(RuleKind.VETO, Source.OVERDUE, weight=D(0), threshold=D(3))

    struck, spared = score(veto, D(4)), score(veto, D(3))

    assert (struck.veto, spared.veto) == (True, False)
    full = Line("别的", D(100), D(1), "", D(90), "")
    assert Sheet((full, struck)).total == 0
    assert Sheet((full, spared)).total == 90


def test_what_is_unknown_takes_no_points_and_costs_none() -> None:
    unknown = score(rule(RuleKind.PROPORTIONAL, threshold=D(100)), None)
    full = Line("别的", D(80), D(1), "", D(60), "")
    by_hand = Line("加分", D(0), D(1), "", D(3), "")

    assert unknown.points is None
    sheet = Sheet((full, unknown, by_hand))
    assert (sheet.unknown, sheet.total) == (1, D(78))  # 60 ÷ 80 × 100 + 3
    assert Sheet((unknown, by_hand)).total == 3


@given(st.sampled_from(TEMPLATE), st.integers(-(10**6), 10**6))
def test_points_stay_between_the_floor_and_the_cap(line: Rule, hundredths: int) -> None:
    got = score(line, D(hundredths) / 100)

    assert got.points is not None
    assert line.floor <= got.points <= line.weight + line.bonus_cap


def test_equal_points_share_a_place() -> None:
    assert ranks({"甲": D(90), "乙": D(95), "丙": D(90), "丁": D(80)}) == {
        "乙": 1,
        "甲": 2,
        "丙": 2,
        "丁": 4,
    }


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Rule(" ", RuleKind.VETO, Source.PACE, D(1)), "名称没有填"),
        (rule(RuleKind.PROPORTIONAL), "满分标准"),
        (rule(RuleKind.LINEAR, low=D(5), high=D(5)), "上限和下限"),
        (rule(RuleKind.STEPS), "至少要有一档"),
        (rule(RuleKind.VETO, floor=D(30)), "最低分不能高于满分"),
        (rule(RuleKind.VETO, weight=D(-1), floor=D(-2)), "不能是负数"),
    ],
)
def test_a_rule_that_cannot_be_worked_out_is_refused(broken: Rule, words: str) -> None:
    with pytest.raises(FigureError, match=words):
        check_rule(broken)


def test_the_template_can_be_worked_out_and_brings_a_hundred() -> None:
    for line in TEMPLATE:
        check_rule(line)
    assert sum(line.weight for line in TEMPLATE) == 100


@given(st.sampled_from(TEMPLATE))
def test_rules_come_back_as_they_were_stored(line: Rule) -> None:
    assert rule_from_json(rule_as_json(line)) == line


def test_a_table_of_steps_is_typed_as_it_is_shown() -> None:
    table = parse_table("90=16；100＝20\n")

    assert table == TABLE
    assert parse_table(table_words(table)) == table
    assert parse_table("") == ()
    for wrong in ("100", "=5", "甲=1", "；".join(f"{n}=1" for n in range(13))):
        with pytest.raises(FigureError):
            parse_table(wrong)


def test_every_kind_and_source_has_its_word() -> None:
    assert all(kind.word for kind in RuleKind)
    assert all(source.word and source.unit for source in Source)
