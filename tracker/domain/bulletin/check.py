"""The check before a bulletin is made (校核): parts and wholes, counts and rows, percentages, text and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.amounts import format_figure, round_half_up
from tracker.domain.bulletin.annex import sum_of
from tracker.domain.bulletin.counts_in_text import count_problem, is_count, share_problems
from tracker.domain.bulletin.facts import Facts, IndicatorFact, TaskFact
from tracker.domain.bulletin.figures_in_text import Printed, printed
from tracker.domain.bulletin.indicator_figures import figure_problem
from tracker.domain.bulletin.quotes import Known, known, masked
from tracker.domain.bulletin.text import Draft, Section, cut, section_keys
from tracker.domain.case import Kind
from tracker.domain.lights import Light
from tracker.domain.rates import change_percent, percent

LONGEST_TITLE = 80
FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit, in one sentence, and where: a section, `title`, or `figures` for the frozen ones."""

    where: str
    sentence: str


def check(draft: Draft, facts: Facts) -> tuple[Problem, ...]:
    """Return everything that keeps a bulletin from being made."""
    words = known(facts)
    return (
        *(Problem(FIGURES, sentence) for sentence in figure_problems(facts)),
        *(Problem("title", sentence) for sentence in _heading_problems(draft)),
        *(
            problem
            for section in _sections(draft, facts)
            for problem in _section(section, facts, words)
        ),
    )


def figure_problems(facts: Facts) -> Iterator[str]:
    """Yield where the frozen figures themselves do not add up."""
    yield from _lights(facts)
    yield from _units(facts)
    yield from _tasks(facts)
    for fact in facts.indicators:
        yield from _percentages(fact)


def _lights(facts: Facts) -> Iterator[str]:
    rows = Counter(one.light for one in facts.indicators)
    total = sum(facts.lights.values())
    if total != len(facts.indicators):
        yield f"各灯合计{total}项，指标表有{len(facts.indicators)}行。"
    for light in Light:
        if facts.lights[light] != rows[light]:
            yield f"{light.word}灯记为{facts.lights[light]}项，指标表中有{rows[light]}行。"


def _units(facts: Facts) -> Iterator[str]:
    whole = sum_of(facts.units)
    owed = sum(one.count for one in facts.unreported)
    pairs = [
        ("指标", whole.indicators, len(facts.indicators)),
        *((f"{light.word}灯", whole.lights[light], facts.lights[light]) for light in Light),
        ("滞后任务", whole.tasks, len(facts.lagging_tasks)),
        ("未报", whole.unreported, owed),
    ]
    for word, parts, total in pairs:
        if parts != total:
            yield f"各单位{word}合计{parts}项，总数为{total}项。"
    for unit in facts.units:
        parts = sum(unit.lights.values())
        if parts != unit.indicators:
            yield f"{unit.name}各灯合计{parts}项，指标数为{unit.indicators}项。"


def _tasks(facts: Facts) -> Iterator[str]:
    tasks = facts.tasks
    overdue = sum(task.days_overdue > 0 for task in facts.lagging_tasks)
    if tasks.other < 0:
        yield f"任务已办结{tasks.done}项、在办{tasks.open}项，多于总数{tasks.all}项。"
    if tasks.overdue != overdue:
        yield f"逾期任务记为{tasks.overdue}项，任务表中有{overdue}行。"
    behind = len(facts.lagging_tasks) - overdue
    if tasks.behind != behind:
        yield f"严重落后的任务记为{tasks.behind}项，任务表中有{behind}行。"


def _percentages(fact: IndicatorFact) -> Iterator[str]:
    if fact.kind is Kind.RATE:
        return
    pairs = (
        ("完成率", fact.completion, percent(fact.actual, fact.target)),
        ("同比", fact.yoy, change_percent(fact.actual, fact.last)),
    )
    for word, said, exact in pairs:
        right = None if exact is None else round_half_up(exact, 1)
        if said != right:
            shown, wanted = format_figure(said), format_figure(right)
            yield f"{fact.name}的{word}为{shown}%，按数额应为{wanted}%。"


def _heading_problems(draft: Draft) -> Iterator[str]:
    title = draft.title.strip()
    if not title:
        yield "标题没有写。"
    if len(title) > LONGEST_TITLE or "\n" in title:
        yield f"标题写成一行，最多{LONGEST_TITLE}个字。"
    if not draft.addressee.strip():
        yield "主送单位没有写。"


def _sections(draft: Draft, facts: Facts) -> list[Section]:
    """Return all sections that there must be; one that is missing is empty."""
    given = {section.key: section for section in draft.sections}
    return [given.get(key, Section(key, "")) for key in section_keys(facts.kind)]


def _section(section: Section, facts: Facts, words: Known) -> Iterator[Problem]:
    if not section.paragraphs:
        yield Problem(section.key, f"“{section.title}”没有写；没有情况也请写明。")
    seen = dict.fromkeys(
        problem
        for paragraph in section.paragraphs
        for problem in _paragraph(paragraph, section.key, facts, words)
    )
    for sentence in seen:
        yield Problem(section.key, sentence)


def _paragraph(paragraph: str, key: str, facts: Facts, words: Known) -> Iterator[str]:
    tasks = [*facts.lagging_tasks, *facts.due]
    tasks = [task for task in tasks if cut(task.text) in paragraph] or tasks
    for sentence in masked(paragraph, words):
        said = [] if sentence.about else list(share_problems(sentence.words, facts))
        strict = not sentence.named and key != "next"
        for figure in printed(sentence.words):
            said.append(
                task_problem(figure, tasks) or _judge(figure, sentence.about, facts, strict=strict)
            )
        yield from (sentence.shown(problem) for problem in said if problem)


def task_problem(figure: Printed, tasks: Sequence[TaskFact]) -> str:
    """Say what is wrong with a task's progress or days overdue; empty where one of these tasks has it."""
    if figure.is_percent and figure.before.endswith("进度"):
        right = {f"{figure.shown}%" == task.progress for task in tasks}
    elif figure.after.startswith("天") and "逾期" in figure.before:
        right = {figure.value == task.days_overdue for task in tasks}
    else:
        return ""
    return "" if True in right else f"“{figure.clause}”与任务表不符。"


def _judge(figure: Printed, about: tuple[IndicatorFact, ...], facts: Facts, *, strict: bool) -> str:
    own = any(one.unit and figure.after.startswith(one.unit) for one in about)
    if is_count(figure) and not own:
        return count_problem(figure, facts, strict=strict)
    if about:
        return figure_problem(figure, about)
    return _amount_of_nobody(figure, facts)


def _amount_of_nobody(figure: Printed, facts: Facts) -> str:
    """Judge an amount in a sentence that names no indicator: it must be somebody's all the same."""
    if figure.is_percent or figure.is_points:
        return ""
    units = {one.unit for one in facts.indicators if len(one.unit) > 1 or "," in figure.shown}
    owners = [
        one for one in facts.indicators if one.unit in units and figure.after.startswith(one.unit)
    ]
    if not owners or not figure_problem(figure, owners):
        return ""
    return f"“{figure.clause}”不是任何指标调度时的数，请写明指标或删去。"
