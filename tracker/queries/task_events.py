"""Words of the history for what happens to a task beside its steps: more time, milestones, the units that take part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.domain.milestones import read_back

_EXTENSION = {
    "asked": "申请延期至",
    "approved": "批准延期至",
    "refused": "未批准延期至",
    "withdrawn": "撤回延期申请，原申请延至",
}


def extension_words(_before: str, after: str) -> str:
    """Say what became of a request for more time: 申请延期至2024年7月15日."""
    state, day = after.split(" ")
    return f"{_EXTENSION[state]}{_plain(day)}"


def milestones_words(before: str, after: str) -> str:
    """Say how the milestones changed."""
    if not after:
        return f"取消全部节点（原有：{_listed(before)}）"
    return f"节点：{_listed(after)}" + (f"（原为：{_listed(before)}）" if before else "")


def milestone_words(before: str, after: str) -> str:
    """Say that a milestone was ticked off, or the tick taken back."""
    return f"完成节点“{after}”" if after else f"撤回节点“{before}”的完成"


def _part_received(_before: str, after: str) -> str:
    return f"{after}签收配合事项"


def _part_said(_before: str, after: str) -> str:
    return f"{after}报配合情况"


def _listed(text: str) -> str:
    return "；".join(
        f"{step.title} {step.day.month}月{step.day.day}日 {format(step.percent.normalize(), 'f')}%"
        for step in read_back(text)
    )


def _plain(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


LIFE_WORDS: dict[str, Callable[[str, str], str]] = {
    "extension": extension_words,
    "milestones": milestones_words,
    "milestone": milestone_words,
    "part_received": _part_received,
    "part_said": _part_said,
}
