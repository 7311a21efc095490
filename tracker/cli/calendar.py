"""`flask calendar import`: holidays and make-up days, from a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.cli.output import as_json_option, print_rows, refuse, refusing
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import Unit
from tracker.queries.bureaus import top_units
from tracker.queries.by_code import bureau_of
from tracker.services.import_calendar import import_calendar

group = AppGroup("calendar", help="Holidays and make-up days.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "code", help="Code of the bureau; every bureau where left out.")
@as_json_option
@refusing
def import_(file: Path, code: str | None, as_json: bool) -> None:
    """Enter a .csv or .xlsx table of days; all of it, or nothing.

    Columns: 日期, 是否上班 (班 or 休), and if wanted 名称. The table's years count as published, and
    months that have not opened are dated anew.
    """
    bureaus = [bureau_of(code)] if code else [db.session.get_one(Unit, one) for one in top_units()]
    if not bureaus:
        refuse("还没有单位，请先用 flask unit import 导入。")
    data, now = file.read_bytes(), local_now()
    rows: list[dict[str, Any]] = []
    for bureau in bureaus:
        changed, years = import_calendar(
            top_unit_id=bureau.id,
            name=file.name,
            data=data,
            limit=current_app.config["UPLOAD_MAX_BYTES"],
            person_id=None,
            now=now,
        )
        rows.append({"unit": bureau.code, "years": years, "changed": changed})
    names = [bureau.name for bureau in bureaus]
    db.session.commit()
    if as_json:
        print_rows(rows, as_json=True)
        return
    for name, row in zip(names, rows, strict=True):
        said = "、".join(f"{year}年" for year in row["years"])
        click.echo(f"{name}：已录入{said}的安排，变动 {row['changed']} 天。")
