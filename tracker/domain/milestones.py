"""Milestones (节点) of a task: what a list of them must be, how it follows a moved due day, how history keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tracker.domain.errors import NotReadyError, TransitionError
from tracker.domain.tasks import FULL, Milestone

LONGEST_TITLE = 100
MOST = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone: its name, its day, and the share of the task that is reached with it, in per cent."""

    title: str
    day: date
    percent: Decimal
    done_on: date | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether somebody has ticked it off."""
        return self.done_on is not None


def check_steps(steps: Sequence[Step], start: date | None, due: date | None) -> tuple[Step, ...]:
    """Return the milestones in the order of their days; none at all is a list as well.

    Raises NotReadyError with all that is wrong: names, days outside the task's, shares that do not rise to 100.
    """
    named = (replace(step, title=" ".join(step.title.split())) for step in steps)
    ordered = tuple(sorted(named, key=lambda step: step.day))
    problems = [
        *(problem for step in ordered for problem in _wrong_step(step, start, due)),
        *_wrong_order(ordered),
    ]
    if len(ordered) > MOST:
        problems.append(f"最多设 {MOST} 个节点，现有 {len(ordered)} 个。")
    if ordered and ordered[-1].percent != FULL:
        problems.append("最后一个节点应达到 100%。")
    if problems:
        raise NotReadyError(tuple(problems))
    return ordered


def check_tick(steps: Sequence[Step], index: int) -> Step:
    """Return the milestone that may be ticked off: not done, and all before it are. Raises TransitionError."""
    step = steps[index]
    if step.is_done:
        raise TransitionError(f"节点“{step.title}”已经完成。")
    missing = next((one for one in steps[:index] if not one.is_done), None)
    if missing is not None:
        raise TransitionError(f"前面的节点“{missing.title}”还没有完成，请先办结前面的。")
    return step


def check_untick(steps: Sequence[Step], index: int) -> Step:
    """Return the milestone whose tick may be taken back: the last one that is done. Raises TransitionError."""
    step = steps[index]
    if not step.is_done:
        raise TransitionError(f"节点“{step.title}”还没有完成。")
    if any(one.is_done for one in steps[index + 1 :]):
        raise TransitionError(f"后面的节点已经完成，不能撤回“{step.title}”。")
    return step


def moved_with_due(steps: Sequence[Step], before: date, after: date) -> tuple[Step, ...]:
    """Return the milestones once the due day has moved: the last one goes along if it stood on that day."""
    if not steps or steps[-1].day != before or steps[-1].is_done:
        return tuple(steps)
    if len(steps) > 1 and steps[-2].day >= after:
        return tuple(steps)
    return (*steps[:-1], replace(steps[-1], day=after))


def beyond(steps: Iterable[Step], due: date) -> str:
    """Return the name of the first milestone after a day; empty where there is none."""
    return next((step.title for step in steps if step.day > due), "")


def plan_of(steps: Iterable[Step]) -> tuple[Milestone, ...]:
    """Return what planned progress is worked out from."""
    return tuple(Milestone(step.day, step.percent) for step in steps)


def written(steps: Iterable[Step]) -> str:
    """Write milestones as the history keeps them, one a line: 2024-06-30 60 征求意见."""
    return "\n".join(
        f"{step.day.isoformat()} {format(step.percent.normalize(), 'f')} {step.title}"
        for step in steps
    )


def read_back(text: str) -> tuple[Step, ...]:
    """Return the milestones that `written` wrote."""
    found = []
    for line in text.splitlines():
        day, percent, title = line.split(" ", 2)
        found.append(Step(title, date.fromisoformat(day), Decimal(percent)))
    return tuple(found)


def _wrong_step(step: Step, start: date | None, due: date | None) -> list[str]:
    problems = []
    name = f"节点“{step.title}”" if step.title else "节点"
    if not step.title:
        problems.append("节点要写明名称。")
    elif len(step.title) > LONGEST_TITLE:
        problems.append(f"节点名称不能超过 {LONGEST_TITLE} 字。")
    if not 0 < step.percent <= FULL:
        problems.append(f"{name}应达到的进度应大于 0，不超过 100。")
    if start is not None and step.day < start:
        problems.append(f"{name}不能早于任务开始的日子。")
    if due is not None and step.day > due:
        problems.append(f"{name}不能晚于任务的时限。")
    return problems


def _wrong_order(ordered: Sequence[Step]) -> list[str]:
    problems = []
    for one, following in pairwise(ordered):
        if one.day == following.day:
            problems.append(f"节点“{one.title}”和“{following.title}”是同一天，应有先后。")
        elif one.percent >= following.percent:
            problems.append(f"节点“{following.title}”应达到的进度要高于前面的“{one.title}”。")
        if following.is_done and not one.is_done:
            problems.append(f"节点“{following.title}”已完成，前面不能再加未完成的“{one.title}”。")
    return problems
