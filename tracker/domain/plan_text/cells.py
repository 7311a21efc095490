"""Cells: the figures of an indicator table, whose names and units stand in columns of their own."""

from __future__ import annotations

import re

from tracker.domain.plan_text.measures import AMOUNT_UNIT, COMPLETION_HEAD, GROWTH_HEAD
from tracker.domain.plan_text.model import Bound, Measure
from tracker.domain.plan_text.pairing import Found

_CELL_FIGURE = re.compile(
    r"^(?P<sign>≥|≤|>=|<=|>|<|不低于|不少于|不超过|控制在|增长|下降|达到|"
    r"约)?(?P<value>\d[\d，]*(?:\.\d+)?|[xX×*]{1,4}|_{2,})(?P<unit>%|‰|"
    r"[\u4e00-\u9fffA-Za-z/³²]{0,8}?)(?P<after>以上|以内|以下|左右|及以上)?$"
)
_SIGNS = {
    "≥": Bound.AT_LEAST,
    ">=": Bound.AT_LEAST,
    ">": Bound.AT_LEAST,
    "不低于": Bound.AT_LEAST,
    "不少于": Bound.AT_LEAST,
}
_SIGNS |= {
    "≤": Bound.AT_MOST,
    "<=": Bound.AT_MOST,
    "<": Bound.AT_MOST,
    "不超过": Bound.AT_MOST,
    "控制在": Bound.AT_MOST,
}
_SIGNS |= {
    "以上": Bound.AT_LEAST,
    "及以上": Bound.AT_LEAST,
    "以内": Bound.AT_MOST,
    "以下": Bound.AT_MOST,
}
_SIGNS |= {"左右": Bound.ABOUT, "约": Bound.ABOUT}


#: The unit that the reader of tables gives to a column of growth rates.
GROWTH_UNIT = "增长%"


def _cell_measure(name: str, sign: str, unit: str) -> Measure:
    if unit == GROWTH_UNIT:
        return Measure.GROWTH
    if unit in ("%", "‰", ""):
        if sign == "下降" or re.search(r"(?:下降|降低|减少|压减|削减|降幅)(?:率|幅度)?$", name):
            return Measure.REDUCTION
        if sign == "增长" or GROWTH_HEAD.search(name):
            return Measure.GROWTH
        if COMPLETION_HEAD.search(name):
            return Measure.COMPLETION
        return (
            Measure.SHARE
            if re.search(r"率|比|占|度|面|指数|系数", name) or not unit
            else Measure.GROWTH
        )
    return Measure.AMOUNT if AMOUNT_UNIT.search(unit) or "/" in unit else Measure.COUNT


def of_cell(name: str, said: str, unit: str, start: int, end: int) -> Found | None:
    """Return an indicator table's cell: 95以上 under 目标值, its unit in a column of its own."""
    match = _CELL_FIGURE.match(said.replace(" ", ""))
    if match is None:
        return None
    sign = match["sign"] or match["after"] or ""
    value = None if re.match(r"[xX×*_]", match["value"]) else match["value"].replace("，", "")
    measure = _cell_measure(name, match["sign"] or "", match["unit"] or unit)
    return Found(
        name,
        measure,
        value,
        match["unit"] or unit.removeprefix("增长"),
        _SIGNS.get(sign, Bound.EQUAL),
        None,
        start,
        end,
    )
