"""Use case: enter a whole table of holidays and make-up days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from tracker.documents.sheets import Line, read_day, read_lines
from tracker.domain.errors import DocumentError
from tracker.extensions import db
from tracker.models import CalendarDay
from tracker.services.edit_calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_NAME,
    DayEntry,
    remove_day,
    set_days,
)

COLUMNS = {
    "day": ("日期", "day", "date"),
    "kind": ("是否上班", "类别", "类型", "kind", "working"),
    "name": ("名称", "节日", "name"),
}
WORKING = {"上班", "工作日", "调休", "调休上班", "班", "是", "working", "work", "true", "1"}
RESTING = {"放假", "休息", "休息日", "节假日", "假日", "休", "否", "holiday", "off", "false", "0"}
MOST_PROBLEMS = 5


def import_calendar(
    *,
    top_unit_id: int,
    name: str,
    data: bytes,
    limit: int,
    person_id: int | None,
    now: datetime,
) -> tuple[int, list[int]]:
    """Enter the table's days; its years count as published. Return (days changed, years).

    A day that its weekday says anyway is not entered, and taken back if it was entered otherwise.
    Raises DocumentError with what is wrong, by row; then nothing is entered.
    """
    days = _days(read_lines(name, data, COLUMNS, ("day", "kind"), limit))
    taken_back = _take_back(top_unit_id, days, person_id, now)
    years = {day.year for day in days}
    changed = set_days(
        top_unit_id=top_unit_id,
        days={day: entry for day, entry in days.items() if not _is_usual(day, entry)},
        published=frozenset(years),
        person_id=person_id,
        now=now,
    )
    return changed + taken_back, sorted(years)


def _days(lines: list[Line]) -> dict[date, DayEntry]:
    if not lines:
        raise DocumentError("表里只有表头，没有日期。")
    problems: list[str] = []
    days: dict[date, DayEntry] = {}
    for line in lines:
        read = _read(line, problems)
        if read is None:
            continue
        day, entry = read
        if day in days and days[day].working != entry.working:
            problems.append(f"第 {line.number} 行：{day.isoformat()} 前面已有一行，说法相反")
        days[day] = entry
    _refuse(problems)
    return days


def _is_usual(day: date, entry: DayEntry) -> bool:
    return entry.working == (day.weekday() < 5)


def _take_back(
    top_unit_id: int, days: Mapping[date, DayEntry], person_id: int | None, now: datetime
) -> int:
    """Remove what was entered for days that the table says are as their weekdays."""
    usual = [day for day, entry in days.items() if _is_usual(day, entry)]
    entered = db.session.scalars(
        select(CalendarDay.id).where(
            CalendarDay.top_unit_id == top_unit_id, CalendarDay.day.in_(usual)
        )
    ).all()
    for day_id in entered:
        remove_day(top_unit_id=top_unit_id, day_id=day_id, person_id=person_id, now=now)
    return len(entered)


def _read(line: Line, problems: list[str]) -> tuple[date, DayEntry] | None:
    day, kind = read_day(line.cells["day"]), line.cells["kind"].lower()
    name = line.cells.get("name", "")
    faults = (
        (day is None, f"“{line.cells['day'][:20]}”不是日期"),
        (
            day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR,
            f"{line.cells['day'][:20]} 的年份不对",
        ),
        (kind not in WORKING | RESTING, f"“{kind[:20]}”应写班或休"),
        (len(name) > LONGEST_NAME, f"名称不能超过 {LONGEST_NAME} 字"),
    )
    said = [words for wrong, words in faults if wrong]
    problems.extend(f"第 {line.number} 行：{words}" for words in said)
    if said or day is None:
        return None
    working = kind in WORKING
    return day, DayEntry(working, name or ("调休上班" if working else "放假"))


def _refuse(problems: list[str]) -> None:
    if problems:
        more = f"；另有 {len(problems) - MOST_PROBLEMS} 处" if len(problems) > MOST_PROBLEMS else ""
        raise DocumentError(f"没有导入：{'；'.join(problems[:MOST_PROBLEMS])}{more}。")
