"""The bureau's imports that run beside the pages: how far they are, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from tracker.domain.import_steps import DONE, FAILED, RUNNING, STEPS, WAITING
from tracker.extensions import db
from tracker.models import ImportJob, Person
from tracker.permissions import Actor

RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobRow:
    """An import: how far it is (`step` of `steps`), for how long (seconds), what came of it."""

    id: int
    name: str
    who: str
    state: str
    step: int
    said: str
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
        return STEPS[min(self.step, len(STEPS) - 1)]

    @property
    def pct(self) -> int:
        """How much of the way is behind, in whole per cent of the steps."""
        return 100 * min(self.step, len(STEPS)) // len(STEPS)


def import_job(job_id: int, actor: Actor, now: datetime) -> JobRow | None:
    """Return one import of the person's bureau."""
    row = db.session.execute(_jobs(actor).where(ImportJob.id == job_id)).one_or_none()
    return _row(row, now) if row is not None else None


def open_imports(actor: Actor, now: datetime) -> list[JobRow]:
    """Return the imports that run, and those that failed within a day, the newest first."""
    shown = or_(
        ImportJob.state.in_((WAITING, RUNNING)),
        (ImportJob.state == FAILED) & (ImportJob.created_at > now - RECENT),
    )
    rows = db.session.execute(_jobs(actor).where(shown).order_by(ImportJob.id.desc()).limit(20))
    return [_row(row, now) for row in rows]


def _jobs(actor: Actor) -> Select[Any]:
    return (
        select(
            ImportJob.id,
            ImportJob.name,
            Person.name.label("who"),
            ImportJob.state,
            ImportJob.step,
            ImportJob.said,
            ImportJob.result_id,
            ImportJob.fields,
            ImportJob.created_at,
            ImportJob.finished_at,
        )
        .outerjoin(Person, Person.id == ImportJob.person_id)
        .where(ImportJob.top_unit_id == actor.top_unit_id)
    )


def _row(row: Any, now: datetime) -> JobRow:
    return JobRow(
        id=row.id,
        name=row.name,
        who=row.who or "",
        state=row.state,
        step=row.step,
        said=row.said,
        plan_id=row.result_id,
        unit_id=row.fields.get("unit_id"),
        year=row.fields.get("year"),
        created_at=row.created_at,
        seconds=max(int(((row.finished_at or now) - row.created_at).total_seconds()), 0),
    )
