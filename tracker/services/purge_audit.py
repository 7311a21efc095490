"""Use case: remove audit entries that have been kept long enough; the entry that says so carries the chain on."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete, func, select

from tracker.extensions import db
from tracker.models import AuditEntry
from tracker.services.audit import PURGE, hold_chain, record


def purge_audit(*, top_unit_id: int, now: datetime, keep: timedelta) -> int:
    """Remove a bureau's entries from before `keep`, counted in whole days; return how many. The caller commits.

    Only from the beginning of the chain, and never its newest entry. An entry `purge` is added with the MAC of the
    last one removed, from which the first one kept must follow: whoever removes more is found out. Again on the
    same day changes nothing.
    """
    hold_chain(top_unit_id)
    ours = AuditEntry.top_unit_id == top_unit_id
    since = datetime.combine(now.date(), time(), now.tzinfo) - keep
    newest = select(func.max(AuditEntry.id)).where(ours).scalar_subquery()
    first_kept = db.session.scalar(
        select(func.coalesce(func.min(AuditEntry.id), newest)).where(ours, AuditEntry.at >= since)
    )
    gone = (ours, AuditEntry.id < (first_kept or 0))
    last = db.session.scalar(
        select(AuditEntry).where(*gone).order_by(AuditEntry.id.desc()).limit(1)
    )
    if last is None:
        return 0
    until, mac = last.at.astimezone(UTC).isoformat(), last.mac
    removed = db.session.scalars(delete(AuditEntry).where(*gone).returning(AuditEntry.id)).all()
    detail = {"removed": len(removed), "until": until, "mac": mac}
    record(top_unit_id, PURGE, now=now, object_type="audit", detail=detail)
    return len(removed)
