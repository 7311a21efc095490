"""A formula is read by its own grammar, says where it cannot be read, and is unknown rather than wrong."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import FigureError
from tracker.domain.formula import LONGEST, as_name, is_name, read_formula

VALUES = {"税收": Fraction(70), "非税": Fraction(30), "零": Fraction(0), "没报": None}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("税收", 70),
        ("税收 ÷ (税收 + 非税)", Fraction(7, 10)),
        ("税收÷（税收＋非税）", Fraction(7, 10)),
        ("占比 = 税收 / (税收+非税)", Fraction(7, 10)),
        ("占比＝税收－非税", 40),
        ("2 + 3 * 4", 14),
        ("（2＋\uff13）×4", 20),
        ("10 - 3 - 2", 5),
        ("100 / 10 / 2", 5),
        ("-税收 + 100", 30),
        ("−(税收 − 非税) × +0.5", -20),
        ("3 * -2", -6),
        ("税收\u3000+ 非税\n", 100),
        ("税收 ÷ 零", None),
        ("税收 ÷ (非税 − 30)", None),
        ("税收 + 没报", None),
        ("税收 + 谁也不认识", None),
        ("0 × 没报", None),
    ],
)
def test_what_it_comes_to(text: str, result: Fraction | int | None) -> None:
    assert read_formula(text).work_out(VALUES) == result


def test_the_names_each_once_in_order() -> None:
    assert read_formula("非税 ÷ (税收 + 非税) × 2").names == ("非税", "税收")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "公式还没有填"),
        (" = ", "看不懂"),
        ("占比 =", "公式还没有填"),
        ("税收 ÷", "公式末尾少了指标名或数字"),
        ("÷ 税收", "公式“/”前面少了指标名或数字"),
        ("税收 非税", "“非税”前面少了运算符"),
        ("税收)", "“)”前面少了运算符，或多了括号"),
        ("(税收", "少了“）”"),
        ("()", "“)”前面少了"),
        ("税收 ^ 2", "“^ 2”看不懂"),
        ("税收 ** 2", "“*”前面少了"),
        ("税收 // 2", "“/”前面少了"),
        ("税收.real", "“.real”看不懂"),
        ("__import__('os')", "看不懂"),
        ("税收[0]", "“[0]”看不懂"),
        ("1e9", "“e9”前面少了运算符"),
        ("٣ + 税收", "看不懂"),
        ("12万", "“万”前面少了运算符"),
        ("1" * 25, "最多 24 位"),
        ("(" * 30 + "1" + ")" * 30, "最多套 20 层"),
        ("-" * 30 + "1", "最多套 20 层"),
        ("1+" * 300 + "1", f"最多 {LONGEST} 个字"),
    ],
)
def test_where_it_cannot_be_read(text: str, says: str) -> None:
    with pytest.raises(FigureError) as refused:
        read_formula(text)

    assert says in refused.value.message


@given(st.text(alphabet="税收非ab0\uff119.+-−*×/÷()（）=＝ 　\n", max_size=60))
def test_nothing_typed_does_more_than_refuse(text: str) -> None:
    worked = None
    with suppress(FigureError):
        worked = read_formula(text).work_out(VALUES)

    assert worked is None or isinstance(worked, Fraction)


numbers = st.integers(min_value=-99, max_value=99)


@given(numbers, numbers, numbers, numbers.filter(bool))
def test_it_counts_as_fractions_do(a: int, b: int, c: int, d: int) -> None:
    values = {"甲": Fraction(a), "乙": Fraction(b), "丙": Fraction(c), "丁": Fraction(d)}

    assert read_formula("甲 + 乙 × 丙 ÷ 丁 − (甲 − 乙)").work_out(values) == (
        Fraction(a) + Fraction(b * c, d) - (a - b)
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("税收收入", "税收收入"),
        ("教育支出（中小学）", "教育支出中小学"),
        ("5G基站", "项5G基站"),
        ("", "项"),
    ],
)
def test_a_name_that_a_formula_can_hold(text: str, name: str) -> None:
    assert as_name(text) == name
    assert is_name(name)
    assert read_formula(name).names == (name,)
