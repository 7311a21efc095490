"""What a parent is made of (构成), in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.amounts import UNKNOWN, format_figure, round_half_up
from tracker.domain.rates import percent
from tracker.domain.rollup import Rollup, same_measure, size_of
from tracker.domain.wording import quantity
from tracker.models import Indicator
from tracker.queries.rollup_page import ChildRow, Composition
from tracker.queries.rollup_record import RollupThen
from tracker.web.explained import hand_gap_words
from tracker.web.filters import percent as percent_words


@dataclass(frozen=True, slots=True)
class PartLine:
    """A child's row; `share` is its part of the whole, its weight, or its name in the formula."""

    id: int
    name: str
    unit_name: str
    light: str
    word: str
    figure: str
    share: str
    known: str


@dataclass(frozen=True, slots=True)
class CompositionPage:
    """The section: one sentence, the children, and what is at odds."""

    sentence: str
    warning: str
    figure_head: str
    share_head: str
    lines: Sequence[PartLine]
    unseen: int
    month: int


def composition_page(indicator: Indicator, made: Composition) -> CompositionPage:
    """Put a parent's month into words."""
    mean = made.record.rollup is Rollup.MEAN
    return CompositionPage(
        sentence=_sentence(indicator, made),
        warning=_warning(indicator, made),
        figure_head="完成率（至多计 100%）" if mean else f"{made.month}月底",
        share_head={Rollup.SUM: "占比", Rollup.MEAN: "权重", Rollup.FORMULA: "公式中"}[
            made.record.rollup
        ],
        lines=[_line(indicator, made, child) for child in made.children],
        unseen=made.unseen,
        month=made.month,
    )


def _sentence(indicator: Indicator, made: Composition) -> str:
    said = _month_sentence(indicator, made)
    if made.coming is None:
        return said
    month, known = made.coming
    return f"{said}{month}月 {known}/{len(made.record.children)} 已报。"


def _month_sentence(indicator: Indicator, made: Composition) -> str:
    record, total = made.record, len(made.record.children)
    way = (
        record.rollup.word
        if record.rollup is not Rollup.FORMULA
        else f"按公式 {record.formula} 计算"
    )
    said = f"{way}，{made.month}月 {record.known}/{total} 已报"
    if record.by_hand:
        reached = quantity(made.actual, indicator.unit, indicator.places)
        return f"{said}，没有报齐，现按手工填报数：{reached}。{_partial(indicator, record)}"
    if made.actual is None:
        return f"{said}，没有报齐，总数未知。{_partial(indicator, record)}"
    return f"{said}：{quantity(made.actual, indicator.unit, indicator.places)}。"


def _partial(indicator: Indicator, record: RollupThen) -> str:
    if record.partial is None:
        return ""
    reached = quantity(record.partial, indicator.unit, indicator.places)
    word = "平均" if record.rollup is Rollup.MEAN else "合计"
    return f"已报的 {record.known} 项{word} {reached}，只是一部分。"


def _warning(indicator: Indicator, made: Composition) -> str:
    words = hand_gap_words(made.hand_gap, indicator.unit, indicator.places)
    if not words or made.hand_gap is None or made.actual is None:
        return ""
    by_hand = quantity(made.actual + made.hand_gap, indicator.unit, indicator.places)
    return f"{made.month}月底手工填报 {by_hand}，{words}，请核对。"


def _line(indicator: Indicator, made: Composition, child: ChildRow) -> PartLine:
    then = child.then
    mean = made.record.rollup is Rollup.MEAN
    figure = then.completion_pct if mean else then.reached
    return PartLine(
        id=child.id,
        name=child.label,
        unit_name=child.unit_name,
        light=child.light,
        word=child.word,
        figure=percent_words(figure) if mean else quantity(figure, then.unit),
        share=_share(indicator, made, child),
        known="已报" if figure is not None else "未报",
    )


def _share(indicator: Indicator, made: Composition, child: ChildRow) -> str:
    then = child.then
    if made.record.rollup is Rollup.FORMULA:
        return then.name
    if made.record.rollup is Rollup.MEAN:
        return format_figure(_short(then.weight))
    if then.reached is None or made.actual is None or made.record.by_hand:
        return UNKNOWN
    if not same_measure(then.unit, indicator.unit):
        return UNKNOWN
    part = Fraction(then.reached) * size_of(then.unit) / size_of(indicator.unit)
    share = percent(part, made.actual)
    return percent_words(None if share is None else round_half_up(share, 2))


def _short(weight: Decimal) -> Decimal:
    whole = weight.to_integral_value()
    return whole if whole == weight else weight.normalize()
