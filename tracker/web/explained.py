"""A light with its reasons, and a guard in words, from the row that a list shows."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import current_app

from tracker.domain.lights import Guard
from tracker.domain.standing import Kind, Standing
from tracker.domain.wording import light_reasons, quantity, target_words
from tracker.queries.board import BoardRow
from tracker.queries.worked import newest_known
from tracker.web.filters import moment

Reasons = tuple[tuple[str, str], ...]


def standing_of(row: BoardRow) -> Standing | None:
    """Return the newest standing with a known figure; None where nothing was ever reported.

    For a row whose report is overdue that is an earlier month's: what was known then.
    """
    if row.case is None or row.month is None:
        return None
    return newest_known(row.case, row.month)


def reasons_of(row: BoardRow, standing: Standing | None) -> Reasons:
    """Return why the light is what it is: rule, figures, date, and when it was worked out."""
    month = row.shown_month
    if month is None:
        return (("规则", "第一个月到期后亮灯"), ("原因", "未到时"))
    until = f"{row.year}年{month}月底{'，已封账' if row.frozen else ''}{_worked_out(row)}"
    if row.unreported or standing is None:
        before = () if standing is None else ((f"{standing.month}月底", _before(row, standing)),)
        return (
            ("规则", row.rule or "到期未报，亮灰"),
            ("原因", _why_unknown(row)),
            *before,
            ("时点", until),
        )
    return (*light_reasons(standing, row.unit, as_of=until), *_rollup_reasons(row))


def _rollup_reasons(row: BoardRow) -> Reasons:
    if not row.parts_words:
        return ()
    gap = hand_gap_words(row.hand_gap, row.unit, row.places)
    return (("汇总", row.parts_words), *((("手工填报", gap),) if gap else ()))


def hand_gap_words(gap: Decimal | None, unit: str, places: int) -> str:
    """Say how far a figure by hand is from what the children come to; empty where they agree or are not known."""
    if not gap:
        return ""
    return f"比下级合计{'多' if gap > 0 else '少'} {quantity(abs(gap), unit, places)}"


def _why_unknown(row: BoardRow) -> str:
    if row.parts_words:
        return f"{row.shown_month}月下级指标 {row.parts_words}，没有报齐，合计不作数"
    return f"{row.shown_month}月未报，截止日已过"


def _worked_out(row: BoardRow) -> str:
    if row.at is None:
        return ""
    zone = ZoneInfo(current_app.config["TIMEZONE"])
    return f"（{moment(row.at, zone, row.year)} 计算）"


def target_shown(row: BoardRow) -> str:
    """Write a row's target without its unit, a range with both bounds as its case has them."""
    high = (row.case or {}).get("target_high")
    bound = None if high is None else Decimal(high)
    return target_words(
        row.polarity if bound is not None else "", row.target, bound, "", row.places
    )


def unreported_sentence(row: BoardRow, standing: Standing | None) -> str:
    """Say which month is missing, and how it stood before."""
    said = f"{row.shown_month}月未填报，截止日已过"
    if row.parts_words:
        said = f"{row.shown_month}月下级指标 {row.parts_words}，没有报齐，合计不作数"
    if standing is None:
        return f"{said}；此前也没有{'报齐' if row.parts_words else '填报'}。"
    return f"{said}；{standing.month}月底{_before(row, standing)}。"


def _before(row: BoardRow, standing: Standing) -> str:
    if standing.completion_pct is None or row.kind == Kind.RATE:
        reached = quantity(standing.actual_cumulative, row.unit, row.places)
        return f"为 {reached}，当时{standing.status.word}"
    return f"完成 {standing.completion_pct}%，当时{standing.status.word}"


def guard_word(code: str | None) -> str:
    """Return the word of a guard; empty where there is none."""
    return Guard(code).word if code else ""
