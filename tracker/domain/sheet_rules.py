"""Rules of the monthly sheet (填报): what a typed row must say before it can be sent, and what it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.amounts import format_figure
from tracker.domain.lights import Light
from tracker.domain.plausible import Neighbour
from tracker.domain.standing import Kind, Standing

LONGEST_TEXT = 2000
EMPTY = "还没有填。"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A month's figure with its words; `reported` is what counts so far, `light` what the figure would light.

    `by_sum`: it was typed as the sum since January.
    """

    amount: Decimal
    kind: Kind
    light: Light
    note: str = ""
    next_step: str = ""
    why: str = ""
    reported: Decimal | None = None
    by_sum: bool = False


def figure_lacks(row: FigureRow) -> str | None:
    """Say what keeps a figure from being sent; None when nothing does."""
    if _too_long((row.note, row.next_step, row.why)):
        return f"情况说明最多 {LONGEST_TEXT} 字。"
    if row.amount < 0 and row.kind != Kind.RATE and not row.note:
        if row.by_sum:
            return "累计数比上月还少：请在情况说明里写明原因（如退库、冲减）。"
        return "填的是负数：请在情况说明里写明原因（如退库、冲减）。"
    if row.light is Light.RED and not (row.note and row.next_step):
        return "红灯：写明原因和下一步才能提交。"
    if row.reported is not None and row.amount != row.reported and not row.why:
        return f"已报过 {format_figure(row.reported)}，更正要写明理由。"
    return None


def progress_lacks(light: Light, *, done: str, obstacle: str, next_step: str) -> str | None:
    """Say what keeps a task's progress from being sent; None when nothing does."""
    if _too_long((done, obstacle, next_step)):
        return f"每格最多 {LONGEST_TEXT} 字。"
    if light is Light.RED and not (obstacle and next_step):
        return "已逾期或落后超过 10 个百分点：写明卡在哪里和下一步才能提交。"
    return None


def neighbours_of(
    worked: Standing,
    month: int,
    months: Mapping[int, Decimal],
    last_year: Sequence[Decimal | None] | None,
) -> list[Neighbour]:
    """Return the known figures that a typed one is held against: last month's, last year's, the plan's."""
    plan = worked.monthly_plan if worked.case.kind == Kind.FLOW else worked.cumulative_plan
    found = (
        ("上月", months.get(month - 1)),
        ("上年同月", last_year[month - 1] if last_year else None),
        ("当月计划", plan[month - 1] if plan else None),
    )
    return [Neighbour(name, value) for name, value in found if value is not None]


def _too_long(texts: Iterable[str]) -> bool:
    return any(len(text) > LONGEST_TEXT for text in texts)
