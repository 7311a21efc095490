"""Rule at the sheet's edge: what each typed row would come to, and why it cannot be sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from tracker.domain.amounts import EXACT, format_figure, parse_figure
from tracker.domain.errors import FigureError
from tracker.domain.lights import Light
from tracker.domain.plausible import Doubt, doubt_of
from tracker.domain.sheet_rules import (
    EMPTY,
    FigureRow,
    figure_lacks,
    neighbours_of,
    progress_lacks,
)
from tracker.domain.standing import Case, Kind, Standing, standing
from tracker.domain.tasks import FULL, TaskFacts, TaskState, stand_task
from tracker.domain.wording import quantity
from tracker.queries.cases import case_of, need_of
from tracker.queries.report_sheet import IndicatorRow, Sheet, TaskRow

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of the sheet as typed: what it comes to, and what is wrong with it.

    `filled`: there is a figure. `changed`: it says something that is not reported yet. `ask`: only
    the person can tell whether the figure is meant; `meant` is what it probably should be.
    """

    key: str
    name: str
    filled: bool = False
    changed: bool = False
    owed: bool = False
    closed: bool = False
    amount: Decimal | None = None
    light: Light = Light.GREY
    standing: Standing | None = None
    need: str = ""
    error: str | None = None
    conflict: str | None = None
    ask: bool = False
    meant: Decimal | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Tell whether the row can be sent."""
        return self.changed and not self.closed and self.problem is None

    @property
    def problem(self) -> str | None:
        """Return what is wrong, the change by somebody else first."""
        return self.conflict or self.error


def judge_sheet(sheet: Sheet, typed: Typed, now: datetime) -> dict[str, Judged]:
    """Judge every row of a sheet by what was typed, without storing anything."""
    judged = [judge_indicator(row, sheet.month.month, typed) for row in sheet.indicators]
    judged += [judge_task(row, typed, now) for row in sheet.tasks]
    return {row.key: row for row in judged}


def demanded(judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return the rows as they stand once all of them were to be sent: an empty one lacks its figure."""
    return {
        key: replace(row, error=EMPTY) if row.owed and not row.filled and not row.error else row
        for key, row in judged.items()
    }


def judge_indicator(row: IndicatorRow, month: int, typed: Typed) -> Judged:
    """Judge one indicator: read its figure, work out the standing, find what is wrong."""
    texts = {name: typed.get(f"{row.key}-{name}", "").strip() for name in _INDICATOR_TEXTS}
    base = Judged(
        row.key,
        row.indicator.name,
        owed=(row.reported is None or bool(row.sent_back)) and not row.closed,
        closed=row.closed,
        need=need_of(row.indicator, row.months, row.yellow_points, month),
        texts=texts,
    )
    shown = row.reported.amount if row.reported else None
    try:
        amount = parse_figure(typed.get(f"{row.key}-amount", ""), row.indicator.places)
    except FigureError as error:
        return replace(base, filled=True, changed=True, error=f"没有计入：{error.message}")
    before = row.sum_before(month) if row.by_sum else Decimal(0)
    if before is None and amount is not None:
        words = "没有计入：按累计数填报，要先补报前面没有报的、改正被退回的月份。"
        return replace(base, filled=True, changed=True, error=words)
    if amount is not None and before:
        amount = EXACT.subtract(amount, before)  # what is kept is the month's
    try:
        worked = _standing_with(row, month, shown if amount is None else amount)
    except FigureError as error:
        words = f"这项指标的口径有误（{error.message.rstrip('。')}），请联系督查办更正后再报。"
        return replace(base, filled=amount is not None, changed=amount is not None, error=words)
    light = worked.light if worked.actual_cumulative is not None else Light.GREY
    base = replace(base, standing=worked, light=light)
    if amount is None:
        return base
    return _checked(replace(base, filled=True, amount=amount), amount, row, month, worked)


_INDICATOR_TEXTS = ("note", "next", "why", "sure", "base")
_TASK_TEXTS = ("done", "obstacle", "next", "base")


def _checked(
    judged: Judged, amount: Decimal, row: IndicatorRow, month: int, worked: Standing
) -> Judged:
    texts, reported = judged.texts, row.reported
    if reported is not None and (amount, texts["note"], texts["next"]) == (
        reported.amount,
        reported.note,
        reported.next_step,
    ):
        if not row.sent_back:
            return judged  # sent twice, or opened for a correction and left as it was
        words = "与退回前一样：请改数，或在情况说明里写明为什么就是这个数。"
        return replace(judged, changed=True, error=words)
    judged = replace(judged, changed=True, conflict=_conflict(judged, row))
    near = neighbours_of(worked, month, row.months, row.indicator.last_year)
    doubt = _sum_doubt(row, month, amount) or doubt_of(
        amount, row.indicator.unit, row.indicator.places, near
    )
    if doubt is not None and not texts["sure"]:
        said = f"没有计入：{doubt.sentence}确实如此请勾选“数字无误”。"
        return replace(judged, error=said, ask=True, meant=_as_typed(row, month, doubt.meant))
    typed = FigureRow(
        amount,
        Kind(row.indicator.kind),
        worked.light,
        note=texts["note"],
        next_step=texts["next"],
        why=texts["why"] or row.sent_back,
        reported=reported.amount if reported else None,
        by_sum=row.by_sum,
    )
    return replace(judged, error=figure_lacks(typed))


def _sum_doubt(row: IndicatorRow, month: int, amount: Decimal) -> Doubt | None:
    """Doubt a sum that is smaller than the one before: most often the month's amount was typed by habit."""
    if not row.by_sum or amount >= 0:
        return None
    before = format_figure(row.sum_before(month))
    return Doubt(f"累计数比上月累计的 {before} 还少，是不是填了当月数？")


def _as_typed(row: IndicatorRow, month: int, amount: Decimal | None) -> Decimal | None:
    """Return a month's amount as it is typed: the sum with the months before, where sums are."""
    before = row.sum_before(month) if row.by_sum else Decimal(0)
    return None if amount is None or before is None else EXACT.add(before, amount)


def _conflict(judged: Judged, row: IndicatorRow | TaskRow) -> str | None:
    """Say what somebody else has reported since the person opened the page."""
    if judged.texts["base"] in {"", str(row.revision)} or row.reported is None:
        return None
    if isinstance(row, TaskRow):
        theirs = f"{format_figure(row.reported.progress)}%" if row.reported else ""
    else:
        theirs = quantity(row.reported.amount, row.indicator.unit) if row.reported else ""
    who = row.reported.author or "有人"
    return f"没有提交：{who}在您打开之后报了 {theirs}。请对照，仍以您填的为准就再提交一次。"


def _standing_with(row: IndicatorRow, month: int, amount: Decimal | None) -> Standing:
    return standing(_case(row, month, amount), month)


def _case(row: IndicatorRow, month: int, *last: Decimal | None) -> Case:
    before = [row.months.get(number) for number in range(1, month)]
    return case_of(row.indicator, (*before, *last), row.yellow_points)


def judge_task(row: TaskRow, typed: Typed, now: datetime) -> Judged:
    """Judge one task: read its progress, hold it against the plan, find what is wrong."""
    texts = {name: typed.get(f"{row.key}-{name}", "").strip() for name in _TASK_TEXTS}
    base = Judged(
        row.key,
        row.task.text,
        owed=row.reported is None and not row.covered and not row.closed,
        closed=row.closed,
        texts=texts,
        light=_task_light(row, row.reported.progress if row.reported else None, now),
    )
    try:
        progress = parse_figure(typed.get(f"{row.key}-progress", ""), 2, minimum=Decimal(0))
    except FigureError as error:
        return replace(base, filled=True, changed=True, error=f"没有计入：{error.message}")
    if progress is None:
        return base
    base = replace(base, filled=True, amount=progress)
    if progress > FULL:
        return replace(base, changed=True, error="没有计入：进度最多填 100。")
    if _task_unchanged(row, base):
        return base
    light = _task_light(row, progress, now)
    return replace(
        base,
        changed=True,
        light=light,
        conflict=_conflict(base, row),
        error=progress_lacks(
            light, done=texts["done"], obstacle=texts["obstacle"], next_step=texts["next"]
        ),
    )


def _task_unchanged(row: TaskRow, judged: Judged) -> bool:
    said = row.reported
    texts = judged.texts
    return said is not None and (
        judged.amount,
        texts["done"],
        texts["obstacle"],
        texts["next"],
    ) == (said.progress, said.done, said.obstacle, said.next_step)


def _task_light(row: TaskRow, progress: Decimal | None, now: datetime) -> Light:
    task = row.task
    facts = TaskFacts(
        TaskState(task.state),
        task.progress if progress is None else progress,
        task.start_on,
        task.due_on,
        row.milestones,
    )
    return stand_task(facts, now).light
