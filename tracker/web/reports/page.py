"""The sheet as the page shows it: every cell a word, and what is still missing in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar

from tracker.domain.amounts import format_figure
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lights import Light
from tracker.domain.periods import Month
from tracker.domain.standing import Kind
from tracker.queries.report_sheet import IndicatorRow, OpenedMonth, Sheet, TaskRow
from tracker.services.judge_sheet import Judged
from tracker.web.filters import day, percent, points

NAMED = 2
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One indicator's row in words."""

    key: str
    id: int
    name: str
    unit: str
    last_year: str
    before: str
    need: str
    typed: Mapping[str, str]
    revision: int
    editable: bool
    figure: str
    cumulative: str
    rate: str
    light: str
    word: str
    error: str
    ask: bool
    meant: str
    sent_at: datetime | None = None
    author: str = ""
    note: str = ""
    next_step: str = ""
    correcting: bool = False
    confirm_word: str = ""
    by_sum: bool = False


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task's row in words."""

    key: str
    id: int
    text: str
    unit: str
    due_on: date | None
    typed: Mapping[str, str]
    revision: int
    editable: bool
    progress: str
    light: str
    error: str
    sent_at: datetime | None = None
    author: str = ""
    done: str = ""
    obstacle: str = ""
    next_step: str = ""
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the sheet was not sent; `field`: the id of what is to be mended first, `marked`: empty rows are meant too."""

    sentence: str
    field: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Everything that the template shows."""

    title: str
    meta: str
    code: str
    months: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, Sequence[SheetLine]]]
    tasks: Sequence[tuple[str, Sequence[TaskLine]]]
    words: Mapping[str, str]
    saved_at: datetime | None
    closed: bool
    total: int
    editable: bool
    previous_label: str
    label: str
    refusal: Refusal | None = None

    @property
    def task_count(self) -> int:
        """Return how many tasks there are."""
        return sum(len(lines) for _, lines in self.tasks)


def sheet_page(
    sheet: Sheet,
    judged: Mapping[str, Judged],
    typed: Mapping[str, str],
    months: Sequence[OpenedMonth],
    fixing: str,
    today: date,
    calendar: WorkingCalendar,
    refusal: Refusal | None = None,
) -> SheetPage:
    """Put the sheet into words; `fixing` names the reported row that is opened for a correction."""
    several = len({row.plan_title for row in sheet.rows}) > 1
    lines = [
        (
            _heading(row.plan_title if several else "", row.unit_name),
            _line(row, judged[row.key], typed, sheet, fixing),
        )
        for row in sheet.indicators
    ]
    tasks = [
        (
            _heading(row.plan_title) if several else "",
            _task_line(row, judged[row.key], typed, fixing),
        )
        for row in sheet.tasks
    ]
    opened = next(one for one in months if one.month == sheet.month)
    return SheetPage(
        title=f"{month_words(sheet.month, today.year)}填报",
        meta=_meta(sheet, opened, today, calendar),
        code=sheet.month.code,
        months=[(one.month.code, _month_word(one, today.year)) for one in months],
        groups=_grouped(lines),
        tasks=_grouped(tasks),
        words=owed_words(judged),
        saved_at=sheet.saved_at,
        closed=sheet.closed,
        total=len(judged),
        editable=any(line.editable for _, line in lines) or any(task.editable for _, task in tasks),
        previous_label=sheet.month.previous().label if sheet.month.month > 1 else "",
        label=sheet.month.label,
        refusal=refusal,
    )


def _heading(plan_title: str, unit: str = "") -> str:
    """Say whose rows follow, and of which plan where there are several: 《2024年财政工作计划》 预算股."""
    return " ".join(part for part in (f"《{plan_title}》" if plan_title else "", unit) if part)


def _grouped(lines: Iterable[tuple[str, L]]) -> list[tuple[str, Sequence[L]]]:
    return [
        (heading, tuple(line for _, line in rows))
        for heading, rows in groupby(lines, key=lambda pair: pair[0])
    ]


def refusal_of(judged: Mapping[str, Judged], *, marked: bool) -> Refusal:
    """Say how many rows are in the way, and which field comes first; one alone says what it lacks."""
    wrong = [row for row in judged.values() if row.problem]
    if not wrong:
        return Refusal("没有提交，请刷新后再试。")
    first = wrong[0]
    said = first.problem if len(wrong) == 1 else "都标在行里。"
    lead = f"{_short(first.name)}：" if len(wrong) == 1 else f"还有 {len(wrong)} 项要补齐，"
    column = "amount" if first.key.startswith("i") else "progress"
    return Refusal(f"没有提交：{lead}{said}", f"{first.key}-{column}", marked)


def _meta(sheet: Sheet, opened: OpenedMonth, today: date, calendar: WorkingCalendar) -> str:
    if sheet.closed:
        return f"{sheet.month.long_label}已封账，只能查看。确需更正的，请督查办先启封。"
    due = f"{day(opened.due_on, sheet.month.year)}截止"
    if today > opened.due_on:
        return f"{due}，已逾期 {(today - opened.due_on).days} 天"
    left = calendar.working_days_between(today, opened.due_on)
    rest = f"还有 {left} 个工作日" if left else "今天截止"
    return f"{due}，{rest}"


def month_words(month: Month, year: int) -> str:
    """Say which month, with its year when that is not `year`: 3月, 2023年12月."""
    return month.label if month.year == year else month.long_label


def _month_word(opened: OpenedMonth, year: int) -> str:
    name = month_words(opened.month, year)
    if opened.closed:
        return f"{name}（已封账）"
    return f"{name}（{f'差 {opened.missing} 项' if opened.missing else '已报齐'}）"


def owed_words(judged: Mapping[str, Judged]) -> dict[str, str]:
    """Say how far the sheet is: what is filled, what is wrong, what is empty."""
    rows = list(judged.values())
    wrong = [row for row in rows if row.changed and row.problem]
    empty = [row for row in rows if row.owed and not row.filled]
    ready = sum(row.ready for row in rows)
    done = sum(row.ready or not row.owed for row in rows)
    lacks = [
        f"{_named(wrong)} {len(wrong)} 项要改" if wrong else "",
        f"{_named(empty)} {len(empty)} 项未填" if empty else "",
    ]
    said = "，".join(part for part in lacks if part)
    rest = f"还差：{said}。" if said else ("可以提交。" if ready else "本月已报齐。")
    return {
        "owed": f"已填 {done} / {len(rows)}。{rest}",
        "ready": f"先交已填的 {ready} 项" if ready else "先交已填的",
    }


def _named(rows: Sequence[Judged]) -> str:
    names = "、".join(_short(row.name) for row in rows[:NAMED])
    return f"{names}等" if len(rows) > NAMED else names


def _short(name: str) -> str:
    return name if len(name) <= 14 else f"{name[:13]}…"


def figures_of(judged: Judged) -> dict[str, Any]:
    """Return what the sheet's script puts into a row as one types."""
    shown = _shown(judged)
    if judged.standing is None and not judged.filled:
        return {"error": judged.problem}
    return {
        **shown,
        "error": judged.problem,
        "ask": judged.ask,
        "repair": None if judged.meant is None else format_figure(judged.meant),
    }


def _shown(judged: Judged) -> dict[str, str]:
    """Return cumulative figure, completion, light and word: nothing is counted while a figure is in doubt."""
    worked = judged.standing
    counted = worked is not None and not judged.ask and worked.actual_cumulative is not None
    if worked is None or not counted:
        late = worked is not None and worked.case.actual and worked.case.actual[-1] is not None
        gap = late and not judged.ask
        return {
            "cumulative": "—",
            "rate": "",
            "light": Light.GREY.value,
            "word": "前面有月份未报" if gap else "未报",
        }
    rate = None if worked.case.kind == Kind.RATE else worked.completion_pct
    ahead = worked.ahead_of_plan_points
    return {
        "cumulative": format_figure(worked.actual_cumulative, worked.case.places),
        "rate": percent(rate) if rate is not None else "",
        "light": worked.light.value,
        "word": points(ahead) if ahead is not None else "无目标",
    }


def _line(
    row: IndicatorRow, judged: Judged, typed: Mapping[str, str], sheet: Sheet, fixing: str
) -> SheetLine:
    indicator, reported, number = row.indicator, row.reported, sheet.month.month
    own = {
        name.split("-")[1]: text for name, text in typed.items() if name.startswith(f"{row.key}-")
    }
    correcting = reported is not None and bool(fixing == row.key or judged.changed or row.sent_back)
    opened = fixing == row.key or bool(row.sent_back)
    if reported is not None and opened and "amount" not in own:
        own = {
            "amount": _typed_words(row, number, reported.amount),
            "note": reported.note,
            "next": reported.next_step,
        }
    last_year = (indicator.last_year or (None,) * 12)[number - 1]
    return SheetLine(
        key=row.key,
        id=indicator.id,
        name=indicator.name,
        unit=indicator.unit,
        last_year=format_figure(last_year),
        before=_before(row, number),
        need=judged.need or "—",
        typed=own,
        revision=row.revision,
        editable=not row.closed and (reported is None or correcting),
        figure=format_figure(reported.amount if reported else None),
        error=judged.problem or _sent_back_words(row),
        ask=judged.ask,
        meant="" if judged.meant is None else format_figure(judged.meant),
        sent_at=reported.at if reported else None,
        author=reported.author if reported else "",
        note=reported.note if reported else "",
        next_step=reported.next_step if reported else "",
        correcting=correcting,
        confirm_word=_confirm_word(row),
        by_sum=row.by_sum,
        **_shown(judged),
    )


def _typed_words(row: IndicatorRow, month: int, amount: Decimal) -> str:
    """Return a reported figure as one would type it: the sum, where sums are typed."""
    before = row.sum_before(month) if row.by_sum else Decimal(0)
    return format_figure(amount if before is None else before + amount).replace("−", "-")


def _sent_back_words(row: IndicatorRow) -> str:
    return f"责任人退回：{row.sent_back.rstrip('。')}。请更正后再提交。" if row.sent_back else ""


def _confirm_word(row: IndicatorRow) -> str:
    """Say whether the head has seen what was sent, where the plan asks for it."""
    if not row.needs_head or row.reported is None or row.closed or row.sent_back:
        return ""
    return "责任人已确认" if row.reported.confirmed else "待责任人确认"


def _before(row: IndicatorRow, month: int) -> str:
    """Return what was reached by the month before; a flow's sum is unknown after a gap."""
    if month == 1:
        return "—"
    if row.indicator.kind != Kind.FLOW:
        return format_figure(row.months.get(month - 1))
    months = [row.months.get(number) for number in range(1, month)]
    known = [amount for amount in months if amount is not None]
    return format_figure(sum(known[1:], known[0])) if len(known) == len(months) else "—"


def _task_line(row: TaskRow, judged: Judged, typed: Mapping[str, str], fixing: str) -> TaskLine:
    own = {
        name.split("-")[1]: text for name, text in typed.items() if name.startswith(f"{row.key}-")
    }
    said = row.reported
    if said is not None and fixing == row.key and "progress" not in own:
        own = {
            "progress": _plain_percent(said.progress),
            "done": said.done,
            "obstacle": said.obstacle,
            "next": said.next_step,
        }
    return TaskLine(
        key=row.key,
        id=row.task.id,
        text=row.task.text,
        unit=row.unit_name,
        due_on=row.task.due_on,
        typed=own,
        revision=row.revision,
        editable=not row.closed and (said is None or fixing == row.key or judged.changed),
        progress=_plain_percent(said.progress if said else row.task.progress),
        light=judged.light.value,
        error=judged.problem or "",
        sent_at=said.at if said else None,
        author=said.author if said else "",
        done=said.done if said else "",
        obstacle=said.obstacle if said else "",
        next_step=said.next_step if said else "",
        covered=row.covered,
    )


def _plain_percent(value: Any) -> str:
    return format_figure(value, 2).removesuffix(".00")
