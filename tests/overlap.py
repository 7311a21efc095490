"""Two use cases at once, in the order that hurts: the second begins while the first has not committed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from flask import Flask
from sqlalchemy import event, text

from tracker.extensions import db

T = TypeVar("T")


def overlap(app: Flask, first: Callable[[], object], second: Callable[[], T]) -> T:
    """Do `first` and commit it only when `second`, on a connection of its own, waits for it or is done.

    Returns what `second` returns, or raises what it raises. PostgreSQL only: of SQLite's writers the
    second does not even begin.
    """
    first()
    db.session.flush()
    done = Event()

    def do_second() -> T:
        try:
            with app.app_context():
                result = second()
                db.session.commit()
                return result
        finally:
            done.set()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(do_second)
        while not done.is_set() and not _somebody_waits():
            done.wait(0.02)
        db.session.commit()
        return future.result()


def tables_locked(deed: Callable[[], object]) -> list[str]:
    """Return the tables whose rows a deed locks, in their order."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if (
            " FOR NO KEY UPDATE" in statement
            or " FOR UPDATE" in statement
            or " FOR SHARE" in statement
        ):
            said.append(statement.partition("FROM ")[2].split(maxsplit=1)[0])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return said


def _somebody_waits() -> bool:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with db.engine.connect() as connection:
        return bool(connection.scalar(waiting))
