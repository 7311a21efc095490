"""Runs the migrations, online only: one transaction, with foreign keys off on SQLite and checked before it commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine
from sqlalchemy.types import TypeDecorator

engine: Engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata


def leave_out_empty(_context: object, _revision: object, directives: list) -> None:
    """Write no migration when nothing changed."""
    options = getattr(context.config, "cmd_opts", None)
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what the database sees, so that a migration outlives the models."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


def migrate(connection: Connection) -> None:
    """Upgrade or downgrade inside the caller's transaction: a migration that fails leaves nothing behind."""
    options = dict(current_app.extensions["migrate"].configure_args)
    options.setdefault("process_revision_directives", leave_out_empty)
    options["render_item"] = plain_type
    context.configure(
        connection=connection, target_metadata=metadata, transactional_ddl=True, **options
    )
    with context.begin_transaction():
        context.run_migrations()


def check_foreign_keys(connection: Connection) -> None:
    """Refuse what the migrations made of the rows, if a row now points at nothing."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise SystemExit(f"迁移后外键不符，已全部退回：{broken[0]}")


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch them off: a batch migration drops and remakes tables, which would delete child rows.

    On the driver's connection, since SQLite passes over this inside a transaction.
    """
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        with without_foreign_keys(connection), connection.begin():
            migrate(connection)
            check_foreign_keys(connection)
    else:
        with connection.begin():
            migrate(connection)
