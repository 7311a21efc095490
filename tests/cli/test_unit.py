"""`flask unit import`: the organisation, from a table."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import Unit

TABLE = "代码,名称,上级代码\nLX,临溪县财政局,\nLX-01,预算股,LX\n"


def kept(tmp_path: Path, table: str) -> str:
    path = tmp_path / "units.csv"
    path.write_text(table, encoding="utf-8-sig")
    return str(path)


def test_the_first_import_makes_the_bureau_and_the_second_changes_nothing(
    app: Flask, tmp_path: Path
) -> None:
    path, runner = kept(tmp_path, TABLE), app.test_cli_runner()

    first = runner.invoke(args=["unit", "import", path])
    second = runner.invoke(args=["unit", "import", path, "--json"])

    assert first.stdout == "临溪县财政局（新建）：新增 2 个单位，改动 0 个，未变 0 个。\n"
    assert json.loads(second.stdout) == {
        "bureau": "LX",
        "new_bureau": False,
        "added": [],
        "changed": [],
        "unchanged": 2,
    }


def test_faults_are_listed_and_nothing_is_taken_over(app: Flask, tmp_path: Path) -> None:
    path = kept(tmp_path, TABLE + "LX-02,,LX\nLX-03,国库股,LX-9\n")

    done = app.test_cli_runner().invoke(args=["unit", "import", path])

    assert (done.exit_code, done.stderr) == (1, "没有导入：\n  第 4 行：LX-02 没有名称。\n")
    assert db.session.scalar(select(func.count(Unit.id))) == 0


def test_what_is_no_table_is_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    path.write_bytes(b"\x00\x01 not a workbook")

    done = app.test_cli_runner().invoke(args=["unit", "import", str(path)])

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
