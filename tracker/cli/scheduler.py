"""`flask scheduler`: the process that reminds and sends."""

from __future__ import annotations

from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker.cli.output import (
    TRY_LATER,
    Moment,
    as_json_option,
    moment_or_now,
    print_json,
    refuse,
    refusing,
)
from tracker.scheduler.jobs import decide_all, import_all, send_all, tidy_all
from tracker.scheduler.main import SchedulerProcess

group = AppGroup("scheduler", help="The scheduler process.")


@group.command("run")
@click.option(
    "--once", is_flag=True, help="One pass: open cycles, queue reminders, send; then stop."
)
@click.option("--at", type=Moment(), help="With --once: the moment to do it for.")
@as_json_option
@refusing
def run(once: bool, at: datetime | None, as_json: bool) -> None:
    """Run until stopped: open cycles, queue reminders, send mails, remove what has been kept long enough."""
    if at is not None and not once:
        raise click.UsageError("--at 只能和 --once 一起用。")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if not once:
        SchedulerProcess(app).run()
        return
    now = moment_or_now(at)
    if at is None:  # nothing is removed for a day that is only looked at
        tidy_all(app, now)
        import_all(app)
    decided = decide_all(app, now)
    outcomes = send_all(app, lambda: now)
    done = {"queued": len(decided.queued), "sent": outcomes["sent"]}
    done |= {"deferred": outcomes["queued"], "failed": outcomes["failed"]}
    if as_json:
        print_json(done)
    else:
        click.echo(
            "排队 {queued} 封，发出 {sent} 封，稍后再试 {deferred} 封，失败 {failed} 封。".format(
                **done
            )
        )
    if decided.failed:
        refuse(f"有 {len(decided.failed)} 个单位的提醒没能排出来，原因见日志。", TRY_LATER)
