"""A figure and its growth, which the plan says in one breath, become one indicator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import Maker
from tests.plan_office import NOW, Office, draft_of_text, indicators_of, make_office
from tracker.domain.case import Kind
from tracker.domain.errors import NotReadyError
from tracker.domain.plan_text import Measure
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.queries.review_rows import value_words
from tracker.services.merge_targets import merge_targets
from tracker.services.undo_draft import last_step, undo_draft

BY: dict[str, Any] = {"person_id": None, "now": NOW}


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """Its first target is a level (88,200 万元), its last a growth (14 %)."""
    return draft_of_text(office)


def pair(plan: Plan) -> list[Indicator]:
    level, *_, growth = indicators_of(plan)
    assert (level.kind, growth.kind, growth.measure) == (Kind.FLOW, Kind.RATE, Measure.GROWTH)
    return [growth, level]


def test_the_level_stays_and_its_growth_stands_beside_it(office: Office, plan: Plan) -> None:
    rows = pair(plan)
    rows[0].lead_unit_id = office.budget.id

    level = merge_targets(plan=plan, rows=rows, **BY)

    assert [level.target, level.rate, level.baseline] == [88200, 14, None]
    assert level.lead_unit_id == office.budget.id
    assert rows[0].state == "cancelled"
    assert len(indicators_of(plan)) == 2
    said = value_words(
        level.measure, level.kind, level.polarity, level.target, level.rate, level.unit
    )
    assert said == "88,200 万元（增长14%）"


def test_a_reduction_becomes_a_fall(plan: Plan) -> None:
    rows = pair(plan)
    rows[0].measure = Measure.REDUCTION.value

    level = merge_targets(plan=plan, rows=rows, **BY)

    said = value_words(
        level.measure, level.kind, level.polarity, level.target, level.rate, level.unit
    )
    assert said == "88,200 万元（下降14%）"


def test_an_unknown_growth_leaves_the_level_as_it_is(plan: Plan) -> None:
    rows = pair(plan)
    rows[0].target = None

    assert merge_targets(plan=plan, rows=rows, **BY).rate is None


def test_the_mark_holds_both_only_where_nothing_stands_between(plan: Plan) -> None:
    level, other, growth = indicators_of(plan)
    end = level.end
    assert merge_targets(plan=plan, rows=[level, growth], **BY).end == end
    undo(plan)
    growth.task_id, growth.start, growth.end = level.task_id, level.end, (level.end or 0) + 1
    db.session.flush()

    merged = merge_targets(plan=plan, rows=[level, growth], **BY)

    assert (merged.start, merged.end) == (level.start, growth.end)
    assert other.state == "draft"


def test_merging_can_be_taken_back(plan: Plan) -> None:
    rows = pair(plan)
    merge_targets(plan=plan, rows=rows, **BY)

    undo(plan)

    assert (rows[0].state, rows[1].rate) == ("draft", None)


@pytest.mark.parametrize("chosen", [slice(0, 2), slice(0, 1), slice(0, 3)])
def test_anything_else_is_refused(plan: Plan, chosen: slice) -> None:
    with pytest.raises(NotReadyError, match="一个数额，和它的增幅"):
        merge_targets(plan=plan, rows=indicators_of(plan)[chosen], **BY)


def undo(plan: Plan) -> None:
    step = last_step(plan)
    assert step is not None
    undo_draft(plan=plan, step_id=step.id)
    db.session.flush()
