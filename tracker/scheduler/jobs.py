"""Jobs: open a context, take the clock, call the use cases, commit, log one line."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask

from tracker.clock import local_now, wall_now
from tracker.domain.reminders import Intent
from tracker.extensions import db, reading
from tracker.outbox.deliver import deliver_due
from tracker.outbox.settings import MailSettings, mail_settings, make_sending, make_transport
from tracker.queries.bureaus import top_units
from tracker.services.forget_sessions import forget_sessions
from tracker.services.import_jobs import jobs_to_run, run_import
from tracker.services.issue_orders import mails_of, orders_to_raise, raise_orders
from tracker.services.open_cycles import open_cycles
from tracker.services.purge_audit import purge_audit
from tracker.services.queue_digest import digests_due, queue_digests
from tracker.services.queue_reminders import decide_reminders, queue_decided
from tracker.services.remind_orders import orders_to_remind, remind_orders

log = logging.getLogger(__name__)

#: How long an import may wait for the process that the page starts for it.
UNTAKEN = timedelta(seconds=30)


@dataclass(slots=True)
class Decided:
    """What a round of deciding did: mails queued, and bureaus in which it went wrong."""

    queued: list[Intent] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def decide_all(app: Flask, now: datetime) -> Decided:
    """Open cycles and queue reminders in every bureau; one that fails does not stop the others."""
    decided, orders, digests = Decided(), list[str](), list[str]()
    with app.app_context():
        settings = mail_settings(app.config)
        with reading():
            bureaus = top_units()
        for top_unit_id in bureaus:
            try:
                decided.queued += decide_for(top_unit_id, now, settings)
                orders += orders_for(top_unit_id, now, settings)
                digests += digests_for(top_unit_id, now, settings)
            except Exception:
                log.exception("reminders of unit %d could not be decided", top_unit_id)
                decided.failed.append(top_unit_id)
                db.session.rollback()
    if decided.queued:
        log.info("reminders queued: %d", len(decided.queued))
    if orders:
        log.info("mails of supervision orders queued: %d", len(orders))
    if digests:
        log.info("weekly digests queued: %d", len(digests))
    return decided


def decide_for(top_unit_id: int, now: datetime, settings: MailSettings) -> list[Intent]:
    """Open a bureau's cycles and queue its reminders; while it is decided, nobody waits to write."""
    open_cycles(top_unit_id=top_unit_id, now=now)
    db.session.commit()
    with reading():
        decided = decide_reminders(top_unit_id=top_unit_id, now=now, settings=settings)
    queued = queue_decided(top_unit_id=top_unit_id, decided=decided, now=now, settings=settings)
    db.session.commit()
    return queued


def orders_for(top_unit_id: int, now: datetime, settings: MailSettings) -> list[str]:
    """Raise the orders that a bureau's ladders bring, and tell of late answers; return the keys of the mails."""
    with reading():
        wanted = orders_to_raise(top_unit_id=top_unit_id, settings=settings, now=now)
        late = orders_to_remind(top_unit_id=top_unit_id, settings=settings, now=now)
    keys: list[str] = []
    while wanted:
        raised = raise_orders(top_unit_id=top_unit_id, settings=settings, now=now)
        keys += mails_of(raised)
        db.session.commit()
        if not raised:
            break
    if late:
        keys += sorted(remind_orders(top_unit_id=top_unit_id, settings=settings, now=now))
        db.session.commit()
    return keys


def digests_for(top_unit_id: int, now: datetime, settings: MailSettings) -> list[str]:
    """Queue a bureau's weekly digests, where they are due; return their keys."""
    with reading():
        due = digests_due(top_unit_id=top_unit_id, settings=settings, now=now)
    if not due:
        return []
    queued = queue_digests(top_unit_id=top_unit_id, settings=settings, now=now)
    db.session.commit()
    return sorted(queued)


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


def tidy_all(app: Flask, now: datetime) -> None:
    """Remove what has been kept long enough: sessions that have ended, audit entries past their days.

    Any number of times a day does it once.
    """
    idle, longest = (timedelta(seconds=app.config[f"SESSION_{name}"]) for name in ("IDLE", "MAX"))
    keep = timedelta(days=app.config["AUDIT_RETENTION_DAYS"])
    with app.app_context():
        sessions = forget_sessions(now=now, idle=idle, longest=longest)
        db.session.commit()
        with reading():
            bureaus = top_units()
        for top_unit_id in bureaus:
            entries = purge_audit(top_unit_id=top_unit_id, now=now, keep=keep)
            db.session.commit()
            if entries:
                log.info("audit entries of unit %d removed: %d", top_unit_id, entries)
    if sessions:
        log.info("ended sessions removed: %d", sessions)


def import_all(app: Flask, now: Callable[[], datetime] = local_now) -> Counter[str]:
    """Do the imports that no process took up, or whose process died."""
    with app.app_context():
        with reading():
            waiting = jobs_to_run(now(), UNTAKEN)
        limit: int = app.config["UPLOAD_MAX_BYTES"]
        states = Counter(run_import(job_id, limit_bytes=limit, clock=now) for job_id in waiting)
    if states:
        log.info("imports: %s", ", ".join(f"{state} {n}" for state, n in sorted(states.items())))
    return states
