"""What may be done to several tasks at once is what may be done to each of them."""

from __future__ import annotations

import pytest

from tracker.domain.bulk import BULK_WORDS, BulkAct, why_not
from tracker.domain.roles import Role
from tracker.domain.tasks import OPEN_STATES, TRANSITIONS, TaskState

OFFICE = {Role.OFFICE}


def test_each_act_has_its_word_and_only_closing_out_needs_no_reason() -> None:
    assert {act.word for act in BulkAct} == set(BULK_WORDS.values())
    assert [act for act in BulkAct if not act.needs_reason] == [BulkAct.CLOSE_OUT]


@pytest.mark.parametrize("act", [act for act in BulkAct if act.target is not None])
@pytest.mark.parametrize("state", list(TaskState))
def test_a_step_for_many_is_the_tables_own(act: BulkAct, state: TaskState) -> None:
    in_table = any(step.source is state and step.target is act.target for step in TRANSITIONS)

    assert (why_not(act, state, OFFICE) == "") is in_table
    assert why_not(act, state, {Role.HEAD})


@pytest.mark.parametrize("state", list(TaskState))
def test_duties_change_while_somebody_works_on_it_or_will_again(state: TaskState) -> None:
    going = state in OPEN_STATES | {TaskState.SUSPENDED}

    assert (why_not(BulkAct.ASSIGN, state, OFFICE) == "") is going
