"""`flask unit import`: the organisation, from a table."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.cli.output import as_json_option, print_json, refuse, refusing
from tracker.clock import local_now
from tracker.domain.errors import NotReadyError
from tracker.extensions import db
from tracker.services.import_units import Imported, import_units

group = AppGroup("unit", help="The organisation.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
@refusing
def import_(file: Path, as_json: bool) -> None:
    """Take over one bureau's units from a .csv or .xlsx table; all of it, or nothing.

    Columns in any order: 代码, 名称, 上级代码, and if wanted 层级, 职责, 分管领导 (logins), 顺序. The row
    without 上级代码 is the bureau itself. Empty cells leave what is there.
    """
    try:
        done = import_units(
            name=file.name,
            data=file.read_bytes(),
            limit=current_app.config["UPLOAD_MAX_BYTES"],
            person_id=None,
            now=local_now(),
        )
    except NotReadyError as error:
        db.session.rollback()
        refuse("没有导入：\n" + "\n".join(f"  {problem}" for problem in error.problems))
    db.session.commit()
    if as_json:
        print_json(
            {
                "bureau": done.bureau.code,
                "new_bureau": done.is_new,
                "added": list(done.added),
                "changed": list(done.changed),
                "unchanged": done.unchanged,
            }
        )
        return
    click.echo(_said(done))


def _said(done: Imported) -> str:
    new = "（新建）" if done.is_new else ""
    counts = f"新增 {len(done.added)} 个单位，改动 {len(done.changed)} 个，未变 {done.unchanged} 个"
    return f"{done.bureau.name}{new}：{counts}。"
