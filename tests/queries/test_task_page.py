"""What a task's page says: its sentence in the plan, its steps, its state in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.makers import Maker
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Task, TaskEvent, TaskUnit, Unit
from tracker.permissions import Actor
from tracker.queries.task_page import TaskPage, quote_of, task_page

NOW = datetime(2024, 4, 1, 10, tzinfo=UTC)


@pytest.fixture
def task(make: Maker) -> Task:
    top = make.top()
    return make.task(make.plan(top), make.unit(top, "预算股"), state="in_progress")


def page_of(task: Task) -> TaskPage:
    person = Actor(1, task.top_unit_id, "赵文博", frozenset({Role.OFFICE}))
    db.session.flush()
    return task_page(person, task, NOW)


def add_event(task: Task, what: str, before: str, after: str, why: str = "") -> None:
    db.session.add(
        TaskEvent(
            top_unit_id=task.top_unit_id,
            task_id=task.id,
            at=NOW,
            what=what,
            before=before,
            after=after,
            why=why,
        )
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "parts"),
    [
        ("一。二。三。", 2, 4, ("一。", "二。", "三。")),
        ("前段。\n一。二。\n后段。", 4, 6, ("", "一。", "二。")),
        ("表\t格", 0, 1, ("", "表", "　格")),
        (f"{'长' * 900}二{'长' * 900}", 900, 901, (f"……{'长' * 400}", "二", f"{'长' * 400}……")),
    ],
)
def test_the_sentence_stands_in_its_paragraph(
    text: str, start: int, end: int, parts: tuple[str, str, str]
) -> None:
    quote = quote_of(text, start, end)

    assert quote is not None
    assert (quote.before, quote.marked, quote.after) == parts


@pytest.mark.parametrize(
    ("text", "start", "end"), [(None, 0, 1), ("文", None, None), ("文", 1, 1), ("文", 0, 9)]
)
def test_a_place_that_is_not_in_the_text_has_no_quote(
    text: str | None, start: int | None, end: int | None
) -> None:
    assert quote_of(text, start, end) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"progress": Decimal(10)}, "完成 10%，按日历应到 24.93%，落后 14.93 点，还有 274 天。"),
        ({"progress": Decimal(30)}, "完成 30%，按日历应到 24.93%，还有 274 天。"),
        ({"due_on": date(2024, 4, 1)}, "完成 0%，按日历应到 100%，落后 100 点，今天到期。"),
        ({"due_on": date(2024, 3, 1)}, "完成 0%，按日历应到 100%，落后 100 点，逾期 31 天。"),
        ({"due_on": None}, "完成 0%，没有完成时限。"),
        ({"state": "finished"}, "已办结，待督查办核验销号。"),
        ({"state": "closed_out"}, "已办结并销号。"),
        ({"state": "suspended"}, "已暂缓，不再催办。"),
    ],
)
def test_where_it_stands_is_said_in_one_sentence(
    task: Task, values: dict[str, object], sentence: str
) -> None:
    for name, value in values.items():
        setattr(task, name, value)

    assert page_of(task).sentence == sentence


def test_the_straight_way_shows_what_is_done_and_what_comes(task: Task) -> None:
    add_event(task, "state", "issued", "acknowledged")

    steps = page_of(task).steps

    assert [(step.label, step.state) for step in steps] == [
        ("已下达", "done"),
        ("已签收", "done"),
        ("办理中", "current"),
        ("已办结", ""),
        ("已销号", ""),
    ]
    assert steps[1].note == "4月1日"


@pytest.mark.parametrize("state", ["suspended", "cancelled"])
def test_a_state_beside_the_way_stands_where_it_was_left(task: Task, state: str) -> None:
    add_event(task, "state", "acknowledged", state, "等政策")
    task.state = state

    steps = page_of(task).steps

    assert [step.label for step in steps][:2] == ["已下达", "已签收"]
    assert (steps[-1].state, len(steps)) == ("current", 3)


def test_the_history_reads_in_words(task: Task) -> None:
    add_event(task, "state", "in_progress", "suspended", "等政策")
    add_event(task, "due", "2024-06-30", "2024-09-30", "延期")
    add_event(task, "owner", "", "预算股 股长")
    add_event(task, "progress", "10", "52.5")

    said = [(change.text, change.was) for change in page_of(task).history]

    assert said == [
        ("进度：10% → 52.5%", ""),
        ("责任岗位：未定 → 预算股 股长", ""),
        ("时限：2024年6月30日 → 2024年9月30日", "延期"),
        ("办理中 → 已暂缓", "等政策"),
    ]


def test_who_takes_part_is_named_with_the_unit_s_people(make: Maker, task: Task) -> None:
    top = db.session.get_one(Unit, task.top_unit_id)
    unit = make.unit(top, "国库股")
    make.post(unit, "reporter", make.person(top, name="陈晓燕"))
    db.session.add(TaskUnit(top_unit_id=top.id, task_id=task.id, unit_id=unit.id))

    assert page_of(task).units == (("国库股（配合）", "陈晓燕"),)


def test_indicators_of_the_same_sentence_are_linked(make: Maker, task: Task) -> None:
    from tracker.models import Plan

    plan = db.session.get_one(Plan, task.plan_id)
    make.indicator(plan, task_id=task.id, name="资产处置收益", target=None)
    make.indicator(plan, task_id=task.id, name="不要了的", state="cancelled")

    assert [(one.name, one.target_known) for one in page_of(task).indicators] == [
        ("资产处置收益", False)
    ]
