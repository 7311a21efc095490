"""A parent is what its children come to: exactly, wholly or not at all, with how many are known."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.case import Case, Earlier, Kind, Polarity
from tracker.domain.formula import read_formula
from tracker.domain.rollup import (
    Part,
    Rollup,
    Rule,
    hold_against_hand,
    in_order,
    levels_of,
    roll_up,
    rule_of,
    same_measure,
)
from tracker.domain.rollup_check import MOST_CHILDREN, check_rule

SUM = Rule(Rollup.SUM, Kind.FLOW, "万元", 0)
MEAN = Rule(Rollup.MEAN, Kind.RATE, "%", 2)


def part(
    *months: str | None,
    kind: Kind = Kind.FLOW,
    unit: str = "万元",
    target: str | None = "100",
    weight: str = "1",
    name: str = "",
    polarity: Polarity = Polarity.HIGHER,
) -> Part:
    case = Case(
        kind,
        None if target is None else Decimal(target),
        places=2,
        polarity=polarity,
        actual=tuple(None if month is None else Decimal(month) for month in months),
    )
    return Part(case, unit, Decimal(weight), name)


def formula(text: str, unit: str = "%", kind: Kind = Kind.RATE, places: int = 2) -> Rule:
    return Rule(Rollup.FORMULA, kind, unit, places, read_formula(text))


def test_months_add_up_and_everybody_is_counted() -> None:
    march = roll_up(SUM, [part("1", "2", "3"), part("10", "20", "30")], 3)

    assert (march.figure, march.reached, march.known, march.parts) == (33, 66, 2, 2)


def test_a_child_by_the_quarter_is_not_known_between() -> None:
    quarterly = Part(part("0", "0", "60", "0").case, "万元", every=3)
    parts = [part("10", "20", "30", "40"), quarterly]

    assert [roll_up(SUM, parts, month).known for month in (1, 2, 3, 4)] == [1, 1, 2, 1]
    assert [roll_up(SUM, parts, month).reached for month in (1, 3, 4)] == [None, 120, None]


def test_a_parent_by_the_quarter_takes_the_quarters_growth() -> None:
    rule = Rule(Rollup.SUM, Kind.FLOW, "万元", 0, every=3)
    quarterly = Part(part("0", "0", "60", "0", "0", "70").case, "万元", every=3)
    parts = [part("10", "20", "30", "40", "50", "60"), quarterly]

    assert [roll_up(rule, parts, month).figure for month in (3, 6)] == [120, 220]


def test_what_nobody_could_report_is_no_figure() -> None:
    rule = formula("甲×甲×甲×甲", unit="万元", kind=Kind.STOCK, places=0)
    march = roll_up(rule, [part("99999", kind=Kind.STOCK, name="甲")], 1)

    assert (march.figure, march.reached) == (None, None)
    huge = [part("90000000000000"), part("90000000000000")]
    assert roll_up(SUM, huge, 1).figure is None


def test_a_part_is_kept_apart_from_the_whole() -> None:
    march = roll_up(SUM, [part("1", "2", "3"), part("10", "20")], 3)

    assert (march.figure, march.reached, march.partial) == (None, None, 6)
    assert (march.known, march.parts) == (1, 2)


def test_who_left_a_month_out_is_not_known_after_it() -> None:
    march = roll_up(SUM, [part("1", "2", "3"), part("10", None, "30")], 3)

    assert (march.figure, march.reached, march.known) == (33, None, 1)


def test_nobody_known_is_nothing() -> None:
    for parts in ([], [part(), part()]):
        month = roll_up(SUM, parts, 1)
        assert (month.figure, month.partial, month.known) == (None, None, 0)


def test_balances_add_up_as_they_are() -> None:
    rule = Rule(Rollup.SUM, Kind.STOCK, "万元", 0)
    parts = [part(None, "20", kind=Kind.STOCK), part("5", "7", kind=Kind.STOCK)]

    assert roll_up(rule, parts, 2).figure == 27
    assert roll_up(rule, parts, 1).partial == 5


def test_units_are_converted_before_they_are_added() -> None:
    rule = Rule(Rollup.SUM, Kind.FLOW, "亿元", 2)
    january = roll_up(rule, [part("12345", unit="万元"), part("100", unit="元")], 1)

    assert january.figure == Fraction(12345, 10**4) + Fraction(100, 10**8)
    assert roll_up(rule, [part("10000"), part("20000")], 1).figure == Decimal("3.00")


def test_what_cannot_be_converted_is_not_known() -> None:
    assert roll_up(SUM, [part("1"), part("1", unit="户")], 1).figure is None


def test_a_child_counts_at_most_one_hundred_per_cent() -> None:
    star, laggard = part("300"), part("20")

    assert roll_up(MEAN, [star, laggard], 1).figure == 60


def test_a_mean_is_weighed() -> None:
    month = roll_up(MEAN, [part("100", weight="3"), part("25")], 1)

    assert (month.figure, month.partial) == (Decimal("81.25"), Decimal("81.25"))


def test_a_child_without_a_target_has_no_completion() -> None:
    month = roll_up(MEAN, [part("50"), part("50", target=None), part()], 1)

    assert (month.figure, month.partial, month.known) == (None, 50, 1)


def test_a_month_is_held_against_the_target_in_force() -> None:
    case = Case(
        Kind.FLOW,
        Decimal(200),
        places=0,
        actual=(Decimal(50), Decimal(50)),
        earlier=(Earlier(1, Decimal(100)),),
    )

    assert [roll_up(MEAN, [Part(case, "万元")], month).figure for month in (1, 2)] == [50, 50]


def test_a_share_of_two_amounts() -> None:
    rule = formula("税收占比 = 税收 ÷ 收入")
    parts = [part("70", "50", name="税收"), part("1000000", "2000000", unit="元", name="收入")]

    assert roll_up(rule, parts, 1).figure == Decimal("70.00")
    assert roll_up(rule, parts, 2).figure == 40
    assert roll_up(rule, parts, 2).partial is None


def test_a_ratio_stays_exact() -> None:
    month = roll_up(formula("甲 ÷ 乙"), [part("1", name="甲"), part("3", name="乙")], 1)

    assert month.figure == Fraction(100, 3)


def test_a_ratio_of_endless_digits_is_kept_to_many_decimals() -> None:
    long = "1234567890.12"
    parts = [part("1", name="甲"), part(long, name="乙")]
    month = roll_up(formula("甲 ÷ 乙 ÷ 乙 ÷ 乙 ÷ 乙 ÷ 乙", "万元"), parts, 1)

    assert isinstance(month.figure, Fraction | Decimal)
    assert Fraction(month.figure).denominator <= 10**40


def test_a_division_by_zero_and_a_strange_name_are_not_known() -> None:
    parts = [part("1", name="甲"), part("0", name="乙")]

    assert roll_up(formula("甲 ÷ 乙"), parts, 1).figure is None
    assert roll_up(formula("甲 ÷ 丙"), parts, 1).figure is None
    assert roll_up(formula("甲 ÷ 乙"), parts, 1).known == 2


def test_a_flow_by_formula_grows_month_by_month() -> None:
    rule = formula("收入 − 税收", "万元", Kind.FLOW, 0)
    parts = [part("10", "20", name="收入"), part("7", "15", name="税收")]

    assert [roll_up(rule, parts, month).figure for month in (1, 2)] == [3, 5]
    assert roll_up(rule, parts, 3).figure is None


def test_numbers_are_in_the_unit_that_all_share() -> None:
    rule = formula("甲 + 500", "万元", Kind.FLOW, 0)

    assert roll_up(rule, [part("10", name="甲")], 1).figure == 510


def test_rates_count_as_what_they_are() -> None:
    rule = formula("(甲 + 乙) ÷ 2")
    parts = [
        part("60", kind=Kind.RATE, unit="%", name="甲"),
        part("70", kind=Kind.RATE, unit="%", name="乙"),
    ]

    assert roll_up(rule, parts, 1).figure == 65


amounts = st.lists(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=12, max_size=12
)


@given(st.lists(amounts, min_size=1, max_size=5), st.sampled_from(["元", "万元", "亿元"]))
def test_a_sum_is_the_sum_in_every_month_and_unit(years: list[list[Decimal]], unit: str) -> None:
    parts = [part(*map(str, year), unit="万元") for year in years]
    scale = {"元": Fraction(10_000), "万元": Fraction(1), "亿元": Fraction(1, 10_000)}[unit]
    rule = Rule(Rollup.SUM, Kind.FLOW, unit, 2)

    for month in range(1, 13):
        rolled = roll_up(rule, parts, month)
        assert rolled.figure == sum(Fraction(year[month - 1]) for year in years) * scale
        assert rolled.reached == sum(Fraction(x) for year in years for x in year[:month]) * scale
        assert rolled.partial == rolled.reached


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 9)), min_size=1, max_size=6))
def test_a_mean_lies_between_its_children_and_under_one_hundred(
    children: list[tuple[int, int]],
) -> None:
    parts = [part(str(done), weight=str(weight)) for done, weight in children]
    mean = roll_up(MEAN, parts, 1).reached

    shares = [min(done, 100) for done, _ in children]
    assert mean is not None
    assert min(shares) <= mean <= max(shares) <= 100


def test_the_childrens_figure_counts_and_the_hand_is_held_against_it() -> None:
    parts = [part("10", "20", "30"), part("1", "2")]
    rolled = [roll_up(SUM, parts, month) for month in range(1, 5)]
    held = hold_against_hand(SUM, rolled, {1: Decimal(11), 2: Decimal(25), 3: Decimal(33)})

    assert [one.figure for one in held] == [11, 22, 33, None]
    assert [one.gap for one in held] == [0, 3, None, None]
    assert [one.by_hand for one in held] == [False, False, True, False]


def test_rounding_alone_is_no_difference() -> None:
    rule = Rule(Rollup.SUM, Kind.FLOW, "亿元", 2)
    rolled = [roll_up(rule, [part("1234", "1234")], month) for month in (1, 2)]
    held = hold_against_hand(rule, rolled, {1: Decimal("0.12"), 2: Decimal("0.12")})

    assert [one.gap for one in held] == [0, 0]


def test_a_balance_by_hand_is_held_month_by_month() -> None:
    rule = Rule(Rollup.SUM, Kind.STOCK, "万元", 0)
    rolled = [roll_up(rule, [part("5", "7", kind=Kind.STOCK)], month) for month in (1, 2)]
    held = hold_against_hand(rule, rolled, {2: Decimal(6)})

    assert [one.gap for one in held] == [None, -1]


@pytest.mark.parametrize(
    ("rule", "parts", "says"),
    [
        (SUM, [], "至少选一项"),
        (SUM, [part()] * (MOST_CHILDREN + 1), f"最多 {MOST_CHILDREN} 项"),
        (Rule(Rollup.SUM, Kind.RATE, "%", 2), [part()], "比率不能相加"),
        (SUM, [part(kind=Kind.STOCK)], "“子”是时点数，不能合计成累计数。"),
        (SUM, [part(unit="户")], "单位是户，不能换算成万元"),
        (SUM, [part(unit="")], "单位是空"),
        (SUM, [part(), part(unit="元")], None),
        (Rule(Rollup.MEAN, Kind.FLOW, "%", 2), [part()], "只用于单位为“%”"),
        (Rule(Rollup.MEAN, Kind.RATE, "户", 2), [part()], "只用于单位为“%”"),
        (MEAN, [part(weight="0")], "权重要大于零"),
        (MEAN, [part(polarity=Polarity.LOWER)], "不是越高越好"),
        (MEAN, [part()], None),
        (Rule(Rollup.FORMULA, Kind.RATE, "%", 2), [part(name="甲")], "公式还没有填"),
        (formula("甲 ÷ 乙"), [part(name="甲")], "“乙”不在下级指标"),
        (formula("甲"), [part(name="甲"), part(name="乙")], "“乙”没有写进公式"),
        (formula("甲"), [part(name="甲"), part(name="甲")], "用了两次"),
        (formula("甲"), [part(name="甲 乙")], "不能作公式里的名称"),
        (formula("甲 × 100"), [part(name="甲")], "不用再乘 100"),
        (formula("100 × 甲"), [part(name="甲")], "不用再乘 100"),
        (formula("甲 × 100", "户"), [part(name="甲")], None),
        (formula("甲 × 10"), [part(name="甲")], None),
        (formula("甲"), [part(name="甲")], None),
    ],
)
def test_what_cannot_be_worked_out(rule: Rule, parts: list[Part], says: str | None) -> None:
    said = check_rule(rule, parts, ["子"] * len(parts))

    assert (said is None) if says is None else (said is not None and says in said)


def test_a_rule_of_stored_words() -> None:
    assert rule_of("formula", "rate", "%", 2, "甲 ÷ 乙").formula is not None
    assert rule_of("formula", "rate", "%", 2, "甲 ÷").formula is None
    assert rule_of("sum", "flow", "万元", 0, "甲").formula is None
    assert (
        roll_up(rule_of("formula", "rate", "%", 2, "甲 ÷"), [part("1", name="甲")], 1).figure
        is None
    )


def test_units_of_one_measure_are_the_same() -> None:
    assert same_measure("元", "亿元")
    assert same_measure("户", "户")
    assert not same_measure("户", "元")
    assert not same_measure("户", "件")


def test_children_come_before_parents_and_circles_are_found() -> None:
    assert in_order({3: [2], 2: [1]}) == (1, 2, 3)
    assert in_order({1: [2], 2: [1]}) is None
    assert levels_of({3: [2], 2: [1], 9: [1]}) == 2
    assert levels_of({}) == 0


def test_each_way_has_its_word() -> None:
    assert [one.word for one in Rollup] == ["合计", "加权平均完成率", "按公式计算"]
