"""A task moves only as the table allows, and its light says why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.lights import Light
from tracker.domain.roles import Role
from tracker.domain.tasks import (
    OPEN_STATES,
    SHANGHAI,
    STATE_WORDS,
    TRANSITIONS,
    Milestone,
    TaskFacts,
    TaskState,
    Transition,
    check_transition,
    is_behind,
    is_overdue,
    moved_to_year,
    onward,
    planned_progress,
    stand_task,
    start_when_issued,
    transitions_from,
)

START, DUE = date(2024, 1, 1), date(2024, 4, 10)  # a hundred days
NOON = datetime(2024, 2, 20, 12, tzinfo=SHANGHAI)  # day 50


def facts(**changed: object) -> TaskFacts:
    values: dict[str, object] = {
        "state": TaskState.IN_PROGRESS,
        "progress": Decimal(50),
        "start": START,
        "due": DUE,
    }
    return TaskFacts(**(values | changed))  # type: ignore[arg-type]


def test_every_state_has_its_word() -> None:
    assert set(STATE_WORDS) == set(TaskState)
    assert TaskState.CLOSED_OUT.word == "已销号"


def test_the_way_from_draft_to_closed_out() -> None:
    way = [
        (TaskState.DRAFT, TaskState.ISSUED, Role.OFFICE),
        (TaskState.ISSUED, TaskState.ACKNOWLEDGED, Role.REPORTER),
        (TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS, Role.HEAD),
        (TaskState.IN_PROGRESS, TaskState.FINISHED, Role.HEAD),
        (TaskState.FINISHED, TaskState.CLOSED_OUT, Role.OFFICE),
    ]
    verbs = [check_transition(a, b, {role}, reason="", proofs=1).verb for a, b, role in way]

    assert verbs == ["下达", "签收", "开始办理", "办结", "销号"]


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(TransitionError, match="任务已下达，不能改为已销号"):
        check_transition(TaskState.ISSUED, TaskState.CLOSED_OUT, {Role.OFFICE}, reason="", proofs=0)


def test_a_step_belongs_to_its_roles() -> None:
    with pytest.raises(NotAllowedError, match="签收由联络员、责任人办理"):
        check_transition(
            TaskState.ISSUED, TaskState.ACKNOWLEDGED, {Role.LEADER}, reason="", proofs=0
        )


def test_finishing_needs_proof_and_returning_a_reason() -> None:
    with pytest.raises(NotReadyError) as no_proof:
        check_transition(
            TaskState.IN_PROGRESS, TaskState.FINISHED, {Role.HEAD}, reason="", proofs=0
        )
    with pytest.raises(NotReadyError) as no_reason:
        check_transition(
            TaskState.FINISHED, TaskState.RETURNED, {Role.OFFICE}, reason="  ", proofs=0
        )

    assert no_proof.value.problems == ("办结要附佐证材料",)
    assert no_reason.value.problems == ("退回要写明理由",)


def test_steps_offered_are_those_of_the_state_and_the_roles() -> None:
    assert [step.verb for step in transitions_from(TaskState.FINISHED, [Role.OFFICE])] == [
        "销号",
        "退回",
    ]
    assert transitions_from(TaskState.FINISHED, [Role.HEAD]) == ()


@given(st.lists(st.sampled_from(TRANSITIONS), max_size=30))
def test_no_walk_leaves_a_final_state_or_returns_to_draft(steps: list[Transition]) -> None:
    state = TaskState.DRAFT
    for step in steps:
        if step.source is not state:
            continue
        assert state not in {TaskState.CLOSED_OUT, TaskState.CANCELLED}
        state = check_transition(state, step.target, step.roles, reason="因故", proofs=1).target
        assert state is not TaskState.DRAFT


def test_the_table_names_each_step_once() -> None:
    steps = [(step.source, step.target) for step in TRANSITIONS]
    assert len(steps) == len(set(steps))


def test_every_open_state_can_be_suspended_and_cancelled() -> None:
    for state in OPEN_STATES:
        verbs = {step.verb for step in transitions_from(state, [Role.OFFICE])}
        assert verbs >= {"暂缓", "撤销"}


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2023, 12, 31), 0),
        (START, 0),
        (date(2024, 2, 20), 50),
        (date(2024, 4, 9), 99),
        (DUE, 100),
        (date(2024, 5, 1), 100),
    ],
)
def test_planned_progress_is_linear_by_calendar_days(day: date, percent: int) -> None:
    assert planned_progress(START, DUE, (), day) == percent


@pytest.mark.parametrize(
    ("day", "percent"),
    [(date(2024, 1, 31), 0), (date(2024, 2, 1), 30), (date(2024, 3, 20), 60), (DUE, 100)],
)
def test_planned_progress_follows_the_milestones(day: date, percent: int) -> None:
    milestones = (
        Milestone(date(2024, 2, 1), Decimal(30)),
        Milestone(date(2024, 3, 1), Decimal(60)),
    )
    assert planned_progress(START, DUE, milestones, day) == percent


def test_a_task_of_one_day_is_planned_whole_on_that_day() -> None:
    assert planned_progress(DUE, DUE, (), DUE) == 100


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 1000),
    st.integers(-50, 1100),
)
def test_planned_progress_stays_within_bounds(start: date, length: int, at: int) -> None:
    due = date.fromordinal(start.toordinal() + length)
    planned = planned_progress(start, due, (), date.fromordinal(start.toordinal() + at))

    assert 0 <= planned <= 100


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        (datetime(2024, 4, 10, 15, 59, 59, tzinfo=UTC), False),  # 23:59:59 in Shanghai
        (datetime(2024, 4, 10, 16, 0, tzinfo=UTC), True),  # midnight in Shanghai
    ],
)
def test_overdue_begins_at_midnight_in_shanghai(now: datetime, overdue: bool) -> None:
    assert is_overdue(DUE, now) is overdue


def test_what_has_no_due_day_is_never_overdue() -> None:
    assert not is_overdue(None, NOON)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        is_overdue(DUE, datetime(2024, 4, 10))  # noqa: DTZ001


def test_behind_is_more_than_ten_points_below() -> None:
    assert not is_behind(Decimal(40), Decimal(50))
    assert is_behind(Decimal("39.99"), Decimal(50))


@pytest.mark.parametrize(
    ("changed", "light", "reason"),
    [
        ({"state": TaskState.FINISHED}, Light.BLUE, "已办结"),
        ({"state": TaskState.CLOSED_OUT}, Light.BLUE, "已销号"),
        ({"state": TaskState.SUSPENDED}, Light.GREY, "已暂缓"),
        ({"state": TaskState.DRAFT}, Light.GREY, "草稿"),
        ({"due": None}, Light.GREY, "没有完成时限"),
        ({"start": None}, Light.GREY, "没有开始时间，尚未到期"),
        ({"start": date(2024, 3, 1)}, Light.GREY, "未到开始时间"),
        ({"progress": None}, Light.GREY, "没有填报进度"),
        ({"due": date(2024, 2, 17)}, Light.RED, "逾期3天"),
        ({"progress": Decimal(50)}, Light.GREEN, "进度50%，计划50%，达到计划"),
        (
            {"progress": Decimal("49.5")},
            Light.GREEN,
            "进度49.50%，计划50%，相差不超过10个百分点",
        ),
        ({"progress": Decimal(40)}, Light.GREEN, "进度40%，计划50%，相差不超过10个百分点"),
        ({"progress": Decimal(39)}, Light.RED, "进度39%，计划50%，落后超过10个百分点"),
    ],
)
def test_a_light_says_why(changed: dict[str, object], light: Light, reason: str) -> None:
    standing = stand_task(facts(**changed), NOON)

    assert (standing.light, standing.reason) == (light, reason)


def test_an_overdue_task_counts_its_days() -> None:
    assert stand_task(facts(due=date(2024, 2, 17)), NOON).days_overdue == 3


@pytest.mark.parametrize(
    ("state", "states"),
    [
        (TaskState.ISSUED, (TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)),
        (TaskState.ACKNOWLEDGED, (TaskState.IN_PROGRESS,)),
        (TaskState.RETURNED, (TaskState.IN_PROGRESS,)),
        (TaskState.IN_PROGRESS, ()),
        (TaskState.CLOSED_OUT, ()),
    ],
)
def test_a_report_of_work_takes_a_task_under_way(
    state: TaskState, states: tuple[TaskState, ...]
) -> None:
    assert onward(state) == states


@pytest.mark.parametrize(
    ("start", "due", "begins"),
    [
        (date(2024, 1, 1), date(2024, 6, 30), date(2024, 3, 1)),
        (None, date(2024, 6, 30), date(2024, 3, 1)),
        (date(2024, 4, 1), date(2024, 6, 30), date(2024, 4, 1)),
        (date(2024, 1, 1), date(2024, 3, 1), date(2024, 1, 1)),
        (date(2024, 1, 1), None, date(2024, 1, 1)),
    ],
)
def test_a_tasks_time_does_not_run_before_it_is_issued(
    start: date | None, due: date | None, begins: date
) -> None:
    assert start_when_issued(start, due, date(2024, 3, 1)) == begins


@pytest.mark.parametrize(
    ("day", "moved"), [("2024-06-30", "2025-06-30"), ("2024-02-29", "2025-02-28")]
)
def test_a_day_moves_to_the_same_day_of_another_year(day: str, moved: str) -> None:
    assert moved_to_year(date.fromisoformat(day), 2025) == date.fromisoformat(moved)
