"""A task's life beside its steps as the page shows it: more time, milestones, the units that take part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.extensions import ExtensionState, may_still_ask
from tracker.domain.tasks import SHANGHAI, TaskState
from tracker.models import Task
from tracker.permissions import Actor, may_plan_milestones, may_report
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.extensions import ExtensionRow, deciders_of, requests_of
from tracker.queries.milestones import MilestoneRow, milestone_rows
from tracker.queries.parts import PartRow, parts_of
from tracker.services.answer_part import ANSWERABLE
from tracker.services.extend_task import timing_of
from tracker.web.filters import day as day_words
from tracker.web.tasks.differences import Difference
from tracker.web.tasks.life_forms import (
    DecideForm,
    ExtendForm,
    MilestonesForm,
    PartForm,
    milestones_form,
)


@dataclass(frozen=True, slots=True)
class Life:
    """What the page shows, and which of its forms this person is offered."""

    extensions: tuple[ExtensionRow, ...]
    milestones: tuple[MilestoneRow, ...]
    parts: tuple[PartRow, ...]
    deciders: str
    may_ask: bool
    may_decide: bool
    may_withdraw: bool
    may_plan: bool
    may_tick: bool
    may_answer: bool

    @property
    def pending(self) -> ExtensionRow | None:
        """Return the request that waits for a decision."""
        return next((one for one in self.extensions if one.is_open), None)

    @property
    def times(self) -> int:
        """Return how often the task was extended."""
        return sum(one.state is ExtensionState.APPROVED for one in self.extensions)

    @property
    def unplanned(self) -> bool:
        """Tell whether milestones may be set and none are."""
        return self.may_plan and not self.milestones


@dataclass(slots=True)
class LifeForms:
    """The forms; the one that was sent keeps what was typed, and is shown open. `part_unit` is whose part it was."""

    extend: ExtendForm | None = None
    decide: DecideForm | None = None
    milestones: MilestonesForm | None = None
    part: PartForm | None = None
    part_unit: int = 0
    problems: tuple[str, ...] = ()
    opened: str = field(default="", init=False)

    def __post_init__(self) -> None:
        names = ("extend", "decide", "milestones", "part")
        self.opened = next((name for name in names if getattr(self, name) is not None), "")

    def filled(self, life: Life) -> LifeForms:
        """Make the forms that were not sent."""
        self.extend = self.extend or ExtendForm(formdata=None)
        self.decide = self.decide or DecideForm(formdata=None)
        self.part = self.part or PartForm(formdata=None)
        self.milestones = self.milestones or milestones_form(life.milestones)
        return self

    def compare(self, task: Task, year: int) -> tuple[Difference, ...]:
        """Set what was typed beside what stands now."""
        due = day_words(task.due_on, year) if task.due_on else "未定"
        if self.extend is not None:
            typed = self.extend
            return (
                Difference("时限", typed.due_on.data or "", due),
                Difference("延期理由", typed.why.data or "", "见“延期”"),
                Difference("目前进展", typed.done.data or "", "见“填报”"),
            )
        if self.decide is not None:
            return (
                Difference("批复意见", self.decide.answer.data or "", "见“延期”"),
                Difference("时限", "", due),
            )
        if self.milestones is not None:
            typed_lines = "；".join(
                f"{line.title.data} {line.day.data} {line.percent.data}%"
                for line in (entry.form for entry in self.milestones.lines)
                if not line.is_empty
            )
            return (Difference("节点", typed_lines, "见“节点”"),)
        return ()


def life_of(actor: Actor, task: Task, now: datetime) -> Life:
    """Return what the page shows of a task's life. Eight queries."""
    state = TaskState(task.state)
    names = duty_names([task.top_unit_id], now.date())[task.top_unit_id]
    extensions = requests_of(task.id)
    pending = next((one for one in extensions if one.is_open), None)
    reports = may_report(actor, task)
    asks = reports and may_still_ask(timing_of(task), now, now.tzinfo or SHANGHAI)
    may_decide, people = _decision(actor, task, pending, names, now)
    return Life(
        extensions=extensions,
        milestones=milestone_rows(task.id, now.date()),
        parts=parts_of(actor, task.id, names),
        deciders=people,
        may_ask=asks and pending is None,
        may_decide=may_decide,
        may_withdraw=reports and pending is not None,
        may_plan=may_plan_milestones(actor, task)
        and (state.is_open or state is TaskState.SUSPENDED),
        may_tick=reports and state.is_open,
        may_answer=state in ANSWERABLE,
    )


def _decision(
    actor: Actor,
    task: Task,
    pending: ExtensionRow | None,
    names: DutyNames,
    now: datetime,
) -> tuple[bool, str]:
    """Tell whether the person decides on the request that waits, and say who does."""
    if pending is None:
        return False, ""
    people = deciders_of(task, pending.asked_by_id, now.date())
    open_ = TaskState(task.state).is_open
    return open_ and actor.person_id in people, names.said(sorted(people))
