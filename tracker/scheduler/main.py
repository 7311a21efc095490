"""The scheduler process: APScheduler rings, the jobs ask the database what is due."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from tracker.clock import local_now, wall_now
from tracker.outbox.worker import this_worker
from tracker.scheduler.jobs import decide_all, import_all, send_all, tidy_all
from tracker.scheduler.lease import give_back_lease, take_lease

log = logging.getLogger(__name__)

DECIDE_EVERY = 60
SEND_EVERY = 10
IMPORT_EVERY = 30
TIDY_EVERY = 3600


class SchedulerProcess:
    """Decides every minute and sends every ten seconds, while it has the lease.

    It takes up imports left lying, and every hour removes what has been kept long enough.
    SIGTERM and SIGINT end it after the mail that is being sent.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._worker = this_worker()
        self._stopping = Event()
        self._shutdown: Thread | None = None
        self._clock = BlockingScheduler(
            timezone=ZoneInfo(app.config["TIMEZONE"]),
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def run(self) -> None:
        """Work until told to stop."""
        jobs = (
            (self._decide, DECIDE_EVERY),
            (self._send, SEND_EVERY),
            (self._import, IMPORT_EVERY),
            (self._tidy, TIDY_EVERY),
        )
        for job, seconds in jobs:
            self._clock.add_job(
                self._safely(job), "interval", seconds=seconds, next_run_time=wall_now()
            )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        log.info("scheduler started as %s", self._worker)
        self._clock.start()
        if self._shutdown is not None:
            self._shutdown.join()
        with self._app.app_context():
            give_back_lease(self._worker)
        log.info("scheduler stopped")

    def _decide(self) -> None:
        with self._app.app_context():
            now = local_now()
        decide_all(self._app, now)

    def _send(self) -> None:
        send_all(self._app, stopping=self._stopping.is_set)

    def _import(self) -> None:
        import_all(self._app)

    def _tidy(self) -> None:
        with self._app.app_context():
            now = local_now()
        tidy_all(self._app, now)

    def _safely(self, job: Callable[[], None]) -> Callable[[], None]:
        """Run a job only with the lease; whatever goes wrong is logged and the clock rings on."""

        def ring() -> None:
            try:
                with self._app.app_context():
                    has_lease = take_lease(self._worker, wall_now())
                if has_lease and not self._stopping.is_set():
                    job()
            except Exception:
                log.exception("a job of the scheduler failed")

        return ring

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        """Stop from a thread of its own: a signal may come in the middle of the clock's own locks."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._shutdown = Thread(target=self._clock.shutdown)
            self._shutdown.start()
