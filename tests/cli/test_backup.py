"""`flask backup`: write, look into, put back; and what /readyz says of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from tests.bureau import at
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Unit
from tracker.services.audit import record

Command = Callable[..., Result]


@pytest.fixture
def flask(app: Flask, make: Maker) -> Command:
    """A bureau with a record, and a way to run commands."""
    top = make.top("临溪县财政局", code="LX")
    for number in range(2):
        record(top.id, "issue", now=at("2024-03-01T09:00"), detail={"序": number})
    db.session.commit()

    def run(*words: str) -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["backup", *words])

    return run


def shown(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def backups(app: Flask) -> list[Path]:
    return sorted(Path(app.config["BACKUP_DIR"]).glob("*.zip"))


def rename(name: str) -> None:
    db.session.execute(update(Unit).values(name=name))
    db.session.commit()


def name() -> str:
    db.session.rollback()
    return db.session.scalars(select(Unit.name)).one()


def test_the_drill(app: Flask, flask: Command, client: FlaskClient) -> None:
    before = client.get("/readyz").json
    made = shown(flask("create", "--json"))
    found = shown(flask("verify", "--json"))
    after = client.get("/readyz").json

    assert made["counts"]["unit"] == 1
    assert (found["file"], found["ok"], found["newest_schema"]) == (made["file"], True, True)
    assert found["counts"] == made["counts"]
    assert before is not None
    assert after is not None
    assert before["last_verified_backup"] is None
    assert after["last_verified_backup"] == "2024-04-01T10:00:00+08:00"


def test_for_people_it_is_a_sentence(flask: Command) -> None:
    assert "已备份到" in flask("create").stdout
    assert "可以恢复" in flask("verify").stdout


def test_the_newest_is_verified(
    app: Flask, flask: Command, set_clock: Callable[[str], None]
) -> None:
    flask("create")
    flask("create")
    set_clock("2024-03-01T10:00")
    flask("create")

    assert shown(flask("verify", "--json"))["file"].endswith("tracker-20240401T100000-2.zip")


def test_without_a_backup_there_is_nothing_to_verify(flask: Command) -> None:
    done = flask("verify")

    assert done.exit_code == 1
    assert "flask backup create" in done.stderr


def test_a_damaged_backup_is_an_integrity_fault(app: Flask, flask: Command) -> None:
    flask("create")
    (file,) = backups(app)
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("more", "1")

    done = flask("verify", str(file))

    assert (done.exit_code, len(done.stderr.splitlines())) == (3, 1)
    assert not (file.parent / "last-verified.json").exists()
    assert flask("restore", str(file), "--yes").exit_code == 3


def test_a_record_with_a_hole_is_backed_up_and_said(app: Flask, flask: Command) -> None:
    first = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).first()
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == first))
    db.session.commit()

    made, found = flask("create"), flask("verify", "--json")

    assert (made.exit_code, found.exit_code, len(backups(app))) == (3, 3, 1)
    assert json.loads(found.stdout)["ok"] is False
    assert "审计记录对不上" in found.stderr


def test_data_is_not_replaced_without_a_yes(app: Flask, flask: Command) -> None:
    flask("create")
    rename("改过的局")

    done = flask("restore", str(backups(app)[0]))

    assert (done.exit_code, name()) == (1, "改过的局")
    assert "--yes" in done.stderr


def test_with_a_yes_it_is_replaced_and_kept_aside(app: Flask, flask: Command) -> None:
    flask("create")
    (file,) = backups(app)
    rename("改过的局")

    done = shown(flask("restore", str(file), "--yes", "--json"))
    assert name() == "临溪县财政局"

    flask("restore", done["replaced"], "--yes")
    assert name() == "改过的局"


def test_an_empty_house_needs_no_yes(app: Flask, flask: Command) -> None:
    flask("create")
    with db.engine.begin() as connection:
        db.session.rollback()
        db.metadata.drop_all(connection)

    done = flask("restore", str(backups(app)[0]))

    assert (done.exit_code, name()) == (0, "临溪县财政局")
    assert done.stdout.startswith("已恢复 2024-04-01T10:00:00+08:00 的备份")


def test_keys_of_the_environment_are_said(app: Flask, flask: Command) -> None:
    flask("create")
    app.config["AUDIT_KEY"] = "another-house-0123456789abcdefghij"

    done = flask("restore", str(backups(app)[0]), "--yes")

    assert "环境变量 TRACKER_AUDIT_KEY 与备份中的不同" in done.stdout


def test_a_folder_in_the_way_is_refused_in_one_sentence(
    app: Flask, flask: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    app.config["BACKUP_DIR"] = str(tmp_path / "file" / "backup")

    done = flask("create")

    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)


def test_a_file_that_is_not_there_is_wrong_usage(flask: Command) -> None:
    assert flask("verify", "nowhere.zip").exit_code == 2
    assert flask("restore").exit_code == 2
