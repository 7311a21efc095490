"""Whoever answers for tasks is pressed once a day for each, all of a person's in one mail."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tests.services.reminding import SETTINGS, mails
from tracker.domain.errors import NotAllowedError, NotReadyError
from tracker.extensions import db
from tracker.models import AuditEntry, Person, Task
from tracker.queries.actor import actor_of
from tracker.services.remind_now import AskedTask, Pressed, remind_tasks

MORNING = "2024-04-08T09:00"


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def tasks(bureau: Bureau, make: Maker) -> list[Task]:
    """Two tasks of the section's head, in work."""
    return [
        make_task(make, bureau, "2024-03-31", text=text, state="in_progress")
        for text in ("起草办法", "开展核查")
    ]


def press(
    bureau: Bureau, tasks: Sequence[Task], moment: str = MORNING, by: Person | None = None
) -> Pressed:
    actor = actor_of((by or bureau.leader).id, at(moment).date())
    assert actor is not None
    asked = [AskedTask(task, "预算股", "逾期 8 天。") for task in tasks]
    pressed = remind_tasks(actor=actor, asked=asked, settings=SETTINGS, now=at(moment))
    db.session.commit()
    return pressed


def test_several_tasks_of_a_person_make_one_mail(bureau: Bureau, tasks: list[Task]) -> None:
    pressed = press(bureau, tasks)

    assert pressed.queued == ("周敏",)
    head = next(mail for mail in mails() if mail.person_id == bureau.head.id)
    assert head.subject == "催办：2 项任务"
    assert all(f"{task.text}（预算股）" in head.text for task in tasks)
    assert len(mails()) == 1


def test_one_task_is_named_with_where_it_stands(bureau: Bureau, tasks: list[Task]) -> None:
    press(bureau, tasks[:1])

    assert mails()[0].subject == "催办：起草办法，逾期 8 天。"
    assert f"https://gz.example/tasks/{tasks[0].id}" in mails()[0].text


def test_nobody_is_pressed_twice_a_day_for_the_same_task(bureau: Bureau, tasks: list[Task]) -> None:
    press(bureau, tasks)

    assert press(bureau, tasks[1:]) == Pressed((), ("周敏",))
    assert len(mails()) == 1


def test_what_is_new_is_told_without_what_was_told(bureau: Bureau, tasks: list[Task]) -> None:
    press(bureau, tasks[:1])
    press(bureau, tasks)

    last = mails()[-1]
    assert ("开展核查" in last.text, "起草办法" in last.text) == (True, False)


def test_pressing_counts_to_the_days_number(bureau: Bureau, tasks: list[Task], make: Maker) -> None:
    for number in range(3):
        press(bureau, [make_task(make, bureau, "2024-03-31", text=f"任务{number}")])

    assert press(bureau, tasks) == Pressed((), (), ("周敏",))


def test_what_is_done_is_not_pressed_for(bureau: Bureau, tasks: list[Task]) -> None:
    tasks[0].state = "finished"
    press(bureau, tasks)
    assert "起草办法" not in mails()[0].text

    tasks[1].state = "suspended"
    with pytest.raises(NotReadyError, match="没有在办的任务"):
        press(bureau, tasks)


def test_only_office_and_leader_press(bureau: Bureau, tasks: list[Task]) -> None:
    with pytest.raises(NotAllowedError, match="督查办和分管领导"):
        press(bureau, tasks, by=bureau.head)
    assert mails() == []


def test_pressing_is_on_the_record(bureau: Bureau, tasks: list[Task]) -> None:
    press(bureau, tasks)

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "remind")).all()
    assert [(entry.object_type, entry.object_id) for entry in entries] == [
        ("task", task.id) for task in tasks
    ]
