"""What is overdue is told upwards, one level at a time."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import Stage
from tracker.domain.escalation import (
    Chain,
    Ladder,
    LadderError,
    earliest,
    ladder_days,
    parse_ladder,
)

CALENDAR = WorkingCalendar()


def test_head_leader_and_chief_hear_after_one_three_and_five_working_days() -> None:
    friday = date(2024, 3, 1)

    assert ladder_days(friday, Ladder(), CALENDAR) == (
        (Stage.HEAD, date(2024, 3, 4)),
        (Stage.LEADER, date(2024, 3, 6)),
        (Stage.CHIEF, date(2024, 3, 8)),
    )


def test_a_plan_may_leave_a_level_out() -> None:
    ladder = parse_ladder("head:2, chief:10")

    assert ladder == Ladder(head=2, leader=None, chief=10)
    assert [level for level, _ in ladder_days(date(2024, 3, 1), ladder, CALENDAR)] == [
        Stage.HEAD,
        Stage.CHIEF,
    ]


@pytest.mark.parametrize("text", ["head:1,leader:3,chief:5", "leader:2", ""])
def test_a_ladder_survives_its_text(text: str) -> None:
    assert str(parse_ladder(text)) == text


@pytest.mark.parametrize(
    "text", ["head", "head:0", "head:-1", "boss:1", "head:1,head:2", "head:x", "head:999"]
)
def test_a_ladder_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(LadderError, match="看不懂"):
        parse_ladder(text)


def test_a_ladder_must_rise() -> None:
    with pytest.raises(LadderError, match="一级比一级多"):
        parse_ladder("head:3,leader:3")


def test_a_chain_names_the_persons_of_each_level() -> None:
    chain = Chain(heads=(1,), leaders=(2, 3), chiefs=())

    assert [chain.at(level) for level in (Stage.HEAD, Stage.LEADER, Stage.CHIEF)] == [
        (1,),
        (2, 3),
        (),
    ]


def test_of_several_ladders_the_earliest_day_of_each_level_counts() -> None:
    ladders = [Ladder(2, None, 9), Ladder(None, 4, 7), Ladder(3, None, None)]

    assert earliest(ladders) == Ladder(2, 4, 7)
    assert earliest([Ladder()]) == Ladder()
    assert earliest([Ladder(None, None, None)]).steps == ()
