"""Files as proof, as lists show them: never their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import undefer

from tracker.domain.proof import size_words
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Person, Proof


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A file that counts; `month` of an indicator's."""

    id: int
    name: str
    size: str
    who: str
    at: datetime
    month: int | None


def proofs_of_task(task_id: int) -> list[ProofLine]:
    """Return a task's files, the oldest first. One query."""
    return _lines(Proof.task_id == task_id)


def proofs_of_indicator(indicator_id: int) -> list[ProofLine]:
    """Return an indicator's files of all months, by month. One query."""
    return _lines(Proof.indicator_id == indicator_id)


def proof_of_task(task_id: int, proof_id: int) -> Proof | None:
    """Return one of a task's files with its bytes; withdrawn ones stay within reach of the record."""
    return _one((Proof.task_id == task_id) & (Proof.id == proof_id))


def proof_of_indicator(indicator_id: int, proof_id: int) -> Proof | None:
    """Return one of an indicator's files with its bytes."""
    return _one((Proof.indicator_id == indicator_id) & (Proof.id == proof_id))


def _one(of: ColumnElement[bool]) -> Proof | None:
    return db.session.scalar(select(Proof).where(of).options(undefer(Proof.content)))


def attachable_months(indicator: Indicator, today: date) -> list[int]:
    """Return the months that take files now: opened and not closed, the newest first. One query."""
    return list(
        db.session.scalars(
            select(Cycle.month)
            .where(
                Cycle.plan_id == indicator.plan_id,
                Cycle.opens_on <= today,
                Cycle.closed_at.is_(None),
            )
            .order_by(Cycle.month.desc())
        )
    )


def _lines(of: ColumnElement[bool]) -> list[ProofLine]:
    rows = db.session.execute(
        select(Proof.id, Proof.name, Proof.size, Proof.at, Proof.month, Person.name.label("who"))
        .outerjoin(Person, Person.id == Proof.person_id)
        .where(of, Proof.withdrawn_at.is_(None))
        .order_by(Proof.year, Proof.month, Proof.id)
    )
    return [
        ProofLine(row.id, row.name, size_words(row.size), row.who or "", row.at, row.month)
        for row in rows
    ]
