"""A large import runs beside the pages: claimed once, taken up again when its worker falls silent, never half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Select, func, select

from tests.makers import Maker
from tests.plan_office import NOW, TEXT, Office, complete, draft_of_text, make_office
from tracker.domain.import_steps import DONE, FAILED, RUNNING, WAITING
from tracker.extensions import db, reading_only
from tracker.models import ImportJob, IndicatorDefinition, Plan, PlanRevision
from tracker.services import import_jobs, import_library
from tracker.services.import_jobs import (
    SILENT,
    Sent,
    jobs_to_run,
    run_import,
    start_library_import,
    start_plan_import,
    start_revision_import,
)
from tracker.services.issue_plan import issue_plan

LIMIT = 1_000_000
SOON = timedelta(seconds=5)
HEAD = "编码,指标名称,计量单位\n"
TABLE = (
    HEAD + "A1,税收收入,万元\nA2,非税收入,万元\nA3,贷款余额,亿元\nA4,契税,万元\nA5,房产税,万元\n"
)


def job_of(office: Office, content: bytes = TEXT.encode(), name: str = "计划.txt") -> ImportJob:
    job = start_plan_import(unit=office.top, sent=Sent(name, content, None, NOW), year=None)
    db.session.commit()
    return job


def revision_of(plan: Plan, text: str) -> ImportJob:
    sent = Sent("修订稿.txt", text.encode(), None, NOW)
    job = start_revision_import(plan=plan, sent=sent)
    db.session.commit()
    return job


def table_of(office: Office, text: str = TABLE) -> ImportJob:
    sent = Sent("指标库.csv", text.encode(), None, NOW)
    job = start_library_import(top_unit_id=office.top.id, sent=sent)
    db.session.commit()
    return job


def issued(office: Office) -> Plan:
    plan = draft_of_text(office)
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()
    return plan


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


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


class TestARevision:
    def test_it_is_held_against_the_plan_and_changes_nothing(self, make: Maker) -> None:
        plan = issued(make_office(make))
        job = revision_of(plan, TEXT.replace("88200万元", "84000万元"))

        assert run(job) == DONE

        job, revision = again(job), db.session.scalars(select(PlanRevision)).one()
        assert (job.result_id, job.said) == (
            revision.id,
            "已导入修订稿，计划还没有改动；请逐项核对后应用。",
        )
        assert (revision.plan_id, revision.state, job.content) == (plan.id, "draft", None)

    def test_its_steps_are_told_as_they_begin(
        self, make: Maker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = revision_of(issued(make_office(make)), TEXT.replace("88200万元", "84000万元"))
        told: list[int] = []
        monkeypatch.setattr(import_jobs, "_beat", lambda _job, step, _now: told.append(step))

        run(job)

        assert told == [1, 2, 3]

    def test_the_same_file_again_is_said_to_be_there(self, make: Maker) -> None:
        plan = issued(make_office(make))
        run(revision_of(plan, TEXT + "（三）其他。9月底前建立月报制度。\n"))

        job = revision_of(plan, TEXT + "（三）其他。9月底前建立月报制度。\n")

        assert run(job) == DONE
        assert again(job).said == "这份修订稿已经导入过，没有重复添加。"
        assert count(PlanRevision) == 1

    def test_another_plan_s_document_is_refused_in_its_sentence(self, make: Maker) -> None:
        job = revision_of(issued(make_office(make)), "2024年工作计划\n（一）绿化。开展植树造林。\n")

        assert run(job) == FAILED
        assert "没有一处对得上" in again(job).said
        assert count(PlanRevision) == 0


class TestALibrary:
    def test_all_of_the_table_is_taken_over(self, make: Maker) -> None:
        job = table_of(make_office(make))

        assert run(job) == DONE

        job = again(job)
        assert job.said == "已导入：新增 5 个指标，更新 0 个，未变 0 个。"
        assert (job.result_id, job.content, count(IndicatorDefinition)) == (None, None, 5)

    def test_the_rows_are_counted_before_they_are_written_and_while_they_are(
        self, make: Maker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = table_of(make_office(make))
        monkeypatch.setattr(import_library, "BATCH", 2)
        seen: list[tuple[int, int, int]] = []
        note = import_jobs._count

        def count_and_look(job_id: int, *told: Any) -> None:
            note(job_id, *told)
            seen.append(as_others_see(job_id))

        monkeypatch.setattr(import_jobs, "_count", count_and_look)
        run(job)

        one_writer = db.engine.dialect.name == "sqlite"
        told = [(0, 5)] * 4 if one_writer else [(0, 5), (2, 5), (4, 5), (5, 5)]
        assert seen == [(2, *rows) for rows in told]

    def test_until_all_is_written_nobody_sees_any(
        self, make: Maker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = table_of(make_office(make))
        monkeypatch.setattr(import_library, "BATCH", 2)
        definitions: list[int] = []

        def look(_job: int, *_told: Any) -> None:
            definitions.append(seen_by_others(select(func.count(IndicatorDefinition.id)))[0])

        monkeypatch.setattr(import_jobs, "_count", look)
        run(job)

        assert definitions == [0, 0, 0, 0]
        assert count(IndicatorDefinition) == 5

    def test_one_that_breaks_off_leaves_nothing_and_is_taken_up_again(
        self, make: Maker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = table_of(make_office(make))
        monkeypatch.setattr(import_library, "BATCH", 2)

        def die(_job: int, done: int, *_told: Any) -> None:
            if done == 4:
                raise KeyboardInterrupt

        with monkeypatch.context() as killed:
            killed.setattr(import_jobs, "_count", die)
            with pytest.raises(KeyboardInterrupt):
                run(job)
        db.session.rollback()

        assert count(IndicatorDefinition) == 0
        assert jobs_to_run(NOW + SILENT, SOON) == [job.id]
        assert run_import(job.id, limit_bytes=LIMIT, clock=lambda: NOW + SILENT) == DONE
        assert count(IndicatorDefinition) == 5

    def test_the_same_table_again_changes_nothing(self, make: Maker) -> None:
        office = make_office(make)
        run(table_of(office))

        job = table_of(office)
        run(job)

        assert again(job).said == "这份表的 5 行指标库里都有，没有改动。"

    def test_of_many_problems_the_first_are_said_and_no_row_is_taken(self, make: Maker) -> None:
        job = table_of(make_office(make), TABLE + "B1,无单位,\n" + ",,万元\n" * 11)

        assert run(job) == FAILED

        said = again(job).said
        assert said.startswith("有 12 处要改，一行也没有导入：第7行“计量单位”没有填；")
        assert said.endswith("；另有 2 处。")
        assert count(IndicatorDefinition) == 0

    def test_what_is_no_table_is_its_sentence(self, make: Maker) -> None:
        job = table_of(make_office(make), "没有表头\n")

        assert run(job) == FAILED
        assert "表头里没有" in again(job).said


def seen_by_others(query: Select[*tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return what a connection of its own reads."""
    with reading_beside() as connection:
        return tuple(connection.execute(query).one())


def as_others_see(job_id: int) -> tuple[int, int, int]:
    query = select(ImportJob.step, ImportJob.done, ImportJob.total)
    step, done, total = seen_by_others(query.where(ImportJob.id == job_id))
    return step, done, total


@contextmanager
def reading_beside() -> Iterator[Connection]:
    """Give a connection of its own that only reads, so that SQLite's writer is not waited for."""
    mark = reading_only.set(True)
    try:
        with db.engine.connect() as connection:
            yield connection
    finally:
        reading_only.reset(mark)
