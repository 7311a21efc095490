"""Runs the migrations, online only: one transaction, foreign keys off on SQLite and checked after."""

from __future__ import annotations

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
    """Upgrade or downgrade in one transaction: a migration that fails leaves nothing behind."""
    options = dict(current_app.extensions["migrate"].configure_args)
    options.setdefault("process_revision_directives", leave_out_empty)
    options["render_item"] = plain_type
    context.configure(connection=connection, target_metadata=metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # A batch migration drops and remakes tables; with foreign keys on that would delete child rows.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        migrate(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise SystemExit(f"迁移后外键不符：{broken[0]}")
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    else:
        migrate(connection)
        connection.commit()
