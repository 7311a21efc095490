"""Times reminders: deciding, writing and queueing for many people, then sending to a local server.

    .venv/bin/python bench/reminders.py [--people 4000] [--mails 1000] [--database URL]

Prints a table (number, seconds, number a second, CPU seconds of our own, peak memory) and asserts
nothing. Without a URL it uses a scratch SQLite file; a URL's database must be empty.
"""

from __future__ import annotations

import argparse
import logging
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import config
from tracker import create_app
from tracker.extensions import db
from tracker.models import Cycle, Holding, Indicator, Person, Plan, Post, Standing, Unit
from tracker.outbox.deliver import deliver_due
from tracker.outbox.settings import mail_settings, make_sending
from tracker.outbox.transports.smtp import SmtpSettings, SmtpTransport
from tracker.services.queue_reminders import queue_reminders

OPENS = datetime(2024, 3, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TOP, PLAN = 1, 1
REPORTED = {"quarter_need": ["1500"]}

#: A mail server that takes everything, in a process of its own.
SINK = """
import socket, sys, threading
def serve(peer):
    lines = peer.makefile("rb")
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.sendall(b"220 sink\\r\\n")
    while line := lines.readline():
        if line[:4].upper() == b"DATA":
            peer.sendall(b"354 go\\r\\n")
            while lines.readline() != b".\\r\\n":
                pass
        peer.sendall(b"250 ok\\r\\n")
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


def main() -> None:
    """Run the three timings and print them."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        url = options.database or f"sqlite:///{scratch}/bench.sqlite3"
        app = create_app(config.settings_from({"TRACKER_DATABASE_URL": url}, Path(scratch)))
        logging.getLogger().setLevel(logging.WARNING)
        with app.app_context():
            upgrade()
            _fill(options.people)
            print(
                f"{'what':<34} {'number':>8} {'seconds':>8} {'a second':>9} {'CPU s':>6} {'MB':>5}"
            )
            _timed("decide, write and queue", lambda: _queue(app))
            _timed("decide again: nothing to queue", lambda: _queue(app))
            _timed("send to a local server", lambda: _send(app, options.mails))
            db.session.remove()
            db.engine.dispose()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--database", default="")
    return parser.parse_args()


def _timed(name: str, work: Callable[[], int]) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    number = work()
    spent, cpu = time.perf_counter() - began, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<34} {number:>8} {spent:>8.2f} {number / spent:>9.0f} {cpu:>6.2f} {memory:>5}")


def _queue(app: Flask) -> int:
    queued = queue_reminders(top_unit_id=TOP, now=OPENS, settings=mail_settings(app.config))
    db.session.commit()
    return len(queued)


def _send(app: Flask, limit: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = subprocess.Popen([sys.executable, "-c", SINK, str(port)])  # noqa: S603
    try:
        time.sleep(1)
        transport = SmtpTransport(SmtpSettings("127.0.0.1", port))
        sending = make_sending(app.config, lambda: OPENS, lambda: OPENS)
        return deliver_due(transport, sending, limit=limit)["sent"]
    finally:
        sink.kill()
        sink.wait()


def _fill(people: int) -> None:
    """Make one section whose people each report two indicators that are behind."""
    db.session.add(Unit(id=TOP, top_unit_id=TOP, code="top", name="局", level="bureau", path="/1/"))
    db.session.flush()
    at = datetime(2024, 1, 2, tzinfo=UTC)
    plan = {"unit_id": TOP, "year": 2024, "title": "计划", "state": "issued", "sha256": "0" * 64}
    db.session.add(Plan(id=PLAN, top_unit_id=TOP, imported_at=at, issued_at=at, **plan))
    db.session.flush()
    days = {"opens_on": date(2024, 3, 25), "due_on": date(2024, 4, 3)}
    db.session.add(Cycle(top_unit_id=TOP, plan_id=PLAN, year=2024, month=3, **days))
    numbers = range(1, people + 1)
    _insert(
        Person,
        [
            {"id": n, "login": f"p{n}", "name": f"人{n}", "email": f"p{n}@example.cn"}
            for n in numbers
        ],
    )
    _insert(
        Post, [{"id": n, "unit_id": TOP, "title": "联络员", "role": "reporter"} for n in numbers]
    )
    _insert(Holding, [{"post_id": n, "person_id": n, "from_on": date(2020, 1, 1)} for n in numbers])
    _insert(Indicator, [_indicator(n, people) for n in range(1, 2 * people + 1)])
    _insert(Standing, [_standing(n, at) for n in range(1, 2 * people + 1)])
    db.session.commit()


def _insert(model: type[db.Model], rows: list[dict[str, object]]) -> None:  # type: ignore[name-defined]
    db.session.execute(insert(model), [{"top_unit_id": TOP, **row} for row in rows])


def _indicator(number: int, people: int) -> dict[str, object]:
    return {
        "id": number,
        "plan_id": PLAN,
        "position": number,
        "name": f"指标{number}",
        "state": "issued",
        "measure": "amount",
        "kind": "flow",
        "unit": "万元",
        "target": Decimal(12000),
        "lead_unit_id": TOP,
        "reporter_post_id": (number - 1) % people + 1,
    }


def _standing(number: int, at: datetime) -> dict[str, object]:
    return {
        "plan_id": PLAN,
        "indicator_id": number,
        "year": 2024,
        "month": 2,
        "actual": Decimal(1500),
        "light": "yellow",
        "status": "behind",
        "quarter_guard": "at_risk",
        "quarter_need": [Decimal(1500)],
        "figures": REPORTED,
        "at": at,
    }


if __name__ == "__main__":
    main()
