"""`flask plan read | import | issue`: from a document to binding tasks, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from tracker.cli.output import as_json_option, print_json, refuse, refusing
from tracker.clock import local_now
from tracker.domain.errors import DocumentError, NotReadyError
from tracker.domain.plan_text import PlanReading
from tracker.domain.plan_text import as_json as reading_as_json
from tracker.extensions import db
from tracker.models import Plan, Unit
from tracker.outbox.settings import mail_settings
from tracker.services.import_jobs import run_import
from tracker.services.import_plan import Imported, Upload, import_plan, read_upload
from tracker.services.issue_plan import issue_plan


@click.group("plan")
def group() -> None:
    """Read, import and issue a year's plan."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
@refusing
def read(file: Path, as_json: bool) -> None:
    """Say what a document holds; needs no database. Offsets count characters of the text as read."""
    upload = read_file(file)
    if as_json:
        print_json(_as_json(upload))
        return
    for line in _lines(upload.reading):
        click.echo(line)
    for problem in upload.problems:
        click.echo(f"提示：{problem}")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "code", required=True, help="Code of the unit whose plan it is.")
@click.option("--year", type=int, help="The plan's year; the document's own where left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and add nothing.")
@as_json_option
@refusing
def import_(file: Path, code: str, year: int | None, dry_run: bool, as_json: bool) -> None:
    """Make a draft plan of a document. The same document again adds nothing."""
    upload = read_file(file)
    done = import_plan(unit=_unit(code), upload=upload, year=year, person_id=None, now=local_now())
    said = _imported(done, upload, dry_run=dry_run)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    if as_json:
        print_json(said)
        return
    verb = "已在" if not said["added"] else "将导入" if dry_run else "已导入"
    number = f"（编号 {said['id']}）" if said["id"] else ""
    click.echo(
        f"{verb}：{said['year']}年《{said['title']}》{number}，{said['items']} 个条目、"
        f"{said['tasks']} 项任务、{said['indicators']} 个目标值。"
    )
    for problem in upload.problems:
        click.echo(f"提示：{problem}")


@group.command("run-import")
@click.argument("job_id", type=int)
@refusing
def run_import_(job_id: int) -> None:
    """Do an import that waits. The pages call this for large files; once more does no harm."""
    limit: int = current_app.config["UPLOAD_MAX_BYTES"]
    state = run_import(job_id, limit_bytes=limit, clock=local_now)
    click.echo(state)


@group.command()
@click.argument("plan_id", type=int)
@as_json_option
@refusing
def issue(plan_id: int, as_json: bool) -> None:
    """Make a complete draft binding; while anything is missing, list it and change nothing."""
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        refuse(f"没有编号为 {plan_id} 的计划。")
    try:
        settings = mail_settings(current_app.config)
        issued = issue_plan(plan=plan, actor=None, now=local_now(), settings=settings)
    except NotReadyError as error:
        db.session.rollback()
        refuse("还不能下达：\n" + "\n".join(f"  {problem}" for problem in error.problems))
    db.session.commit()
    said = {
        "id": plan_id,
        "tasks": issued.tasks,
        "indicators": issued.indicators,
        "units": issued.units,
    }
    if as_json:
        print_json(said)
        return
    click.echo(
        f"已下达 {issued.tasks} 项任务、{issued.indicators} 个指标，涉及 {issued.units} 个单位。"
    )


def read_file(file: Path) -> Upload:
    """Read a document from the disk. Raises DocumentError with one sentence."""
    limit = current_app.config["UPLOAD_MAX_BYTES"]
    if file.stat().st_size > limit:
        raise DocumentError(f"文件超过 {limit / 1_000_000:g} MB 的上限，请精简后再试。")
    return read_upload(name=file.name, content=file.read_bytes(), limit_bytes=limit)


def _as_json(upload: Upload) -> dict[str, Any]:
    return reading_as_json(upload.reading) | {"problems": list(upload.problems)}


def _unit(code: str) -> Unit:
    units = db.session.scalars(select(Unit).where(Unit.code == code, Unit.active)).all()
    if not units:
        refuse(f"没有代码为 {code} 的单位。")
    if len(units) > 1:
        refuse(f"有 {len(units)} 个单位的代码是 {code}，请用不重复的代码。")
    return units[0]


def _imported(done: Imported, upload: Upload, *, dry_run: bool) -> dict[str, Any]:
    reading = upload.reading
    return {
        "id": None if dry_run and done.added else done.plan.id,
        "added": done.added,
        "year": done.plan.year,
        "title": done.plan.title,
        "items": len(reading.items),
        "tasks": len(reading.tasks),
        "indicators": len(reading.targets),
        "problems": list(upload.problems),
    }


def _lines(reading: PlanReading) -> list[str]:
    """Return the reading for people: headings, tasks and targets in the document's order."""
    head = f"{reading.title or '（没有标题）'}　{reading.plan_year or '年度不明'}"
    placed = [
        (item.span.start, 0, f"{'  ' * (item.level - 1)}{item.number}{item.title}")
        for item in reading.items
    ]
    for number, task in enumerate(reading.tasks, start=1):
        notes = [f"牵头 {'、'.join(task.lead)}"] if task.lead else []
        notes += [f"配合 {'、'.join(task.support)}"] if task.support else []
        notes += [f"时限 {task.due_text}"] if task.due_text else []
        tail = f"（{'；'.join(notes)}）" if notes else ""
        placed.append((task.span.start, 1, f"  任{number} {task.text}{tail}"))
    for number, target in enumerate(reading.targets, start=1):
        value = f"{target.value or '缺数'} {target.unit}".strip()
        base = f"（对比 {target.base}）" if target.base else ""
        placed.append((target.span.start, 2, f"    目{number} {target.name}：{value}{base}"))
    counts = (
        f"{len(reading.items)} 个条目，{len(reading.tasks)} 项任务，"
        f"{len(reading.targets)} 个目标值，{len(reading.results)} 个上年完成数"
    )
    return [head, *(line for _, _, line in sorted(placed)), counts]
