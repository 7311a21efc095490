"""`flask audit verify | export`: is the record whole, and what does it say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.cli.output import FAULT, Day, as_json_option, print_json, print_rows, refuse, refusing
from tracker.clock import local_now
from tracker.extensions import db
from tracker.queries.audit_export import ExportRow, audit_rows, entries_by_bureau
from tracker.queries.by_code import bureau_of
from tracker.services import audit

group = AppGroup("audit", help="The record of what was done.")


@group.command()
@as_json_option
@refusing
def verify(as_json: bool) -> None:
    """Follow every bureau's chain; exit 3 with the ids of entries that do not follow from the one before."""
    chains = entries_by_bureau()
    broken = {top: audit.broken_links(top) for top, *_ in chains}
    if as_json:
        units = [
            {"unit": code, "entries": count, "broken": broken[top]} for top, code, count in chains
        ]
        print_json({"whole": not any(broken.values()), "units": units})
    if any(broken.values()):
        words = "；".join(
            f"{code} 编号 {_listed(broken[top])}" for top, code, _ in chains if broken[top]
        )
        refuse(f"审计记录对不上，可能被改动、删除或插入：{words}。", FAULT)
    if not as_json:
        click.echo(
            f"审计记录完整：{len(chains)} 个局，共 {sum(count for *_, count in chains)} 条。"
        )


@group.command()
@click.option("--from", "start", type=Day(), required=True, help="The first day.")
@click.option("--to", "end", type=Day(), required=True, help="The last day, included.")
@click.option("--unit", "code", help="Only this bureau's, by its code.")
@as_json_option
@refusing
def export(start: date, end: date, code: str | None, as_json: bool) -> None:
    """Print the entries of these days, oldest first; that they were printed is entered too."""
    if end < start:
        raise click.UsageError("--to 不能早于 --from。")
    only = bureau_of(code).id if code else None
    rows = list(audit_rows(start, end, ZoneInfo(current_app.config["TIMEZONE"]), only))
    _note(start, end, [only] if only else [top for top, *_ in entries_by_bureau()])
    print_rows(map(asdict if as_json else _flat, rows), as_json=as_json, empty="没有记录。")


def _listed(ids: Iterable[int]) -> str:
    return "、".join(map(str, ids))


def _flat(row: ExportRow) -> dict[str, Any]:
    return asdict(row) | {"detail": json.dumps(row.detail, ensure_ascii=False, sort_keys=True)}


def _note(start: date, end: date, tops: list[int]) -> None:
    said = {"first": start.isoformat(), "until": end.isoformat()}
    for top in tops:
        audit.record(top, "export", now=local_now(), object_type="audit", detail=said)
    db.session.commit()
