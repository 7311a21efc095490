"""Times the lists on the reference data set: 60 units, 2,000 indicators of twelve months, 5,000 tasks.

    .venv/bin/python bench/board.py [--runs 15] [--database URL]

Prints a table (median and slowest milliseconds, number of queries, size of the answer) and asserts nothing.
Without a URL it uses a scratch SQLite file; a URL's database must be empty.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import config
from tracker import create_app
from tracker.clock import local_now
from tracker.extensions import db
from tracker.services.load_demo import DEMO_PASSWORD, load_demo

PAGES = ("/desk", "/lagging", "/indicators", "/tasks", "/reports")
PEOPLE = {"qloffice": "督查办", "qlleader1": "分管领导", "qlreporter01": "联络员"}
#: In January the whole year before is shown, so that every indicator has its twelve months.
CLOCK = "2027-01-20T09:30:00"


@dataclass(frozen=True, slots=True)
class Timing:
    """What one page cost one person."""

    page: str
    person: str
    status: int
    milliseconds: list[float]
    queries: int
    kilobytes: float

    def line(self) -> str:
        """Return the row of the table."""
        spent = f"{median(self.milliseconds):8.1f} {max(self.milliseconds):8.1f}"
        return (
            f"{self.page:<12} {self.person:<14} {self.status:>4} {spent} "
            f"{self.queries:>8} {self.kilobytes:>8.0f}"
        )


def main() -> None:
    """Load the data set and time each page for each person."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--database", help="an empty database; by default a scratch SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{folder}/bench.sqlite3"
        app = make_app(url, Path(folder))
        with app.app_context():
            fill()
            print(f"{'page':<12} {'person':<14} code   median  slowest  queries       kB")
            for login in PEOPLE:
                client = signed_in(app, login)
                for page in PAGES:
                    print(time_page(client, page, login, arguments.runs).line())
            db.session.remove()
            db.engine.dispose()


def make_app(url: str, folder: Path) -> Flask:
    """Return the program on the database, its clock fixed."""
    environ = {
        "TRACKER_DATABASE_URL": url,
        "TRACKER_SECRET_KEY": "for-the-bench-only-0123456789abcdef",
        "TRACKER_AUDIT_KEY": "for-the-bench-only-0123456789abcdef",
        "TRACKER_TEST_CLOCK": CLOCK,
        "TRACKER_ALLOW_TEST_CLOCK": "1",
    }
    app = create_app(config.settings_from(environ, folder) | {"WTF_CSRF_ENABLED": False})
    logging.getLogger().setLevel(logging.WARNING)
    return app


def fill() -> None:
    """Make the schema and load the reference data set, and say how long that took."""
    upgrade()
    begun = time.perf_counter()
    loaded = load_demo(now=local_now(), size="reference")
    db.session.commit()
    spent = time.perf_counter() - begun
    print(f"loaded {loaded.indicators} indicators, {loaded.tasks} tasks in {spent:.1f} s")
    print(f"lights {loaded.lights}\n")


def signed_in(app: Flask, login: str) -> FlaskClient:
    """Return a browser with this person signed in."""
    client = app.test_client()
    client.post("/login", data={"username": login, "password": DEMO_PASSWORD})
    return client


def time_page(client: FlaskClient, page: str, login: str, runs: int) -> Timing:
    """Get a page again and again; the first time does not count, for templates are compiled then."""
    first = client.get(page)
    with counted_queries() as queries:
        client.get(page)
    spent = []
    for _ in range(runs):
        begun = time.perf_counter()
        client.get(page)
        spent.append((time.perf_counter() - begun) * 1000)
    size = len(first.data) / 1024
    return Timing(page, PEOPLE[login], first.status_code, spent, len(queries), size)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
