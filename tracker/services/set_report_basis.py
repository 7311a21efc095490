"""Use case: choose whether a flow is reported as the month's amount or as the sum since January (填报口径)."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.case import Kind
from tracker.domain.errors import NotAllowedError, NotReadyError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator
from tracker.permissions import Actor, may_confirm
from tracker.queries.locks import lock
from tracker.services import audit

MONTH_WORD, SUM_WORD = "当月数", "累计数"


def may_set_basis(actor: Actor, indicator: Indicator) -> bool:
    """Tell whether the person chooses: the office, and the head who answers for it; of a balance or rate nobody."""
    office = actor.has(Role.OFFICE) and indicator.top_unit_id == actor.top_unit_id
    choosable = indicator.kind == Kind.FLOW and indicator.state == "issued"
    return choosable and (office or may_confirm(actor, indicator))


def set_report_basis(*, actor: Actor, indicator: Indicator, by_sum: bool, now: datetime) -> bool:
    """Set what the sheet asks for; figures that are reported stay the months' own. Tell whether it changed.

    Raises NotAllowedError, and NotReadyError for a balance or a rate.
    """
    lock(Indicator, Indicator.id == indicator.id)
    if indicator.kind != Kind.FLOW:
        raise NotReadyError(("余额和比率没有当月数和累计数之分。",))
    if not may_set_basis(actor, indicator):
        raise NotAllowedError("填报口径由责任人或督查办定。")
    if indicator.by_sum == by_sum:
        return False
    indicator.by_sum = by_sum
    db.session.flush()
    words = (SUM_WORD, MONTH_WORD) if by_sum else (MONTH_WORD, SUM_WORD)
    audit.record(
        actor.top_unit_id,
        "set_indicator",
        now=now,
        person_id=actor.person_id,
        object_type="indicator",
        object_id=indicator.id,
        detail={"changes": [["填报口径", words[1], words[0]]], "why": ""},
    )
    return True
