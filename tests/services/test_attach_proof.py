"""Files as proof below the pages: who attaches, until when, and that none is lost or doubled."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.makers import Maker
from tracker.domain.errors import (
    NotAllowedError,
    NotReadyError,
    PeriodClosedError,
    TransitionError,
)
from tracker.domain.proof import MOST_FILES, ProofFile
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import AuditEntry, Cycle, Indicator, Plan, Proof, Task, TaskEvent, Unit
from tracker.permissions import Actor
from tracker.queries.proofs import proofs_of_indicator, proofs_of_task
from tracker.services.attach_proof import attach_to_month, attach_to_task, withdraw_proof

NOW = datetime(2024, 4, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PAPER = ProofFile("印发.pdf", "application/pdf", b"%PDF-1.7 paper")


@pytest.fixture
def task(make: Maker) -> Task:
    top = make.top()
    return make.task(make.plan(top), make.unit(top), state="in_progress")


@pytest.fixture
def indicator(make: Maker, task: Task) -> Indicator:
    """An indicator of the same section; January and February have opened."""
    plan = db.session.get_one(Plan, task.plan_id)
    make.cycle(plan, 1)
    make.cycle(plan, 2)
    return make.indicator(plan, db.session.get_one(Unit, task.lead_unit_id))


@pytest.fixture
def reporter(make: Maker, task: Task) -> Actor:
    person = make.person(db.session.get_one(Unit, task.top_unit_id))
    assert task.lead_unit_id is not None
    return Actor(
        person.id,
        task.top_unit_id,
        person.name,
        frozenset({Role.REPORTER}),
        unit_ids=frozenset({task.lead_unit_id}),
    )


def test_a_file_stands_at_its_task_and_in_its_history(task: Task, reporter: Actor) -> None:
    (row,) = attach_to_task(task=task, files=[PAPER], actor=reporter, now=NOW)

    assert [(line.name, line.who) for line in proofs_of_task(task.id)] == [
        ("印发.pdf", reporter.name)
    ]
    assert db.session.scalar(select(TaskEvent.after).where(TaskEvent.what == "proof")) == "印发.pdf"
    db.session.expire_all()
    assert db.session.get_one(Proof, row.id).content == PAPER.content


def test_one_that_is_withdrawn_counts_no_more_and_stays(task: Task, reporter: Actor) -> None:
    (row,) = attach_to_task(task=task, files=[PAPER], actor=reporter, now=NOW)

    withdraw_proof(proof=row, actor=reporter, now=NOW)

    assert proofs_of_task(task.id) == []
    assert db.session.scalar(select(func.count()).select_from(Proof)) == 1
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "proof_added",
        "proof_withdrawn",
    ]
    with pytest.raises(TransitionError):
        withdraw_proof(proof=row, actor=reporter, now=NOW)
    attach_to_task(task=task, files=[PAPER], actor=reporter, now=NOW)


def test_the_same_file_is_not_attached_twice(task: Task, reporter: Actor) -> None:
    again = ProofFile("又一份.pdf", PAPER.media, PAPER.content)

    with pytest.raises(NotReadyError, match="同一份"):
        attach_to_task(task=task, files=[PAPER, again], actor=reporter, now=NOW)


def test_no_more_than_the_set_number(task: Task, reporter: Actor) -> None:
    files = [ProofFile(f"{n}.txt", "text/plain", str(n).encode()) for n in range(MOST_FILES + 1)]

    with pytest.raises(NotReadyError, match="最多附 20 份"):
        attach_to_task(task=task, files=files, actor=reporter, now=NOW)
    assert len(attach_to_task(task=task, files=files[:-1], actor=reporter, now=NOW)) == MOST_FILES


def test_nothing_sent_is_said(task: Task, reporter: Actor) -> None:
    with pytest.raises(NotReadyError, match="先选文件"):
        attach_to_task(task=task, files=[], actor=reporter, now=NOW)


def test_a_closed_out_task_takes_none(task: Task, reporter: Actor) -> None:
    task.state = "closed_out"

    with pytest.raises(TransitionError):
        attach_to_task(task=task, files=[PAPER], actor=reporter, now=NOW)


def test_whoever_only_reads_attaches_nothing(
    task: Task, indicator: Indicator, reporter: Actor
) -> None:
    reader = Actor(
        reporter.person_id, reporter.top_unit_id, reporter.name, frozenset({Role.LEADER})
    )

    with pytest.raises(NotAllowedError):
        attach_to_task(task=task, files=[PAPER], actor=reader, now=NOW)
    with pytest.raises(NotAllowedError):
        attach_to_month(indicator=indicator, month=1, files=[PAPER], actor=reader, now=NOW)


def test_a_file_stands_at_an_indicators_month(indicator: Indicator, reporter: Actor) -> None:
    attach_to_month(indicator=indicator, month=2, files=[PAPER], actor=reporter, now=NOW)
    attach_to_month(indicator=indicator, month=1, files=[PAPER], actor=reporter, now=NOW)

    assert [line.month for line in proofs_of_indicator(indicator.id)] == [1, 2]


def test_a_month_that_has_not_opened_takes_none(indicator: Indicator, reporter: Actor) -> None:
    with pytest.raises(NotReadyError, match="还没有开启"):
        attach_to_month(indicator=indicator, month=3, files=[PAPER], actor=reporter, now=NOW)


def test_a_closed_month_keeps_its_files(indicator: Indicator, reporter: Actor) -> None:
    (row,) = attach_to_month(indicator=indicator, month=1, files=[PAPER], actor=reporter, now=NOW)
    cycle = db.session.scalar(select(Cycle).where(Cycle.month == 1))
    assert cycle is not None
    cycle.closed_at = NOW

    with pytest.raises(PeriodClosedError):
        withdraw_proof(proof=row, actor=reporter, now=NOW)
    with pytest.raises(PeriodClosedError):
        attach_to_month(
            indicator=indicator,
            month=1,
            files=[ProofFile("另.txt", "text/plain", b"1")],
            actor=reporter,
            now=NOW,
        )
