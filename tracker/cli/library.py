"""`flask library import | match`: the indicator library, from a table, and what a plan's targets mean in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.cli.output import as_json_option, print_json, print_rows, refuse, refusing
from tracker.clock import local_now
from tracker.domain.errors import DocumentError, NotReadyError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Unit
from tracker.queries.by_code import unit_of
from tracker.queries.library import matches_for
from tracker.services.import_library import LibraryChanges, import_library, preview_library

group = AppGroup("library", help="The indicator library.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "code", help="Code of the bureau; needed where there are several.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken over, and take nothing.")
@as_json_option
@refusing
def import_(file: Path, code: str | None, dry_run: bool, as_json: bool) -> None:
    """Take over definitions from a .csv or .xlsx table; all of it, or nothing.

    Columns in any order: 指标名称, 计量单位, and if wanted 编码, 别名, 类型, 方向, 小数位, 类别, 来源, 说明.
    A row means the definition of its code, else of its name. Empty cells leave what is there.
    """
    limit = current_app.config["UPLOAD_MAX_BYTES"]
    if file.stat().st_size > limit:
        raise DocumentError(f"文件超过 {limit / 1_000_000:g} MB 的上限，请分成几份再导入。")
    upload: dict[str, Any] = {"top_unit_id": _bureau(code).id, "limit": limit}
    upload |= {"name": file.name, "data": file.read_bytes()}
    take = preview_library if dry_run else partial(import_library, person_id=None, now=local_now())
    try:
        done = take(**upload)
    except NotReadyError as error:
        db.session.rollback()
        refuse("没有导入：\n" + "\n".join(f"  {problem}" for problem in error.problems))
    db.session.commit()
    if as_json:
        print_json(_counts(done))
    else:
        click.echo(_said(done, dry_run=dry_run))


@group.command()
@click.argument("plan_id", type=int)
@as_json_option
@refusing
def match(plan_id: int, as_json: bool) -> None:
    """List a plan's indicators with the definition that each one's name means, and why; none where that is unsure."""
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        refuse(f"没有编号为 {plan_id} 的计划。")
    named = db.session.execute(
        select(Indicator.id, Indicator.name)
        .where(Indicator.plan_id == plan.id, Indicator.state != "cancelled")
        .order_by(Indicator.position, Indicator.id)
    ).all()
    found = matches_for(plan.top_unit_id, [(id_, name) for id_, name in named])
    rows = []
    for id_, name in named:
        one = found.get(id_)
        rows.append(
            {
                "id": id_,
                "name": name,
                "definition": one.definition_id if one else None,
                "code": one.code if one else None,
                "definition_name": one.name if one else None,
                "unit": one.unit if one else None,
                "reason": one.reason if one else None,
                "rivals": one.rivals if one else None,
            }
        )
    print_rows(rows, as_json=as_json, empty="这份计划里没有指标。")


def _bureau(code: str | None) -> Unit:
    """Return the bureau whose library is meant: that of the unit of this code, or the only one."""
    if code is None:
        tops = db.session.scalars(select(Unit).where(Unit.top_unit_id == Unit.id)).all()
        if len(tops) != 1:
            refuse("请用 --unit 写明是哪个局的指标库。" if tops else "还没有单位，请先导入单位。")
        return tops[0]
    return db.session.get_one(Unit, unit_of(code).top_unit_id)


def _counts(done: LibraryChanges) -> dict[str, Any]:
    return {
        "rows": done.rows,
        "added": len(done.added),
        "changed": len(done.changed),
        "unchanged": done.unchanged,
        "retired": done.retired,
    }


def _said(done: LibraryChanges, *, dry_run: bool) -> str:
    verb = "将导入" if dry_run else "已导入"
    words = f"{verb}：新增 {len(done.added)} 个，更新 {len(done.changed)} 个，未变 {done.unchanged} 个。"
    return words + (f"其中 {done.retired} 个已停用，仍停用。" if done.retired else "")
