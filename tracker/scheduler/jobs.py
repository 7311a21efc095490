"""Jobs: open a context, take the clock, call the use cases, commit, log one line."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask

from tracker.clock import local_now, wall_now
from tracker.domain.reminders import Intent
from tracker.extensions import db
from tracker.outbox.deliver import deliver_due
from tracker.outbox.settings import MailSettings, mail_settings, make_sending, make_transport
from tracker.queries.bureaus import top_units
from tracker.services.open_cycles import open_cycles
from tracker.services.queue_reminders import queue_reminders

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Decided:
    """What a round of deciding did: mails queued, and bureaus in which it went wrong."""

    queued: list[Intent] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def decide_all(app: Flask, now: datetime) -> Decided:
    """Open cycles and queue reminders in every bureau; one that fails does not stop the others."""
    decided = Decided()
    with app.app_context():
        settings = mail_settings(app.config)
        for top_unit_id in top_units():
            try:
                decided.queued += _decide(top_unit_id, now, settings)
            except Exception:
                log.exception("reminders of unit %d could not be decided", top_unit_id)
                decided.failed.append(top_unit_id)
                db.session.rollback()
    if decided.queued:
        log.info("reminders queued: %d", len(decided.queued))
    return decided


def _decide(top_unit_id: int, now: datetime, settings: MailSettings) -> list[Intent]:
    open_cycles(top_unit_id=top_unit_id, now=now)
    queued = queue_reminders(top_unit_id=top_unit_id, now=now, settings=settings)
    db.session.commit()
    return queued


def send_all(
    app: Flask,
    now: Callable[[], datetime] = local_now,
    stopping: Callable[[], bool] = lambda: False,
    limit: int | None = None,
) -> Counter[str]:
    """Send what is due, until nothing is left or the process is told to stop."""
    with app.app_context():
        sending = make_sending(app.config, now, wall_now, stopping)
        outcomes = deliver_due(make_transport(app.config), sending, limit=limit)
    if outcomes:
        log.info("mails: %s", ", ".join(f"{state} {n}" for state, n in sorted(outcomes.items())))
    return outcomes
