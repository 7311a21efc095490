"""Counts and shares that a text prints (28项, 占80.0%), held against the rows they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from tracker.domain.bulletin.facts import Facts
from tracker.domain.bulletin.figures_in_text import Printed, printed
from tracker.domain.bulletin.quotes import without_figures
from tracker.domain.bulletin.shares import percent_of, shares
from tracker.domain.bulletin.text import light_counts
from tracker.domain.lights import Light, Status

ITEMS = ("项",)
UNITS = ("个单位", "家单位", "个股室", "个部门")
_WHOLE = ("纳入", "共", "总")


def is_count(figure: Printed) -> bool:
    """Tell whether a figure counts items or units."""
    return figure.after.startswith((*ITEMS, *UNITS)) or _counts_units(figure)


def _counts_units(figure: Printed) -> bool:
    return figure.after.startswith(UNITS) or (
        figure.after.startswith(("个", "家")) and figure.before.endswith(("单位", "股室"))
    )


def count_problem(figure: Printed, facts: Facts, *, strict: bool) -> str:
    """Say what is wrong with a count; empty where it equals the rows that it counts.

    A count whose clause names no kind of rows must be one of those that there are where it is `strict`.
    """
    clause = figure.clause
    right = _units_counted(clause, facts) if _counts_units(figure) else _items(clause, facts)
    if not right and strict:
        right = set().union(*(counts for _, counts in _by_word(facts)))
        right |= {len(facts.indicators), facts.tasks.all, len(facts.good), len(facts.lagging)}
    if not right or figure.value in right:
        return ""
    said = "或".join(map(str, sorted(right)[:4]))
    return f"“{clause}”与附表不符，附表为{said}。"


def _units_counted(clause: str, facts: Facts) -> set[int]:
    if "未" in clause:
        return {len(facts.unreported)}
    lagging = {one.unit_name for one in facts.lagging}
    late = {task.unit_name for task in facts.lagging_tasks}
    return {len(facts.units), len(lagging), len(late), len(lagging | late)}


def _items(clause: str, facts: Facts) -> set[int]:
    """Return the counts that a clause may print, by the words in it; empty where it names no kind of rows."""
    of_units = [
        counts for name, counts in _by_unit(facts).items() if without_figures(name) in clause
    ]
    if of_units:
        return set().union(*of_units)
    by_word = {word: counts for words, counts in _by_word(facts) for word in words}
    found = re.findall("|".join(sorted(by_word, key=len, reverse=True)), clause)
    labelled = [by_word[word] for word in dict.fromkeys(found)]
    if labelled:
        return {sum(chosen) for chosen in product(*labelled)}
    tasks, indicators = {facts.tasks.all}, {len(facts.indicators)}
    if "任务" in clause:
        return tasks
    if "指标" in clause:
        return indicators
    return tasks | indicators if any(word in clause for word in _WHOLE) else set()


def _by_unit(facts: Facts) -> dict[str, set[int]]:
    counts: dict[str, set[int]] = {one.unit_name: {one.count} for one in facts.unreported}
    for unit in facts.units:
        lagging = unit.lights[Light.YELLOW] + unit.lights[Light.RED]
        values = {unit.indicators, lagging, unit.tasks, unit.unreported, *unit.lights.values()}
        counts[unit.name] = counts.get(unit.name, set()) | values
    return counts


def _by_word(facts: Facts) -> Iterator[tuple[tuple[str, ...], set[int]]]:
    """Yield words that name a kind of rows, and how many such rows there are; several readings are several counts."""
    lights, tasks = facts.lights, facts.tasks
    ahead = sum(one.word == Status.AHEAD.word for one in facts.good)
    owed = sum(one.count for one in facts.unreported)
    grey = facts.grey_words
    yield ("议定",), {len(facts.decisions)}
    yield ("到期",), {len(facts.due)}
    yield ("滞后",), {len(facts.lagging)}
    yield ("滞后任务", "滞后的任务", "任务滞后"), {tasks.overdue + tasks.behind}
    yield ("逾期",), {tasks.overdue}
    yield ("严重落后",), {tasks.behind}
    yield ("办结", "已办"), {tasks.done}
    yield ("在办",), {tasks.open}
    yield ("暂停",), {tasks.other}
    yield ("已完成", "完成年度任务", "提前完成", "蓝灯"), {lights[Light.BLUE]}
    yield ("超进度",), {ahead}
    yield ("达进度", "绿灯"), {lights[Light.GREEN], lights[Light.GREEN] - ahead}
    yield ("欠进度", "黄灯"), {lights[Light.YELLOW]}
    yield ("严重滞后", "红灯"), {lights[Light.RED]}
    yield ("灰灯",), {lights[Light.GREY]}
    yield ("未报", "未填报", "未按时"), {owed, grey.get(Status.NOT_REPORTED.word, 0)}
    for word, count in grey.items():
        if word != Status.NOT_REPORTED.word:
            yield (word,), {count}


def share_problems(sentence: str, facts: Facts) -> Iterator[str]:
    """Yield what is wrong with the percentages of a sentence that names no indicator: each follows from its count."""
    figures = list(printed(sentence))
    percents = [figure for figure in figures if figure.is_percent]
    before = [figure for figure in figures if figure.after.startswith(ITEMS)]
    if "分别占" in sentence and percents:
        yield from _list_problems(before[-len(percents) :], percents, facts)
        return
    for percent in (one for one in percents if not one.before.endswith("进度")):
        earlier = [one for one in before if one.at < percent.at]
        right = _of_count(int(earlier[-1].value), facts) if earlier else _known_shares(facts)
        if percent.value not in right:
            said = "或".join(f"{share}%" for share in sorted(right)[:4])
            yield f"“{percent.before}{percent.shown}%”与数目不符，应为{said}。"


def _list_problems(
    counts: Sequence[Printed], percents: Sequence[Printed], facts: Facts
) -> Iterator[str]:
    right = _shares_of([int(count.value) for count in counts], facts)
    printed_ones = [percent.value for percent in percents]
    if printed_ones != right:
        said = "、".join(f"{share}%" for share in right)
        shown = "、".join(f"{percent.shown}%" for percent in percents)
        yield f"“分别占{shown}”与数目不符，应为{said}。"


def _shares_of(counts: Sequence[int], facts: Facts) -> list[Decimal | None]:
    if sum(counts) in {len(facts.indicators), facts.tasks.all}:
        return list(shares(counts))
    return [percent_of(count, len(facts.indicators)) for count in counts]


def _of_count(count: int, facts: Facts) -> set[Decimal]:
    wholes = {len(facts.indicators), facts.tasks.all}
    found = {percent_of(count, whole) for whole in wholes if count <= whole}
    by_light = zip(light_counts(facts), _light_shares(facts), strict=True)
    found |= {share for (_, number), share in by_light if number == count}
    return {share for share in found if share is not None}


def _known_shares(facts: Facts) -> set[Decimal]:
    """Return every share that may stand without its count: of the lights, of tasks done, of time gone."""
    lights = facts.lights
    good, bad = len(facts.good), lights[Light.YELLOW] + lights[Light.RED]
    found = {
        percent_of(good, len(facts.indicators)),
        percent_of(bad, len(facts.indicators)),
        percent_of(facts.tasks.done, facts.tasks.all),
        percent_of(facts.month or 0, 12),
        *_light_shares(facts),
    }
    return {share for share in found if share is not None}


def _light_shares(facts: Facts) -> tuple[Decimal, ...]:
    return shares([count for _, count in light_counts(facts)])
