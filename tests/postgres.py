"""A temporary PostgreSQL cluster for the tests, started through the postgres account when we are root."""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

HOW = (
    "PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15); its tests are skipped"
)


@dataclass
class Server:
    """A running cluster that takes connections on a port of loopback."""

    binaries: Path
    data: Path
    port: int
    _names: itertools.count[int] = field(default_factory=itertools.count)

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql+psycopg://tracker@127.0.0.1:{self.port}/{name}"

    def copy(self, template: str) -> str:
        """Make a new database from a template and return its name."""
        name = f"test{next(self._names)}"
        self._run(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the cluster at once; its files go with the temporary folder."""
        _as_postgres([self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "stop"])
        shutil.rmtree(self.data, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="tracker", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


def start(_folder: Path) -> Server | None:
    """Start a cluster, or return None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        return None
    binaries = found[-1].parent
    # Not in pytest's own folder: the postgres account must be able to reach it.
    data = Path(tempfile.gettempdir(), f"tracker-postgres-{os.getpid()}-{time.monotonic_ns()}")
    port = _free_port()
    _as_postgres(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "tracker",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        ]
    )
    fast = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    options = f"-p {port} -k '' -c listen_addresses=127.0.0.1 -c max_connections=60 {fast}"
    _as_postgres(
        [binaries / "pg_ctl", "-D", data, "-o", options, "-w", "-l", f"{data}.log", "start"]
    )
    server = Server(binaries, data, port)
    server._run("CREATE DATABASE template")
    return server


def missing() -> NoReturn:
    """Skip, and say how to get it."""
    pytest.skip(HOW)


def _as_postgres(command: list[str | Path]) -> None:
    words = [str(word) for word in command]
    if getpass.getuser() == "root":
        words = ["runuser", "-u", "postgres", "--", *words]
    subprocess.run(words, check=True, capture_output=True, cwd="/")  # noqa: S603


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
