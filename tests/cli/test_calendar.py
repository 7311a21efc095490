"""`flask calendar import`: holidays and make-up days, from a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import CalendarDay

TABLE = "日期,是否上班,名称\n2027-01-01,休,元旦\n2027-01-04,班,元旦\n2027-01-09,班,调休\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "日历.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


@pytest.fixture
def bureaus(make: Maker) -> None:
    make.unit(make.top("临溪县财政局", code="LX"), code="LX-01")
    make.top("云泽县财政局", code="YZ")
    db.session.commit()


@pytest.mark.usefixtures("bureaus")
def test_every_bureau_gets_the_days(app: Flask, table: Path) -> None:
    done = app.test_cli_runner().invoke(args=["calendar", "import", str(table), "--json"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == [
        {"unit": "LX", "years": [2027], "changed": 2},
        {"unit": "YZ", "years": [2027], "changed": 2},
    ]
    assert db.session.scalar(select(func.count(CalendarDay.id))) == 4


@pytest.mark.usefixtures("bureaus")
def test_one_bureau_by_its_code(app: Flask, table: Path) -> None:
    done = app.test_cli_runner().invoke(args=["calendar", "import", str(table), "--unit", "LX"])

    assert done.stdout == "临溪县财政局：已录入2027年的安排，变动 2 天。\n"
    assert db.session.scalar(select(func.count(CalendarDay.id))) == 2


@pytest.mark.usefixtures("bureaus")
@pytest.mark.parametrize(("code", "words"), [("XX", "没有代码为 XX"), ("LX-01", "不是顶层单位")])
def test_only_a_bureau_has_a_calendar(app: Flask, table: Path, code: str, words: str) -> None:
    done = app.test_cli_runner().invoke(args=["calendar", "import", str(table), "--unit", code])

    assert done.exit_code == 1
    assert words in done.stderr


@pytest.mark.usefixtures("bureaus")
def test_a_fault_is_one_sentence_and_enters_nothing(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("日期,是否上班\n2027-01-01,休\n2027-13-01,休\n", encoding="utf-8")

    done = app.test_cli_runner().invoke(args=["calendar", "import", str(path)])

    assert (done.exit_code, done.stderr) == (1, "没有导入：第 3 行：“2027-13-01”不是日期。\n")
    assert db.session.scalar(select(func.count(CalendarDay.id))) == 0


def test_without_a_bureau_there_is_nothing_to_enter_it_into(app: Flask, table: Path) -> None:
    done = app.test_cli_runner().invoke(args=["calendar", "import", str(table)])

    assert done.exit_code == 1
    assert "flask unit import" in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["calendar", "import", "nowhere.csv"]).exit_code == 2
