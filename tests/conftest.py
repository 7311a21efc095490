"""Fixtures: a fresh migrated database per test, SQLite or PostgreSQL, and factories that ask only for what matters."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event
from werkzeug.test import TestResponse

import config
from tests import postgres
from tests.makers import Maker
from tracker import create_app
from tracker.extensions import db

# A busy machine must not fail a test: nothing here is timed.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")

#: Folders whose tests run on both databases; a module says otherwise by naming its DATABASES.
BOTH = ("services", "queries", "outbox", "scheduler", "models", "journey")
#: Pages that do so as well: signing in, the forms that change most, lists with every filter, the wall.
PAGES_ON_BOTH = {
    f"test_{name}.py"
    for name in ("auth", "indicators", "lagging", "reports", "search", "task_steps", "wall")
}
POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests on both databases, most of those of pages on SQLite alone."""
    if "database" in metafunc.fixturenames:
        path = Path(metafunc.definition.path).relative_to(Path(__file__).parent)
        both = path.parts[0] in BOTH or path.name in PAGES_ON_BOTH
        kinds = ["sqlite", POSTGRES] if both else ["sqlite"]
        kinds = getattr(metafunc.module, "DATABASES", kinds)
        metafunc.parametrize("database", kinds, indirect=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    app = create_app(settings(f"sqlite:///{path}", path.parent))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()  # the last connection to close writes the log back into the file
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """A PostgreSQL of our own, with one migrated database; skipped loudly where there is none."""
    server = postgres.start()
    if server is None:
        postgres.missing()
    try:
        app = create_app(settings(server.url("template"), tmp_path_factory.mktemp("instance")))
        with app.app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()
        yield server
    finally:
        server.stop()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "test.sqlite3")
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        name = server.lend("template")
        yield server.url(name)
        server.take_back(name)


class Compiled(BytecodeCache):
    """Templates compiled by one test's program serve the next one's."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, where it was compiled before."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def settings(url: str, instance: Path, **more: Any) -> dict[str, Any]:
    """Return the program's own settings with a database and a folder of the test's."""
    environ = {
        "TRACKER_DATABASE_URL": url,
        "TRACKER_SECRET_KEY": "for-tests-only-0123456789abcdefghij",
        "TRACKER_AUDIT_KEY": "for-tests-only-0123456789abcdefghij",
        "TRACKER_TEST_CLOCK": "2024-04-01T10:00:00",
        "TRACKER_ALLOW_TEST_CLOCK": "1",
    }
    return (
        config.settings_from(environ, instance)
        | {"TESTING": True, "WTF_CSRF_ENABLED": False}
        | more
    )


class Client(FlaskClient):
    """A browser whose every request is a fresh one, although the test keeps an application context open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Forget who the last request was from, as the end of a request does in service."""
        g.pop("_login_user", None)
        return super().open(*args, **kwargs)


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The program on a fresh database, its clock at 1 April 2024, 10:00."""
    app = create_app(settings(database, tmp_path / "instance"))
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make(app: Flask) -> Maker:
    """Makes rows; ask only for what matters to the test."""
    return Maker()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Sign in as the person with this login through the page, and return the browser."""

    def sign_in_as(login: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/login", data={"username": login, "password": Maker.PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return sign_in_as


@pytest.fixture
def set_clock(app: Flask) -> Callable[[str], None]:
    """Set the program's clock to an ISO time."""

    def set_to(moment: str) -> None:
        app.config["TEST_CLOCK"] = moment

    return set_to


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], object]], int]:
    """Count the statements that a call sends to the database."""

    def count(call: Callable[[], object]) -> int:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    return count


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """In CI a skip is a failure: everything that the tests need is installed there."""
    if (
        os.environ.get("CI")
        and call.excinfo is not None
        and call.excinfo.errisinstance(pytest.skip.Exception)
    ):
        failure = AssertionError(f"skipped in CI: {call.excinfo.value}")
        call.excinfo = pytest.ExceptionInfo.from_exception(
            failure.with_traceback(call.excinfo.tb)  # pytest wants to know where it was raised
        )
