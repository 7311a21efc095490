"""A migration that fails half way leaves the schema, the rows and the revision as they were, on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Unit

ROOT = Path(__file__).resolve().parents[2]
MIGRATION = '''"""One that fails."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    op.create_table("half_done", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE unit SET name = 'half done'")
    {fault}


def downgrade():
    op.drop_table("half_done")
'''
FAULTS = {
    "raises": "raise ZeroDivisionError",
    "breaks a foreign key": "op.execute('UPDATE unit SET parent_id = 999')",
    "names what is not there": "op.drop_table('no_such_table')",
}


@pytest.fixture
def failing(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The program's own migrations, and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    options = Config()
    options.set_main_option("script_location", str(folder))
    before = ScriptDirectory.from_config(options).get_current_head()
    wrong = MIGRATION.format(before=before, fault=FAULTS[request.param])
    (folder / "versions" / "9999_fails.py").write_text(wrong, encoding="utf-8")
    return folder


@pytest.mark.parametrize("failing", FAULTS, indirect=True)
def test_nothing_is_left_of_it(app: Flask, make: Maker, failing: Path) -> None:
    unit_id = make.top("临溪县财政局").id
    db.session.commit()
    before = revision()

    with pytest.raises((SystemExit, ZeroDivisionError, DBAPIError)):
        upgrade(directory=str(failing))

    db.session.rollback()
    assert revision() == before
    assert "half_done" not in inspect(db.engine).get_table_names()
    assert db.session.get_one(Unit, unit_id).name == "临溪县财政局"


@pytest.mark.parametrize("failing", ["raises"], indirect=True)
def test_foreign_keys_are_on_again_after_it(app: Flask, make: Maker, failing: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        upgrade(directory=str(failing))

    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO unit (code, name, level, duties, position, active, path, parent_id)"
                " VALUES ('X', 'X', 'section', '', 0, true, '', 999)"
            )
        )


def revision() -> str:
    with db.engine.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
