"""A case as JSON: read from what a file or a stored row holds, and written for a row to keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from tracker.domain.case import Case, Earlier, Kind, Polarity
from tracker.domain.errors import FigureError
from tracker.domain.lights import Measure

_Choice = TypeVar("_Choice", bound=StrEnum)
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
#: A figure that follows from others and has no end of decimals (汇总): 1234/37.
_RATIO = re.compile(r"[+-]?[0-9]{1,80}/[1-9][0-9]{0,40}")
_LONGEST_SHOWN = 40
#: What says nothing about the figures: a name, the unit of measure, a remark.
_WORDS = frozenset({"name", "unit", "note"})
_TERMS = frozenset({"target", "target_high", "low", "high", "weights", "quarters", "plan"})
_KEYS = (
    _TERMS
    | _WORDS
    | {
        "kind",
        "places",
        "polarity",
        "baseline",
        "actual",
        "last_year",
        "yellow_points",
        "measure",
        "yellow_pace",
        "earlier",
    }
)


def case_from_json(data: object) -> Case:
    """Build a case from the JSON of DOMAIN.md; FigureError says which entry cannot be taken.

    An entry of a file of vectors, which holds its case beside what is expected, is taken too. A range
    has `low` and `high` (or target and target_high). A key that is not known is refused: left out in
    silence, a mistyped one would give a wrong figure.
    """
    data = _an_object(data.get("case", data) if isinstance(data, Mapping) else data)
    _refuse_unknown(data, _KEYS)
    places = data.get("places")
    if not isinstance(places, int) or isinstance(places, bool):
        msg = "places（小数位数）应是整数。"
        raise FigureError(msg)
    polarity = _choice(Polarity, data, "polarity", Polarity.HIGHER)
    low, high = _bounds(data, polarity)
    return Case(
        kind=_choice(Kind, data, "kind", None),
        target=low,
        places=places,
        polarity=polarity,
        weights=_numbers(data, "weights"),
        quarters=_numbers(data, "quarters"),
        baseline=_number(data, "baseline"),
        actual=_figures(data, "actual"),
        last_year=_months(data, "last_year") or None,
        yellow_points=_or_default(_number(data, "yellow_points"), Decimal(10)),
        plan=_numbers(data, "plan"),
        target_high=high,
        measure=_choice(Measure, data, "measure", Measure.POINTS),
        yellow_pace=_or_default(_number(data, "yellow_pace"), Decimal(90)),
        earlier=earlier_from_json(data.get("earlier")),
    )


def earlier_from_json(data: object) -> tuple[Earlier, ...]:
    """Read what a target was before it was changed; nothing where it never was."""
    if data is None:
        return ()
    if not isinstance(data, list | tuple):
        msg = "earlier（调整前的目标）应是一列 JSON 对象。"
        raise FigureError(msg)
    return tuple(_earlier(_an_object(one)) for one in data)


def _earlier(data: Mapping[str, object]) -> Earlier:
    _refuse_unknown(data, _TERMS | {"through"})
    through = data.get("through")
    if not isinstance(through, int) or isinstance(through, bool):
        msg = "through（调整前的目标用到哪个月）应是整数。"
        raise FigureError(msg)
    low, high = _bounds(data, Polarity.RANGE)
    return Earlier(
        through,
        low,
        high,
        weights=_numbers(data, "weights"),
        quarters=_numbers(data, "quarters"),
        plan=_numbers(data, "plan"),
    )


def case_as_json(case: Case) -> dict[str, object]:
    """Write a case as JSON, figures as strings: read again, it is the same case."""
    written: dict[str, object] = {
        "kind": case.kind.value,
        "polarity": case.polarity.value,
        "places": case.places,
        **_terms_as_json(case),
        "baseline": _text(case.baseline),
        "actual": _texts(case.actual),
        "last_year": _texts(case.last_year),
        "yellow_points": str(case.yellow_points),
    }
    if (case.measure, case.yellow_pace) != (Measure.POINTS, Decimal(90)):
        written |= {"measure": case.measure.value, "yellow_pace": str(case.yellow_pace)}
    if case.earlier:
        written["earlier"] = [earlier_as_json(old) for old in case.earlier]
    return written


def earlier_as_json(old: Earlier) -> dict[str, object]:
    """Write what a target was before a change, figures as strings."""
    return {"through": old.through, **_terms_as_json(old)}


def _terms_as_json(terms: Case | Earlier) -> dict[str, object]:
    written: dict[str, object] = {
        "target": _text(terms.target),
        "weights": _texts(terms.weights),
        "quarters": _texts(terms.quarters),
    }
    if terms.target_high is not None:
        written["target_high"] = _text(terms.target_high)
    if terms.plan is not None:
        written["plan"] = _texts(terms.plan)
    return written


def _text(figure: Decimal | Fraction | None) -> str | None:
    return None if figure is None else str(figure)


def _texts(figures: Sequence[Decimal | Fraction | None] | None) -> list[str | None] | None:
    return None if figures is None else [_text(figure) for figure in figures]


def _refuse_unknown(data: Mapping[str, object], known: frozenset[str]) -> None:
    strange = [str(key) for key in data if key not in known]
    if strange:
        names = "、".join(f"“{_cut(key)}”" for key in strange[:3])
        msg = f"不认识 {names}，请核对键名：{'、'.join(sorted(known - _WORDS))}。"
        raise FigureError(msg)


def _bounds(
    data: Mapping[str, object], polarity: Polarity
) -> tuple[Decimal | None, Decimal | None]:
    """Return the target, or a range's two bounds, under either of their names."""
    for name, other in (("low", "target"), ("high", "target_high")):
        if data.get(name) is not None and polarity != Polarity.RANGE:
            msg = f"{name} 只用于区间指标（polarity 为 range）。"
            raise FigureError(msg)
        if data.get(name) is not None and data.get(other) is not None:
            msg = f"{name} 和 {other} 只写一个。"
            raise FigureError(msg)
    low, high = _number(data, "low"), _number(data, "high")
    return (
        _number(data, "target") if low is None else low,
        _number(data, "target_high") if high is None else high,
    )


def _an_object(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        msg = "每个算例应是一个 JSON 对象。"
        raise FigureError(msg)
    return data


def _or_default(value: Decimal | None, default: Decimal) -> Decimal:
    return default if value is None else value


def _choice(
    options: type[_Choice], data: Mapping[str, object], key: str, default: _Choice | None
) -> _Choice:
    given = data.get(key)
    if given is None and default is not None:
        return default
    for option in options:
        if given == option:
            return option
    msg = f"{key} 只能是 {'、'.join(options)}。"
    raise FigureError(msg)


def _number(data: Mapping[str, object], key: str) -> Decimal | None:
    return _decimal(data.get(key), key)


def _decimal(value: object, key: str) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        text = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
        if _NUMBER.fullmatch(text):
            return Decimal(text)
    msg = f'{key} 里的 {_shown(value)} 不是数字，请写成 "1234.56" 这样的字符串。'
    raise FigureError(msg)


def _shown(value: object) -> str:
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _months(data: Mapping[str, object], key: str) -> tuple[Decimal | None, ...]:
    given = data.get(key)
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        msg = f"{key} 应是一列数字。"
        raise FigureError(msg)
    return tuple(_decimal(value, key) for value in given)


def _figures(data: Mapping[str, object], key: str) -> tuple[Decimal | Fraction | None, ...]:
    """Read months of which some may be ratios, as a parent's standing row keeps them."""
    given = data.get(key)
    if not isinstance(given, list | tuple):
        return _months(data, key)
    return tuple(
        Fraction(value)
        if isinstance(value, str) and _RATIO.fullmatch(value)
        else _decimal(value, key)
        for value in given
    )


def _numbers(data: Mapping[str, object], key: str) -> tuple[Decimal, ...] | None:
    if data.get(key) is None:
        return None
    months = _months(data, key)
    known = tuple(value for value in months if value is not None)
    if len(known) != len(months):
        msg = f"{key} 不能有空缺。"
        raise FigureError(msg)
    return known
