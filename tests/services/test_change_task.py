"""The life of a task below the pages: the table of steps, the history, the month that a report is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.makers import Maker
from tracker.domain.errors import (
    NotAllowedError,
    NotReadyError,
    PeriodClosedError,
    StaleError,
    TrackerError,
    TransitionError,
)
from tracker.domain.roles import Role
from tracker.domain.tasks import TRANSITIONS, TaskState
from tracker.extensions import db
from tracker.models import Cycle, Task, TaskEvent, Unit
from tracker.permissions import Actor
from tracker.services.assign_task import Assignment, assign_task
from tracker.services.change_task import acknowledge_tasks, change_task, steps_for
from tracker.services.report_task import report_task

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 4, 1, 10, tzinfo=SHANGHAI)


@pytest.fixture
def task(make: Maker) -> Task:
    top = make.top()
    plan = make.plan(top)
    for month in range(1, 13):
        make.cycle(plan, month)
    return make.task(plan, make.unit(top, "预算股"))


@pytest.fixture
def head(make: Maker, task: Task) -> Actor:
    """The head of the task's unit."""
    assert task.lead_unit_id is not None
    person = make.person(db.session.get_one(Unit, task.top_unit_id))
    return Actor(
        person.id,
        task.top_unit_id,
        person.name,
        frozenset({Role.HEAD}),
        unit_ids=frozenset({task.lead_unit_id}),
    )


@pytest.fixture
def office(head: Actor) -> Actor:
    """The office of the same bureau."""
    return replace(head, roles=frozenset({Role.OFFICE}), unit_ids=frozenset())


def take(task: Task, target: TaskState, actor: Actor, said: str = "理由") -> TaskEvent:
    return change_task(
        task=task, target=target, actor=actor, said=said, version=task.version, now=NOW
    )


def say(task: Task, actor: Actor, progress: str = "40", now: datetime = NOW) -> tuple[int, int]:
    report = report_task(
        task=task,
        actor=actor,
        progress=Decimal(progress),
        done="做了",
        obstacle="",
        next_step="",
        version=task.version,
        now=now,
    )
    return report.month, report.revision


@pytest.mark.parametrize("source", list(TaskState))
@pytest.mark.parametrize("target", list(TaskState))
def test_only_what_the_table_allows_happens_and_each_step_leaves_one_event(
    task: Task, head: Actor, office: Actor, source: TaskState, target: TaskState
) -> None:
    allowed = {
        role
        for step in TRANSITIONS
        if (step.source, step.target) == (source, target)
        for role in step.roles
    }
    for actor in (head, office):
        task.state = source.value
        db.session.flush()
        before = count_events(task)
        if actor.roles & allowed:
            take(task, target, actor)
            assert (task.state, count_events(task)) == (target.value, before + 1)
        else:
            with pytest.raises(TrackerError):
                take(task, target, actor)
            assert (task.state, count_events(task)) == (source.value, before)


def count_events(task: Task) -> int:
    chosen = select(func.count(TaskEvent.id)).where(
        TaskEvent.task_id == task.id, TaskEvent.what == "state"
    )
    return db.session.scalar(chosen) or 0


def test_somebody_of_another_unit_has_no_steps(task: Task, head: Actor) -> None:
    stranger = replace(head, unit_ids=frozenset())

    assert steps_for(stranger, task) == ()
    with pytest.raises(NotAllowedError):
        take(task, TaskState.ACKNOWLEDGED, stranger)


def test_an_office_of_another_bureau_has_no_steps(task: Task, office: Actor) -> None:
    assert steps_for(replace(office, top_unit_id=task.top_unit_id + 1), task) == ()


def test_a_version_that_was_overtaken_is_refused(task: Task, head: Actor) -> None:
    with pytest.raises(StaleError):
        change_task(
            task=task,
            target=TaskState.ACKNOWLEDGED,
            actor=head,
            said="",
            version=task.version - 1,
            now=NOW,
        )


def test_words_have_an_end(task: Task, office: Actor) -> None:
    with pytest.raises(NotReadyError, match="不能超过 2000 字"):
        take(task, TaskState.CANCELLED, office, "长" * 2001)


def test_acknowledging_several_passes_over_what_does_not_wait(
    make: Maker, task: Task, head: Actor
) -> None:
    task.state = "in_progress"
    db.session.flush()

    assert acknowledge_tasks(tasks=[task], actor=head, now=NOW) == 0
    assert task.state == "in_progress"


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2024-01-10", 1),  # before January opens on the 25th
        ("2024-04-01", 3),  # March is open, due on 3 April
        ("2024-04-20", 3),  # nobody has reported March yet: it is late, not skipped
        ("2025-02-10", 12),
    ],
)
def test_a_report_is_for_the_month_that_is_open(
    task: Task, head: Actor, day: str, month: int
) -> None:
    now = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SHANGHAI)

    assert say(task, head, now=now) == (month, 1)


def test_after_the_due_day_a_reported_month_is_not_rewritten(task: Task, head: Actor) -> None:
    later = datetime(2024, 4, 20, 10, tzinfo=SHANGHAI)

    assert [say(task, head), say(task, head, "45"), say(task, head, "50", later)] == [
        (3, 1),
        (3, 2),
        (4, 1),
    ]


def test_a_closed_month_is_passed_over(make: Maker, task: Task, head: Actor) -> None:
    march = db.session.scalars(
        select(Cycle).where(Cycle.plan_id == task.plan_id, Cycle.month == 3)
    ).one()
    march.closed_at = NOW
    db.session.flush()

    assert say(task, head, now=datetime(2024, 4, 10, 10, tzinfo=SHANGHAI)) == (4, 1)
    with pytest.raises(PeriodClosedError):
        say(task, head)


@pytest.mark.parametrize("state", ["finished", "closed_out", "suspended", "cancelled"])
def test_what_is_over_takes_no_report(task: Task, head: Actor, state: str) -> None:
    task.state = state
    db.session.flush()

    with pytest.raises(TransitionError):
        say(task, head)


def wanted(task: Task, **changes: object) -> Assignment:
    values: dict[str, object] = {
        "lead_unit_id": task.lead_unit_id,
        "owner_post_id": task.owner_post_id,
        "reporter_post_id": task.reporter_post_id,
        "leader_post_id": task.leader_post_id,
        "due_on": task.due_on,
    }
    return Assignment(**(values | changes))  # type: ignore[arg-type]


def test_nothing_changed_leaves_nothing_behind(make: Maker, task: Task, office: Actor) -> None:
    task.owner_post_id = make.post(db.session.get_one(Unit, task.lead_unit_id), "head").id
    db.session.flush()

    events = assign_task(
        task=task, wanted=wanted(task), why="", actor=office, version=task.version, now=NOW
    )

    assert events == []


def test_a_post_of_another_bureau_is_no_post(make: Maker, task: Task, office: Actor) -> None:
    other = make.post(make.top("云泽县财政局"), "head")

    with pytest.raises(NotReadyError, match="所选岗位不存在"):
        assign_task(
            task=task,
            wanted=wanted(task, owner_post_id=other.id),
            why="调整",
            actor=office,
            version=task.version,
            now=NOW,
        )


def test_a_head_does_not_assign(task: Task, head: Actor) -> None:
    with pytest.raises(NotAllowedError):
        assign_task(
            task=task,
            wanted=wanted(task, due_on=date(2024, 8, 1)),
            why="延期",
            actor=head,
            version=task.version,
            now=NOW,
        )


@pytest.mark.parametrize("state", ["finished", "closed_out", "cancelled"])
def test_what_is_over_is_not_assigned_anew(task: Task, office: Actor, state: str) -> None:
    task.state = state
    db.session.flush()

    with pytest.raises(TransitionError):
        assign_task(
            task=task,
            wanted=wanted(task, due_on=date(2024, 8, 1)),
            why="延期",
            actor=office,
            version=task.version,
            now=NOW,
        )
