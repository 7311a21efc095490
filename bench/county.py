"""Times the board and the desk of a county: 20,000 indicators in sixty bureaus with nine sections each.

    .venv/bin/python bench/county.py [--runs 7] [--database URL] [--times 9]

The reference data set (2,000 indicators in 60 units) is timed first, then copied into sections below its units. Prints
tables (median and slowest milliseconds, number of queries, size of the answer, and the processor's median
milliseconds, which a busy machine changes less) and asserts nothing. Without a URL it uses a scratch SQLite file
(about 500 MB); a URL's database must be empty.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Integer, String, cast, func, insert, literal, select, text
from sqlalchemy.orm import aliased

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.board import PEOPLE, fill, make_app, signed_in, time_page
from tracker.extensions import Base, db
from tracker.models import Indicator, Report, Standing, Unit

PAGES = ("/lagging", "/desk", "/indicators", "/lagging?unit={unit}")
#: Copies are told from what they were copied from by their numbers.
STEP = 100_000_000


def main() -> None:
    """Load the data set, time it, multiply it and time it again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--times", type=int, default=9, help="sections below each unit")
    parser.add_argument("--database", help="an empty database; by default a scratch SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{folder}/bench.sqlite3"
        app = make_app(url, Path(folder))
        with app.app_context():
            fill()
            time_pages(app, arguments.runs)
            begun = time.perf_counter()
            for number in range(1, arguments.times + 1):
                copy_into_sections(number)
                db.session.commit()
            count = db.session.scalar(select(func.count(Indicator.id)))
            print(f"\n{count} indicators after {time.perf_counter() - begun:.0f} s")
            analyze()
            time_pages(app, arguments.runs)
            db.session.remove()
            db.engine.dispose()


def analyze() -> None:
    """Let the database look at what it holds, as a database in service does by itself."""
    db.session.rollback()
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def time_pages(app: Flask, runs: int) -> None:
    """Print what each page costs each person."""
    unit = db.session.scalar(select(Unit.id).where(Unit.parent_id.is_not(None)).order_by(Unit.id))
    db.session.rollback()
    print(f"{'page':<12} {'person':<14} code   median  slowest  queries       kB      cpu")
    for login in PEOPLE:
        client = signed_in(app, login)
        for page in PAGES:
            url = page.format(unit=unit)
            line = time_page(client, url, login, runs).line()
            print(f"{line} {busy_with(client, url, runs):8.1f}", flush=True)


def busy_with(client: FlaskClient, page: str, runs: int) -> float:
    """Return the processor's milliseconds for a page: SQLite's work is in them, PostgreSQL's is not."""
    spent = []
    for _ in range(runs):
        begun = time.process_time()
        client.get(page)
        spent.append((time.process_time() - begun) * 1000)
    return median(spent)


def copy_into_sections(number: int) -> None:
    """Add one section below each unit, and in it the indicators, reports and standings of that unit."""
    offset = number * STEP
    parent, top = aliased(Unit), aliased(Unit)
    own = select(parent.id).join(top, top.id == parent.parent_id).where(top.parent_id.is_(None))
    mine = Unit.id.in_(own)
    path = Unit.path + cast(Unit.id + offset, String) + "/"
    copy(
        Unit,
        offset,
        mine,
        parent_id=Unit.id,
        code=Unit.code + f"-{number}",
        name=Unit.name + f"{number}股",
        level=literal("section"),
        path=path,
    )
    original = Indicator.id < STEP
    copy(Indicator, offset, original, lead_unit_id=Indicator.lead_unit_id + offset)
    for table in (Report, Standing):
        copy(table, offset, table.id < STEP, indicator_id=table.indicator_id + offset)


def copy(table: type[Base], offset: int, condition: object, **changed: object) -> None:
    """Insert rows of a table again with other numbers and some columns changed."""
    values = {column.name: getattr(table, column.name) for column in table.__table__.columns}
    values |= {"id": cast(table.id + offset, Integer)} | changed  # type: ignore[attr-defined]
    chosen = select(*values.values()).where(condition)  # type: ignore[arg-type, call-overload]
    db.session.execute(insert(table).from_select(list(values), chosen))


if __name__ == "__main__":
    main()
