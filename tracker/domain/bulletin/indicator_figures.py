"""A figure that a text prints of an indicator, held against that indicator's frozen figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tracker.domain.amounts import MEASURE_UNITS, convert, format_figure, round_half_up
from tracker.domain.bulletin.facts import IndicatorFact
from tracker.domain.bulletin.figures_in_text import Printed
from tracker.domain.bulletin.sentences import side_of
from tracker.domain.case import Kind

_MOST_NAMES, _MOST_VALUES = 3, 4
_GOAL = ("目标", "任务", "控制数")
_REACHED = ("完成", "累计", "达到", "实现", "为")
_LAST = ("上年", "去年")
_NEED = ("需", "净增")
_RISE, _FALL = ("增长", "增加", "提高", "上升"), ("下降", "减少", "降低")
_CHANGE = ("同比", "增幅", *_RISE, *_FALL)
_SHARE = ("占", "完成率", "年度任务的", "年度目标的", "控制数的")
_SIDES = ("落后", "快于", "超出", "低于", "偏离")


def figure_problem(figure: Printed, about: Sequence[IndicatorFact]) -> str:
    """Say what is wrong with a figure of a sentence about these indicators; empty where one of them has it.

    What measures something else (three townships) is nobody's business here.
    """
    if figure.is_percent and figure.value < 0 and figure.last_of(_RISE):
        return f"“{figure.before}{figure.shown}%”应写作“下降{abs(figure.value)}%”。"
    judged = [right for fact in about if (right := _right(figure, fact)) is not None]
    if not judged or any(figure.value in right for right in judged):
        return ""
    listed = list(dict.fromkeys(fact.name for fact in about))
    names = "、".join(listed[:_MOST_NAMES]) + ("等" if len(listed) > _MOST_NAMES else "")
    right_words = dict.fromkeys(words for right in judged for words in _words(figure, right))
    said = "或".join(list(right_words)[:_MOST_VALUES])
    frozen = f"应为{said}" if said else "冻结数中没有这一项"
    return f"{names}的“{figure.clause}”与调度时的数不符，{frozen}。"


def _right(figure: Printed, fact: IndicatorFact) -> list[Decimal] | None:
    """Return what the figure may be if it is this indicator's; None where it measures something else."""
    if figure.is_points:
        return _points(figure, fact)
    unit = _unit_of(figure, fact)
    if unit is not None:
        values = (value for value in _amounts(figure, fact) if value is not None)
        return [_in_unit(value, figure, fact.unit, unit) for value in values]
    return _percents(figure, fact) if figure.is_percent else None


def _unit_of(figure: Printed, fact: IndicatorFact) -> str | None:
    """Return the unit in which the figure is this indicator's amount; None where it is no amount of it."""
    if not figure.is_quantity:
        return None
    if fact.unit and figure.after.startswith(fact.unit):
        return fact.unit
    known = sorted(MEASURE_UNITS, key=len, reverse=True)
    printed_unit = next((name for name in known if figure.after.startswith(name)), None)
    if printed_unit is not None:
        mine = MEASURE_UNITS.get(fact.unit)
        same = mine is not None and MEASURE_UNITS[printed_unit].measures == mine.measures
        return printed_unit if same else None
    bare = not figure.after or not ("\u4e00" <= figure.after[0] <= "\u9fff" or figure.is_percent)
    return fact.unit if bare or "," in figure.shown else None


def _in_unit(value: Decimal, figure: Printed, own: str, unit: str) -> Decimal:
    """Return an amount as the text may print it: whole in its own unit, in another or in per cent rounded as shown."""
    if unit != own:
        return round_half_up(convert(value, own, unit), figure.places)
    return round_half_up(value, 1) if unit == "%" and figure.places == 1 else value


def _amounts(figure: Printed, fact: IndicatorFact) -> Iterable[Decimal | None]:
    changes = _differences(fact)
    need = [amount for _, amount in fact.need]
    by_word: dict[tuple[str, ...], list[Decimal | None]] = {
        _GOAL: [fact.target],
        _REACHED: [fact.actual],
        _LAST: [fact.last],
        _NEED: [*need, sum(need, Decimal(0)) if need else None],
        _CHANGE: [*changes],
    }
    word = figure.last_of([word for words in by_word for word in words])
    for words, values in by_word.items():
        if word in words:
            return values
    return [value for values in by_word.values() for value in values]


def _differences(fact: IndicatorFact) -> list[Decimal]:
    if fact.actual is None or fact.last is None:
        return []
    return [abs(round_half_up(fact.actual - fact.last, fact.printed_places))]


def _points(figure: Printed, fact: IndicatorFact) -> list[Decimal]:
    side = figure.last_of(_SIDES)
    if side and side != side_of(fact):
        return []
    ahead = [] if fact.ahead is None else [abs(fact.ahead)]
    if fact.ahead == 0 and "不足" in figure.before:
        ahead = [Decimal("0.1")]
    return [*ahead, *(_differences(fact) if fact.kind is Kind.RATE else ())]


def _percents(figure: Printed, fact: IndicatorFact) -> list[Decimal]:
    word = figure.last_of((*_CHANGE, *_SHARE, *_GOAL))
    yoy = [] if fact.yoy is None else [fact.yoy]
    completion = [] if fact.completion is None else [fact.completion]
    if word in _FALL:
        return [-value for value in yoy]
    if word in _CHANGE:
        return yoy
    return completion if word else [*completion, *yoy]


def _words(figure: Printed, right: Iterable[Decimal]) -> list[str]:
    suffix = "%" if figure.is_percent else ""
    return [f"{format_figure(value)}{suffix}" for value in right]
