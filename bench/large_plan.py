"""Makes an absurdly large plan (35,000 tasks, 4 MB), and times its import and the pages of its review.

    .venv/bin/python bench/large_plan.py FILE.txt [--rows 35000] [--megabytes 4]   writes it
    .venv/bin/python bench/large_plan.py --time [--rows 35000] [--database URL]    imports it, prints a table

A .docx gets a paragraph for each line. Without a URL it uses a scratch SQLite file; a URL's database must be empty.
Asserts nothing.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from docx import Document
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import config
from tracker import create_app
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import Plan, Unit
from tracker.services.import_plan import import_plan, read_upload
from tracker.services.load_demo import DEMO_PASSWORD, load_demo

CLOCK = "2026-01-20T09:30:00"
LIMIT = 20_000_000
TASK = "推进第{number}号项目{pad}，完成投资{amount}万元，{month}月底前建成投用"
PADDING = "前期手续办理、资金筹措和质量安全监督工作"

PAGES = {
    "the first time": "",
    "first page": "",
    "page 200": "?page=200",
    "page 3 of what is unchecked": "?show=unchecked&page=3",
    "a row's page": "?row=task-3000",
}
LOGIN = "zhaowenbo"

T = TypeVar("T")


def large_text(rows: int, size: int) -> str:
    """Return a plan of so many tasks and about so many bytes of UTF-8, a heading over each fifty."""
    pad = ""
    bare = len(TASK.encode()) - 10
    while bare + len(pad.encode()) < size // rows - 4:
        pad += PADDING[len(pad) % len(PADDING)]
    lines = ["2026年重点项目工作计划"]
    for number in range(1, rows + 1):
        if number % 50 == 1:
            lines.append(f"{number // 50 + 1}．第{number // 50 + 1}批项目建设")
        words = TASK.format(
            number=number, pad=pad, amount=number % 900 + 100, month=number % 12 + 1
        )
        lines.append(f"（{(number - 1) % 50 + 1}）{words}。")
    return "\n".join(lines) + "\n"


def write(path: Path, rows: int, size: int) -> None:
    """Write it as text, or as a document where the name says so."""
    text = large_text(rows, size)
    if path.suffix != ".docx":
        path.write_text(text, encoding="utf-8")
        return
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(path))


def timed(words: str, call: Callable[[], T]) -> T:
    """Do something, and print how long it took."""
    begun, worked = time.perf_counter(), time.process_time()
    found = call()
    taken, worked = time.perf_counter() - begun, time.process_time() - worked
    sys.stdout.write(f"{words:<40} {taken:7.2f} s {worked:7.2f} s of the processor\n")
    return found


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


def measure(app: Flask, rows: int, size: int) -> None:
    """Print what reading, writing and looking at the plan cost."""
    upgrade()
    plan_unit = load_demo(now=local_now(), size="small").plan.unit_id
    db.session.commit()
    content = large_text(rows, size).encode()
    sys.stdout.write(f"text of {len(content) / 1e6:.1f} MB, {rows} tasks\n")
    upload = timed(
        "read", lambda: read_upload(name="大计划.txt", content=content, limit_bytes=LIMIT)
    )

    def take() -> Plan:
        unit = db.session.scalars(select(Unit).where(Unit.id == plan_unit)).one()
        done = import_plan(unit=unit, upload=upload, year=None, person_id=None, now=local_now())
        db.session.commit()
        return done.plan

    plan_id = timed("write (the writer's place is held)", take).id
    db.session.remove()
    review(app, plan_id)


def review(app: Flask, plan_id: int) -> None:
    """Print what the pages of the review cost."""
    client = app.test_client()
    client.post("/login", data={"username": LOGIN, "password": DEMO_PASSWORD})
    for words, query in PAGES.items():
        answer = timed(f"review, {words}", partial(client.get, f"/plans/{plan_id}/review{query}"))
        sys.stdout.write(f"{'':<40} {answer.status_code:>7}, {len(answer.data) // 1024} kB\n")


def main(arguments: list[str]) -> int:
    """Exit status 0 when done, 2 on wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=35_000)
    parser.add_argument("--megabytes", type=float, default=4)
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--database", help="an empty database; by default a scratch SQLite file")
    asked = parser.parse_args(arguments)
    size = int(asked.megabytes * 1_000_000)
    if asked.file is not None:
        write(asked.file, asked.rows, size)
    if asked.time:
        with tempfile.TemporaryDirectory() as folder:
            url = asked.database or f"sqlite:///{folder}/bench.sqlite3"
            app = make_app(url, Path(folder))
            with app.app_context():
                measure(app, asked.rows, size)
                db.session.remove()
                db.engine.dispose()
    return 0 if asked.file is not None or asked.time else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
