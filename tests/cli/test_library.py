"""`flask library import | match`: from a table, and what a plan's targets mean in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import IndicatorDefinition, Unit

TABLE = "编码,指标名称,别名,计量单位\nA1,税收收入,各项税收,万元\nA2,贷款余额,,亿元\n"


@pytest.fixture
def top(make: Maker) -> Unit:
    top = make.top()
    db.session.commit()
    return top


def kept(tmp_path: Path, table: str) -> str:
    path = tmp_path / "library.csv"
    path.write_text(table, encoding="utf-8-sig")
    return str(path)


def count() -> int:
    return db.session.scalar(select(func.count(IndicatorDefinition.id))) or 0


@pytest.mark.usefixtures("top")
def test_the_first_import_adds_and_the_second_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path, runner = kept(tmp_path, TABLE), app.test_cli_runner()

    look = runner.invoke(args=["library", "import", path, "--dry-run"])
    assert (look.stdout, count()) == ("将导入：新增 2 个，更新 0 个，未变 0 个。\n", 0)
    first = runner.invoke(args=["library", "import", path])
    second = runner.invoke(args=["library", "import", path, "--json"])

    assert first.stdout == "已导入：新增 2 个，更新 0 个，未变 0 个。\n"
    assert json.loads(second.stdout) == {
        "rows": 2,
        "added": 0,
        "changed": 0,
        "unchanged": 2,
        "retired": 0,
    }


@pytest.mark.usefixtures("top")
def test_retired_ones_are_said(app: Flask, tmp_path: Path) -> None:
    path, runner = kept(tmp_path, TABLE), app.test_cli_runner()
    runner.invoke(args=["library", "import", path])
    db.session.execute(db.update(IndicatorDefinition).values(state="retired"))
    db.session.commit()

    again = runner.invoke(args=["library", "import", path])

    assert again.stdout.endswith("其中 2 个已停用，仍停用。\n")


@pytest.mark.usefixtures("top")
def test_faults_are_listed_and_nothing_is_taken_over(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(
        args=["library", "import", kept(tmp_path, TABLE + "A2,,,\n")]
    )

    assert (done.exit_code, count()) == (1, 0)
    assert done.stderr == ("没有导入：\n  第4行“指标名称”没有填\n  第4行“计量单位”没有填\n")


@pytest.mark.usefixtures("top")
def test_too_large_a_file_is_not_read(app: Flask, tmp_path: Path) -> None:
    app.config["UPLOAD_MAX_BYTES"] = 10

    done = app.test_cli_runner().invoke(args=["library", "import", kept(tmp_path, TABLE)])

    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)


def test_the_bureau_is_named_where_there_are_several(
    app: Flask, make: Maker, tmp_path: Path, top: Unit
) -> None:
    section = make.unit(make.top("山阳县财政局"), code="SY-01")
    db.session.commit()
    path, runner = kept(tmp_path, TABLE), app.test_cli_runner()

    unnamed = runner.invoke(args=["library", "import", path])
    unknown = runner.invoke(args=["library", "import", path, "--unit", "XX"])
    named = runner.invoke(args=["library", "import", path, "--unit", "SY-01"])

    assert (unnamed.exit_code, unnamed.stderr) == (1, "请用 --unit 写明是哪个局的指标库。\n")
    assert (unknown.exit_code, unknown.stderr) == (1, "没有代码为 XX 的单位。\n")
    assert named.exit_code == 0
    owners = set(db.session.scalars(select(IndicatorDefinition.top_unit_id)))
    assert owners == {section.top_unit_id} != {top.id}


def test_one_code_in_two_bureaus_is_refused(app: Flask, make: Maker, tmp_path: Path) -> None:
    for name in ("临溪县财政局", "山阳县财政局"):
        make.unit(make.top(name), code="01")
    db.session.commit()

    done = app.test_cli_runner().invoke(
        args=["library", "import", kept(tmp_path, TABLE), "--unit", "01"]
    )

    assert (done.exit_code, done.stderr) == (1, "有 2 个单位的代码是 01，请用不重复的代码。\n")


def test_without_a_bureau_there_is_no_library(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["library", "import", kept(tmp_path, TABLE)])

    assert (done.exit_code, done.stderr) == (1, "还没有单位，请先导入单位。\n")


def test_a_plan_s_indicators_are_listed_with_what_they_mean(
    app: Flask, make: Maker, tmp_path: Path, top: Unit
) -> None:
    plan = make.plan(top)
    make.indicator(plan, name="全县各项税收")
    make.indicator(plan, name="旅游人次")
    make.indicator(plan, name="税收收入", state="cancelled")
    db.session.commit()
    runner = app.test_cli_runner()
    runner.invoke(args=["library", "import", kept(tmp_path, TABLE)])

    done = runner.invoke(args=["library", "match", str(plan.id), "--json"])

    rows = json.loads(done.stdout)
    assert [(row["name"], row["definition_name"], row["reason"]) for row in rows] == [
        ("全县各项税收", "税收收入", "别名“各项税收”相同"),
        ("旅游人次", None, None),
    ]
    assert (rows[0]["code"], rows[0]["unit"], rows[0]["rivals"]) == ("A1", "万元", 0)


def test_an_unknown_plan_is_refused_in_one_sentence(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["library", "match", "99"])

    assert (done.exit_code, done.stderr) == (1, "没有编号为 99 的计划。\n")
