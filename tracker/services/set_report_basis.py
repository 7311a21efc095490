"""Use case: choose how a figure is reported: by the month or as a sum (填报口径), and how often (填报频次)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from tracker.domain.case import Kind
from tracker.domain.errors import NotAllowedError, NotReadyError
from tracker.domain.rhythm import RHYTHMS, is_due
from tracker.extensions import db
from tracker.models import Indicator, Standing
from tracker.permissions import Actor, may_set_basis, may_set_rhythm
from tracker.queries.figures import reported_figures
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.refresh_standings import refresh_standings

MONTH_WORD, SUM_WORD = "当月数", "累计数"


def set_report_rhythm(*, actor: Actor, indicator: Indicator, every: int, now: datetime) -> bool:
    """Set how many months lie between two reports (1, 3, 6, 12); tell whether it changed.

    Open months are worked out anew; a flow's line then steps where it is reported. Raises NotAllowedError, and
    NotReadyError where a month that would not be asked for is reported already.
    """
    lock(Indicator, Indicator.id == indicator.id)
    if every not in RHYTHMS:
        raise NotReadyError(("填报频次只有每月、每季、每半年、每年。",))
    if not may_set_rhythm(actor, indicator):
        raise NotAllowedError("填报频次由督查办定。")
    if indicator.every == every:
        return False
    reported = reported_figures([indicator.id]).get(indicator.id, {})
    between = sorted(month for month in reported if not is_due(month, every))
    if between:
        raise NotReadyError((f"{between[0]}月已经报过数，不能改为{RHYTHMS[every]}填报。",))
    old, indicator.every = indicator.every, every
    db.session.execute(
        delete(Standing).where(
            Standing.indicator_id == indicator.id,
            Standing.frozen.is_(False),
            Standing.month % every != 0,
        )
    )
    db.session.flush()
    refresh_standings(indicators=[indicator], now=now)
    _note(actor, indicator, ["填报频次", RHYTHMS[old], RHYTHMS[every]], now)
    return True


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
    _note(actor, indicator, ["填报口径", words[1], words[0]], now)
    return True


def _note(actor: Actor, indicator: Indicator, change: list[str], now: datetime) -> None:
    audit.record(
        actor.top_unit_id,
        "set_indicator",
        now=now,
        person_id=actor.person_id,
        object_type="indicator",
        object_id=indicator.id,
        detail={"changes": [change], "why": ""},
    )
