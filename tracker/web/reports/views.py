"""Pages of reporting: the sheet of a month, its draft as one types, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import (
    FigureError,
    NotFoundError,
    NotReadyError,
    PeriodClosedError,
    StaleError,
    TrackerError,
)
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.queries.calendar import working_calendar
from tracker.queries.report_sheet import (
    OpenedMonth,
    month_to_fill,
    next_opening,
    opened_months,
    sheet_of,
)
from tracker.services.judge_sheet import Judged, demanded, judge_sheet
from tracker.services.report_figures import Sent, report_figures
from tracker.services.save_sheet_draft import keys_of, save_sheet_draft, typed_fields
from tracker.web.access import actor
from tracker.web.filters import day
from tracker.web.reports.page import (
    Refusal,
    figures_of,
    month_words,
    owed_words,
    refusal_of,
    sheet_page,
)

#: What the columns of a sheet hold, as a page names them.
COLUMNS = {
    "amount": "完成数",
    "note": "情况说明",
    "next": "下一步",
    "why": "更正理由",
    "progress": "完成进度",
    "done": "做了什么",
    "obstacle": "卡在哪里",
}

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the sheet of the month asked for, else of the oldest month that lacks something."""
    now = local_now()
    months = opened_months(actor(), now.date())
    chosen = _chosen(months)
    if chosen is None:
        return render_template("reports/empty.html", sentence=_nothing(now))
    return _page(chosen.month, months, now)


@bp.post("/draft")
def save_draft() -> ResponseReturnValue:
    """Keep what is typed; answer what every row comes to."""
    now = local_now()
    month = _posted_month(now)
    save_sheet_draft(actor=actor(), month=month, typed=typed_fields(request.form), now=now)
    db.session.commit()
    sheet = sheet_of(actor(), month, now.date())
    judged = judge_sheet(sheet, sheet.typed, now)
    if request.form.get("marked"):
        judged = demanded(judged)
    return {
        "saved_at": f"{now:%H:%M}",
        "rows": {key: figures_of(row) for key, row in judged.items()},
        "words": owed_words(judged),
    }


@bp.post("")
def send() -> ResponseReturnValue:
    """Keep what was typed; then send all of it, or what is complete, if that was asked."""
    now = local_now()
    typed = typed_fields(request.form)
    try:
        month = _posted_month(now)
    except NotFoundError as error:
        return _lost(typed, error.message, set())
    save_sheet_draft(actor=actor(), month=month, typed=typed, now=now)
    db.session.commit()
    wish = request.form.get("action", "save")
    if wish not in {"send", "send-filled"}:
        flash(f"已保存 {now:%H:%M}，还没有提交。", "success")
        return redirect(url_for("reports.index", month=month.code))
    try:
        sent = report_figures(
            actor=actor(), month=month, typed=typed, now=now, only_filled=wish == "send-filled"
        )
    except NotFoundError:
        db.session.rollback()
        mine = {row.key for row in sheet_of(actor(), month, now.date()).rows}
        return _lost(typed, "", mine)
    except TrackerError as error:
        return _refused(month, typed, error, now)
    db.session.commit()
    flash(_sent_words(sent, month_words(month, now.year)), "success")
    return redirect(url_for("reports.index", month=month.code))


def _lost(typed: Mapping[str, str], sentence: str, mine: set[str]) -> ResponseReturnValue:
    """Show what was typed for rows that have left the sheet; 404 where none of the rows is the person's."""
    gone = keys_of(typed) - mine
    words = sentence or (
        f"其中 {len(gone)} 项已不在您的填报表里（可能已暂缓、改派，或改了填报频次），请刷新后再填。"
    )
    lines = [
        (COLUMNS[name.split("-")[1]], text)
        for name, text in typed.items()
        if name.split("-")[0] in gone and name.split("-")[1] in COLUMNS and text.strip()
    ]
    page = render_template(
        "reports/lost.html", sentence=words, lines=lines, month_url=url_for("reports.index")
    )
    return page, 409 if mine & keys_of(typed) else 404


def _refused(
    month: Month, typed: Mapping[str, str], error: TrackerError, now: datetime
) -> ResponseReturnValue:
    """Show the sheet again with all that was typed, and say what is in the way."""
    db.session.rollback()
    status = 409 if isinstance(error, StaleError) else 422
    months = opened_months(actor(), now.date())
    if isinstance(error, PeriodClosedError | StaleError):
        return _page(month, months, now, typed, Refused(error.message)), status
    whole = isinstance(error, NotReadyError) and request.form.get("action") == "send"
    return _page(month, months, now, typed, Refused(whole=whole)), status


@dataclass(frozen=True, slots=True)
class Refused:
    """A sending that was refused: with a sentence, or for what its rows lack; `whole`: all rows were to go."""

    sentence: str = ""
    whole: bool = False


def _page(
    month: Month,
    months: list[OpenedMonth],
    now: datetime,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> str:
    sheet = sheet_of(actor(), month, now.date())
    shown = sheet.typed if typed is None else {**sheet.typed, **typed}
    judged = judge_sheet(sheet, shown, now)
    if refused is not None and refused.whole:
        judged = demanded(judged)
    page = sheet_page(
        sheet,
        judged,
        shown,
        months,
        request.args.get("fix", ""),
        now.date(),
        working_calendar(actor().top_unit_id),
        _refusal(refused, judged),
    )
    return render_template("reports/sheet.html", page=page)


def _refusal(refused: Refused | None, judged: Mapping[str, Judged]) -> Refusal | None:
    if refused is None:
        return None
    found = refusal_of(judged, marked=refused.whole)
    return replace(found, sentence=refused.sentence) if refused.sentence else found


def _chosen(months: list[OpenedMonth]) -> OpenedMonth | None:
    wish = request.args.get("month")
    if not wish:
        return month_to_fill(months)
    return next((opened for opened in months if opened.month.code == wish), None)


def _posted_month(now: datetime) -> Month:
    """Return the month that a form is for, if it has opened; else say when."""
    try:
        month = Month.from_code(request.form.get("month", ""))
    except FigureError:
        raise NotFoundError("没有这个填报期。") from None
    if all(opened.month != month for opened in opened_months(actor(), now.date())):
        raise NotFoundError(f"{month.long_label}还没有开启填报，或没有您的填报项。")
    return month


def _nothing(now: datetime) -> str:
    opens = next_opening(actor(), now.date())
    if request.args.get("month"):
        return "这个月还没有开启填报，或没有您的填报项。"
    if opens is None:
        return "没有分给您的指标或任务。如有误，请联系督查办。"
    return f"现在没有要填的，{day(opens, now.year)}开启下一期。"


def _sent_words(sent: Sent, month: str) -> str:
    if not sent.count:
        return "这些数之前已经提交过，没有变化。"
    counts = ((len(sent.indicators), "项指标"), (len(sent.tasks), "项任务"))
    said = "、".join(f"{count} {word}" for count, word in counts if count)
    rest = f"还差 {sent.left} 项" if sent.left else "本月已报齐"
    return f"已提交 {month}填报：{said}，{rest}。"
