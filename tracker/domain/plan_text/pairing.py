"""Pairing: A、B分别3个、5个 and A、B均5%: which figure of a string belongs to which thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.domain.plan_text.model import Bound, Measure
from tracker.domain.plan_text.naming import left_name, split_names

_REACH = 240
_STRUNG = re.compile(r"(?:及?以上|左右|以内|以下)?(?:[、和及与]|以及)(?:不少于|不低于|不超过)?")
_RESPECTIVELY = re.compile(r"分别|依次|各自")
_EVENLY = re.compile(r"(?:均|都|各|分别均)[^，]{0,8}$")
PERIODS = re.compile(
    r"(?P<list>(?:(?:[、和及与]|以及)?(?:[一二三四](?=、[一二三四])|第?[一二三四前1-4][一二三]?季度|[上下]半年|全年|\d{1,2}月份?)[底末]?)+)$"
)
_MEASURED = re.compile(
    r"(?:率|比|比例|比重|人数|户数|额|量|值|度|收入|支出|标准|投资|面积|资金|人次|数|费|率数|水平|里程|规模)$"
)
_SHARED_TAIL = re.compile(
    r"(?:参保人数|缴费人数|受益人数|种植面积|播种面积|[\u4e00-\u9fff]{2}率|[\u4e00-\u9fff]{2}(?:比例|占比)|增加值|产值|产量|面积|人数|标准|覆盖面)$"
)
_TOWN_AND_COUNTRY = re.compile(r"^城乡(?=居民)|^城乡(?=[^基])")


@dataclass(frozen=True, slots=True)
class Found:
    """A quantified statement, still in places of the canvas; `at`: where its figure stands."""

    name: str
    measure: Measure
    value: str | None
    unit: str
    bound: Bound
    base: str | None
    start: int
    end: int
    at: int = 0


def paired(plain: str, start: int, found: list[Found]) -> list[Found]:
    """Return the statements, those strung together with a name each."""
    done: list[Found] = []
    names: list[str] = []
    for run in _runs(plain, found):
        if len(run) == 1:
            done += _each(plain, run[0])
            continue
        given = _names(plain, start, run, done, names)
        names = given if len(set(given)) > 1 else names
        done += [_like(run[0], one, name) for one, name in zip(run, given, strict=True)]
    return done


def _runs(plain: str, found: list[Found]) -> list[list[Found]]:
    """Cut the statements into strings of figures with nothing but 、 or 和 between them."""
    runs: list[list[Found]] = []
    for one in found:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and (last.unit[-1:] == one.unit[-1:] or _pairs(plain, runs[-1][0]))
            and _STRUNG.fullmatch(plain, last.end, one.at)
        ):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _pairs(plain: str, first: Found) -> bool:
    return _RESPECTIVELY.search(plain, first.start, first.at) is not None


def _like(first: Found, one: Found, name: str) -> Found:
    """Return a later figure of a string: it is measured and bounded as the first."""
    bound = first.bound if one.bound is Bound.EQUAL else one.bound
    measure = first.measure if first.unit[-1:] == one.unit[-1:] else one.measure
    return replace(one, name=name, measure=measure, bound=bound, base=first.base, start=first.start)


def _names(
    plain: str, start: int, run: list[Found], done: list[Found], before: list[str]
) -> list[str]:
    """Return a name for each figure of a string."""
    first, count = run[0], len(run)
    left = plain[first.start : first.at]
    word = _RESPECTIVELY.search(left)
    if word is None and not _bare(left):
        return [first.name] * count
    said = left[: word.start()] if word else ""
    periods = PERIODS.search(said)
    if periods is not None:
        return [left_name(said[: periods.start()]) or first.name] * count
    names = with_shared_tail(split_names(left_name(said)))
    if len(names) == count:
        return names
    if len(names) == 1 and count == 2 and _TOWN_AND_COUNTRY.match(names[0]):
        return [_TOWN_AND_COUNTRY.sub(side, names[0]) for side in ("城镇", "农村")]
    if len(names) < count:
        if len(before) == count:
            return before
        near = [one.name for one in done if first.start - _REACH < one.start]
        last = list(dict.fromkeys(near))[-count:]
        if len(last) == count:
            return last
    return [first.name] * count


def _bare(left: str) -> bool:
    """Tell whether the words before a string of figures name nothing: 增长5.1%和7.4%."""
    return not left_name(left)


def _each(plain: str, one: Found) -> list[Found]:
    """A、B均增长5%: the figure for each name."""
    names = split_names(one.name)
    if len(names) > 1 and _EVENLY.search(plain[one.start : one.at]):
        return [replace(one, name=name) for name in with_shared_tail(names)]
    return [one]


def with_shared_tail(names: list[str]) -> list[str]:
    """养老保险、工伤保险参保人数 → 养老保险参保人数, 工伤保险参保人数."""
    if len(names) < 2 or any(_MEASURED.search(name) for name in names[:-1]):
        return names
    cut = _tail_start(names[-2], names[-1])
    if not 0 < cut < len(names[-1]):
        return names
    return [name + names[-1][cut:] for name in names[:-1]] + [names[-1]]


def _tail_start(before: str, last: str) -> int:
    """Where the noun begins that all names share: behind what ends like, or is as long as, the name before."""
    tail = _SHARED_TAIL.search(last)
    if tail is None:
        return 0
    like = last.find(before[-2:])
    if like >= 0:
        return like + 2
    return len(before) if len(before) == 2 else tail.start()
