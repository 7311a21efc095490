"""Use case: enter a whole table of holidays and make-up days."""

from __future__ import annotations

from datetime import date, datetime

from tracker.documents.sheets import Line, read_day, read_lines
from tracker.domain.errors import DocumentError
from tracker.services.edit_calendar import DayEntry, set_days

COLUMNS = {
    "day": ("日期", "day", "date"),
    "kind": ("类别", "类型", "kind", "working"),
    "name": ("名称", "节日", "name"),
}
WORKING = {"上班", "工作日", "调休", "调休上班", "班", "working", "work", "true", "1"}
RESTING = {"放假", "休息", "休息日", "节假日", "假日", "休", "holiday", "off", "false", "0"}
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

    A day that its weekday says anyway is passed over. Raises DocumentError with what is wrong, by row;
    then nothing is entered.
    """
    lines = read_lines(name, data, COLUMNS, ("day", "kind"), limit)
    problems: list[str] = []
    days: dict[date, DayEntry] = {}
    years: set[int] = set()
    for line in lines:
        read = _read(line, problems)
        if read is None:
            continue
        day, entry = read
        if day in days and days[day].working != entry.working:
            problems.append(f"第 {line.number} 行：{day.isoformat()} 前面已有一行，说法相反")
        years.add(day.year)
        if entry.working != (day.weekday() < 5):
            days[day] = entry
    _refuse(problems)
    changed = set_days(
        top_unit_id=top_unit_id,
        days=days,
        published=frozenset(years),
        person_id=person_id,
        now=now,
    )
    return changed, sorted(years)


def _read(line: Line, problems: list[str]) -> tuple[date, DayEntry] | None:
    day, kind = read_day(line.cells["day"]), line.cells["kind"].lower()
    if day is None:
        problems.append(f"第 {line.number} 行：“{line.cells['day'][:20]}”不是日期")
        return None
    if kind not in WORKING | RESTING:
        problems.append(f"第 {line.number} 行：类别“{kind[:20]}”应是上班或放假")
        return None
    working = kind in WORKING
    return day, DayEntry(working, line.cells.get("name") or ("调休上班" if working else "放假"))


def _refuse(problems: list[str]) -> None:
    if problems:
        more = f"；另有 {len(problems) - MOST_PROBLEMS} 处" if len(problems) > MOST_PROBLEMS else ""
        raise DocumentError(f"没有导入：{'；'.join(problems[:MOST_PROBLEMS])}{more}。")
