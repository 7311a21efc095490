"""`flask doctor`: settings, files and database; 0 when all is well, 1 otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from tests.conftest import settings
from tests.makers import Maker
from tracker import create_app
from tracker.clock import wall_now
from tracker.extensions import db
from tracker.models import CalendarYear, Lease


def doctor(app: Flask, *words: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["doctor", *words])


def found(app: Flask) -> dict[str, str]:
    rows = json.loads(doctor(app, "--json").stdout)
    return {row["what"]: row["words"] for row in rows}


@pytest.fixture
def well(app: Flask, make: Maker) -> Flask:
    """A house in which all is well, by the machine's own clock."""
    today = wall_now()
    top = make.top(code="LX")
    for year in (today.year - 1, today.year, today.year + 1):
        db.session.add(CalendarYear(top_unit_id=top.id, year=year))
    db.session.add(Lease(name="scheduler", beat_at=today))
    db.session.commit()
    app.config.update(TEST_CLOCK="", SMTP_HOST="mail.example.cn")
    return app


def test_nothing_is_wrong(well: Flask) -> None:
    assert (doctor(well).exit_code, doctor(well).stdout) == (0, "一切正常。\n")
    assert doctor(well, "--json").stdout == "[]\n"


def test_settings_that_are_for_trying_out(well: Flask) -> None:
    well.config.update(TEST_CLOCK="2024-04-01T10:00", SMTP_HOST="")

    said = found(well)

    assert "2024-04-01T10:00:00+08:00" in said["clock"]
    assert "TRACKER_SMTP_HOST" in said["smtp"]
    assert doctor(well).exit_code == 1


def test_a_key_that_others_can_read(well: Flask) -> None:
    key = Path(well.config["INSTANCE_DIR"]) / "audit_key"
    key.write_text("k" * 40, encoding="ascii")
    key.chmod(0o600)
    assert found(well) == {}

    key.chmod(0o640)
    assert "权限 640" in found(well)["audit_key"]


def test_a_folder_that_cannot_be_written(well: Flask, tmp_path: Path) -> None:
    well.config["INSTANCE_DIR"] = str(tmp_path / "nowhere")

    assert set(found(well)) == {"instance"}


def test_an_older_schema(well: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()

    assert set(found(well)) == {"schema"}


def test_what_is_a_bureaus_own_names_it(well: Flask) -> None:
    db.session.execute(text("DELETE FROM calendar_year"))
    db.session.commit()

    assert doctor(well).stdout.startswith("LX：")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///{folder}/none.sqlite3", "flask db upgrade"),
        ("postgresql://tracker:secret@127.0.0.1:1/tracker", "数据库连不上"),
    ],
)
def test_a_database_that_is_not_there(tmp_path: Path, url: str, words: str) -> None:
    app = create_app(settings(url.format(folder=tmp_path), tmp_path / "instance"))
    with app.app_context():
        result = doctor(app)
        db.engine.dispose()

    assert result.exit_code == 1
    assert words in result.stdout
    assert "secret" not in result.stdout
    assert not (tmp_path / "none.sqlite3").exists()
