"""Extension objects, created once and bound to an app in `create_app`; and how a transaction begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from sqlite3 import Connection as SqliteConnection
from typing import Any

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect, FlaskForm
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Base of all models: every constraint gets a predictable name, so migrations can drop it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
FlaskForm.Meta.locales = ["zh"]  # what WTForms itself says of a forged choice or a broken number
login = LoginManager()
migrate = Migrate()

#: True while a request only reads. SQLite then begins DEFERRED; everything else begins IMMEDIATE, because a
#: transaction that reads first and writes later fails under concurrency whatever the busy timeout says.
reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)


#: Milliseconds that SQLite waits for its one writer: before a change, and before a note that may as well be left out.
PATIENCE = 15_000
LITTLE_PATIENCE = 100


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, SqliteConnection):
        return
    connection.isolation_level = None  # we emit BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={PATIENCE}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading_only.get() else "BEGIN IMMEDIATE")


@contextmanager
def reading() -> Iterator[None]:
    """Read in a transaction that keeps no writer waiting; it is over afterwards, with all that was loaded in it."""
    mark = reading_only.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading_only.reset(mark)


@contextmanager
def writing_beside() -> Iterator[Connection]:
    """Give a connection for a small note beside what a request does, in a transaction of its own.

    Raises OperationalError soon where SQLite's writer is busy.
    """
    mark = reading_only.set(False)
    try:
        with db.engine.connect() as connection:
            _be_patient(connection, LITTLE_PATIENCE)
            try:
                with connection.begin():
                    yield connection
            finally:
                _be_patient(connection, PATIENCE)
    finally:
        reading_only.reset(mark)


def _be_patient(connection: Connection, milliseconds: int) -> None:
    """Set how long SQLite waits; on the driver's connection, since on ours it would begin what it is to shorten."""
    driver = connection.connection.driver_connection
    if isinstance(driver, SqliteConnection):
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")


#: Names the request (or the command's run) in the log and in the audit.
request_id: ContextVar[str] = ContextVar("request_id", default="")
