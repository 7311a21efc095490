"""Below the pages: more time, milestones, the parts of other units, and how past and lists follow them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.bureau import SHANGHAI
from tests.makers import Maker
from tracker.domain.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    StaleError,
    TransitionError,
)
from tracker.domain.extensions import Wish
from tracker.domain.lights import Light
from tracker.domain.milestones import Step
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    ExtensionRequest,
    OutboxMessage,
    Person,
    Plan,
    Post,
    Task,
    TaskEvent,
    TaskMilestone,
    TaskUnit,
    Unit,
)
from tracker.outbox.settings import MailSettings, mail_settings
from tracker.permissions import Actor, may_answer_part, may_plan_milestones
from tracker.queries.actor import actor_of
from tracker.queries.desk import my_tasks, waiting_beside
from tracker.queries.extensions import times_extended, waiting_extensions
from tracker.queries.lagging import lagging_tasks, scope_of
from tracker.queries.task_ledger import Wanted, ledger
from tracker.services.answer_part import acknowledge_part, report_part
from tracker.services.assign_task import Assignment, assign_task
from tracker.services.change_task import change_task
from tracker.services.extend_task import ask_extension, decide_extension, withdraw_extension
from tracker.services.plan_milestones import plan_milestones, tick_milestone, untick_milestone

NOW = datetime(2024, 4, 1, 10, tzinfo=SHANGHAI)
WISH = Wish(date(2024, 7, 31), "上级文件未到", "初稿已成")
STEPS = [
    Step("起草初稿", date(2024, 3, 31), Decimal(30)),
    Step("印发", date(2024, 6, 30), Decimal(100)),
]
Count = Callable[[Callable[[], object]], int]


@dataclass
class Cast:
    """A task, its people, and the unit that takes part."""

    top: Unit
    section: Unit
    other: Unit
    leader_post: Post
    task: Task
    head: Actor
    office: Actor
    leader: Actor
    support: Actor
    settings: MailSettings


@pytest.fixture
def cast(app: Flask, make: Maker) -> Cast:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    ids = {}
    for name, unit, role in (
        ("head", section, "head"),
        ("support", other, "reporter"),
        ("office", top, "office"),
        ("leader", top, "leader"),
    ):
        person = make.person(top, name)
        ids[name] = (person.id, make.post(unit, role, person))
    make.charge(ids["leader"][1], section)
    task = make.task(
        make.plan(top),
        section,
        owner_post_id=ids["head"][1].id,
        due_on=date(2024, 6, 30),
        state="in_progress",
    )
    db.session.add(TaskUnit(top_unit_id=top.id, task_id=task.id, unit_id=other.id))
    db.session.commit()
    people = {name: actor_of(id_, NOW.date()) for name, (id_, _) in ids.items()}
    assert all(people.values())
    return Cast(
        top, section, other, ids["leader"][1], task, settings=mail_settings(app.config), **people
    )  # type: ignore[arg-type]


def ask(cast: Cast, who: Actor | None = None, wish: Wish = WISH) -> ExtensionRequest:
    return ask_extension(
        task=cast.task,
        actor=who or cast.head,
        wish=wish,
        version=cast.task.version,
        settings=cast.settings,
        now=NOW,
    )


def decide(
    cast: Cast,
    request: ExtensionRequest,
    who: Actor,
    *,
    approve: bool = True,
    answer: str = "同意",
    version: int | None = None,
    now: datetime = NOW,
) -> ExtensionRequest:
    return decide_extension(
        task=cast.task,
        request_id=request.id,
        actor=who,
        approve=approve,
        answer=answer,
        version=request.version if version is None else version,
        settings=cast.settings,
        now=now,
    )


def lay(cast: Cast, steps: list[Step] = STEPS, who: Actor | None = None) -> bool:
    return plan_milestones(
        task=cast.task,
        wanted=steps,
        why="分步推进",
        actor=who or cast.head,
        version=cast.task.version,
        now=NOW,
    )


def test_an_approval_moves_the_day_with_its_history_and_record(cast: Cast) -> None:
    decide(cast, ask(cast), cast.leader)

    assert (cast.task.due_on, cast.task.first_due_on) == (WISH.due, date(2024, 6, 30))
    events = db.session.execute(
        select(TaskEvent.what, TaskEvent.before, TaskEvent.after).order_by(TaskEvent.id)
    ).all()
    assert [tuple(event) for event in events] == [
        ("extension", "", "asked 2024-07-31"),
        ("extension", "asked", "approved 2024-07-31"),
        ("due", "2024-06-30", "2024-07-31"),
    ]
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["ask_extension", "decide_extension"]
    assert times_extended([cast.task.id]) == {cast.task.id: 1}


def test_the_database_itself_holds_one_request_that_waits(cast: Cast) -> None:
    request = ask(cast)
    with pytest.raises(TransitionError, match="待批"):
        ask(cast)
    values = {
        column.name: getattr(request, column.name)
        for column in ExtensionRequest.__table__.columns
        if column.name != "id"
    }
    db.session.add(ExtensionRequest(**values))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_after_a_refusal_more_may_be_asked_for(cast: Cast) -> None:
    decide(cast, ask(cast), cast.leader, approve=False, answer="按期办")
    decide(cast, ask(cast), cast.leader)

    assert times_extended([cast.task.id]) == {cast.task.id: 1}
    assert cast.task.due_on == WISH.due


def test_where_no_leader_is_in_charge_the_office_decides(cast: Cast) -> None:
    db.session.execute(db.text("DELETE FROM charge"))
    request = ask(cast)

    assert [one.task_id for one in waiting_extensions(cast.office, NOW.date())] == [cast.task.id]
    with pytest.raises(NotAllowedError):
        decide(cast, request, cast.leader)
    decide(cast, request, cast.office)
    assert cast.task.due_on == WISH.due


def test_who_asked_does_not_decide_while_somebody_else_can(make: Maker, cast: Cast) -> None:
    post = db.session.scalars(select(Post).where(Post.role == "head")).one()
    make.holding(post, db.session.get_one(Person, cast.leader.person_id))
    both = actor_of(cast.leader.person_id, NOW.date())
    assert both is not None
    request = ask(cast, both)

    with pytest.raises(NotAllowedError):
        decide(cast, request, both)
    decide(cast, request, cast.office)
    assert cast.task.due_on == WISH.due


def test_no_mail_goes_to_who_asked_until_it_is_decided_and_none_twice(cast: Cast) -> None:
    request = ask(cast)
    decide(cast, request, cast.leader, approve=False, answer="按期办")

    keys = db.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id)).all()
    assert keys == [
        f"extension/{request.id}/{cast.leader.person_id}",
        f"extension/{request.id}/{cast.head.person_id}",
    ]


def test_who_need_not_decide_any_more_is_asked_by_no_mail(cast: Cast) -> None:
    request = ask(cast)
    withdraw_extension(
        task=cast.task, request_id=request.id, actor=cast.head, version=request.version, now=NOW
    )

    assert db.session.scalars(select(OutboxMessage.state)).all() == ["dropped"]


@pytest.mark.parametrize("answer", ["", "长" * 501])
def test_a_decision_is_in_words(cast: Cast, answer: str) -> None:
    with pytest.raises(NotReadyError):
        decide(cast, ask(cast), cast.leader, answer=answer)


def test_a_decision_comes_once_and_for_what_is_there(cast: Cast) -> None:
    request = ask(cast)
    with pytest.raises(StaleError):
        decide(cast, request, cast.leader, version=7)
    decide(cast, request, cast.leader)
    with pytest.raises(StaleError, match="已批准"):
        decide(cast, request, cast.leader)
    with pytest.raises(NotFoundError):
        decide_extension(
            task=cast.task,
            request_id=99,
            actor=cast.leader,
            approve=True,
            answer="同意",
            version=1,
            settings=cast.settings,
            now=NOW,
        )


def test_only_the_unit_asks_and_takes_back(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        ask(cast, cast.office)
    request = ask(cast)
    for who, error in ((cast.support, NotAllowedError), (cast.head, None)):
        arguments = {"task": cast.task, "request_id": request.id, "actor": who, "now": NOW}
        if error:
            with pytest.raises(error):
                withdraw_extension(**arguments, version=request.version)
        else:
            withdraw_extension(**arguments, version=request.version)
    assert request.state == "withdrawn"


def test_suspending_a_task_drops_its_request(cast: Cast) -> None:
    request = ask(cast)

    change_task(
        task=cast.task,
        target=TaskState.SUSPENDED,
        actor=cast.office,
        said="等上级文件",
        version=cast.task.version,
        now=NOW,
    )

    assert (request.state, request.answer) == ("withdrawn", "任务已暂缓，申请作罢")
    assert waiting_extensions(cast.leader, NOW.date()) == []


def test_the_last_milestone_goes_along_with_an_extension(cast: Cast) -> None:
    lay(cast)
    decide(cast, ask(cast), cast.leader)

    days = db.session.scalars(
        select(TaskMilestone.planned_on).order_by(TaskMilestone.planned_on)
    ).all()
    assert days == [date(2024, 3, 31), date(2024, 7, 31)]


def test_the_office_cannot_move_the_day_before_an_open_milestone(cast: Cast) -> None:
    lay(cast)
    wanted = Assignment(cast.section.id, cast.task.owner_post_id, None, None, date(2024, 3, 30))

    with pytest.raises(NotReadyError, match="节点“"):
        assign_task(
            task=cast.task,
            wanted=wanted,
            why="提前",
            actor=cast.office,
            version=cast.task.version,
            now=NOW,
        )


def test_milestones_need_a_reason_a_right_and_a_fresh_form(cast: Cast) -> None:
    arguments = {"task": cast.task, "wanted": STEPS, "now": NOW}
    with pytest.raises(NotAllowedError):
        plan_milestones(**arguments, why="x", actor=cast.support, version=1)
    with pytest.raises(StaleError):
        plan_milestones(**arguments, why="x", actor=cast.head, version=9)
    for why in ("", "长" * 501):
        with pytest.raises(NotReadyError, match="理由"):
            plan_milestones(**arguments, why=why, actor=cast.head, version=1)
    assert lay(cast)
    assert not lay(cast)  # the same again is no change
    cast.task.state = "closed_out"
    db.session.flush()
    with pytest.raises(TransitionError):
        lay(cast, [])


def test_what_is_done_stays_when_milestones_change(cast: Cast) -> None:
    lay(cast)
    first = db.session.scalars(select(TaskMilestone).order_by(TaskMilestone.planned_on)).first()
    assert first is not None
    tick_milestone(
        task=cast.task,
        milestone_id=first.id,
        actor=cast.head,
        version=cast.task.version,
        now=NOW,
    )
    lay(cast, [Step("全文公开", date(2024, 6, 20), Decimal(100))], cast.office)

    rows = db.session.scalars(select(TaskMilestone).order_by(TaskMilestone.planned_on)).all()
    assert [(row.id == first.id, row.title) for row in rows] == [
        (True, "起草初稿"),
        (False, "全文公开"),
    ]
    assert cast.task.progress == 30
    untick_milestone(
        task=cast.task,
        milestone_id=first.id,
        actor=cast.head,
        version=cast.task.version,
        now=NOW,
    )
    assert first.done_on is None
    with pytest.raises(NotFoundError):
        tick_milestone(
            task=cast.task, milestone_id=99, actor=cast.head, version=cast.task.version, now=NOW
        )


def test_a_tick_never_lowers_progress_and_needs_the_unit(cast: Cast) -> None:
    lay(cast)
    cast.task.progress = Decimal(50)
    db.session.flush()
    id_ = db.session.scalars(select(TaskMilestone.id).order_by(TaskMilestone.planned_on)).first()
    assert id_ is not None
    arguments = {"task": cast.task, "milestone_id": id_, "now": NOW}
    with pytest.raises(NotAllowedError):
        tick_milestone(**arguments, actor=cast.office, version=cast.task.version)
    with pytest.raises(NotAllowedError):
        untick_milestone(**arguments, actor=cast.office, version=cast.task.version)

    tick_milestone(**arguments, actor=cast.head, version=cast.task.version)

    assert cast.task.progress == 50
    cast.task.state = "suspended"
    db.session.flush()
    with pytest.raises(TransitionError):
        untick_milestone(**arguments, actor=cast.head, version=cast.task.version)


def test_lists_hold_progress_to_milestones(cast: Cast) -> None:
    cast.task.progress = Decimal(25)
    lay(cast)
    db.session.commit()

    (row,) = ledger(cast.office, Wanted(), NOW).rows
    (mine,) = my_tasks(cast.head, NOW)
    assert row.line.planned == mine.line.planned == 30  # by the calendar it would be 50
    assert row.line.light is Light.GREEN
    assert lagging_tasks(scope_of(cast.office), NOW.date()) == []


def test_the_past_is_judged_by_the_milestones_of_that_time(cast: Cast) -> None:
    cast.task.progress = Decimal(25)
    lay(cast)
    db.session.commit()
    scope, later = scope_of(cast.office), NOW + timedelta(hours=1)

    assert [task.id for task in lagging_tasks(scope, NOW.date(), as_of=NOW)] == [cast.task.id]
    assert lagging_tasks(scope, NOW.date(), as_of=later) == []


def test_the_number_of_queries_does_not_grow_with_milestones_and_extensions(
    make: Maker, cast: Cast, count_queries: Count
) -> None:
    lay(cast)
    decide(cast, ask(cast), cast.leader)
    db.session.commit()
    few = count_queries(lambda: ledger(cast.office, Wanted(), NOW))
    for number in range(5):
        task = make.task(db.session.get_one(Plan, cast.task.plan_id), cast.section)
        db.session.add(
            TaskMilestone(
                top_unit_id=cast.top.id,
                task_id=task.id,
                title="印发",
                planned_on=date(2024, 6, 1 + number),
                percent=Decimal(100),
            )
        )
    db.session.commit()

    assert count_queries(lambda: ledger(cast.office, Wanted(), NOW)) == few


def test_a_part_is_confirmed_once_and_spoken_of_often(cast: Cast) -> None:
    assert [one.title for one in waiting_beside(cast.support, NOW)] == [
        f"配合事项待签收：{cast.task.text}"
    ]
    arguments = {"task": cast.task, "unit_id": cast.other.id, "actor": cast.support, "now": NOW}
    report_part(**arguments, said="已提供清单")
    report_part(**arguments, said="已补齐")

    what = db.session.scalars(select(TaskEvent.what).order_by(TaskEvent.id)).all()
    assert what == ["part_received", "part_said", "part_said"]
    assert waiting_beside(cast.support, NOW) == []
    with pytest.raises(TransitionError, match="已经签收"):
        acknowledge_part(**arguments)
    for said in (" ", "长" * 2001):
        with pytest.raises(NotReadyError):
            report_part(**arguments, said=said)
    assert cast.task.progress == 0


def test_a_part_is_the_units_own_and_ends_with_the_task(cast: Cast) -> None:
    for unit, who, error in (
        (cast.other.id, cast.head, NotAllowedError),
        (cast.section.id, cast.head, NotFoundError),
    ):
        with pytest.raises(error):
            acknowledge_part(task=cast.task, unit_id=unit, actor=who, now=NOW)
    cast.task.state = "closed_out"
    db.session.flush()
    with pytest.raises(TransitionError):
        acknowledge_part(task=cast.task, unit_id=cast.other.id, actor=cast.support, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(TaskEvent)) == 0


def test_who_may_plan_milestones_and_answer_for_a_part(cast: Cast) -> None:
    stranger = replace(cast.office, top_unit_id=0)
    clerk = replace(cast.head, roles=frozenset({Role.REPORTER}))

    assert may_plan_milestones(cast.office, cast.task)
    assert may_plan_milestones(cast.head, cast.task)
    assert not may_plan_milestones(clerk, cast.task)
    assert not may_plan_milestones(stranger, cast.task)
    assert may_answer_part(cast.support, cast.other)
    assert not may_answer_part(cast.support, cast.section)
    assert not may_answer_part(replace(cast.support, top_unit_id=0), cast.other)
    assert not may_answer_part(replace(cast.support, roles=frozenset()), cast.other)
