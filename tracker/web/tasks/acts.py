"""What a person may do on a task's page, its forms with what was typed, and a conflict with both versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.models import Task
from tracker.permissions import Actor, may_attach, may_remind, may_report
from tracker.queries.duty_choices import DutyChoices
from tracker.queries.task_lines import percent_text
from tracker.queries.task_page import Change
from tracker.services.attach_proof import ATTACHABLE
from tracker.web.tasks.differences import Difference
from tracker.web.tasks.forms import AssignForm, ReportForm, StepForm
from tracker.web.tasks.life import LifeForms

NOBODY = {"0": "不指定"}
UNDECIDED = {"0": "未定"}


@dataclass(frozen=True, slots=True)
class Acts:
    """Which forms the page offers."""

    report: bool
    assign: bool
    remind: bool
    attach: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A change as the timeline shows it."""

    iso: str
    when: str
    text: str
    who: str
    was: str


def history_line(change: Change, now: datetime) -> HistoryLine:
    """Return a change in the bureau's own time."""
    local = change.at.astimezone(now.tzinfo)
    words = f"{local.month}月{local.day}日 {local:%H:%M}"
    when = words if local.year == now.year else f"{local.year}年{words}"
    return HistoryLine(
        local.isoformat(timespec="minutes"), when, change.text, change.who, change.was
    )


@dataclass(slots=True)
class TaskForms:
    """The page's forms; the one that was sent keeps what was typed, and is shown open."""

    report: ReportForm | None = None
    step: StepForm | None = None
    assign: AssignForm | None = None
    life: LifeForms = field(default_factory=LifeForms)
    opened: str = field(default="", init=False)
    blank: StepForm | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        names = ("report", "step", "assign")
        self.opened = next((name for name in names if getattr(self, name) is not None), "")

    def filled(self, task: Task, offered: DutyChoices | None) -> TaskForms:
        """Give the forms that were not sent what the task says now, and all of them its version."""
        self.report = self.report or ReportForm(
            formdata=None, progress=percent_text(task.progress).rstrip("%")
        )
        self.blank = StepForm(formdata=None)
        self.step = self.step or self.blank
        if offered is not None:
            self.assign = self.assign or _assign_form(task)
            self.assign.lead_unit.choices = UNDECIDED | dict(offered.units)
            self.assign.owner_post.choices = UNDECIDED | dict(offered.owners)
            self.assign.reporter_post.choices = NOBODY | dict(offered.reporters)
            self.assign.leader_post.choices = NOBODY | dict(offered.leaders)
        for form in (self.report, self.step, self.assign):
            if form is not None:
                form.version.data = str(task.version)
        return self


def _assign_form(task: Task) -> AssignForm:
    return AssignForm(
        formdata=None,
        lead_unit=task.lead_unit_id or 0,
        owner_post=task.owner_post_id or 0,
        reporter_post=task.reporter_post_id or 0,
        leader_post=task.leader_post_id or 0,
        due_on=task.due_on.isoformat() if task.due_on else "",
    )


def acts_on(actor: Actor, task: Task) -> Acts:
    """Return which forms this person is offered for this task."""
    state = TaskState(task.state)
    return Acts(
        report=state.is_open and may_report(actor, task),
        assign=actor.has(Role.OFFICE) and (state.is_open or state is TaskState.SUSPENDED),
        remind=state.is_open and may_remind(actor, task),
        attach=state in ATTACHABLE and may_attach(actor, task),
    )


def compare(task: Task, forms: TaskForms, offered: DutyChoices | None) -> tuple[Difference, ...]:
    """Set what was typed beside what stands now."""
    state = TaskState(task.state).word
    now = percent_text(task.progress)
    if forms.report is not None:
        typed = forms.report
        return (
            Difference("进度", f"{typed.progress.data}%", now),
            Difference("做了什么", typed.done.data or "", "见“填报”"),
            Difference("状态", "", state),
        )
    if forms.step is not None:
        return (
            Difference("状态", _state_word(forms.step.target.data), state),
            Difference("说明", forms.step.said.data or "", "见“历史”"),
        )
    if forms.assign is not None and offered is not None:
        return _assign_differences(task, forms.assign, offered)
    return ()


def _assign_differences(
    task: Task, form: AssignForm, offered: DutyChoices
) -> tuple[Difference, ...]:
    """Return every field in which the two differ, by the words of its choices, and the reason that was typed."""
    fields = (
        (form.lead_unit, UNDECIDED | dict(offered.units), task.lead_unit_id),
        (form.owner_post, UNDECIDED | dict(offered.owners), task.owner_post_id),
        (form.reporter_post, NOBODY | dict(offered.reporters), task.reporter_post_id),
        (form.leader_post, NOBODY | dict(offered.leaders), task.leader_post_id),
    )
    found = [
        Difference(
            str(field.label.text), _offered(words, field.data), _offered(words, now) or "现任岗位"
        )
        for field, words, now in fields
        if (field.data or 0) != (now or 0)
    ]
    due = task.due_on.isoformat() if task.due_on else "未定"
    if (form.due_on.data or "") != due:
        found.append(Difference(str(form.due_on.label.text), form.due_on.data or "", due))
    found.append(Difference(str(form.why.label.text), form.why.data or "", "见“历史”"))
    return tuple(found)


def _offered(words: Mapping[str, str], key: int | None) -> str:
    return words.get(str(key or 0), "")


def _state_word(code: str | None) -> str:
    return TaskState(code).word if code in set(TaskState) else ""
