"""Use case: import a large file beside the pages, step by step, so that one can leave and come back (后台导入).

Each step is a transaction of its own; this module commits, because a job lives longer than any request. A job is
claimed before it is worked on; one whose worker fell silent is taken up again from its file, three times at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from tracker.domain.errors import DocumentError, NotReadyError, TrackerError
from tracker.domain.import_steps import (
    DONE,
    FAILED,
    LIBRARY,
    OVER,
    PLAN,
    REVISION,
    RUNNING,
    STEPS,
    WAITING,
)
from tracker.extensions import db, reading, writing_beside
from tracker.models import ImportJob, Plan, Unit
from tracker.queries.locks import lock
from tracker.services.import_library import LibraryChanges, import_library
from tracker.services.import_plan import Upload, import_plan, read_upload
from tracker.services.plan_so_far import documents_read
from tracker.services.revise_plan import Revised, refuse_second, revise_plan

log = logging.getLogger(__name__)

SILENT = timedelta(minutes=3)
ATTEMPTS = 3
#: So many of the things that are wrong with a file are said.
_SHOWN = 10

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came, from whom and when."""

    name: str
    content: bytes
    person_id: int | None
    at: datetime


def start_plan_import(*, unit: Unit, sent: Sent, year: int | None) -> ImportJob:
    """Keep a plan's document and what was chosen beside it; nothing is read yet."""
    return _start(PLAN, unit.top_unit_id or unit.id, sent, {"unit_id": unit.id, "year": year})


def start_revision_import(*, plan: Plan, sent: Sent) -> ImportJob:
    """Keep a revised document of an issued plan; nothing is read yet."""
    return _start(REVISION, plan.top_unit_id, sent, {"plan_id": plan.id})


def refuse_second_import(plan: Plan) -> None:
    """Refuse a revised document before it is read, where another one waits or is being read. Raises DocumentError."""
    lock(Plan, Plan.id == plan.id)  # of two at once the second finds the first
    refuse_second(plan)
    running = db.session.scalars(
        select(ImportJob).where(
            ImportJob.top_unit_id == plan.top_unit_id,
            ImportJob.kind == REVISION,
            ImportJob.state.in_((WAITING, RUNNING)),
        )
    )
    for job in running:
        if job.fields["plan_id"] == plan.id:
            raise DocumentError(f"修订稿《{job.name}》正在导入，请等它读完，再导入新的。")


def start_library_import(*, top_unit_id: int, sent: Sent) -> ImportJob:
    """Keep a table of the indicator library; nothing is read yet."""
    return _start(LIBRARY, top_unit_id, sent, {})


def _start(kind: str, top_unit_id: int, sent: Sent, fields: dict[str, Any]) -> ImportJob:
    job = ImportJob(
        top_unit_id=top_unit_id,
        kind=kind,
        person_id=sent.person_id,
        name=sent.name[-255:],
        content=sent.content,
        fields=fields,
        created_at=sent.at,
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
        return _finish(job_id, FAILED, _why(error), None, clock())
    except Exception:
        log.exception("import job %d went wrong", job_id)
        db.session.rollback()
        words = "程序出错，没有导入；请把文件交给管理员查看日志。"
        return _finish(job_id, FAILED, words, None, clock())
    return _finish(job_id, DONE, said, result_id, clock())


def _why(error: TrackerError) -> str:
    """Say why nothing was imported: the sentence, or the first of many problems."""
    if not isinstance(error, NotReadyError):
        return error.message
    count, shown = len(error.problems), "；".join(error.problems[:_SHOWN])
    more = f"；另有 {count - _SHOWN:,} 处" if count > _SHOWN else ""
    return f"有 {count:,} 处要改，一行也没有导入：{shown}{more}。"


def _claim(job_id: int, now: datetime) -> bool:
    """Take a job that waits or was left lying; one that was tried too often fails. Commits."""
    free = or_(
        ImportJob.state == WAITING,
        (ImportJob.state == RUNNING) & (ImportJob.beat_at <= now - SILENT),
    )
    taken = db.session.execute(
        update(ImportJob)
        .where(ImportJob.id == job_id, free)
        .values(state=RUNNING, beat_at=now, attempts=ImportJob.attempts + 1, step=0, done=0)
        .returning(ImportJob.attempts)
    ).scalar()
    db.session.commit()
    if taken is None:
        return False
    if taken > ATTEMPTS:
        _finish(job_id, FAILED, f"试了 {ATTEMPTS} 次都没有读完，请拆成几份文件再导入。", None, now)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Work:
    """A job that is being done: its file, what was chosen beside it, and how to say how far it is."""

    job_id: int
    kind: str
    sent: Sent
    fields: dict[str, Any]
    limit_bytes: int
    clock: Clock

    def advance(self, step: int) -> None:
        """Say that a step begins. Commits."""
        _beat(self.job_id, step, self.clock())

    def count(self, done: int, total: int) -> None:
        """Say how many rows are written."""
        _count(self.job_id, done, total, self.clock())


def _work(job_id: int, limit_bytes: int, clock: Clock) -> tuple[str, int | None]:
    """Do what a job of its kind does; return what to say of it, and what it made."""
    job = db.session.scalars(select(ImportJob).where(ImportJob.id == job_id)).one()
    sent = Sent(job.name, job.content or b"", job.person_id, job.created_at)
    work = _Work(job_id, job.kind, sent, job.fields, limit_bytes, clock)
    top_unit_id = job.top_unit_id
    db.session.commit()  # nobody waits while the file is read
    if work.kind == LIBRARY:
        return _import_library(work, top_unit_id), None
    upload = read_upload(
        name=sent.name, content=sent.content, limit_bytes=limit_bytes, on_step=work.advance
    )
    work.advance(len(STEPS[work.kind]) - 1)
    return _revise(work, upload) if work.kind == REVISION else _import_plan(work, upload)


def _import_plan(work: _Work, upload: Upload) -> tuple[str, int]:
    unit = db.session.scalars(select(Unit).where(Unit.id == int(work.fields["unit_id"]))).one()
    done = import_plan(
        unit=unit,
        upload=upload,
        year=work.fields["year"],
        person_id=work.sent.person_id,
        now=work.clock(),
    )
    found, plan = upload.reading, done.plan
    if not done.added:
        return "这份文件已经导入过，没有重复添加。", plan.id
    return (
        f"已导入《{plan.title}》：读出 {len(found.items)} 个条目、{len(found.tasks)} 项任务、"
        f"{len(found.targets)} 个目标值。"
    ), plan.id


def _revise(work: _Work, upload: Upload) -> tuple[str, int]:
    wanted = select(Plan).where(Plan.id == int(work.fields["plan_id"]))
    with reading():
        known = documents_read(db.session.scalars(wanted).one())
    done = revise_plan(
        plan=db.session.scalars(wanted).one(),
        upload=upload,
        person_id=work.sent.person_id,
        now=work.clock(),
        known=known,
    )
    return revision_words(done), done.revision.id


def revision_words(done: Revised) -> str:
    """Say what came of a revised document, and what is next."""
    if not done.added:
        return "这份修订稿已经导入过，没有重复添加。"
    return "已导入修订稿，计划还没有改动；请逐项核对后应用。"


def _import_library(work: _Work, top_unit_id: int) -> str:
    work.advance(1)
    changes = import_library(
        top_unit_id=top_unit_id,
        name=work.sent.name,
        data=work.sent.content,
        limit=work.limit_bytes,
        person_id=work.sent.person_id,
        now=work.clock(),
        progress=work.count,
    )
    return library_words(changes)


def library_words(changes: LibraryChanges) -> str:
    """Say what came of a table of definitions."""
    if not changes.added and not changes.changed:
        return f"这份表的 {changes.rows:,} 行指标库里都有，没有改动。"
    return (
        f"已导入：新增 {len(changes.added):,} 个指标，更新 {len(changes.changed):,} 个，"
        f"未变 {changes.unchanged:,} 个。"
    )


def _count(job_id: int, done: int, total: int, now: datetime) -> None:
    """Note how many rows are written, beside the transaction that writes them: that is over only when all are.

    SQLite has one writer, so there the note is made before the writing begins and not again until it is over.
    """
    note = (
        update(ImportJob)
        .where(ImportJob.id == job_id)
        .values(step=len(STEPS[LIBRARY]) - 1, done=done, total=total, beat_at=now)
    )
    if not db.session().in_transaction():
        db.session.execute(note)
        db.session.commit()
    elif db.engine.dialect.name != "sqlite":
        with writing_beside() as connection:
            connection.execute(note)


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
            step=OVER,
            content=None,
        )
    )
    db.session.commit()
    return state


def _state(job_id: int) -> str:
    state = db.session.scalar(select(ImportJob.state).where(ImportJob.id == job_id))
    db.session.commit()
    return state or FAILED
