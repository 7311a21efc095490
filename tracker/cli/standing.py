"""`flask standing check | rebuild`: whether the stored standing rows follow from what was reported."""

from __future__ import annotations

from dataclasses import asdict

import click
from flask.cli import AppGroup

from tracker.cli.output import FAULT, as_json_option, print_json, refuse, refusing
from tracker.clock import local_now
from tracker.extensions import db
from tracker.services.check_standings import Difference, check_standings, rebuild_standings

group = AppGroup("standing", help="Standing rows: where each indicator stands after a month.")
MOST_SHOWN = 50


@group.command()
@as_json_option
@refusing
def check(as_json: bool) -> None:
    """Work out every standing row again; exit 3 where a stored one differs.

    Rows of open months are held against what was reported and what is set now, rows of closed months against
    the case that was stored with them. Nothing is changed.
    """
    checked = check_standings(now=local_now())
    if as_json:
        print_json(
            {
                "rows": checked.rows,
                "frozen": checked.frozen,
                "differences": [asdict(one) for one in checked.differences],
            }
        )
    else:
        for one in checked.differences[:MOST_SHOWN]:
            click.echo(_said(one))
    if checked.differences:
        refuse(f"{checked.rows} 行里有 {len(checked.differences)} 处对不上。", FAULT)
    if not as_json:
        click.echo(f"{checked.rows} 行都对得上，其中已封账 {checked.frozen} 行。")


@group.command()
@refusing
def rebuild() -> None:
    """Write the rows of every open month anew; closed months stay as they are."""
    written = rebuild_standings(now=local_now())
    db.session.commit()
    click.echo(f"已重算 {written} 行；已封账的月份没有动。")


def _said(one: Difference) -> str:
    state = "已封账" if one.frozen else "未封账"
    place = f"{one.indicator_id} {one.name} {one.year}年{one.month}月（{state}）"
    return f"{place}：{one.column} 现存 {one.stored}，应为 {one.expected}"
