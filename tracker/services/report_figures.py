"""Use case: send a month's sheet: figures become reports, and all that follows from them is worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.errors import NotFoundError, NotReadyError, PeriodClosedError, StaleError
from tracker.domain.periods import Month
from tracker.domain.sheet_rules import EMPTY
from tracker.extensions import db
from tracker.models import Report, TaskReport
from tracker.permissions import Actor, may_confirm
from tracker.queries.report_sheet import IndicatorRow, Sheet, TaskRow, sheet_of
from tracker.services import audit
from tracker.services.change_task import follow_report
from tracker.services.judge_sheet import Judged, judge_sheet
from tracker.services.refresh_standings import refresh_standings
from tracker.services.save_sheet_draft import clear_sheet_draft, keys_of


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out, and what the sheet still lacks."""

    indicators: tuple[Judged, ...]
    tasks: tuple[Judged, ...]
    left: int

    @property
    def count(self) -> int:
        """Return how many rows went out."""
        return len(self.indicators) + len(self.tasks)


def report_figures(
    *, actor: Actor, month: Month, typed: Mapping[str, str], now: datetime, only_filled: bool
) -> Sent:
    """Send a sheet: all of it, or (`only_filled`) the rows that are complete.

    What was sent already and says the same is passed over, so that a second click changes nothing.
    Raises NotFoundError for a row that is not this person's, PeriodClosedError, StaleError where
    somebody else reported in between, and NotReadyError with what is missing. Then nothing is sent.
    """
    sheet = sheet_of(actor, month, now.date(), lock=True)
    judged = judge_sheet(sheet, typed, now)
    _refuse(sheet, judged, typed, only_filled=only_filled)
    ready = {key for key, row in judged.items() if row.ready}
    indicators = [row for row in sheet.indicators if row.key in ready]
    tasks = [row for row in sheet.tasks if row.key in ready]
    for indicator_row in indicators:
        _report_indicator(indicator_row, judged[indicator_row.key], actor, month, now)
    for task_row in tasks:
        _report_task(task_row, judged[task_row.key], actor, month, now)
    db.session.flush()
    refresh_standings(indicators=[row.indicator for row in indicators], now=now)
    settled = {key for key, row in judged.items() if row.filled and row.problem is None}
    clear_sheet_draft(actor=actor, month=month, keys=settled)
    sent = Sent(
        tuple(judged[row.key] for row in indicators),
        tuple(judged[row.key] for row in tasks),
        left=sum(row.owed and row.key not in ready for row in judged.values()),
    )
    if sent.count:
        _record(actor, month, indicators, tasks, judged, now)
    return sent


def _refuse(
    sheet: Sheet, judged: Mapping[str, Judged], typed: Mapping[str, str], *, only_filled: bool
) -> None:
    if keys_of(typed) - set(judged):
        raise NotFoundError("其中有不在您填报范围内的项，请刷新后再填。")
    if any(row.closed and row.changed for row in judged.values()):
        raise PeriodClosedError(
            f"{sheet.month.long_label}已封账，不能再填报或更正。确需更正的，请督查办先启封。"
        )
    conflicts = [row for row in judged.values() if row.changed and row.conflict]
    if conflicts:
        names = "、".join(row.name for row in conflicts)
        raise StaleError(f"没有提交：{names}在您打开之后有人报过，两个数都在下面，请对照。")
    problems = _problems(judged, only_filled=only_filled)
    if problems:
        raise NotReadyError(problems)


def _problems(judged: Mapping[str, Judged], *, only_filled: bool) -> tuple[str, ...]:
    """Return what keeps the sheet from being sent, one sentence a row."""
    if only_filled:
        none_ready = not any(row.ready for row in judged.values())
        wrong = [row for row in judged.values() if row.changed and row.error]
        return tuple(f"{row.name}：{row.error}" for row in wrong) if none_ready else ()
    wrong_or_empty = (
        f"{row.name}：{row.error or EMPTY}"
        for row in judged.values()
        if (row.changed and row.error) or (row.owed and not row.filled)
    )
    return tuple(wrong_or_empty)


def _report_indicator(
    row: IndicatorRow, judged: Judged, actor: Actor, month: Month, now: datetime
) -> None:
    assert judged.amount is not None  # noqa: S101  a row that is ready has a figure
    own = may_confirm(actor, row.indicator)  # a head who fills it in has seen it
    db.session.add(
        Report(
            top_unit_id=actor.top_unit_id,
            indicator_id=row.indicator.id,
            year=month.year,
            month=month.month,
            revision=row.revision + 1,
            amount=judged.amount,
            note=judged.texts["note"],
            next_step=judged.texts["next"],
            why=(judged.texts["why"] or sent_back_words(row.sent_back)) if row.reported else "",
            person_id=actor.person_id,
            at=now,
            confirmed_at=now if own else None,
            confirmed_by_id=actor.person_id if own else None,
        )
    )


def sent_back_words(sent_back: str) -> str:
    """Return the reason of a correction that the head asked for."""
    return f"按退回意见更正：{sent_back}" if sent_back else ""


def _report_task(row: TaskRow, judged: Judged, actor: Actor, month: Month, now: datetime) -> None:
    assert judged.amount is not None  # noqa: S101  a row that is ready has a figure
    task, texts = row.task, judged.texts
    db.session.add(
        TaskReport(
            top_unit_id=actor.top_unit_id,
            task_id=task.id,
            year=month.year,
            month=month.month,
            revision=row.revision + 1,
            progress=judged.amount,
            done=texts["done"],
            obstacle=texts["obstacle"],
            next_step=texts["next"],
            person_id=actor.person_id,
            at=now,
        )
    )
    # a late report of an older month does not turn the task back
    follow_report(task, None if row.covered else judged.amount, actor.roles, actor, now)


def _record(
    actor: Actor,
    month: Month,
    indicators: list[IndicatorRow],
    tasks: list[TaskRow],
    judged: Mapping[str, Judged],
    now: datetime,
) -> None:
    audit.record(
        actor.top_unit_id,
        "report",
        now=now,
        person_id=actor.person_id,
        object_type="sheet",
        detail={
            "month": month.code,
            "indicators": {
                str(row.indicator.id): {
                    "revision": row.revision + 1,
                    "amount": str(judged[row.key].amount),
                    "before": str(row.reported.amount) if row.reported else None,
                }
                for row in indicators
            },
            "tasks": {str(row.task.id): str(judged[row.key].amount) for row in tasks},
        },
    )
