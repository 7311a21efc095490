"""The bureau's imports that run beside the pages: how far they are, and what came of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from tracker.domain.import_steps import DONE, FAILED, RUNNING, WAITING, share_done, step_word
from tracker.extensions import db
from tracker.models import ImportJob, Person
from tracker.permissions import Actor

RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobRow:
    """An import: how far it is, for how long (seconds), what came of it (a plan or revision: `result_id`).

    `plan_id` is the plan that a revision is of; `unit_id` and `year` were chosen beside a plan.
    """

    id: int
    kind: str
    name: str
    who: str
    state: str
    step: int
    done: int
    total: int
    said: str
    result_id: int | None
    plan_id: int | None
    unit_id: int | None
    year: int | None
    created_at: datetime
    seconds: int

    @property
    def over(self) -> bool:
        """Tell whether there is nothing to wait for any more."""
        return self.state in {DONE, FAILED}

    @property
    def failed(self) -> bool:
        """Tell whether nothing was imported."""
        return self.state == FAILED

    @property
    def word(self) -> str:
        """What is being done now."""
        return step_word(self.kind, self.step, self.done, self.total)

    @property
    def pct(self) -> int:
        """How much of the way is behind, in whole per cent."""
        return share_done(self.kind, self.step, self.done, self.total)


def import_job(job_id: int, actor: Actor, kinds: Collection[str], now: datetime) -> JobRow | None:
    """Return one import of the person's bureau, if it is of these kinds."""
    query = _jobs(actor, kinds).where(ImportJob.id == job_id)
    row = db.session.execute(query).one_or_none()
    return _row(row, now) if row is not None else None


def open_imports(actor: Actor, kinds: Collection[str], now: datetime) -> list[JobRow]:
    """Return the imports of these kinds that run, and those that failed within a day, the newest first."""
    shown = or_(
        ImportJob.state.in_((WAITING, RUNNING)),
        (ImportJob.state == FAILED) & (ImportJob.created_at > now - RECENT),
    )
    query = _jobs(actor, kinds).where(shown).order_by(ImportJob.id.desc()).limit(20)
    rows = db.session.execute(query)
    return [_row(row, now) for row in rows]


def _jobs(actor: Actor, kinds: Collection[str]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ImportJob.id,
            ImportJob.kind,
            ImportJob.name,
            Person.name.label("who"),
            ImportJob.state,
            ImportJob.step,
            ImportJob.done,
            ImportJob.total,
            ImportJob.said,
            ImportJob.result_id,
            ImportJob.fields,
            ImportJob.created_at,
            ImportJob.finished_at,
        )
        .outerjoin(Person, Person.id == ImportJob.person_id)
        .where(ImportJob.top_unit_id == actor.top_unit_id, ImportJob.kind.in_(kinds))
    )


def _row(row: Any, now: datetime) -> JobRow:
    return JobRow(
        id=row.id,
        kind=row.kind,
        name=row.name,
        who=row.who or "",
        state=row.state,
        step=row.step,
        done=row.done,
        total=row.total,
        said=row.said,
        result_id=row.result_id,
        plan_id=row.fields.get("plan_id"),
        unit_id=row.fields.get("unit_id"),
        year=row.fields.get("year"),
        created_at=row.created_at,
        seconds=max(int(((row.finished_at or now) - row.created_at).total_seconds()), 0),
    )
