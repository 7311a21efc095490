"""Reading, rounding, printing and converting figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.amounts import (
    change_words,
    convert,
    format_figure,
    parse_figure,
    plain,
    points_words,
    round_half_up,
    whole_steps,
)
from tracker.domain.errors import FigureError


@pytest.mark.parametrize(
    ("typed", "figure"),
    [
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("".join(chr(ord(c) + 0xFEE0) for c in "1,234.56"), "1234.56"),
        ("　12,345,678 ", "12345678.00"),
        ("+7", "7.00"),
        ("-0.5", "-0.50"),
        ("－3", "-3.00"),
        ("−3", "-3.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("007", "7.00"),
        ("1.500", "1.50"),
        ("99999999999999.99", "99999999999999.99"),
    ],
)
def test_takes_what_people_type_exactly(typed: str, figure: str) -> None:
    assert str(parse_figure(typed, 2)) == figure


@pytest.mark.parametrize("typed", ["", "   ", "　"])
def test_an_empty_field_is_unknown_not_zero(typed: str) -> None:
    assert parse_figure(typed, 2) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("NaN", "“NaN”不是普通数字，请写成 1234.56 这样的数字。"),
        ("sNaN", "“sNaN”不是普通数字，请写成 1234.56 这样的数字。"),
        ("-Infinity", "“-Infinity”不是普通数字，请写成 1234.56 这样的数字。"),
        ("1e3", "“1e3”不是普通数字，请写成 1234.56 这样的数字。"),
        ("1,23", "“1,23”的千位分隔不对，请写成 1,234.56 或 1234.56。"),
        ("1234,567", "“1234,567”的千位分隔不对，请写成 1,234.56 或 1234.56。"),
        ("1.234,5", "“1.234,5”的千位分隔不对，请写成 1,234.56 或 1234.56。"),
        ("12万", "“12万”不是数字，请只填数字，单位不用写。"),
        ("٣٤", "“٣٤”不是数字，请只填数字，单位不用写。"),
        ("1 234", "“1 234”不是数字，请只填数字，单位不用写。"),
        ("--1", "“--1”不是数字，请只填数字，单位不用写。"),
        ("约" * 30, f"“{'约' * 20}…”不是数字，请只填数字，单位不用写。"),
        ("1.234", "最多填 2 位小数。"),
        ("1" * 15, "整数部分最多 14 位，请核对单位和位数。"),
        ("9" * 60, "整数部分最多 14 位，请核对单位和位数。"),
    ],
)
def test_refuses_the_rest_with_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(FigureError) as refused:
        parse_figure(typed, 2)
    assert refused.value.message == sentence


def test_whole_figures_take_no_decimals() -> None:
    with pytest.raises(FigureError, match="只能填整数，不能带小数。"):
        parse_figure("1.5", 0)


def test_holds_a_figure_to_its_minimum() -> None:
    assert parse_figure("0", 0, minimum=Decimal(0)) == 0
    with pytest.raises(FigureError, match="不能小于 0。"):
        parse_figure("-1", 0, minimum=Decimal(0))


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("2.345", "2.35"), ("2.3449", "2.34"), ("-3.925", "-3.93"), ("-0.004", "0.00"), ("7", "7.00")],
)
def test_rounds_a_half_away_from_zero(value: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), 2)) == rounded


def test_rounds_an_exact_ratio_once() -> None:
    assert str(round_half_up(Fraction(2, 3), 4)) == "0.6667"
    assert plain(Fraction(-1, 8), 2) == "-0.13"


def test_rounding_keeps_every_digit_of_a_long_figure() -> None:
    assert plain(Decimal("12345678901234567890123456789012345.675"), 2) == (
        "12345678901234567890123456789012345.68"
    )


def test_a_figure_finer_than_its_places_is_refused() -> None:
    with pytest.raises(FigureError, match=r"0\.125 的小数多于 2 位。"):
        whole_steps(Decimal("0.125"), 2)


def test_prints_figures_for_people() -> None:
    assert format_figure(Decimal("1234.56")) == "1,234.56"
    assert format_figure(Decimal(-1234567), 1) == "−1,234,567.0"
    assert format_figure(None) == "—"


@pytest.mark.parametrize(
    ("pct", "words"),
    [
        (Decimal("10.661"), "增长10.66%"),
        (Decimal("-4.164"), "下降4.16%"),
        (Decimal("-0.001"), "持平"),
        (None, "—"),
    ],
)
def test_says_a_change_in_words_and_never_a_negative_growth(
    pct: Decimal | None, words: str
) -> None:
    assert change_words(pct) == words


def test_a_bulletin_says_it_with_one_decimal() -> None:
    assert change_words(Fraction(-1070 * 100, 25697), 1) == "下降4.2%"


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (Decimal("0.9"), "超 0.90 个百分点"),
        (Decimal("-2.5"), "落后 2.50 个百分点"),
        (Decimal(0), "持平"),
        (None, "—"),
    ],
)
def test_says_points_in_words(points: Decimal | None, words: str) -> None:
    assert points_words(points) == words


@pytest.mark.parametrize(
    ("value", "source", "wanted", "result"),
    [
        ("2.48", "亿元", "万元", "24800.00"),
        ("1", "元", "亿元", "1E-8"),
        ("3.5", "百万元", "千元", "3500.0"),
        ("1.2", "万亩", "亩", "12000.0"),
        ("15000", "人", "万人", "1.5"),
        ("0.5", "万吨", "吨", "5000.0"),
        ("1500", "米", "公里", "1.5"),
        ("2", "万平方米", "平方米", "20000"),
        ("7", "个", "个", "7"),
    ],
)
def test_converts_units_exactly(value: str, source: str, wanted: str, result: str) -> None:
    assert convert(Decimal(value), source, wanted) == Decimal(result)


@pytest.mark.parametrize(("source", "wanted"), [("万元", "亩"), ("个", "万元"), ("亩", "平方米")])
def test_never_mixes_units(source: str, wanted: str) -> None:
    with pytest.raises(FigureError, match=f"“{source}”和“{wanted}”不能换算。"):
        convert(Decimal(1), source, wanted)
