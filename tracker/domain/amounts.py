"""Figures: reading, rounding, printing and converting them, exactly and without floats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

from tracker.domain.errors import FigureError

MAX_INTEGER_DIGITS = 14
MAX_PLACES = 8
UNKNOWN = "—"

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
"""A context that raises where a digit would be lost."""

_ASCII_FORMS = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "．": ".",
        "，": ",",
        "＋": "+",
        "－": "-",
        "−": "-",
    }
)
_SHAPE = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?"
)
_NUMBER_WORDS = re.compile(r"[+-]?(s?nan[0-9]*|inf|infinity|[0-9.]+e[+-]?[0-9]+)", re.IGNORECASE)
_DIGITS_AND_COMMAS = re.compile(r"[+-]?[0-9,]+(\.[0-9,]*)?")


def parse_figure(text: str, places: int, *, minimum: Decimal | None = None) -> Decimal | None:
    """Read what a person typed into a field; None when it is empty.

    Full-width digits, thousands separators, surrounding space and a sign are understood. Whatever
    cannot be taken exactly is refused: FigureError with one sentence.
    """
    typed = text.strip().translate(_ASCII_FORMS)
    if not typed:
        return None
    shape = _SHAPE.fullmatch(typed)
    if shape is None:
        raise FigureError(_why_unreadable(typed, text.strip()))
    value = _exactly(shape, places)
    if minimum is not None and value < minimum:
        msg = f"不能小于 {format_figure(minimum)}。"
        raise FigureError(msg)
    return value


def _why_unreadable(typed: str, shown: str) -> str:
    excerpt = shown if len(shown) <= 20 else f"{shown[:20]}…"
    if _NUMBER_WORDS.fullmatch(typed):
        return f"“{excerpt}”不是普通数字，请写成 1234.56 这样的数字。"
    if "," in typed and _DIGITS_AND_COMMAS.fullmatch(typed):
        return f"“{excerpt}”的千位分隔不对，请写成 1,234.56 或 1234.56。"
    return f"“{excerpt}”不是数字，请只填数字，单位不用写。"


def _exactly(shape: re.Match[str], places: int) -> Decimal:
    whole = shape["whole"].replace(",", "").lstrip("0") or "0"
    part = (shape["part"] or "").rstrip("0")
    if len(whole) > MAX_INTEGER_DIGITS:
        msg = f"整数部分最多 {MAX_INTEGER_DIGITS} 位，请核对单位和位数。"
        raise FigureError(msg)
    if len(part) > places:
        msg = f"最多填 {places} 位小数。" if places else "只能填整数，不能带小数。"
        raise FigureError(msg)
    steps = int(whole + part.ljust(places, "0"))
    return from_steps(-steps if shape["sign"] == "-" else steps, places)


def from_steps(steps: int, places: int) -> Decimal:
    """Return `steps` times the smallest step of a figure with `places` decimals."""
    return EXACT.scaleb(EXACT.create_decimal(steps), -places)


def whole_steps(value: Decimal | Fraction, places: int) -> int:
    """Return how many smallest steps make up `value`; FigureError when it is finer than that."""
    scale: int = 10**places
    numerator, denominator = Fraction(value).as_integer_ratio()
    steps, rest = divmod(numerator * scale, denominator)
    if rest:
        msg = f"{value} 的小数多于 {places} 位。"
        raise FigureError(msg)
    return steps


def round_half_up(value: Decimal | Fraction, places: int) -> Decimal:
    """Round once, a half away from zero, as officials do."""
    scaled = Fraction(value) * 10**places
    steps = int(abs(scaled) + Fraction(1, 2))
    return from_steps(-steps if scaled < 0 else steps, places)


def plain(value: Decimal | Fraction, places: int) -> str:
    """Write a figure for machines: exactly `places` decimals, ASCII minus, no separators."""
    return format(round_half_up(value, places), "f")


def format_figure(value: Decimal | None, places: int | None = None) -> str:
    """Write a figure for people: 1,234.56, a true minus sign, — when it is unknown."""
    if value is None:
        return UNKNOWN
    shown = value if places is None else round_half_up(value, places)
    return format(shown, ",f").replace("-", "−")


def change_words(pct: Decimal | Fraction | None, places: int = 2) -> str:
    """Say a change in per cent the way bulletins do: 增长10.66%, 下降4.16%, 持平."""
    if pct is None:
        return UNKNOWN
    rounded = round_half_up(pct, places)
    if rounded == 0:
        return "持平"
    return f"{'增长' if rounded > 0 else '下降'}{abs(rounded):f}%"


def points_words(points: Decimal | Fraction | None, places: int = 2) -> str:
    """Say how far two rates are apart: 超 0.90 个百分点, 落后 2.50 个百分点, 持平."""
    if points is None:
        return UNKNOWN
    rounded = round_half_up(points, places)
    if rounded == 0:
        return "持平"
    return f"{'超' if rounded > 0 else '落后'} {abs(rounded):f} 个百分点"


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """A unit of measure (计量单位): what it measures, and how large it is."""

    name: str
    measures: str
    size: int


MEASURE_UNITS: dict[str, MeasureUnit] = {
    name: MeasureUnit(name, measures, size)
    for measures, sizes in {
        "金额": {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8},
        "地块面积": {"亩": 1, "万亩": 10**4},
        "人数": {"人": 1, "万人": 10**4},
        "重量": {"吨": 1, "万吨": 10**4},
        "长度": {"米": 1, "公里": 10**3},
        "面积": {"平方米": 1, "万平方米": 10**4},
    }.items()
    for name, size in sizes.items()
}


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal:
    """Convert exactly between units of one measure; FigureError for any other pair."""
    if from_unit == to_unit:
        return value
    source, wanted = MEASURE_UNITS.get(from_unit), MEASURE_UNITS.get(to_unit)
    if source is None or wanted is None or source.measures != wanted.measures:
        msg = f"“{from_unit}”和“{to_unit}”不能换算。"
        raise FigureError(msg)
    if source.size >= wanted.size:
        return EXACT.multiply(value, Decimal(source.size // wanted.size))
    return EXACT.divide(value, Decimal(wanted.size // source.size))
