"""`flask plan read`, `import` and `issue`, as an operator types them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.makers import Maker
from tests.plan_office import TEXT, Office, complete, make_office, only_plan
from tracker.domain.plan_text import as_json, read_plan
from tracker.extensions import db
from tracker.models import Plan

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., Result]


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def flask(app: Flask) -> Command:
    """Run a command in the test's program."""

    def run(*words: str) -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["plan", *words])

    return run


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A plan as a file."""
    path = tmp_path / "计划.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_read_prints_the_reading(flask: Command, file: str) -> None:
    result = flask("read", file, "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == as_json(read_plan(TEXT))


def test_read_needs_no_database(tmp_path: Path, file: str) -> None:
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "flask", "--app", "wsgi", "plan", "read", file, "--json"],
        cwd=ROOT,
        env={
            "TRACKER_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/none.sqlite3",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(json.loads(done.stdout)["tasks"]) == 5
    assert not (tmp_path / "nowhere").exists()


def test_read_is_readable_without_json(flask: Command, file: str) -> None:
    lines = flask("read", file).stdout.splitlines()

    assert lines[0] == "2024年财政工作计划　2024"
    assert "    目2 非税收入：缺数 万元" in lines
    assert any("时限 6月底前" in line for line in lines)


def test_a_bad_file_is_refused_in_one_sentence(flask: Command, tmp_path: Path) -> None:
    path = tmp_path / "空.txt"
    path.write_bytes(b"")

    result = flask("read", str(path))

    assert result.exit_code == 1
    assert result.stderr.strip() == "文件是空的，请核对后再传。"


def test_a_file_that_is_not_there_is_wrong_usage(flask: Command) -> None:
    assert flask("read", "nowhere.txt").exit_code == 2


def test_import_makes_a_draft_once(flask: Command, office: Office, file: str) -> None:
    first = json.loads(flask("import", file, "--unit", office.top.code, "--json").stdout)
    second = json.loads(flask("import", file, "--unit", office.top.code, "--json").stdout)

    assert (first["added"], second["added"]) == (True, False)
    assert first["id"] == second["id"] == only_plan().id
    assert (first["tasks"], first["indicators"], first["year"]) == (5, 3, 2024)


def test_a_dry_run_adds_nothing(flask: Command, office: Office, file: str) -> None:
    result = flask("import", file, "--unit", office.top.code, "--dry-run")

    assert result.exit_code == 0
    assert result.stdout.startswith("将导入：2024年《2024年财政工作计划》，")
    assert db.session.scalars(db.select(Plan)).all() == []


def test_an_unknown_unit_is_refused(flask: Command, office: Office, file: str) -> None:
    result = flask("import", file, "--unit", "none")

    assert (result.exit_code, result.stderr.strip()) == (1, "没有代码为 none 的单位。")


def test_issue_lists_what_is_missing(flask: Command, office: Office, file: str) -> None:
    flask("import", file, "--unit", office.top.code)

    result = flask("issue", str(only_plan().id))

    assert result.exit_code == 1
    assert "任1、任2、任3、任4、任5：没有牵头单位和责任人" in result.stderr
    assert only_plan().state == "draft"


def test_issue_makes_a_complete_draft_binding(flask: Command, office: Office, file: str) -> None:
    flask("import", file, "--unit", office.top.code)
    complete(office, only_plan())
    db.session.commit()

    result = flask("issue", str(only_plan().id), "--json")

    assert json.loads(result.stdout) == {
        "id": only_plan().id,
        "tasks": 5,
        "indicators": 3,
        "units": 1,
    }
    assert only_plan().state == "issued"
    assert flask("issue", str(only_plan().id)).exit_code == 1


def test_issue_of_a_plan_that_is_not_there(flask: Command) -> None:
    assert flask("issue", "99").exit_code == 1
