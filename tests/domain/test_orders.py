"""A supervision order's colour follows from the plan's ladder, and it moves only as the table allows."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.escalation import Ladder
from tracker.domain.orders import (
    COLOUR_WORDS,
    LIVE,
    LONGEST,
    STATE_WORDS,
    STEPS,
    Colour,
    OrderState,
    OrderStep,
    Reached,
    check_step,
    late_day,
    number_words,
    order_steps,
    reached,
    reply_day,
    usual_demand,
)
from tracker.domain.roles import Role

FRIDAY = date(2024, 3, 29)
#: 清明: 4 to 6 April 2024 off, Sunday 7 April worked.
SPRING = WorkingCalendar(
    {
        date(2024, 4, 4): False,
        date(2024, 4, 5): False,
        date(2024, 4, 7): True,
    }
)


@pytest.mark.parametrize(
    ("today", "colour", "since"),
    [
        (date(2024, 4, 1), Colour.BLUE, date(2024, 4, 1)),
        (date(2024, 4, 2), Colour.BLUE, date(2024, 4, 1)),
        (date(2024, 4, 3), Colour.YELLOW, date(2024, 4, 3)),
        (date(2024, 4, 7), Colour.YELLOW, date(2024, 4, 3)),
        (date(2024, 4, 8), Colour.RED, date(2024, 4, 8)),
        (date(2024, 12, 1), Colour.RED, date(2024, 4, 8)),
    ],
)
def test_the_colour_follows_from_working_days_overdue(
    today: date, colour: Colour, since: date
) -> None:
    assert reached(FRIDAY, today, Ladder(), SPRING) == Reached(colour, since)


@pytest.mark.parametrize("today", [FRIDAY, date(2024, 3, 31)])
def test_nothing_is_reached_before_the_first_working_day_after_it(today: date) -> None:
    assert reached(FRIDAY, today, Ladder(), SPRING) is None


def test_a_level_that_a_ladder_leaves_out_has_no_colour() -> None:
    only_chief = Ladder(None, None, 2)

    assert reached(FRIDAY, date(2024, 4, 1), only_chief, SPRING) is None
    assert reached(FRIDAY, date(2024, 4, 2), only_chief, SPRING) == Reached(
        Colour.RED, date(2024, 4, 2)
    )


def test_graver_colours_leave_less_time_to_answer() -> None:
    issued = date(2024, 4, 1)

    assert [reply_day(colour, issued, SPRING) for colour in Colour] == [
        date(2024, 4, 9),  # over 清明: 2, 3, 7, 8, 9
        date(2024, 4, 7),
        date(2024, 4, 3),
    ]
    assert [colour.rank for colour in Colour] == [0, 1, 2]


def test_who_has_not_answered_hears_of_it_on_the_next_working_day() -> None:
    assert late_day(date(2024, 4, 3), SPRING) == date(2024, 4, 7)


def test_every_colour_and_state_has_its_words() -> None:
    assert set(COLOUR_WORDS) == set(Colour)
    assert set(STATE_WORDS) == set(OrderState)
    assert all(usual_demand(colour).endswith("按期书面答复。") for colour in Colour)
    assert (Colour.YELLOW.word, OrderState.RETURNED.word) == ("黄色", "退回重答")
    assert number_words(2024, 3) == "督办〔2024〕第3号"


def test_an_order_is_answered_sent_back_answered_again_and_closed() -> None:
    state = OrderState
    way = [
        (state.ISSUED, state.ANSWERED, Role.REPORTER),
        (state.ANSWERED, state.RETURNED, Role.OFFICE),
        (state.RETURNED, state.ANSWERED, Role.HEAD),
        (state.ANSWERED, state.CLOSED, Role.OFFICE),
    ]

    verbs = [check_step(a, b, {role}, words="已办").verb for a, b, role in way]

    assert verbs == ["答复", "退回", "重新答复", "销号"]


def test_the_table_is_everything_that_is_allowed() -> None:
    for source in OrderState:
        for target in OrderState:
            if any((step.source, step.target) == (source, target) for step in STEPS):
                continue
            with pytest.raises(TransitionError, match="不能改为"):
                check_step(source, target, set(Role), words="理由")


def test_nothing_moves_an_order_that_is_over() -> None:
    assert [state for state in OrderState if order_steps(state, set(Role))] == [
        state for state in OrderState if state in LIVE
    ]
    assert not OrderState.CLOSED.is_live
    assert not OrderState.ANSWERED.waits_for_answer


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.source}-{step.target}")
def test_each_step_belongs_to_its_roles_alone(step: OrderStep) -> None:
    for role in Role:
        if role in step.roles:
            assert check_step(step.source, step.target, {role}, words="说明") is step
        else:
            with pytest.raises(NotAllowedError, match="办理。"):
                check_step(step.source, step.target, {role}, words="说明")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.source}-{step.target}")
def test_a_step_asks_for_its_words(step: OrderStep) -> None:
    if step.needs:
        with pytest.raises(NotReadyError, match="要写明"):
            check_step(step.source, step.target, set(Role), words=" \n")
    else:
        check_step(step.source, step.target, set(Role), words="")


def test_words_have_an_end() -> None:
    with pytest.raises(NotReadyError, match="不能超过 2000 字，现有 2001 字"):
        check_step(OrderState.ISSUED, OrderState.ANSWERED, {Role.HEAD}, words="办" * (LONGEST + 1))


def test_the_unit_answers_and_the_office_does_the_rest() -> None:
    assert [s.verb for s in order_steps(OrderState.ISSUED, {Role.REPORTER})] == ["答复"]
    assert [s.verb for s in order_steps(OrderState.ANSWERED, {Role.OFFICE})] == [
        "销号",
        "退回",
        "撤回",
    ]
    assert order_steps(OrderState.ANSWERED, {Role.LEADER}) == ()
