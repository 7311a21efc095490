"""A large import runs beside the pages: claimed once, taken up again when its worker falls silent, never half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.makers import Maker
from tests.plan_office import NOW, TEXT, Office, make_office
from tracker.domain.import_steps import DONE, FAILED, RUNNING, WAITING
from tracker.extensions import db
from tracker.models import ImportJob, Plan
from tracker.services import import_jobs
from tracker.services.import_jobs import SILENT, jobs_to_run, run_import, start_plan_import

LIMIT = 1_000_000
SOON = timedelta(seconds=5)


def job_of(office: Office, content: bytes = TEXT.encode(), name: str = "计划.txt") -> ImportJob:
    job = start_plan_import(
        unit=office.top, name=name, content=content, year=None, person_id=None, now=NOW
    )
    db.session.commit()
    return job


def run(job: ImportJob) -> str:
    return run_import(job.id, limit_bytes=LIMIT, clock=lambda: NOW)


def again(job: ImportJob) -> ImportJob:
    db.session.expire_all()
    return db.session.scalars(select(ImportJob).where(ImportJob.id == job.id)).one()


def test_a_job_becomes_a_draft_and_says_what_was_read(make: Maker) -> None:
    job = job_of(make_office(make))

    assert run(job) == DONE

    job = again(job)
    assert job.result_id == db.session.scalars(select(Plan.id)).one()
    assert job.said.startswith("已导入《2024年财政工作计划》：读出 2 个条目、")
    assert job.content is None


def test_the_steps_are_told_as_they_begin(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(make_office(make))
    told: list[int] = []
    monkeypatch.setattr(import_jobs, "_beat", lambda _job, step, _now: told.append(step))

    run(job)

    assert told == [1, 2, 3]


def test_a_second_run_does_nothing(make: Maker) -> None:
    job = job_of(make_office(make))
    run(job)

    assert run(job) == DONE
    assert db.session.scalar(select(func.count()).select_from(Plan)) == 1
    assert again(job).attempts == 1


def test_the_same_document_again_is_said_to_be_there(make: Maker) -> None:
    office = make_office(make)
    run(job_of(office))

    job = job_of(office)
    run(job)

    assert again(job).said == "这份文件已经导入过，没有重复添加。"


def test_what_is_wrong_with_the_file_is_its_sentence(make: Maker) -> None:
    job = job_of(make_office(make), b"\x89PNG\r\n\x1a\n", "计划.txt")

    assert run(job) == FAILED

    job = again(job)
    assert "图片" in job.said
    assert job.result_id is None


def test_a_defect_is_said_to_be_one_and_adds_nothing(
    make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(make_office(make))

    def broken(**_values: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(import_jobs, "import_plan", broken)

    assert run(job) == FAILED
    assert "程序出错" in again(job).said


def test_a_job_that_is_being_done_is_left_alone_until_its_worker_falls_silent(make: Maker) -> None:
    job = job_of(make_office(make))
    job.state, job.beat_at = RUNNING, NOW
    db.session.commit()

    assert run(job) == RUNNING
    assert jobs_to_run(NOW + SOON, SOON) == []
    assert jobs_to_run(NOW + SILENT, SOON) == [job.id]
    state = run_import(job.id, limit_bytes=LIMIT, clock=lambda: NOW + SILENT)
    assert state == DONE


def test_a_job_that_nobody_took_up_is_listed_after_a_while(make: Maker) -> None:
    job = job_of(make_office(make))

    assert jobs_to_run(NOW, SOON) == []
    assert jobs_to_run(NOW + SOON, SOON) == [job.id]
    assert again(job).state == WAITING


def test_a_file_that_kills_its_worker_three_times_is_given_up(make: Maker) -> None:
    job = job_of(make_office(make))
    job.state, job.beat_at, job.attempts = RUNNING, NOW - SILENT, 3
    db.session.commit()

    assert run(job) == FAILED
    assert "试了 3 次" in again(job).said


def test_a_job_that_is_not_there_fails(make: Maker) -> None:
    make_office(make)

    assert run_import(999, limit_bytes=LIMIT, clock=lambda: NOW) == FAILED
