"""A temporary PostgreSQL cluster for the tests, started through the postgres account when we are root."""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

HOW = (
    "PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15); its tests are skipped"
)


NAME = "tracker-postgres-"
ROOT = Path(__file__).resolve().parent.parent
INIT = ("-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
#: Every table with what it is made of: columns, indexes, constraints and triggers by their numbers of rows and names.
TABLES = """
SELECT c.relname, (
  SELECT md5(string_agg(what, ',' ORDER BY what)) FROM (
    SELECT a.attname || ' ' || a.atttypid || a.attnotnull AS what FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid
    UNION ALL SELECT conname || pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.conrelid = c.oid
    UNION ALL SELECT tgname FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
    UNION ALL SELECT version_num FROM alembic_version WHERE c.relname = 'alembic_version'
  ) AS parts
) FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


@dataclass
class Server:
    """A running cluster that takes connections on a port of loopback."""

    binaries: Path
    data: Path
    port: int
    keeper: subprocess.Popen[bytes]
    _names: itertools.count[int] = field(default_factory=itertools.count)
    _spare: list[str] = field(default_factory=list)
    _tables: list[tuple[Any, ...]] = field(default_factory=list)

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql+psycopg://tracker@127.0.0.1:{self.port}/{name}"

    def copy(self, template: str) -> str:
        """Make a new database from a template and return its name."""
        name = f"test{next(self._names)}"
        self._run(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def lend(self, template: str) -> str:
        """Return a database with nothing in it: the last one given back, or a new copy."""
        return self._spare.pop() if self._spare else self.copy(template)

    def take_back(self, name: str) -> None:
        """Empty a lent database for the next test, or drop it where the test changed its tables."""
        with self._connected(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            now = connection.execute(TABLES).fetchall()
            self._tables = self._tables or self._template_tables()
            whole = now == self._tables
            if whole:
                _empty(connection, [table for (table, _) in now])
        if whole:
            self._spare.append(name)
        else:
            self.drop(name)

    def _template_tables(self) -> list[tuple[Any, ...]]:
        with self._connected("template") as connection:
            return connection.execute(TABLES).fetchall()

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the cluster at once and remove its files: its keeper does when it is let go."""
        assert self.keeper.stdin is not None
        self.keeper.stdin.close()
        self.keeper.wait()

    def _run(self, statement: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(statement)

    def _connected(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="tracker", dbname=name, autocommit=True
        )


def start() -> Server | None:
    """Start a cluster, or return None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        return None
    binaries = found[-1].parent
    sweep(binaries)
    # Not in pytest's own folder: the postgres account must be able to reach it.
    data = Path(tempfile.gettempdir(), f"{NAME}{os.getpid()}-{time.monotonic_ns()}")
    _as_postgres([binaries / "initdb", "-D", data, "-U", "tracker", *INIT])
    keeper, port = _keep(binaries, data), _free_port()
    options = f"-p {port} -k '' -c listen_addresses=127.0.0.1 -c max_connections=60 {FAST}"
    log = data / "server.log"
    _as_postgres([binaries / "pg_ctl", "-D", data, "-o", options, "-w", "-l", log, "start"])
    server = Server(binaries, data, port, keeper)
    server._run("CREATE DATABASE template")
    return server


def _empty(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """Take every row out of a database's tables; much cheaper than making a new database."""
    asked = " UNION ALL ".join(
        f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)"  # noqa: S608  our own tables
        for table in tables
        if table != "alembic_version"
    )
    filled = [table for (table,) in connection.execute(asked).fetchall()]
    # As replication does it: no order of the tables, no triggers; TRUNCATE would make new files.
    statements = [
        "SET session_replication_role = replica",
        *(f'DELETE FROM "{table}"' for table in filled),  # noqa: S608  our own tables
        "SELECT setval(seqrelid, 1, false) FROM pg_sequence",
    ]
    connection.execute("; ".join(statements))


def sweep(binaries: Path) -> None:
    """Stop and remove the clusters of runs that are gone with their keepers."""
    for data in Path(tempfile.gettempdir()).glob(f"{NAME}*-*"):
        owner = data.name.removeprefix(NAME).partition("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            remove(binaries, data)


def remove(binaries: Path, data: Path) -> None:
    """Stop the cluster of a folder, if it runs, and remove the folder."""
    with suppress(subprocess.CalledProcessError):
        _as_postgres([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    shutil.rmtree(data, ignore_errors=True)


def _keep(binaries: Path, data: Path) -> subprocess.Popen[bytes]:
    """Start the cluster's keeper: it removes the cluster when our end of its pipe closes, however we end."""
    command = [sys.executable, "-m", "tests.postgres", str(binaries), str(data)]
    return subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, start_new_session=True, cwd=ROOT
    )


def missing() -> NoReturn:
    """Skip, and say how to get it."""
    pytest.skip(HOW)


def _as_postgres(command: Sequence[str | Path]) -> None:
    words = [str(word) for word in command]
    if getpass.getuser() == "root":
        words = ["runuser", "-u", "postgres", "--", *words]
    subprocess.run(words, check=True, capture_output=True, cwd="/")  # noqa: S603


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Keep a cluster: wait until the run of the tests is over, or dead, and remove what it leaves."""
    binaries, data = Path(sys.argv[1]), Path(sys.argv[2])
    sys.stdin.buffer.read()
    remove(binaries, data)


if __name__ == "__main__":
    main()
