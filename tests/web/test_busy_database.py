"""Somebody else writes for long: readers are not held up, and a writer is told so on a page that needs no database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from tests.makers import Maker
from tracker import extensions
from tracker.domain.errors import StaleError
from tracker.extensions import db, reading, writing_beside
from tracker.models import Plan, WebSession
from tracker.services import import_plan
from tracker.web.desk import views

DATABASES = ("sqlite",)


@pytest.fixture
def busy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A second process that can take the writer's place; nobody waits for it long."""
    monkeypatch.setattr(extensions, "PATIENCE", 20)
    db.engine.dispose()
    other = sqlite3.connect(db.engine.url.database or "", isolation_level=None)
    yield other
    other.close()


@pytest.fixture
def browser(make: Maker, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    top = make.top()
    make.post(top, "office", make.person(top, "zhaowenbo"))
    db.session.commit()
    return sign_in("zhaowenbo")


def test_reading_goes_on_and_the_session_is_noted_later(
    busy: sqlite3.Connection, browser: FlaskClient, set_clock: Callable[[str], None]
) -> None:
    set_clock("2024-04-01T10:05:00")
    before = db.session.scalar(select(WebSession.seen_at))
    db.session.rollback()

    busy.execute("BEGIN IMMEDIATE")
    assert browser.get("/desk").status_code == 200
    busy.execute("COMMIT")
    db.session.rollback()
    unnoted = db.session.scalar(select(WebSession.seen_at))
    db.session.rollback()
    assert browser.get("/desk").status_code == 200

    db.session.rollback()
    assert unnoted == before
    assert db.session.scalar(select(WebSession.seen_at)) != before


def test_a_note_beside_waits_little_and_leaves_the_patience_as_it_was(
    busy: sqlite3.Connection, browser: FlaskClient
) -> None:
    with writing_beside() as connection:
        inside = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    with db.engine.connect() as connection:
        after = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()

    assert (inside, after) == (extensions.LITTLE_PATIENCE, extensions.PATIENCE)


@pytest.fixture
def frameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands around a page cannot be read."""

    def frame_of(*_: object) -> None:
        raise OperationalError("frame", {}, Exception("locked"))

    monkeypatch.setattr("tracker.web.context.frame_of", frame_of)


@pytest.mark.usefixtures("frameless")
def test_a_writer_is_told_to_try_later_on_a_page_that_needs_no_database(
    busy: sqlite3.Connection, browser: FlaskClient
) -> None:
    busy.execute("BEGIN IMMEDIATE")

    answer = browser.post("/theme", data={"theme": "dark"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "请稍后再试" in answer.text


@pytest.mark.usefixtures("frameless")
def test_a_defect_is_said_without_asking_the_database_again(
    app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def break_down() -> None:
        raise RuntimeError

    monkeypatch.setattr(views, "local_now", break_down)
    answer = browser.get("/desk")

    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_page_that_says_no_waits_for_nobody(
    busy: sqlite3.Connection, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(_wish: object) -> None:
        db.session.rollback()
        busy.execute("BEGIN IMMEDIATE")
        raise StaleError("别人刚改过。")

    monkeypatch.setattr("tracker.web.auth.views.own_page", overtaken)
    answer = browser.post("/theme", data={"theme": "dark"})

    assert answer.status_code == 409
    assert "别人刚改过。" in answer.text


def test_a_document_is_read_while_others_write(
    busy: sqlite3.Connection, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = import_plan.read_upload

    def read_slowly(**given: Any) -> object:
        busy.execute("BEGIN IMMEDIATE")
        busy.execute("UPDATE unit SET duties = '人事' ")
        busy.execute("COMMIT")
        return read(**given)

    monkeypatch.setattr("tracker.web.plans.importing.read_upload", read_slowly)
    text = "2024年财政工作计划\n一、加强收支管理\n1.完善绩效评价办法，预算股牵头，6月底前完成。"
    answer = browser.post("/plans/new", data={"unit": "1", "text": text})

    assert answer.status_code == 302, answer.text
    assert db.session.scalar(select(func.count()).select_from(Plan)) == 1


def test_reading_leaves_the_writers_place_free_and_nothing_behind(
    busy: sqlite3.Connection, browser: FlaskClient
) -> None:
    db.session.rollback()
    busy.execute("BEGIN IMMEDIATE")

    with reading():
        assert db.session.scalar(select(func.count()).select_from(WebSession)) == 1

    with pytest.raises(OperationalError):
        db.session.execute(update(WebSession).values(agent=""))
    db.session.rollback()
