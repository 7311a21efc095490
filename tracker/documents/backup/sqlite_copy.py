"""A SQLite database copied while it is in use, looked into, and put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from tracker.documents.backup.archive import DamagedError
from tracker.documents.backup.tables import BusyError, Tables
from tracker.domain.errors import TrackerError

#: How often a database in use is asked again, and how long each time is waited.
TRIES = 60
PAUSE = 0.25
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def copy_sqlite(source: Path, target: Path) -> None:
    """Write a consistent copy as one plain file. Raises TrackerError, BusyError."""
    if not source.is_file():
        raise TrackerError(f"没有数据库文件 {source}。")
    _copy(f"{source.resolve().as_uri()}?mode=rw", target.resolve().as_uri())
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def put_back_sqlite(copy: Path, target: Path) -> None:
    """Replace all that is in a database, which may be open elsewhere. Raises BusyError; then nothing is changed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(f"{copy.resolve().as_uri()}?mode=ro", target.resolve().as_uri())


def read_sqlite(copy: Path, wanted: Collection[str]) -> Tables:
    """Return how many rows each table has, and the rows of those wanted. Raises DamagedError."""
    uri = f"{copy.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.row_factory = sqlite3.Row
            _check(database)
            names = [
                str(name)
                for (name,) in database.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                )
            ]
            counts = {name: _count(database, name) for name in sorted(names)}
            rows = {name: _rows(database, name) for name in wanted if name in counts}
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"备份里的数据库打不开：{error}。") from None
    return Tables(counts, rows)


def _copy(source: str, target: str) -> None:
    """Copy all pages in one step, so that no change comes between them."""
    tries = 0

    def give_up(status: int, _left: int, _all: int) -> None:
        """Stop after a while: sqlite3 itself would ask for ever."""
        nonlocal tries
        tries += status in _IN_USE
        if tries >= TRIES:
            raise BusyError("数据库正在使用，请停下网页和定时任务后再试。")

    try:
        with (
            closing(sqlite3.connect(source, uri=True, timeout=0)) as there,
            closing(sqlite3.connect(target, uri=True, timeout=0)) as here,
        ):
            there.backup(here, progress=give_up, sleep=PAUSE)
    except sqlite3.OperationalError as error:
        raise BusyError(f"数据库现在用不了：{error}。") from None
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"数据库文件已损坏：{error}。") from None


def _check(database: sqlite3.Connection) -> None:
    (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise DamagedError(f"备份里的数据库已损坏：{said}。")
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DamagedError(f"备份里的数据库外键不符：表 {broken[0]}。")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(database: sqlite3.Connection, name: str) -> int:
    statement = f"SELECT count(*) FROM {_quoted(name)}"  # noqa: S608  a name of the database's own
    (count,) = database.execute(statement).fetchone()
    return int(count)


def _rows(database: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    statement = f"SELECT * FROM {_quoted(name)}"  # noqa: S608  a name of the database's own
    return [dict(row) for row in database.execute(statement)]
