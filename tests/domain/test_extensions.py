"""More time is asked for before the due day is over, says why, and is decided by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tracker.domain.errors import NotReadyError, TransitionError
from tracker.domain.extensions import (
    EXTENSION_WORDS,
    LONGEST,
    ExtensionState,
    Timing,
    Wish,
    check_approval,
    check_wish,
    deciders,
    may_still_ask,
)
from tracker.domain.tasks import OPEN_STATES, SHANGHAI, TaskState

DUE = date(2024, 6, 30)
TIMING = Timing(TaskState.IN_PROGRESS, DUE, date(2024, 12, 31))
WISH = Wish(date(2024, 7, 15), "上级文件未到", "初稿已成")
NOW = datetime(2024, 6, 20, 9, tzinfo=SHANGHAI)


def asked(timing: Timing = TIMING, wish: Wish = WISH, now: datetime = NOW) -> date:
    return check_wish(timing, wish, pending=False, now=now)


def test_each_state_has_its_word() -> None:
    assert {state.word for state in ExtensionState} == set(EXTENSION_WORDS.values())


def test_a_later_day_of_the_year_may_be_asked_for() -> None:
    assert asked() == date(2024, 7, 15)


def test_the_due_day_itself_is_early_enough_and_midnight_after_it_too_late() -> None:
    last = datetime(2024, 6, 30, 23, 59, 59, tzinfo=SHANGHAI)
    late = datetime(2024, 6, 30, 16, 0, tzinfo=UTC)  # 00:00 of 1 July in Shanghai

    assert asked(now=last) == date(2024, 7, 15)
    assert may_still_ask(TIMING, last)
    assert not may_still_ask(TIMING, late)
    with pytest.raises(TransitionError, match="时限已过"):
        asked(now=late)


@pytest.mark.parametrize("state", [state for state in TaskState if state not in OPEN_STATES])
def test_nobody_asks_for_a_task_that_nobody_works_on(state: TaskState) -> None:
    timing = replace(TIMING, state=state)

    assert not may_still_ask(timing, NOW)
    with pytest.raises(TransitionError):
        asked(timing)
    with pytest.raises(TransitionError):
        check_approval(timing, date(2024, 7, 15), NOW)


def test_a_task_without_a_due_day_needs_no_extension() -> None:
    timing = replace(TIMING, due=None)

    assert not may_still_ask(timing, NOW)
    with pytest.raises(TransitionError, match="没有完成时限"):
        asked(timing)


def test_one_request_waits_at_a_time() -> None:
    with pytest.raises(TransitionError, match="待批"):
        check_wish(TIMING, WISH, pending=True, now=NOW)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (replace(WISH, due=None), "要写明延到哪一天"),
        (replace(WISH, due=DUE), "要晚于现在的时限（2024年6月30日）"),
        (replace(WISH, due=date(2025, 1, 1)), "2024年之内"),
        (replace(WISH, why="  "), "要写明延期理由"),
        (replace(WISH, done=""), "要写明目前进展"),
        (replace(WISH, why="长" * (LONGEST + 1)), f"延期理由不能超过 {LONGEST} 字，现有 501 字"),
    ],
)
def test_a_request_says_what_it_lacks(wish: Wish, words: str) -> None:
    with pytest.raises(NotReadyError, match=words):
        asked(wish=wish)


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(NotReadyError) as caught:
        asked(wish=Wish(None, "", ""))

    assert len(caught.value.problems) == 3


def test_the_last_day_of_the_year_may_be_asked_for() -> None:
    assert asked(wish=replace(WISH, due=date(2024, 12, 31))) == date(2024, 12, 31)


def test_a_request_may_be_approved_after_the_old_due_day_but_not_after_the_new_one() -> None:
    check_approval(TIMING, date(2024, 7, 15), datetime(2024, 7, 15, 23, tzinfo=SHANGHAI))

    with pytest.raises(NotReadyError, match="也已过"):
        check_approval(TIMING, date(2024, 7, 15), datetime(2024, 7, 16, tzinfo=SHANGHAI))


def test_what_the_office_moved_further_meanwhile_is_not_moved_back() -> None:
    moved = replace(TIMING, due=date(2024, 8, 1))

    with pytest.raises(NotReadyError, match="要晚于现在的时限（2024年8月1日）"):
        check_approval(moved, date(2024, 7, 15), NOW)
    check_approval(replace(TIMING, due=None), date(2024, 7, 15), NOW)


@pytest.mark.parametrize(
    ("leaders", "office", "asker", "expected"),
    [
        ((1, 2), (9,), 5, {1, 2}),
        ((1, 2), (9,), 1, {2}),
        ((1,), (9,), 1, {9}),
        ((), (8, 9), 5, {8, 9}),
        ((), (8, 9), 8, {9}),
        ((1,), (), 1, {1}),
        ((), (9,), 9, {9}),
        ((), (), 5, set()),
    ],
)
def test_the_leader_decides_then_the_office_and_who_asked_only_where_nobody_else_can(
    leaders: tuple[int, ...], office: tuple[int, ...], asker: int, expected: set[int]
) -> None:
    assert deciders(leaders, office, asker) == expected
