"""`flask plan revise`, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.makers import Maker
from tests.plan_office import NOW, TEXT, complete, draft_of_text, make_office
from tracker.extensions import db
from tracker.models import Plan, PlanRevision
from tracker.services.issue_plan import issue_plan

Command = Callable[..., Result]
REVISED = TEXT.replace("88200万元", "84000万元") + "（三）防范财政风险。完善内部控制制度。\n"


@pytest.fixture
def plan(make: Maker) -> Plan:
    """A plan that binds."""
    office = make_office(make)
    plan = draft_of_text(office)
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()
    return plan


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The revised document as a file."""
    path = tmp_path / "修订稿.txt"
    path.write_text(REVISED, encoding="utf-8")
    return str(path)


@pytest.fixture
def revise(app: Flask) -> Command:
    """Run the command in the test's program."""

    def run(*words: str) -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["plan", "revise", *words])

    return run


def test_it_prints_what_changes_and_keeps_it(revise: Command, plan: Plan, file: str) -> None:
    result = revise(str(plan.id), file)

    assert result.exit_code == 0
    assert "目标值 88200 → 84000" in result.stdout
    assert "新增　任务　完善内部控制制度" in result.stdout
    assert "未变 8，有改动 2，移动 0，新增 1，删去 0。已导入（编号 1）" in result.stdout
    assert db.session.scalars(db.select(PlanRevision.state)).all() == ["draft"]


def test_a_dry_run_keeps_nothing(revise: Command, plan: Plan, file: str) -> None:
    result = revise(str(plan.id), file, "--dry-run", "--json")

    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said["id"] is None
    assert said["counts"] == {"unchanged": 8, "changed": 2, "moved": 0, "added": 1, "dropped": 0}
    figure = next(row for row in said["rows"] if row["sort"] == "indicator")
    assert figure["fields"] == [{"name": "target", "old": "88200", "new": "84000"}]
    assert "税收收入84000万元" in REVISED[figure["start"] : figure["end"]]
    assert db.session.scalars(db.select(PlanRevision)).all() == []


def test_the_same_file_again_adds_nothing(revise: Command, plan: Plan, file: str) -> None:
    revise(str(plan.id), file)

    again = revise(str(plan.id), file)

    assert again.exit_code == 0
    assert "已经导入过（编号 1）" in again.stdout


def test_a_plan_that_is_not_there_is_refused(revise: Command, plan: Plan, file: str) -> None:
    result = revise("99", file)

    assert (result.exit_code, result.stderr) == (1, "没有编号为 99 的计划。\n")


def test_another_plan_altogether_is_refused(revise: Command, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "林业.txt"
    path.write_text("2024年林业工作计划\n（一）造林绿化。完成封山育林3万亩。\n", encoding="utf-8")

    result = revise(str(plan.id), str(path))

    assert result.exit_code == 1
    assert "没有一处对得上" in result.stderr
    assert db.session.scalars(db.select(PlanRevision)).all() == []


def test_a_file_that_is_not_there_is_wrong_usage(revise: Command, plan: Plan) -> None:
    assert revise(str(plan.id), "没有.txt").exit_code == 2
