"""Use case: import a large file beside the pages, step by step, so that one can leave and come back (后台导入).

Each step is a transaction of its own; this module commits, because a job lives longer than any request. A job is
claimed before it is worked on; one whose worker fell silent is taken up again from its file, three times at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from tracker.domain.errors import TrackerError
from tracker.domain.import_steps import DONE, FAILED, RUNNING, STEPS, WAITING
from tracker.extensions import db
from tracker.models import ImportJob, Unit
from tracker.services.import_plan import import_plan, read_upload

log = logging.getLogger(__name__)

PLAN = "plan"
SILENT = timedelta(minutes=3)
ATTEMPTS = 3

Clock = Callable[[], datetime]


def start_plan_import(
    *,
    unit: Unit,
    name: str,
    content: bytes,
    year: int | None,
    person_id: int | None,
    now: datetime,
) -> ImportJob:
    """Keep a document and what was chosen beside it; nothing is read yet."""
    job = ImportJob(
        top_unit_id=unit.top_unit_id or unit.id,
        kind=PLAN,
        person_id=person_id,
        name=name[-255:],
        content=content,
        fields={"unit_id": unit.id, "year": year},
        created_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def jobs_to_run(now: datetime, patience: timedelta) -> list[int]:
    """Return the jobs, of every bureau, that nobody took up within this time or whose worker fell silent."""
    return list(
        db.session.scalars(
            select(ImportJob.id)
            .where(
                or_(
                    (ImportJob.state == WAITING) & (ImportJob.created_at <= now - patience),
                    (ImportJob.state == RUNNING) & (ImportJob.beat_at <= now - SILENT),
                )
            )
            .order_by(ImportJob.id)
        )
    )


def run_import(job_id: int, *, limit_bytes: int, clock: Clock) -> str:
    """Do a job from its beginning to its end; return the state it is in afterwards.

    What is wrong with the file is kept as the job's sentence; a defect is logged and said to be one.
    """
    if not _claim(job_id, clock()):
        return _state(job_id)
    try:
        said, result_id = _work(job_id, limit_bytes, clock)
    except TrackerError as error:
        db.session.rollback()
        return _finish(job_id, FAILED, error.message, None, clock())
    except Exception:
        log.exception("import job %d went wrong", job_id)
        db.session.rollback()
        words = "程序出错，没有导入；请把文件交给管理员查看日志。"
        return _finish(job_id, FAILED, words, None, clock())
    return _finish(job_id, DONE, said, result_id, clock())


def _claim(job_id: int, now: datetime) -> bool:
    """Take a job that waits or was left lying; one that was tried too often fails. Commits."""
    free = or_(
        ImportJob.state == WAITING,
        (ImportJob.state == RUNNING) & (ImportJob.beat_at <= now - SILENT),
    )
    taken = db.session.execute(
        update(ImportJob)
        .where(ImportJob.id == job_id, free)
        .values(state=RUNNING, beat_at=now, attempts=ImportJob.attempts + 1, step=0)
        .returning(ImportJob.attempts)
    ).scalar()
    db.session.commit()
    if taken is None:
        return False
    if taken > ATTEMPTS:
        _finish(job_id, FAILED, f"试了 {ATTEMPTS} 次都没有读完，请拆成几份文件再导入。", None, now)
        return False
    return True


def _work(job_id: int, limit_bytes: int, clock: Clock) -> tuple[str, int]:
    job = db.session.scalars(select(ImportJob).where(ImportJob.id == job_id)).one()
    name, content, person_id = job.name, job.content or b"", job.person_id
    unit_id, year = int(job.fields["unit_id"]), job.fields["year"]
    db.session.commit()  # nobody waits while the document is read

    def advance(step: int) -> None:
        _beat(job_id, step, clock())

    upload = read_upload(name=name, content=content, limit_bytes=limit_bytes, on_step=advance)
    advance(len(STEPS) - 1)
    unit = db.session.scalars(select(Unit).where(Unit.id == unit_id)).one()
    done = import_plan(unit=unit, upload=upload, year=year, person_id=person_id, now=clock())
    reading, plan = upload.reading, done.plan
    if not done.added:
        return "这份文件已经导入过，没有重复添加。", plan.id
    return (
        f"已导入《{plan.title}》：读出 {len(reading.items)} 个条目、{len(reading.tasks)} 项任务、"
        f"{len(reading.targets)} 个目标值。"
    ), plan.id


def _beat(job_id: int, step: int, now: datetime) -> None:
    db.session.execute(
        update(ImportJob).where(ImportJob.id == job_id).values(step=step, beat_at=now)
    )
    db.session.commit()


def _finish(job_id: int, state: str, said: str, result_id: int | None, now: datetime) -> str:
    """Say what came of a job, in the transaction of what it wrote; its file is not needed any more."""
    db.session.execute(
        update(ImportJob)
        .where(ImportJob.id == job_id)
        .values(
            state=state,
            said=said,
            result_id=result_id,
            finished_at=now,
            beat_at=now,
            step=len(STEPS),
            content=None,
        )
    )
    db.session.commit()
    return state


def _state(job_id: int) -> str:
    state = db.session.scalar(select(ImportJob.state).where(ImportJob.id == job_id))
    db.session.commit()
    return state or FAILED
