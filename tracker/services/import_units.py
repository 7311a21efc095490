"""Use case: take over an organisation from a table: what is there is changed, what is new is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.documents.sheets import Line, read_lines
from tracker.domain.errors import DocumentError
from tracker.domain.roles import LEVEL_WORDS, Level
from tracker.extensions import db
from tracker.models import Unit
from tracker.services.manage_units import UnitData, add_top_unit, add_unit, edit_unit
from tracker.services.seed_calendar import seed_calendar

COLUMNS = {
    "code": ("编码", "代码", "单位编码", "code"),
    "name": ("名称", "单位名称", "name"),
    "parent": ("上级编码", "上级", "上级单位编码", "parent"),
    "level": ("层级", "类型", "level"),
    "duties": ("职责", "duties"),
    "position": ("顺序", "排序", "position"),
}
LEVELS = {level.value: level for level in Level} | {
    word: level for level, word in LEVEL_WORDS.items()
}
MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """How many units came, and how many there were that now say something else."""

    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    code: str
    name: str
    parent: str
    level: Level
    duties: str
    position: int


def import_units(
    *,
    name: str,
    data: bytes,
    limit: int,
    top_code: str | None,
    person_id: int | None,
    now: datetime,
) -> Imported:
    """Take over the table. A row without a parent is a bureau of its own; `top_code` says which one others are of.

    Raises DocumentError with what is wrong, by row; then nothing is taken over.
    """
    rows = _ordered(_read(read_lines(name, data, COLUMNS, ("code", "name"), limit)))
    added = changed = 0
    top = _top(top_code) if top_code else None
    for row in rows:
        if not row.parent:
            top, is_new = _take_top(row)
            added += is_new
            continue
        if top is None:
            top = _only_top_with(row)
        is_new = _take(row, top, person_id, now)
        added += is_new
        changed += not is_new
    return Imported(added, changed)


def _read(lines: list[Line]) -> list[_Row]:
    problems: list[str] = []
    rows: list[_Row] = []
    seen: set[str] = set()
    for line in lines:
        cells = line.cells
        code, level, position = cells["code"], cells.get("level", ""), cells.get("position", "")
        said = _problem(cells, seen)
        if said:
            problems.append(f"第 {line.number} 行：{said}")
            continue
        seen.add(code)
        rows.append(
            _Row(
                number=line.number,
                code=code,
                name=cells["name"],
                parent=cells.get("parent", ""),
                level=LEVELS.get(level, Level.SECTION if cells.get("parent") else Level.BUREAU),
                duties=cells.get("duties", ""),
                position=int(position) if position else line.number,
            )
        )
    _refuse(problems)
    return rows


def _problem(cells: Mapping[str, str], seen: set[str]) -> str:
    code, level, position = cells["code"], cells.get("level", ""), cells.get("position", "")
    if not code or len(code) > 40:
        return "编码要有，且不超过 40 字"
    if not cells["name"] or len(cells["name"]) > 100:
        return "名称要有，且不超过 100 字"
    if code in seen:
        return f"编码 {code} 前面已经有了"
    if cells.get("parent") == code:
        return "上级不能是它自己"
    if level and level not in LEVELS:
        return f"层级“{level[:20]}”应是{'、'.join(LEVEL_WORDS.values())}之一"
    if position and not (position.isascii() and position.isdigit() and len(position) < 7):
        return f"顺序“{position[:20]}”应是数字"
    return ""


def _ordered(rows: list[_Row]) -> list[_Row]:
    """Put parents before their children; refuse a circle."""
    by_code = {row.code: row for row in rows}
    ordered: dict[str, _Row] = {}

    def place(row: _Row, above: tuple[str, ...]) -> None:
        if row.code in ordered:
            return
        if row.code in above:
            raise DocumentError(f"没有导入：第 {row.number} 行的上级绕回了它自己。")
        parent = by_code.get(row.parent)
        if parent is not None:
            place(parent, (*above, row.code))
        ordered[row.code] = row

    for row in rows:
        place(row, ())
    return list(ordered.values())


def _top(code: str) -> Unit:
    unit = db.session.scalar(select(Unit).where(Unit.code == code, Unit.id == Unit.top_unit_id))
    if unit is None:
        raise DocumentError(f"没有编码为 {code} 的顶层单位。")
    return unit


def _take_top(row: _Row) -> tuple[Unit, bool]:
    unit = db.session.scalar(select(Unit).where(Unit.code == row.code, Unit.id == Unit.top_unit_id))
    if unit is not None:
        unit.name = row.name
        return unit, False
    unit = add_top_unit(code=row.code, name=row.name, level=row.level)
    seed_calendar(top_unit_id=unit.id)
    return unit, True


def _only_top_with(row: _Row) -> Unit:
    """Find the bureau that a row's parent is of, where the table names none."""
    tops = db.session.scalars(select(Unit.top_unit_id).where(Unit.code == row.parent)).all()
    if len(tops) != 1:
        why = "没有这个单位" if not tops else "几个局都有这个编码，请指定局"
        raise DocumentError(f"没有导入：第 {row.number} 行的上级 {row.parent}，{why}。")
    return db.session.scalars(select(Unit).where(Unit.id == tops[0])).one()


def _take(row: _Row, top: Unit, person_id: int | None, now: datetime) -> bool:
    """Add or change one unit; tell whether it was added."""
    units = {
        unit.code: unit
        for unit in db.session.scalars(
            select(Unit).where(Unit.top_unit_id == top.id, Unit.code.in_((row.code, row.parent)))
        )
    }
    parent, unit = units.get(row.parent), units.get(row.code)
    if parent is None:
        raise DocumentError(f"没有导入：第 {row.number} 行的上级 {row.parent} 没有这个单位。")
    data = UnitData(
        code=row.code,
        name=row.name,
        level=row.level,
        parent_id=parent.id,
        duties=row.duties or (unit.duties if unit else ""),
        position=row.position,
        active=unit.active if unit else True,
    )
    if unit is None:
        add_unit(data=data, top_unit_id=top.id, person_id=person_id, now=now)
        return True
    edit_unit(unit=unit, data=data, person_id=person_id, now=now)
    return False


def _refuse(problems: list[str]) -> None:
    if problems:
        more = f"；另有 {len(problems) - MOST_PROBLEMS} 处" if len(problems) > MOST_PROBLEMS else ""
        raise DocumentError(f"没有导入：{'；'.join(problems[:MOST_PROBLEMS])}{more}。")
