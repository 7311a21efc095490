"""Milestones rise to 100 per cent within the task's days, are ticked off in turn, and follow a moved due day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import NotReadyError, TransitionError
from tracker.domain.milestones import (
    LONGEST_TITLE,
    MOST,
    Step,
    beyond,
    check_steps,
    check_tick,
    check_untick,
    moved_with_due,
    plan_of,
    read_back,
    written,
)
from tracker.domain.tasks import Milestone, planned_progress

START, DUE = date(2024, 1, 1), date(2024, 12, 31)
DRAFT = Step("起草初稿", date(2024, 3, 31), Decimal(30))
ASK = Step("征求意见", date(2024, 6, 30), Decimal(60))
PRINT = Step("印发", DUE, Decimal(100))
STEPS = (DRAFT, ASK, PRINT)


def done(step: Step) -> Step:
    return replace(step, done_on=step.day)


def test_milestones_come_back_in_the_order_of_their_days() -> None:
    assert check_steps((PRINT, DRAFT, ASK), START, DUE) == STEPS


def test_a_name_is_one_line() -> None:
    (step,) = check_steps([replace(PRINT, title=" 印发\n全文 ")], START, DUE)

    assert step.title == "印发 全文"


def test_no_milestones_at_all_is_the_way_back_to_the_calendar() -> None:
    assert check_steps((), START, DUE) == ()


def test_a_task_without_days_bounds_nothing() -> None:
    assert check_steps(STEPS, None, None) == STEPS


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((replace(DRAFT, title=" "), ASK, PRINT), "节点要写明名称"),
        ((replace(DRAFT, title="长" * (LONGEST_TITLE + 1)), PRINT), "不能超过 100 字"),
        ((replace(DRAFT, percent=Decimal(0)), PRINT), "应大于 0"),
        ((DRAFT, replace(PRINT, percent=Decimal(101))), "不超过 100"),
        ((replace(DRAFT, day=date(2023, 12, 31)), PRINT), "不能早于任务开始"),
        ((DRAFT, replace(PRINT, day=date(2025, 1, 1))), "不能晚于任务的时限"),
        ((DRAFT, replace(ASK, day=DRAFT.day), PRINT), "是同一天"),
        ((DRAFT, replace(ASK, percent=DRAFT.percent), PRINT), "要高于前面的“起草初稿”"),
        ((DRAFT, ASK), "最后一个节点应达到 100%"),
        ((DRAFT, done(ASK), PRINT), "前面不能再加未完成的“起草初稿”"),
    ],
)
def test_a_list_of_milestones_says_what_is_wrong(steps: tuple[Step, ...], words: str) -> None:
    with pytest.raises(NotReadyError, match=words):
        check_steps(steps, START, DUE)


def test_there_are_only_so_many() -> None:
    many = [Step("步", date(2024, 1, day), Decimal(day)) for day in range(1, MOST + 1)]

    with pytest.raises(NotReadyError, match=f"最多设 {MOST} 个"):
        check_steps([*many, PRINT], START, DUE)


def test_they_are_ticked_off_in_turn() -> None:
    assert check_tick(STEPS, 0) == DRAFT
    assert check_tick((done(DRAFT), ASK, PRINT), 1) == ASK
    with pytest.raises(TransitionError, match="前面的节点“起草初稿”"):
        check_tick(STEPS, 1)
    with pytest.raises(TransitionError, match="已经完成"):
        check_tick((done(DRAFT), ASK, PRINT), 0)


def test_only_the_last_tick_is_taken_back() -> None:
    ticked = (done(DRAFT), done(ASK), PRINT)

    assert check_untick(ticked, 1) == done(ASK)
    with pytest.raises(TransitionError, match="后面的节点已经完成"):
        check_untick(ticked, 0)
    with pytest.raises(TransitionError, match="还没有完成"):
        check_untick(ticked, 2)


def test_the_last_milestone_goes_along_with_the_due_day() -> None:
    moved = moved_with_due(STEPS, DUE, date(2024, 11, 30))

    assert moved == (DRAFT, ASK, replace(PRINT, day=date(2024, 11, 30)))
    assert moved_with_due((PRINT,), DUE, DRAFT.day) == (replace(PRINT, day=DRAFT.day),)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (DRAFT, replace(ASK, percent=Decimal(100))),  # it stood before the due day
        (done(DRAFT), done(ASK), done(PRINT)),
    ],
)
def test_other_milestones_stay(steps: tuple[Step, ...]) -> None:
    assert moved_with_due(steps, DUE, date(2024, 11, 30)) == steps


def test_a_due_day_before_an_earlier_milestone_moves_nothing_and_says_which_is_beyond() -> None:
    assert moved_with_due(STEPS, DUE, date(2024, 6, 30)) == STEPS
    assert beyond(STEPS, date(2024, 6, 30)) == "印发"
    assert beyond(STEPS, DUE) == ""


def test_planned_progress_is_that_of_the_last_milestone_passed() -> None:
    plan = plan_of(STEPS)

    assert plan[0] == Milestone(date(2024, 3, 31), Decimal(30))
    assert planned_progress(START, DUE, plan, date(2024, 3, 30)) == 0
    assert planned_progress(START, DUE, plan, date(2024, 3, 31)) == 30
    assert planned_progress(START, DUE, plan, date(2024, 12, 30)) == 60
    assert planned_progress(START, DUE, plan, DUE) == 100


titles = st.text("起草 征求意见a1", min_size=1, max_size=12)
steps = st.builds(
    Step,
    title=titles,
    day=st.dates(START, DUE),
    percent=st.decimals("0.01", "100", places=2),
)


@given(st.lists(steps, max_size=6))
def test_the_history_can_be_read_back(found: list[Step]) -> None:
    assert read_back(written(found)) == tuple(found)
