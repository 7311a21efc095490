"""`flask plan revise`: what a revised document changes of an issued plan, and its import for the office to decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracker.cli.output import as_json_option, print_json, refuse, refusing
from tracker.cli.plan import group, read_file
from tracker.clock import local_now
from tracker.domain.plan_diff import ChangeKind, Difference, PlanDiff
from tracker.domain.plan_lines import Line, Lines
from tracker.extensions import db
from tracker.models import Plan
from tracker.queries.revision_page import FIELD_WORDS
from tracker.services.compare_plan import counts_of, diff_of
from tracker.services.revise_plan import Revised, revise_plan


@group.command()
@click.argument("plan_id", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what the document changes, and keep nothing.")
@as_json_option
@refusing
def revise(plan_id: int, file: Path, dry_run: bool, as_json: bool) -> None:
    """Hold a revised document against an issued plan; the office decides on the page what is taken."""
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        refuse(f"没有编号为 {plan_id} 的计划。")
    upload = read_file(file)
    now = local_now()
    diff, _, new = diff_of(plan, upload.reading, now.date())
    done = revise_plan(plan=plan, upload=upload, person_id=None, now=now)
    said = _as_json(done, diff, new, dry_run=dry_run)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    if as_json:
        print_json(said)
        return
    for line in _lines(said):
        click.echo(line)
    for problem in upload.problems:
        click.echo(f"提示：{problem}")


def _as_json(done: Revised, diff: PlanDiff, new: Lines, *, dry_run: bool) -> dict[str, Any]:
    return {
        "id": None if dry_run and done.added else done.revision.id,
        "added": done.added,
        "state": done.revision.state,
        "counts": {kind.value: count for kind, count in counts_of(diff).items()},
        "rows": [_row(row, new) for row in diff.rows if row.kind is not ChangeKind.UNCHANGED],
    }


def _row(row: Difference, new: Lines) -> dict[str, Any]:
    line: Line | None = new.of(row.sort)[row.at] if row.at is not None else None
    return {
        "sort": row.sort.value,
        "kind": row.kind.value,
        "id": row.id,
        "text": line.text if line is not None else None,
        "start": line.span.start if line is not None and line.span is not None else None,
        "end": line.span.end if line is not None and line.span is not None else None,
        "fields": [{"name": one.name, "old": one.old, "new": one.new} for one in row.fields],
    }


def _lines(said: dict[str, Any]) -> list[str]:
    """Return the differences for people, one a line, and how many there are."""
    kinds = {kind.value: kind.word for kind in ChangeKind}
    lines = []
    for row in said["rows"]:
        changes = "；".join(
            f"{FIELD_WORDS[one['name']]} {one['old'] or '未写明'} → {one['new'] or '未写明'}"
            for one in row["fields"]
        )
        number = f"（编号 {row['id']}）" if row["id"] is not None else ""
        words = changes or row["text"] or ""
        lines.append(f"{kinds[row['kind']]}　{_SORTS[row['sort']]}{number}　{words}".rstrip())
    counts = "，".join(f"{kinds[kind]} {count}" for kind, count in said["counts"].items())
    if not said["added"]:
        return [*lines, f"{counts}。这份修订稿已经导入过（编号 {said['id']}）。"]
    kept = f"已导入（编号 {said['id']}），请在计划页核对后应用" if said["id"] else "没有导入"
    return [*lines, f"{counts}。{kept}。"]


_SORTS = {"item": "条目", "task": "任务", "indicator": "指标"}
