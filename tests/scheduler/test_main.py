"""The clock rings the jobs while the lease is held, and goes on when one of them fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask

from tracker.clock import wall_now
from tracker.scheduler import main
from tracker.scheduler.lease import take_lease
from tracker.scheduler.main import SchedulerProcess


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put the handlers back that the scheduler takes."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Stand in for the jobs: count their rings; ring every twentieth of a second."""
    counted = {"decide": 0, "send": 0, "tidy": 0}

    def count(job: str) -> Callable[..., None]:
        def ring(*_: Any, **__: Any) -> None:
            counted[job] += 1

        return ring

    monkeypatch.setattr(main, "decide_all", count("decide"))
    monkeypatch.setattr(main, "send_all", count("send"))
    monkeypatch.setattr(main, "tidy_all", count("tidy"))
    monkeypatch.setattr(main, "TIDY_EVERY", 0.05)
    monkeypatch.setattr(main, "DECIDE_EVERY", 0.05)
    monkeypatch.setattr(main, "SEND_EVERY", 0.05)
    return counted


def run_until(app: Flask, enough: Callable[[], bool], *, polls: int = 200) -> None:
    """Run the scheduler here, and send it SIGTERM twice once there is enough."""
    process, pause = SchedulerProcess(app), Event()

    def stop() -> None:
        for _ in range(polls):
            if enough():
                break
            pause.wait(0.05)
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = Thread(target=stop)
    stopper.start()
    process.run()
    stopper.join()


def test_all_jobs_ring_again_and_again(app: Flask, rings: dict[str, int]) -> None:
    run_until(app, lambda: min(rings.values()) >= 2)

    assert min(rings.values()) >= 2


def test_a_job_that_fails_is_logged_and_rings_again(
    app: Flask,
    rings: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries: list[int] = []

    def fail(*_: Any, **__: Any) -> None:
        tries.append(1)
        raise RuntimeError("broken")

    monkeypatch.setattr(main, "decide_all", fail)
    run_until(app, lambda: len(tries) >= 2)

    assert len(tries) >= 2
    assert "a job of the scheduler failed" in caplog.text


def test_without_the_lease_nothing_is_done(app: Flask, rings: dict[str, int]) -> None:
    take_lease("elsewhere:1:a", wall_now() + timedelta(hours=1))
    run_until(app, lambda: False, polls=10)

    assert rings == {"decide": 0, "send": 0, "tidy": 0}
