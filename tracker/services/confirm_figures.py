"""Use case: the head confirms figures that a reporter sent, or sends them back with a word (责任人确认、退回)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, Plan, Report
from tracker.permissions import Actor
from tracker.queries.locks import lock
from tracker.queries.unconfirmed import waiting_reports
from tracker.services import audit

LONGEST = 500


def confirm_figures(*, actor: Actor, report_ids: Sequence[int], now: datetime) -> int:
    """Confirm figures and return how many. Raises NotAllowedError, NotReadyError, and StaleError where one changed."""
    rows = _held(actor, report_ids)
    for row in rows:
        row.confirmed_at, row.confirmed_by_id = now, actor.person_id
    _record(actor, "figures_confirmed", rows, now)
    return len(rows)


def send_figures_back(*, actor: Actor, report_ids: Sequence[int], why: str, now: datetime) -> int:
    """Send figures back to whoever reported them: the month is owed again until a new figure comes.

    Raises NotAllowedError, StaleError, and NotReadyError without a reason.
    """
    words = why.strip()
    if not words:
        raise NotReadyError(("退回要写明哪里不对。",))
    if len(words) > LONGEST:
        raise NotReadyError((f"退回意见最多 {LONGEST} 字。",))
    rows = _held(actor, report_ids)
    for row in rows:  # the figures before it do not count as reported either
        db.session.execute(
            update(Report)
            .where(
                Report.indicator_id == row.indicator_id,
                Report.year == row.year,
                Report.month == row.month,
            )
            .values(sent_back=words, confirmed_at=None, confirmed_by_id=None)
        )
    _record(actor, "figures_sent_back", rows, now, why=words)
    return len(rows)


def confirm_rule(*, actor: Actor, plan: Plan, wanted: bool, now: datetime) -> bool:
    """Set whether a plan's figures wait for the head; return whether that is a change."""
    if plan.confirm_reports == wanted:
        return False
    plan.confirm_reports = wanted
    audit.record(
        plan.top_unit_id,
        "confirm_rule",
        now=now,
        person_id=actor.person_id,
        object_type="plan",
        object_id=plan.id,
        detail={"to": wanted},
    )
    return True


def _held(actor: Actor, report_ids: Sequence[int]) -> list[Report]:
    """Lock what is meant and return it; all of it must still wait for this person."""
    if not actor.has(Role.HEAD):
        raise NotAllowedError("填报数由责任人确认。")
    if not report_ids:
        raise NotReadyError(("没有选中，请先勾选。",))
    found = waiting_reports(actor, report_ids)
    lock(Indicator, Indicator.id.in_([row.indicator_id for row in found]))
    rows = waiting_reports(actor, report_ids)
    if len(rows) < len(set(report_ids)):
        raise StaleError("您打开之后，有的数已被更正、确认或封账，请对照后再办。")
    return rows


def _record(
    actor: Actor, action: str, rows: Sequence[Report], now: datetime, why: str = ""
) -> None:
    audit.record(
        actor.top_unit_id,
        action,
        now=now,
        person_id=actor.person_id,
        object_type="sheet",
        detail={"rows": len(rows), "reports": [row.id for row in rows]}
        | ({"why": why} if why else {}),
    )
