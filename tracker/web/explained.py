"""A light with its reasons, and a guard in words, from the row that a list shows."""

from __future__ import annotations

from tracker.domain.lights import Guard, Light
from tracker.domain.standing import Standing
from tracker.domain.wording import light_reasons
from tracker.queries.board import BoardRow
from tracker.queries.worked import worked

Reasons = tuple[tuple[str, str], ...]


def standing_of(row: BoardRow) -> Standing | None:
    """Return the standing that a row's light was worked out from; None where there is no row yet."""
    if row.case is None or row.month is None or row.late:
        return None
    return worked(row.case, row.month)


def reasons_of(row: BoardRow, standing: Standing | None) -> Reasons:
    """Return why the light is what it is: rule, figures, date."""
    if standing is None or row.month is None:
        return _unknown(row)
    until = f"{row.year}年{row.month}月底{'，已封账' if row.frozen else ''}"
    return light_reasons(standing, row.unit, as_of=until)


def _unknown(row: BoardRow) -> Reasons:
    month = row.shown_month
    if month is None:
        return (("规则", row.rule or "还没有到期的月份，到期后亮灯"), ("原因", "未到时"))
    return (
        ("规则", row.rule or "到期未报，亮灰"),
        ("原因", f"{month}月未报，截止日已过"),
        ("时点", f"{row.year}年{month}月底"),
    )


def light_word(light: Light, status_word: str) -> str:
    """Return the word beside a light: 严重滞后 for a red one, else the status."""
    return light.meaning if light is Light.RED else status_word


def guard_word(code: str | None) -> str:
    """Return the word of a guard; empty where there is none."""
    return Guard(code).word if code else ""
