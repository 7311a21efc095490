"""The real processes: killed at any step, none of the mails is lost; told to stop, they finish the one in hand."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bureau import Bureau, make_bureau
from tests.makers import Maker
from tests.outbox.conftest import Server, start_server  # noqa: F401  a fixture
from tracker.extensions import db
from tracker.models import Lease, OutboxMessage
from tracker.outbox.enqueue import Letter, enqueue

ROOT = Path(__file__).resolve().parents[2]
NOON = "2024-04-01T12:00:00+08:00"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes by signal")


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def flask(app: Flask, database: str, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start `flask …` in a process of its own on the test's database."""

    def start(*words: str, port: int) -> subprocess.Popen[str]:
        environ = {
            "PATH": os.environ["PATH"],
            "TRACKER_DATABASE_URL": database,
            "TRACKER_SECRET_KEY": "for-tests-only-0123456789abcdefghij",
            "TRACKER_AUDIT_KEY": "for-tests-only-0123456789abcdefghij",
            "TRACKER_TEST_CLOCK": NOON,
            "TRACKER_ALLOW_TEST_CLOCK": "1",
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": str(port),
        }
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "flask", "--app", "wsgi:app", *words],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def queue(bureau: Bureau, count: int) -> None:
    letters = [
        Letter(
            key=f"task/{number}/{bureau.clerk.id}",
            person_id=bureau.clerk.id,
            top_unit_id=bureau.top.id,
            address="chen@example.cn",
            subject=f"任务提醒 {number}",
            text="正文\n",
            html="<p>正文</p>",
        )
        for number in range(count)
    ]
    from datetime import datetime

    enqueue(letters, now=datetime.fromisoformat(NOON), domain="gz.example")
    db.session.commit()


def left() -> int:
    unsent = select(func.count()).where(OutboxMessage.state != "sent")
    count = db.session.scalar(unsent) or 0
    db.session.rollback()
    return count


def test_killed_at_random_nothing_is_lost_and_repeats_have_the_same_message_id(
    flask: Callable[..., subprocess.Popen[str]],
    bureau: Bureau,
    start_server: Callable[..., Server],  # noqa: F811
) -> None:
    server, kills = start_server(), 0
    queue(bureau, 400)
    chance = random.Random(7)  # noqa: S311
    while left():
        process = flask("mail", "send", port=server.port)
        seen = len(server.mailbox.messages)
        until = time.monotonic() + 20
        while len(server.mailbox.messages) <= seen + 1 and process.poll() is None:
            assert time.monotonic() < until, "the sender does not get going"
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        if process.poll() is None and kills < 6:
            process.kill()
            kills += 1
        process.communicate()
    arrived = Counter(message["X-Tracker-Key"] for message in server.mailbox.messages)
    ids = {(message["X-Tracker-Key"], message["Message-ID"]) for message in server.mailbox.messages}

    assert len(arrived) == len(ids) == 400
    assert arrived.total() - 400 <= kills


def test_two_senders_and_a_scheduler_together_send_each_mail_once(
    flask: Callable[..., subprocess.Popen[str]],
    bureau: Bureau,
    start_server: Callable[..., Server],  # noqa: F811
) -> None:
    server = start_server()
    queue(bureau, 60)
    processes = [flask("mail", "send", port=server.port) for _ in range(2)]
    processes.append(flask("scheduler", "run", "--once", "--at", NOON, port=server.port))
    for process in processes:
        process.communicate(timeout=60)
    arrived = Counter(
        message["X-Tracker-Key"]
        for message in server.mailbox.messages
        if message["Subject"].startswith("任务提醒 ")
    )

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(arrived) == arrived.total() == 60


def test_told_to_stop_in_the_middle_of_a_mail_it_finishes_that_mail(
    flask: Callable[..., subprocess.Popen[str]],
    bureau: Bureau,
    start_server: Callable[..., Server],  # noqa: F811
) -> None:
    server = start_server()
    queue(bureau, 300)
    process = flask("scheduler", "run", port=server.port)
    until = time.monotonic() + 30
    while not server.mailbox.messages:
        assert time.monotonic() < until, "the scheduler does not get going"
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    states = Counter(db.session.scalars(select(OutboxMessage.state)))
    holder = db.session.scalar(select(Lease.holder).where(Lease.name == "scheduler"))
    db.session.rollback()

    assert process.returncode == 0, output
    assert "scheduler stopped" in output
    assert states["sending"] == 0
    assert states["sent"] == len(server.mailbox.messages)
    assert holder == ""
