"""What indicator a target of a plan becomes: kind, polarity, unit, places and figure (目标值 → 指标)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from tracker.domain.amounts import EXACT, MAX_INTEGER_DIGITS, round_half_up
from tracker.domain.case import Kind, Polarity
from tracker.domain.phasing import QUARTERS
from tracker.domain.plan_text.model import Bound, Measure, Target
from tracker.domain.rates import growth_level, reduction_level

MAX_PLACES = 4  # what a Figure column holds
PERCENT = "%"
POINTS = "百分点"

_RATIOS = frozenset(
    {Measure.GROWTH, Measure.REDUCTION, Measure.SHARE, Measure.COMPLETION, Measure.RANK}
)
_RELATIVE = frozenset({"%", "％", "‰", "百分点", "个百分点"})
_BALANCE = re.compile(
    r"余额|存款|贷款|债务|债券|保有量|存栏|在保|库存|存量|结存|储备量|在册|在校|在岗|在编|常住人口|户籍人口|总人口"
)
#: Words that make a movement of what would be a balance: 新增贷款 adds up over the months.
_MOVEMENT = re.compile(
    r"新增|净增|增加|增量|投放|发放|放款|化解|偿还|还本|付息|利息|置换|发行|争取|到位|清收|清理|清偿|压降|压减"
    r"|消化|处置|回收|收回|盘活|支出|收入|出栏|轮换"
)
_CEILING = re.compile(r"控制数|控制在|限额|上限")
_LEVEL_WORDS = re.compile(r"压减(?:至|到)|降(?:至|到)|控制在")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)[-–—~～至到]([0-9]+(?:\.[0-9]+)?)")
_STAYS = re.compile(r"(?:保持|控制|稳定|维持|运行)在|介于|之间")
_TWO_PLACES = frozenset({"亿元", PERCENT, POINTS, "亿"})


@dataclass(frozen=True, slots=True)
class TargetShape:
    """The columns of an indicator that follow from a target; `rate` is its growth or reduction in per cent.

    Of a range `target` is the lower bound and `high` the upper one.
    """

    kind: Kind
    polarity: Polarity
    unit: str
    places: int
    target: Decimal | None
    rate: Decimal | None
    high: Decimal | None = None


def shape_of(target: Target) -> TargetShape:
    """Return the indicator's shape. A masked or unreadable figure leaves the target unknown."""
    kind = _kind(target)
    unit = _unit(target, kind)
    low, high = _bounds(target)
    polarity = _polarity(target) if high is None else Polarity.RANGE
    figure = _figure(target.value, polarity) if low is None else low
    rate = figure if is_change(target.measure) and unit == PERCENT else None
    places = max(_places(figure, unit), 0 if high is None else decimals(high))
    return TargetShape(kind, polarity, unit, places, figure, rate, high)


def _bounds(target: Target) -> tuple[Decimal | None, Decimal | None]:
    """Return both ends of what must stay between them (保持在5%—8%之间); nothing of any other target."""
    ends = _RANGE.fullmatch(target.value or "")
    if ends is None or target.measure == Measure.RANK or not _STAYS.search(target.quote):
        return None, None
    low, high = _plain_number(ends[1]), _plain_number(ends[2])
    return (low, high) if low is not None and high is not None and low < high else (None, None)


def is_change(measure: str) -> bool:
    """Tell whether a target names a change against a base, which a baseline turns into a level."""
    return measure in {Measure.GROWTH, Measure.REDUCTION}


def is_balance(name: str) -> bool:
    """Tell whether a name says a balance at a moment (贷款余额), not what is added in a month (新增贷款)."""
    return bool(_BALANCE.search(name)) and not _MOVEMENT.search(name)


def level_from(measure: str, baseline: Decimal, rate: Decimal, places: int) -> Decimal | None:
    """Return the level that a growth or reduction target asks for, counted from its baseline."""
    level_of = reduction_level if measure == Measure.REDUCTION else growth_level
    return level_of(baseline, rate, places)


def kind_of_level(name: str) -> Kind:
    """Return whether a level of this name is a balance or adds up."""
    return Kind.STOCK if is_balance(name) else Kind.FLOW


def decimals(figure: Decimal) -> int:
    """Return how many decimals a figure was written with: 312.60 two."""
    exponent = figure.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def decimals_needed(figure: Decimal) -> int:
    """Return how many decimals a figure cannot do without, as a stored one has lost its writing: 42000.0000 none."""
    return decimals(figure.normalize())


def quarter_shares(said: tuple[str, ...] | None) -> tuple[Decimal, ...] | None:
    """Return the running shares of the year at each quarter's end, in per cent: 25, 51, 77 and, left out, 100.

    None where they are not three or four figures that rise to 100.
    """
    if said is None or not QUARTERS - 1 <= len(said) <= QUARTERS:
        return None
    running = [_plain_number(share.rstrip("%％")) for share in said]
    if len(running) == QUARTERS - 1:
        running.append(Decimal(100))
    known = [share for share in running if share is not None]
    if len(known) < QUARTERS or known != sorted(known) or known[-1] != 100:
        return None
    return tuple(known)


def quarter_amounts(
    shares: Sequence[Decimal | None] | None, target: Decimal | None, places: int, kind: str
) -> tuple[Decimal, ...] | None:
    """Return four quarter targets that add up to the target, from running shares in per cent.

    What must be reached by a quarter's end is rounded half up to `places`. None where something is unknown, and
    for what does not add up over the year.
    """
    if shares is None or target is None or kind != Kind.FLOW:
        return None
    reached = [Decimal(0)]
    for share in shares:
        if share is None:
            return None
        reached.append(round_half_up(EXACT.scaleb(EXACT.multiply(target, share), -2), places))
    return tuple(EXACT.subtract(now, before) for before, now in pairwise(reached))


def _kind(target: Target) -> Kind:
    if target.measure in _RATIOS - {Measure.REDUCTION} or target.unit in _RELATIVE:
        return Kind.RATE
    if target.measure == Measure.INCREASE or not is_balance(target.name):
        return Kind.FLOW
    return Kind.STOCK


def _polarity(target: Target) -> Polarity:
    capped = target.bound == Bound.AT_MOST or target.measure == Measure.RANK
    said = _CEILING.search(target.name) or _LEVEL_WORDS.search(target.quote)
    return (
        Polarity.LOWER if capped or said else Polarity.HIGHER
    )  # what is cut is reported: more is better


def _unit(target: Target, kind: Kind) -> str:
    if kind != Kind.RATE:
        return target.unit
    if target.measure == Measure.RANK:
        return target.unit or "名"
    if target.unit in {POINTS, "个百分点"}:
        return POINTS
    return target.unit if target.unit == "‰" else PERCENT


def _places(figure: Decimal | None, unit: str) -> int:
    if figure is not None:
        return decimals(figure)
    return 2 if unit in _TWO_PLACES else 0


def _figure(value: str | None, polarity: Polarity) -> Decimal | None:
    """Return a figure that can be kept exactly; of a range, the end that must be reached or kept under."""
    if value is None:
        return None
    ends = _RANGE.fullmatch(value)
    if ends is not None:
        value = ends[2] if polarity == Polarity.LOWER else ends[1]
    return _plain_number(value)


def _plain_number(text: str) -> Decimal | None:
    text = text.replace(",", "").replace("，", "").strip()
    if not _NUMBER.fullmatch(text):
        return None
    figure = Decimal(text)
    whole = len(text.lstrip("-").partition(".")[0].lstrip("0"))
    fits = whole <= MAX_INTEGER_DIGITS and decimals(figure) <= MAX_PLACES
    return figure if fits else None
