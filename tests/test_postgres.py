"""The tests' own PostgreSQL leaves nothing behind, not even when the run is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres

RUN = """
import sys, time
from tests import postgres
server = postgres.start()
print(f"{server.data} {server.port}" if server else "", flush=True)
time.sleep(600)
"""


@pytest.fixture
def run() -> Iterator[subprocess.Popen[str]]:
    """A run of the tests, in the middle of its work."""
    command = [sys.executable, "-c", RUN]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, cwd=postgres.ROOT
    ) as process:
        yield process
        process.kill()


@pytest.mark.postgres
def test_a_run_that_is_killed_leaves_no_server_and_no_folder(
    run: subprocess.Popen[str],
) -> None:
    assert run.stdout is not None
    said = run.stdout.readline().split()
    if not said:
        postgres.missing()
    data, port = Path(said[0]), int(said[1])
    assert answers(port)

    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    for _ in range(1200):
        if not data.exists():
            break
        time.sleep(0.05)

    assert not data.exists()
    assert not answers(port)


def answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.postgres
def test_what_a_killed_keeper_left_goes_at_the_next_start() -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        postgres.missing()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    stale = Path(tempfile.gettempdir(), f"{postgres.NAME}{gone.pid}-1")
    mine = stale.with_name(f"{postgres.NAME}{os.getpid()}-1")
    for folder in (stale, mine):
        folder.mkdir()
    try:
        postgres.sweep(found[-1].parent)

        assert not stale.exists()
        assert mine.exists()
    finally:
        mine.rmdir()
