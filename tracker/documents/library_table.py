"""The indicator library as a table: one row a definition, read into rows; every fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tracker.documents.sheets import Line, read_lines
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import (
    LABELS,
    DefinitionValues,
    faults_of,
    read_aliases,
    read_kind,
    read_places,
    read_polarity,
    usual_kind,
    usual_places,
    usual_polarity,
)
from tracker.domain.errors import DocumentError, NotReadyError
from tracker.domain.indicator_names import plain

T = TypeVar("T")

COLUMNS = {
    "code": ("编码", "指标编码", "代码", "指标代码", "编号", "指标编号", "code"),
    "name": ("指标名称", "名称", "指标", "考核指标", "监测指标", "name"),
    "aliases": (
        "别名",
        "指标别名",
        "又名",
        "曾用名",
        "其他名称",
        "其它名称",
        "简称",
        "aliases",
        "alias",
    ),
    "unit": ("计量单位", "单位", "指标单位", "unit"),
    "kind": ("类型", "指标类型", "数据类型", "kind", "type"),
    "polarity": ("方向", "极性", "指标方向", "指标极性", "polarity", "direction"),
    "places": ("小数位", "小数位数", "保留小数", "保留小数位", "保留位数", "精度", "places"),
    "category": ("类别", "指标类别", "分类", "指标分类", "所属类别", "大类", "领域", "category"),
    "source": ("来源", "数据来源", "指标来源", "依据", "source"),
    "note": (
        "说明",
        "指标说明",
        "备注",
        "口径",
        "指标口径",
        "指标解释",
        "指标含义",
        "计算方法",
        "note",
    ),
}
NEEDED = ("name", "unit")
_SHOWN = 20
_KIND_HINT = "、".join(kind.word for kind in Kind)
_POLARITY_HINT = f"{Polarity.HIGHER.word}或{Polarity.LOWER.word}"


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A row of the table. None for what the table does not say: it stays as it is."""

    place: str
    code: str | None
    name: str
    unit: str
    aliases: tuple[str, ...] | None
    kind: Kind | None
    polarity: Polarity | None
    places: int | None
    category: str | None
    source: str | None
    note: str | None

    def over(self, there: DefinitionValues | None) -> DefinitionValues:
        """Return the definition that the row makes of one that is there, or of none."""
        base = there or DefinitionValues(
            code="",
            name=self.name,
            aliases=(),
            unit=self.unit,
            kind=usual_kind(self.name, self.unit),
            polarity=usual_polarity(self.name),
            places=usual_places(self.unit),
        )
        said = {field: getattr(self, field) for field in LABELS}
        return replace(base, **{field: value for field, value in said.items() if value is not None})


def read_library(name: str, data: bytes, limit: int) -> list[DefinitionRow]:
    """Return the definitions of a .csv or .xlsx table in their order.

    Raises DocumentError when it is no such table, NotReadyError with every fault and its place.
    """
    lines = read_lines(name, data, COLUMNS, NEEDED, limit)
    if not lines:
        raise DocumentError("表里只有表头，没有指标。")
    problems: list[str] = []
    rows = [_row(line, problems) for line in lines]
    problems += _twice(rows)
    if problems:
        raise NotReadyError(tuple(problems))
    return rows


def _row(line: Line, problems: list[str]) -> DefinitionRow:
    cells = line.cells
    name = cells["name"]
    said: list[tuple[str, str]] = []
    row = DefinitionRow(
        place=line.place,
        code=cells.get("code") or None,
        name=name,
        unit=cells["unit"].replace(" ", ""),
        aliases=read_aliases(cells["aliases"], name) if cells.get("aliases") else None,
        kind=_word(cells, "kind", read_kind, f"应是{_KIND_HINT}之一", said),
        polarity=_word(cells, "polarity", read_polarity, f"应写{_POLARITY_HINT}", said),
        places=_word(cells, "places", read_places, "应是 0 到 4 的数字", said),
        category=cells.get("category") or None,
        source=cells.get("source") or None,
        note=cells.get("note") or None,
    )
    said = [*faults_of(row.over(None)), *said]
    problems += (f"{line.place}“{LABELS[field]}”{words}" for field, words in said)
    return row


def _word(
    cells: Mapping[str, str],
    field: str,
    read: Callable[[str], T | None],
    hint: str,
    said: list[tuple[str, str]],
) -> T | None:
    """Read a cell that holds one of a few words; note it where it is none of them."""
    text = cells.get(field, "")
    found = read(text) if text else None
    if text and found is None:
        said.append((field, f"写的是“{text[:_SHOWN]}”，{hint}"))
    return found


def _twice(rows: Sequence[DefinitionRow]) -> list[str]:
    """Return which rows mean a definition that an earlier one means already.

    Rows of one name are told apart by their codes alone.
    """
    found: list[str] = []
    codes: dict[str, str] = {}
    names: dict[str, DefinitionRow] = {}
    for row in filter(lambda row: row.name, rows):
        place = codes.setdefault(row.code, row.place) if row.code else row.place
        first = names.setdefault(plain(row.name), row)
        if place != row.place:
            found.append(f"{row.place}“编码”{(row.code or '')[:_SHOWN]} 与{place}重复")
        elif first is not row and not (row.code and first.code):
            shown = f"“{row.name[:_SHOWN]}”"
            found.append(f"{row.place}“指标名称”{shown}与{first.place}重复，同名的请用编码区分")
    return found
