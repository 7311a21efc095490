"""The text of a bulletin (通报) by sections, written from a review's frozen facts in the words of an office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.agenda import ReviewKind
from tracker.domain.amounts import format_figure
from tracker.domain.bulletin.facts import Facts, IndicatorFact, TaskFact
from tracker.domain.bulletin.sentences import named, need_words, standing_words
from tracker.domain.bulletin.shares import percent_of, shares
from tracker.domain.lights import Light, Status

ADDRESSEE = "各股室、各单位："
NUMERALS = "一二三四五六七八九十"
MOST_LINES = 20  # of one list in the text; the annex has them all

TITLES = {
    "overview": "总体情况",
    "results": "工作成效",
    "problems": "存在问题",
    "next": "下一步要求",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the text: its paragraphs, a line each."""

    key: str
    text: str

    @property
    def title(self) -> str:
        """Return the heading, without its number."""
        return TITLES[self.key]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the paragraphs that hold anything."""
        return tuple(line.strip() for line in self.text.split("\n") if line.strip())


@dataclass(frozen=True, slots=True)
class Draft:
    """通报稿: title, addressee and sections, as written from the figures and edited by the office."""

    title: str
    addressee: str
    sections: tuple[Section, ...]


def section_keys(kind: ReviewKind) -> tuple[str, ...]:
    """Return which sections a bulletin has; the weekly one is the short form."""
    return (
        ("overview", "problems", "next")
        if kind is ReviewKind.WEEKLY
        else ("overview", "results", "problems", "next")
    )


def write(facts: Facts) -> Draft:
    """Write the whole text."""
    weekly = facts.kind is ReviewKind.WEEKLY
    writers = {
        "overview": _overview,
        "results": _results,
        "problems": _problems_in_short if weekly else _problems,
        "next": _next,
    }
    sections = (Section(key, "\n".join(writers[key](facts))) for key in section_keys(facts.kind))
    return Draft(title_of(facts), ADDRESSEE, tuple(sections))


def title_of(facts: Facts) -> str:
    """Return the title: whose bulletin it is, of what, of when."""
    if facts.kind is ReviewKind.WEEKLY:
        return f"{facts.bureau}重点工作周通报"
    period = f"{facts.day.year}年{facts.month}月" if facts.month else f"{facts.day.year}年"
    return f"{facts.bureau}关于{period}重点工作推进情况的通报"


def day_words(day: date) -> str:
    """Write a day with Arabic digits and without padding zeros: 2024年8月6日."""
    return f"{day.year}年{day.month}月{day.day}日"


def light_counts(facts: Facts) -> tuple[tuple[str, int], ...]:
    """Return the words for the lights, and how many indicators have each; only those that there are."""
    grey = "或".join(facts.grey_words) or Light.GREY.meaning
    counts = (
        (grey if light is Light.GREY else light.meaning, facts.lights[light]) for light in Light
    )
    return tuple((word, count) for word, count in counts if count)


def _overview(facts: Facts) -> list[str]:
    until = f"截至{facts.month}月底" if facts.month else f"截至{facts.day.month}月{facts.day.day}日"
    said = [f"{until}，{_lights_sentence(facts)}"]
    if facts.tasks.all:
        said.append(_tasks_sentence(facts))
    if facts.unreported:
        owed = sum(one.count for one in facts.unreported)
        said.append(f"未按时填报的单位{len(facts.unreported)}个，共未报{owed}项。")
    elif facts.month:
        said.append("各单位均已按时填报。")
    return said


def _lights_sentence(facts: Facts) -> str:
    counts = light_counts(facts)
    if not counts:
        return "没有纳入调度的指标。"
    parts = "、".join(f"{word}{count}项" for word, count in counts)
    percents = "、".join(f"{share}%" for share in shares([count for _, count in counts]))
    verb = "分别占" if len(counts) > 1 else "占"
    total = sum(count for _, count in counts)
    return f"纳入调度的指标共{total}项，其中{parts}，{verb}{percents}。"


def _tasks_sentence(facts: Facts) -> str:
    tasks = facts.tasks
    done = f"已办结{tasks.done}项，占{format_figure(percent_of(tasks.done, tasks.all), 1)}%"
    rest = [f"在办{tasks.open}项", *([f"暂停{tasks.other}项"] if tasks.other else [])]
    late = [
        f"{word}{count}项"
        for word, count in (("逾期", tasks.overdue), ("进度严重落后", tasks.behind))
        if count
    ]
    tail = f"；其中{'、'.join(late)}" if late else "；没有逾期任务"
    return f"纳入调度的任务共{tasks.all}项，{done}；{'、'.join(rest)}{tail}。"


def _results(facts: Facts) -> list[str]:
    said: list[tuple[str, list[str]]] = []
    best = [one for one in facts.good if one.light is Light.BLUE or one.word == Status.AHEAD.word]
    rest = [one for one in facts.good if one not in best]
    if best:
        lines = [
            f"{one.name}（{one.unit_name}）。{standing_words(one)}，{one.word}。" for one in best
        ]
        said.append((f"{len(best)}项指标完成年度任务或超进度", _numbered(lines)))
    if rest:
        listed = f"{named(rest[:MOST_LINES])}{'等' if len(rest) > MOST_LINES else ''}达进度。"
        said.append((f"{len(rest)}项指标达进度", [listed]))
    if facts.tasks.done:
        said.append((f"任务办结{facts.tasks.done}项", []))
    return _under_headings(said) or ["目前没有完成年度任务或达到进度的指标，没有办结的任务。"]


def _problems(facts: Facts) -> list[str]:
    said: list[tuple[str, list[str]]] = []
    if facts.lagging:
        lines = [_lagging_line(one) for one in facts.lagging]
        said.append((f"{len(facts.lagging)}项指标滞后", _numbered(lines)))
    if facts.lagging_tasks:
        lines = [_task_line(task) for task in facts.lagging_tasks]
        said.append((f"{len(facts.lagging_tasks)}项任务逾期或进度严重落后", _numbered(lines)))
    if facts.unreported:
        said.append((f"{len(facts.unreported)}个单位未按时填报", [_unreported_sentence(facts)]))
    return _under_headings(said) or [_nothing_wrong()]


def _lagging_line(fact: IndicatorFact) -> str:
    reason = f"主要原因：{_ended(fact.reason)}" if fact.reason else "责任单位没有说明原因。"
    return f"{fact.name}（{fact.unit_name}）。{standing_words(fact)}，{fact.word}。{reason}"


def _task_line(task: TaskFact) -> str:
    due = f"时限{task.due.month}月{task.due.day}日，" if task.due else ""
    late = f"，逾期{task.days_overdue}天" if task.days_overdue else ""
    return f"{task.text.rstrip('。')}（{task.unit_name}）。{due}进度{task.progress}{late}。"


def _unreported_sentence(facts: Facts) -> str:
    units = (
        f"{one.unit_name}未报{one.count}项（{'、'.join(one.names)}）" for one in facts.unreported
    )
    return f"{'；'.join(units)}。"


def _problems_in_short(facts: Facts) -> list[str]:
    said = []
    for light in (Light.RED, Light.YELLOW):
        these = [one for one in facts.lagging if one.light is light]
        if these:
            more = "等" if len(these) > MOST_LINES else ""
            said.append(f"{light.meaning}的指标{len(these)}项：{named(these[:MOST_LINES])}{more}。")
    if facts.lagging_tasks:
        tasks = (
            f"{task.text.rstrip('。')}（{task.unit_name}）"
            for task in facts.lagging_tasks[:MOST_LINES]
        )
        more = "等" if len(facts.lagging_tasks) > MOST_LINES else ""
        said.append(
            f"逾期或进度严重落后的任务{len(facts.lagging_tasks)}项：{'；'.join(tasks)}{more}。"
        )
    if facts.unreported:
        said.append(f"未按时填报的单位{len(facts.unreported)}个：{_unreported_sentence(facts)}")
    return said or [_nothing_wrong()]


def _nothing_wrong() -> str:
    return "没有滞后的指标、逾期的任务和未填报的单位。"


def _next(facts: Facts) -> list[str]:
    said: list[tuple[str, list[str]]] = []
    if facts.decisions:
        lines = [
            f"{one.unit_name}：{cut(one.text)}，{one.due.month}月{one.due.day}日前完成。"
            for one in facts.decisions
        ]
        said.append((f"落实议定事项{len(lines)}项", _numbered(lines, len(lines))))
    if facts.kind is ReviewKind.MONTHLY:
        lines = [line for line in map(_catch_up_line, facts.lagging) if line]
        said += [("补上滞后指标的欠账", _numbered(lines))] if lines else []
    if facts.due:
        said.append(
            (
                f"抓紧办理下次调度前到期的任务{len(facts.due)}项",
                _numbered(map(_due_line, facts.due)),
            )
        )
    if facts.unreported:
        units = "、".join(one.unit_name for one in facts.unreported)
        said.append(("未填报的立即补报", [f"{units}要立即补报，并按时填报以后各期。"]))
    return _under_headings(said) or ["各单位要保持力度，按计划推进，按时填报。"]


def _catch_up_line(fact: IndicatorFact) -> str:
    need = need_words(fact)
    said = "。".join(part for part in (need, cut(fact.next_step)) if part)
    return f"{fact.unit_name}（{fact.name}）：{said}。" if said else ""


def _due_line(task: TaskFact) -> str:
    due = f"，时限{task.due.month}月{task.due.day}日" if task.due else ""
    return f"{cut(task.text)}（{task.unit_name}{due}）。"


def _numbered(lines: Iterable[str], most: int = MOST_LINES) -> list[str]:
    """Put 1. 2. … before the lines; what is beyond `most` is only counted."""
    whole = list(lines)
    shown = [f"{number}.{line}" for number, line in enumerate(whole[:most], start=1)]
    return [*shown, "其余见附件。"] if len(whole) > most else shown


def _under_headings(parts: Sequence[tuple[str, list[str]]]) -> list[str]:
    lines: list[str] = []
    for numeral, (heading, below) in zip(NUMERALS, parts, strict=False):
        lines += [f"（{numeral}）{heading}。", *below]
    return lines


def cut(words: str) -> str:
    """Return somebody's words in one line and without the mark at their end, as the text quotes them."""
    return " ".join(words.split()).rstrip("。；;，")


def _ended(words: str) -> str:
    return f"{cut(words)}。"
