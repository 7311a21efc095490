"""One task: its sentence in its place in the plan, who has it, by when, how far, and all that happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import (
    Indicator,
    Person,
    Plan,
    PlanDocument,
    PlanItem,
    Task,
    TaskEvent,
    TaskReport,
    TaskUnit,
    Unit,
)
from tracker.permissions import Actor
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.milestones import milestones_of
from tracker.queries.revised_places import revised_places
from tracker.queries.scope import visible_indicators
from tracker.queries.task_events import LIFE_WORDS
from tracker.queries.task_lines import TaskLine, percent_text, task_line

PARTS = {"responsible": "责任", "supporting": "配合"}
FIELD_WORDS = {
    "progress": "进度",
    "lead": "牵头单位",
    "owner": "责任岗位",
    "reporter": "填报岗位",
    "leader": "分管领导",
    "due": "时限",
    "text": "任务内容",
    "support": "配合单位",
    "item": "计划条目",
}
#: Characters of the paragraph that are shown on either side of the sentence.
AROUND = 400
#: The straight way of a task; the other states stand aside of it.
WAY = (
    TaskState.ISSUED,
    TaskState.ACKNOWLEDGED,
    TaskState.IN_PROGRESS,
    TaskState.FINISHED,
    TaskState.CLOSED_OUT,
)
NOT_YET = {
    TaskState.ACKNOWLEDGED: "责任单位确认",
    TaskState.FINISHED: "写明做了什么",
    TaskState.CLOSED_OUT: "督查办核验",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """The paragraph that the task was read from; `marked` is its own sentence."""

    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class RevisedQuote:
    """The same in a revised document that was applied later."""

    name: str
    applied_at: datetime
    quote: Quote


@dataclass(frozen=True, slots=True)
class Step:
    """A state on the line of steps: done, current or still to come."""

    label: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Said:
    """A report of progress."""

    month_label: str
    progress_text: str
    done: str
    obstacle: str
    next_step: str
    who: str
    at: datetime
    corrected: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the history."""

    at: datetime
    text: str
    was: str
    who: str


@dataclass(frozen=True, slots=True)
class Linked:
    """An indicator that was read from the same sentence."""

    id: int
    name: str
    target_known: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """All that the page shows."""

    task: Task
    line: TaskLine
    has_milestones: bool
    plan_title: str
    plan_year: int
    items: tuple[tuple[int, str], ...]
    quote: Quote | None
    revised: tuple[RevisedQuote, ...]
    steps: tuple[Step, ...]
    unit_name: str
    owner: str
    reporter: str
    leader: str
    units: tuple[tuple[str, str], ...]
    reports: tuple[Said, ...]
    history: tuple[Change, ...]
    indicators: tuple[Linked, ...]

    @property
    def sentence(self) -> str:
        """Say where the task stands, in one sentence."""
        task = self.task
        state = TaskState(task.state)
        if state is TaskState.CLOSED_OUT:
            return "已办结并销号。"
        if state is TaskState.FINISHED:
            return "已办结，待督查办核验销号。"
        if not state.is_open:
            return f"{state.word}，不再催办。"
        said = [f"完成 {self.line.progress_text}"]
        if self.line.planned is not None:
            said.append(
                _against_plan(task.progress, self.line.planned, by_steps=self.has_milestones)
            )
        said.append(self.line.left or "没有完成时限")
        return f"{'，'.join(said)}。"


def task_page(actor: Actor, task: Task, now: datetime) -> TaskPage:
    """Return the page of a task that the person may see. Sixteen queries at most."""
    plan, document = _plan(task)
    names = duty_names([task.top_unit_id], now.date())[task.top_unit_id]
    history = _history(task)
    steps = milestones_of([task.id]).get(task.id, ())
    unit_name = db.session.scalar(select(Unit.name).where(Unit.id == task.lead_unit_id))
    return TaskPage(
        task=task,
        line=task_line(task.state, task.progress, task.start_on, task.due_on, now, steps),
        has_milestones=bool(steps),
        plan_title=plan.title,
        plan_year=plan.year,
        items=_items(task),
        quote=quote_of(document, task.start, task.end),
        revised=_revised(task),
        steps=_steps(task, history, now),
        unit_name=unit_name or "未定单位",
        owner=names.owner(task),
        reporter=names.reporter(task),
        leader=names.leader(task),
        units=_units(task, names),
        reports=_reports(task, now.year),
        history=tuple(_change(event, who) for event, who in history),
        indicators=_indicators(actor, task),
    )


def quote_of(text: str | None, start: int | None, end: int | None) -> Quote | None:
    """Return the paragraph around a place of the document; None where the task has no place in it."""
    if not text or start is None or end is None or not 0 <= start < end <= len(text):
        return None
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    last = len(text) if stop < 0 else stop
    before, after = text[first:start], text[end:last]
    if len(before) > AROUND:
        before = f"……{before[-AROUND:]}"
    if len(after) > AROUND:
        after = f"{after[:AROUND]}……"
    return Quote(*(part.replace("\t", "　") for part in (before, text[start:end], after)))


def _revised(task: Task) -> tuple[RevisedQuote, ...]:
    """Return the task's sentence in each revised document whose words it took, the newest first."""
    found = []
    for place in reversed(revised_places(task.id)):
        quote = quote_of(place.text, place.start, place.end)
        if quote is not None:
            found.append(RevisedQuote(place.name, place.applied_at, quote))
    return tuple(found)


def _against_plan(progress: Decimal, planned: Decimal, *, by_steps: bool) -> str:
    distance = progress - planned
    expected = f"按{'节点' if by_steps else '日历'}应到 {percent_text(planned)}"
    if distance < 0:
        return f"{expected}，落后 {percent_text(-distance).rstrip('%')} 点"
    return expected


def _plan(task: Task) -> tuple[Plan, str | None]:
    plan, text = db.session.execute(
        select(Plan, PlanDocument.text)
        .outerjoin(PlanDocument, PlanDocument.plan_id == Plan.id)
        .where(Plan.id == task.plan_id)
    ).one()
    return plan, text


def _items(task: Task) -> tuple[tuple[int, str], ...]:
    """Return the headings above the task, outermost first. One query."""
    rows = db.session.execute(
        select(PlanItem.id, PlanItem.parent_id, PlanItem.number, PlanItem.title).where(
            PlanItem.plan_id == task.plan_id
        )
    )
    items = {id_: (parent, f"{number}{title}") for id_, parent, number, title in rows}
    above: list[tuple[int, str]] = []
    id_ = task.item_id
    while id_ is not None and id_ in items and len(above) < len(items):
        parent, name = items[id_]
        above.insert(0, (id_, name))
        id_ = parent
    return tuple(above)


def _history(task: Task) -> list[tuple[TaskEvent, str]]:
    rows = db.session.execute(
        select(TaskEvent, Person.name)
        .outerjoin(Person, Person.id == TaskEvent.person_id)
        .where(TaskEvent.task_id == task.id)
        .order_by(TaskEvent.at.desc(), TaskEvent.id.desc())
    )
    return [(event, name or "") for event, name in rows]


def _steps(task: Task, history: Sequence[tuple[TaskEvent, str]], now: datetime) -> tuple[Step, ...]:
    """Lay out the straight way, up to the state; returned, suspended and cancelled show after where they left it."""
    state = TaskState(task.state)
    reached = {
        event.after: event.at.astimezone(now.tzinfo)
        for event, _ in reversed(history)
        if event.what == "state"
    }
    if state in WAY:
        place = WAY.index(state)
        return tuple(
            _step(one, "done" if i < place else "current" if i == place else "", reached, now.year)
            for i, one in enumerate(WAY)
        )
    left_at = next(
        (event.before for event, _ in history if event.what == "state" and event.after == state), ""
    )
    place = next((i for i, one in enumerate(WAY) if one == left_at), 0)
    before = tuple(_step(one, "done", reached, now.year) for one in WAY[: place + 1])
    return (*before, _step(state, "current", reached, now.year))


def _step(state: TaskState, mark: str, reached: dict[str, datetime], year: int) -> Step:
    at = reached.get(state.value) if mark else None
    if at is not None:
        day = f"{at.month}月{at.day}日"
        return Step(state.word, mark, day if at.year == year else f"{at.year}年{day}")
    return Step(state.word, mark, "" if mark else NOT_YET.get(state, ""))


def _units(task: Task, names: DutyNames) -> tuple[tuple[str, str], ...]:
    rows = db.session.execute(
        select(Unit.id, Unit.name, TaskUnit.part)
        .join(TaskUnit, TaskUnit.unit_id == Unit.id)
        .where(TaskUnit.task_id == task.id)
        .order_by(TaskUnit.part, Unit.position, Unit.id)
    )
    return tuple(
        (f"{name}（{PARTS.get(part, '')}）", names.said(names.holders.of_unit(id_)))
        for id_, name, part in rows
    )


def _reports(task: Task, year: int) -> tuple[Said, ...]:
    rows = db.session.execute(
        select(TaskReport, Person.name)
        .outerjoin(Person, Person.id == TaskReport.person_id)
        .where(TaskReport.task_id == task.id)
        .order_by(TaskReport.year.desc(), TaskReport.month.desc(), TaskReport.revision.desc())
    )
    return tuple(
        Said(
            month_label=f"{report.month}月"
            if report.year == year
            else f"{report.year}年{report.month}月",
            progress_text=percent_text(report.progress),
            done=report.done,
            obstacle=report.obstacle,
            next_step=report.next_step,
            who=name or "",
            at=report.at,
            corrected=report.revision > 1,
        )
        for report, name in rows
    )


def _change(event: TaskEvent, who: str) -> Change:
    if event.what == "proof":
        words = f"撤下材料“{event.before}”" if event.before else f"附上材料“{event.after}”"
        return Change(event.at, words, event.why, who)
    if event.what == "state":
        source, target = _state_word(event.before), _state_word(event.after)
        return Change(
            event.at, f"{target}" if not source else f"{source} → {target}", event.why, who
        )
    if event.what in LIFE_WORDS:
        return Change(event.at, LIFE_WORDS[event.what](event.before, event.after), event.why, who)
    name = FIELD_WORDS.get(event.what, event.what)
    before, after = (_value(event.what, value) for value in (event.before, event.after))
    return Change(event.at, f"{name}：{before} → {after}", event.why, who)


def _state_word(code: str) -> str:
    return TaskState(code).word if code in set(TaskState) else code


def _value(what: str, value: str) -> str:
    if not value:
        return "未定"
    if what == "progress":
        return f"{value}%"
    if what == "due":
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return value


def _indicators(actor: Actor, task: Task) -> tuple[Linked, ...]:
    rows = db.session.execute(
        select(Indicator.id, Indicator.name, Indicator.target)
        .where(Indicator.task_id == task.id, visible_indicators(actor), Indicator.state == "issued")
        .order_by(Indicator.position)
    )
    return tuple(Linked(id_, name, target is not None) for id_, name, target in rows)


def last_change(task_id: int) -> Change | None:
    """Return the newest line of a task's history: who was faster."""
    row = db.session.execute(
        select(TaskEvent, Person.name)
        .outerjoin(Person, Person.id == TaskEvent.person_id)
        .where(TaskEvent.task_id == task_id)
        .order_by(TaskEvent.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _change(row[0], row[1] or "")
