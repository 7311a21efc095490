"""Deciding takes its time and keeps nobody from writing; what is queued after it is queued once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tests.services.reminding import SETTINGS, close_old
from tracker import extensions
from tracker.extensions import db, reading
from tracker.models import OutboxMessage
from tracker.scheduler.jobs import decide_all
from tracker.services.queue_reminders import Decided, decide_reminders, queue_decided

DATABASES = ("sqlite",)
NOW = at("2024-04-03T09:00")


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    bureau = make_bureau(make)
    close_old(bureau, 3)
    return bureau


@pytest.fixture
def other(app: Flask) -> Iterator[sqlite3.Connection]:
    """Another process, which waits for nothing."""
    with closing(
        sqlite3.connect(db.engine.url.database or "", isolation_level=None, timeout=0)
    ) as connection:
        yield connection


def decided(bureau: Bureau) -> Decided:
    with reading():
        return decide_reminders(top_unit_id=bureau.top.id, now=NOW, settings=SETTINGS)


def queued(top_unit_id: int, what: Decided) -> list[str]:
    intents = queue_decided(top_unit_id=top_unit_id, decided=what, now=NOW, settings=SETTINGS)
    db.session.commit()
    return [intent.key for intent in intents]


def test_others_write_while_it_is_decided(
    app: Flask, bureau: Bureau, other: sqlite3.Connection
) -> None:
    wrote: list[str] = []

    def write(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM mail_notice" in statement and not wrote:
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE unit SET duties = '人事'")
            other.execute("COMMIT")
            wrote.append(statement)

    event.listen(db.engine, "before_cursor_execute", write)
    try:
        done = decide_all(app, NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", write)

    assert wrote
    assert done.failed == []
    assert len(done.queued) == 1


def test_deciding_that_finds_nothing_does_not_write(
    app: Flask, bureau: Bureau, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "PATIENCE", 0)
    top_unit_id = bureau.top.id
    db.session.rollback()
    db.engine.dispose()
    other.execute("BEGIN IMMEDIATE")

    assert queued(top_unit_id, Decided()) == []


def test_two_that_decide_the_same_queue_it_once(app: Flask, bureau: Bureau) -> None:
    first, second = decided(bureau), decided(bureau)

    assert queued(bureau.top.id, first) == [f"cycle/2024-03.due/{bureau.clerk.id}"]
    assert queued(bureau.top.id, second) == []
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_what_somebody_told_in_between_is_not_told_under_another_key(
    app: Flask, bureau: Bureau
) -> None:
    mine = decided(bureau)
    (letter,) = mine.letters
    digest = f"task/2024-04-03/{bureau.clerk.id}"
    (intent,) = mine.intents
    theirs = Decided((replace(intent, key=digest),), (replace(letter, key=digest),))

    assert queued(bureau.top.id, theirs) == [digest]
    assert queued(bureau.top.id, mine) == []
