"""What a monitor collects (Prometheus): numbers of the machine, nothing of any plan or person."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tracker.queries.health import Readiness


def metrics_text(
    state: Readiness, mails: dict[str, int] | None, now: datetime, version: str
) -> bytes:
    """Return the exposition; what is not known is left out, never shown as zero."""
    registry = CollectorRegistry()
    _gauge(registry, "tracker_info", "The version that runs.", "version").labels(version).set(1)
    ready = _gauge(registry, "tracker_ready", "1 where this part is ready.", "part")
    ready.labels("database").set(state.database)
    ready.labels("schema").set(state.schema)
    for name, words, moment in (
        ("scheduler_tick", "the scheduler's last tick", state.scheduler_tick),
        ("oldest_unsent_mail", "the oldest unsent mail was queued", state.oldest_unsent_mail),
        ("last_verified_backup", "the newest verified backup was made", state.last_verified_backup),
    ):
        if moment is not None:
            age = now - datetime.fromisoformat(moment)
            gauge = _gauge(registry, f"tracker_{name}_age_seconds", f"Seconds since {words}.")
            gauge.set(age.total_seconds())
    if mails is not None:
        counts = _gauge(registry, "tracker_mails", "Mails of the outbox by state.", "state")
        for mail_state, count in mails.items():
            counts.labels(mail_state).set(count)
    return bytes(generate_latest(registry))


def _gauge(registry: CollectorRegistry, name: str, words: str, *labels: str) -> Gauge:
    return Gauge(name, words, labels, registry=registry)
