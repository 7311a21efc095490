"""`flask lagging`: what lags on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from tracker.cli.output import Day, as_json_option, print_rows, refuse, refusing
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import Unit
from tracker.queries.lagging_rows import as_dict, lagging_rows, scope_of_all


@click.command("lagging")
@click.option("--at", "day", type=Day(), help="The day, as 2024-04-15; today if left out.")
@click.option("--unit", "code", help="Only this unit and those below it, by its code.")
@as_json_option
@with_appcontext
@refusing
def group(day: date | None, code: str | None, as_json: bool) -> None:
    """List indicators behind their line, tasks overdue or behind, and reports that are overdue.

    Of a day that is over it tells what was known at its end, whatever was reported since.
    """
    scope, now = scope_of_all(_units(code) if code else None), local_now()
    day = day or now.date()
    over = datetime.combine(day + timedelta(days=1), time(), now.tzinfo)
    rows = lagging_rows(scope, day, over if over <= now else None)
    print_rows(map(as_dict, rows), as_json=as_json, empty="没有滞后。")


def _units(code: str) -> list[int]:
    ids = list(db.session.scalars(select(Unit.id).where(Unit.code == code)))
    if not ids:
        refuse(f"没有代码为 {code} 的单位。")
    return ids
