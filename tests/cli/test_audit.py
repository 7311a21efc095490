"""`flask audit`: is the record whole, and what does it say."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select, update

from tests.bureau import at
from tests.makers import Maker
from tracker.extensions import db, request_id
from tracker.models import AuditEntry
from tracker.services.audit import record


@pytest.fixture
def ids(make: Maker) -> list[int]:
    """Three entries of 临溪 on 1 to 3 March, one of 云泽 on the 2nd."""
    request_id.set("r-17")
    ours, theirs = make.top(code="LX"), make.top(code="YZ")
    person = make.person(ours, login="zhaowenbo", name="赵文博")
    made = [
        record(
            top.id,
            action,
            now=moment,
            person_id=person.id if top is ours else None,
            object_type="plan",
            object_id=7,
            detail={"项": 3},
        ).id
        for top, action, moment in (
            (ours, "import", at("2024-03-01T09:00")),
            (theirs, "issue", at("2024-03-02T09:00")),
            (ours, "issue", at("2024-03-02T23:59")),
            (ours, "export", at("2024-03-03T00:00")),
        )
    ]
    db.session.commit()
    return made


def run(app: Flask, *words: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["audit", *words])


def exported(app: Flask, *words: str) -> list[dict[str, Any]]:
    done = run(app, "export", *words, "--json")
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


class TestVerify:
    def test_a_whole_record(self, app: Flask, ids: list[int]) -> None:
        done = run(app, "verify")

        assert (done.exit_code, done.stdout) == (0, "审计记录完整：2 个局，共 4 条。\n")

    def test_a_changed_entry_is_an_integrity_fault(self, app: Flask, ids: list[int]) -> None:
        changed = update(AuditEntry).where(AuditEntry.id == ids[2]).values(detail={"项": 4})
        db.session.execute(changed)
        db.session.commit()

        said, listed = run(app, "verify"), run(app, "verify", "--json")

        assert said.exit_code == listed.exit_code == 3
        assert f"LX 编号 {ids[2]}。" in said.stderr
        assert json.loads(listed.stdout) == {
            "whole": False,
            "units": [
                {"unit": "LX", "entries": 3, "broken": [ids[2]]},
                {"unit": "YZ", "entries": 1, "broken": []},
            ],
        }

    def test_a_dropped_entry_is_an_integrity_fault(self, app: Flask, ids: list[int]) -> None:
        db.session.execute(delete(AuditEntry).where(AuditEntry.id == ids[0]))
        db.session.commit()

        assert run(app, "verify").exit_code == 3

    def test_nothing_written_is_whole(self, app: Flask) -> None:
        assert run(app, "verify").exit_code == 0


class TestExport:
    def test_a_row_says_all(self, app: Flask, ids: list[int]) -> None:
        row = exported(app, "--from", "2024-03-01", "--to", "2024-03-01")[0]

        assert row == {
            "id": ids[0],
            "at": "2024-03-01T09:00:00+08:00",
            "unit": "LX",
            "person": row["person"],
            "login": "zhaowenbo",
            "name": "赵文博",
            "action": "import",
            "object_type": "plan",
            "object_id": 7,
            "request_id": "r-17",
            "detail": {"项": 3},
            "mac": row["mac"],
        }
        assert len(row["mac"]) == 64

    def test_days_are_the_bureaus_own_and_the_last_is_included(
        self, app: Flask, ids: list[int]
    ) -> None:
        rows = exported(app, "--from", "2024-03-02", "--to", "2024-03-02")

        assert [row["id"] for row in rows] == [ids[1], ids[2]]
        assert datetime.fromisoformat(rows[1]["at"]).date().isoformat() == "2024-03-02"

    def test_one_bureau(self, app: Flask, ids: list[int]) -> None:
        rows = exported(app, "--from", "2024-03-01", "--to", "2024-03-31", "--unit", "YZ")

        assert [row["id"] for row in rows] == [ids[1]]

    def test_that_it_was_read_is_entered_and_the_chain_holds(
        self, app: Flask, ids: list[int]
    ) -> None:
        exported(app, "--from", "2024-03-01", "--to", "2024-03-31", "--unit", "YZ")

        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.detail) == (
            "export",
            {"first": "2024-03-01", "until": "2024-03-31"},
        )
        assert db.session.scalar(select(func.count(AuditEntry.id))) == 5
        assert run(app, "verify").exit_code == 0

    def test_for_people_it_is_a_table(self, app: Flask, ids: list[int]) -> None:
        lines = run(app, "export", "--from", "2024-03-01", "--to", "2024-03-31").stdout.splitlines()

        assert (len(lines), lines[1].split("\t")[10]) == (5, '{"项": 3}')

    @pytest.mark.parametrize(
        ("words", "status"),
        [
            (("--from", "2024-03-02", "--to", "2024-03-01"), 2),
            (("--from", "2024-02-30", "--to", "2024-03-01"), 2),
            (("--from", "2024-03-01"), 2),
            (("--from", "2024-03-01", "--to", "2024-03-01", "--unit", "XX"), 1),
        ],
    )
    def test_what_cannot_be(self, app: Flask, words: tuple[str, ...], status: int) -> None:
        assert run(app, "export", *words).exit_code == status
