"""`flask mail`: the outbox from the command line."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.cli.output import (
    Moment,
    as_json_option,
    moment_or_now,
    print_json,
    print_rows,
    refusing,
)
from tracker.clock import local_now, wall_now
from tracker.extensions import db
from tracker.outbox.deliver import deliver_due
from tracker.outbox.settings import make_sending, make_transport
from tracker.queries.mails import STATE_WORDS, STATES, list_mails
from tracker.services.retry_mail import retry_mail

group = AppGroup("mail", help="The outbox: list, send, retry.")


@group.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only mails in this state.")
@as_json_option
@refusing
def list_(state: str | None, as_json: bool) -> None:
    """List the mails that wait, went out, failed or were dropped."""
    print_rows(map(asdict, list_mails(state)), as_json=as_json, empty="没有邮件。")


@group.command("send")
@click.option("--at", type=Moment(), help="Send what is due at this moment; now by default.")
@click.option("--max", "limit", type=click.IntRange(min=0), help="At most so many.")
@as_json_option
@refusing
def send(at: datetime | None, limit: int | None, as_json: bool) -> None:
    """Send what is due, and print how it went."""

    def now() -> datetime:
        return at or local_now()

    sending = make_sending(current_app.config, now, wall_now)
    outcomes = deliver_due(make_transport(current_app.config), sending, limit=limit)
    if as_json:
        print_json({state: outcomes[state] for state in ("sent", "queued", "failed", "dropped")})
        return
    said = "，".join(f"{STATE_WORDS[state]} {n}" for state, n in outcomes.items())
    click.echo(f"{said}。" if said else "没有要发的邮件。")


@group.command("retry")
@click.argument("message_id", metavar="ID", type=int)
@click.option("--at", type=Moment(), help="When to send it; now by default.")
@refusing
def retry(message_id: int, at: datetime | None) -> None:
    """Put a mail back into the queue that failed or was dropped."""
    message = retry_mail(message_id=message_id, now=moment_or_now(at))
    subject = message.subject
    db.session.commit()
    click.echo(f"已重新排队：{subject}")
