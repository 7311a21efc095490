"""An organisation as a table: one row a unit, read into rows that stand below their parents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.documents.sheets import Line, read_lines
from tracker.domain.errors import DocumentError, NotReadyError
from tracker.domain.roles import LEVEL_WORDS, Level

COLUMNS = {
    "code": ("代码", "单位代码", "编码", "单位编码", "code"),
    "name": ("名称", "单位名称", "单位", "name"),
    "parent": ("上级代码", "上级", "上级单位代码", "上级编码", "上级单位编码", "parent"),
    "level": ("层级", "类型", "level"),
    "duties": ("职责", "duties"),
    "leaders": ("分管领导", "分管领导登录名", "leader"),
    "position": ("顺序", "排序", "position"),
}
LEVELS = (
    {level.value: level for level in Level}
    | {word: level for level, word in LEVEL_WORDS.items()}
    | dict.fromkeys(("科室", "股", "室"), Level.SECTION)
    | dict.fromkeys(("乡", "镇", "街道"), Level.TOWNSHIP)
)
LONGEST_CODE, LONGEST_NAME = 40, 100
_BETWEEN = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of the table. None for what the table does not say: it stays as it is."""

    number: int
    code: str
    name: str
    parent: str
    level: Level | None
    duties: str | None
    leaders: tuple[str, ...]
    position: int | None


def read_units(name: str, data: bytes, limit: int) -> list[UnitRow]:
    """Return the rows, each below its parent. At most one, the bureau itself, has none.

    Raises DocumentError when it is no such table, NotReadyError with every fault and its row.
    """
    lines = read_lines(name, data, COLUMNS, ("code", "name"), limit)
    if not lines:
        raise DocumentError("表里只有表头，没有单位。")
    problems: list[str] = []
    seen: dict[str, int] = {}
    top: int | None = None
    for line in lines:
        problems += (f"第 {line.number} 行：{said}。" for said in _faults(line.cells, seen, top))
        seen.setdefault(line.cells["code"], line.number)
        if not line.cells.get("parent") and top is None:
            top = line.number
    if problems:
        raise NotReadyError(tuple(problems))
    return _below_their_parents([_row(line) for line in lines])


def _faults(cells: Mapping[str, str], seen: Mapping[str, int], top: int | None) -> list[str]:
    code, level, position = cells["code"], cells.get("level", ""), cells.get("position", "")
    faults = (
        (not code, "没有代码"),
        (len(code) > LONGEST_CODE, f"代码不能超过 {LONGEST_CODE} 字"),
        (not cells["name"], f"{code or '单位'} 没有名称"),
        (len(cells["name"]) > LONGEST_NAME, f"{code} 的名称不能超过 {LONGEST_NAME} 字"),
        (bool(code) and code in seen, f"代码 {code} 在第 {seen.get(code)} 行已经有了"),
        (bool(code) and cells.get("parent") == code, f"{code} 的上级不能是它自己"),
        (
            not cells.get("parent") and top is not None,
            f"{code} 没有上级代码；没有上级的只能是局本身，第 {top} 行已是",
        ),
        (
            bool(level) and _level(level) is None,
            f"层级“{level[:20]}”应是{'、'.join(LEVEL_WORDS.values())}之一",
        ),
        (bool(position) and not _is_position(position), f"顺序“{position[:20]}”应是数字"),
    )
    return [said for wrong, said in faults if wrong]


def _level(words: str) -> Level | None:
    return LEVELS.get(words.lower()) or LEVELS.get(words.removesuffix("级"))


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _row(line: Line) -> UnitRow:
    cells = line.cells
    position = cells.get("position")
    return UnitRow(
        number=line.number,
        code=cells["code"],
        name=cells["name"],
        parent=cells.get("parent", ""),
        level=_level(cells.get("level", "")),
        duties=cells.get("duties") or None,
        leaders=tuple(filter(None, _BETWEEN.split(cells.get("leaders", "")))),
        position=int(position) if position else None,
    )


def _below_their_parents(rows: list[UnitRow]) -> list[UnitRow]:
    """Put parents before their children, in the table's order otherwise; refuse a circle."""
    codes = {row.code for row in rows}
    placed: dict[str, UnitRow] = {}
    waiting: dict[str, list[UnitRow]] = {}
    ready: list[UnitRow] = []
    for row in rows:
        if row.parent in codes:
            waiting.setdefault(row.parent, []).append(row)
        else:
            ready.append(row)
    for row in ready:  # grows while it is walked
        placed[row.code] = row
        ready.extend(waiting.get(row.code, ()))
    left = [row for row in rows if row.code not in placed]
    if left:
        raise NotReadyError(
            tuple(f"第 {row.number} 行：{row.code} 的上级绕回了它自己或它的下级。" for row in left)
        )
    return list(placed.values())
