"""Excel workbooks (.xlsx): every visible sheet as rows of text, read as a stream."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from tracker.documents.readers.archive import open_archive, part_events, part_tree
from tracker.documents.readers.document import DocumentText, Place
from tracker.documents.readers.rows import cell_text, row_line
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text.model import Problem

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MAX_ROWS = 50_000
MAX_COLUMNS = 256
MAX_CELLS = 400_000
_TOO_WIDE = "表格范围过大（超出五万行或二百五十六列），不予读取，请只留下有内容的行列再传。"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_DATE_FORMS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)}
_NOTES = re.compile(r"说明|备注|字典|数据源|选项|下拉|样例|示例|模板")


@dataclass(slots=True)
class Styles:
    """Which cell styles show dates or percentages."""

    dates: set[int] = field(default_factory=set)
    percents: set[int] = field(default_factory=set)
    from_1904: bool = False


@dataclass(slots=True)
class Grid:
    """The filled cells of one sheet and its merged ranges."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    count: int = 0

    def put(self, row: int, column: int, words: str) -> None:
        """Remember a filled cell; a sheet too large is refused."""
        if row > MAX_ROWS or column > MAX_COLUMNS or self.count >= MAX_CELLS:
            raise DocumentError(_TOO_WIDE)
        self.rows.setdefault(row, {})[column] = words
        self.count += 1


def _place(reference: str) -> tuple[int, int] | None:
    match = _REFERENCE.match(reference.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _range(reference: str) -> tuple[int, int, int, int] | None:
    first, _, last = reference.partition(":")
    start, end = _place(first), _place(last or first)
    return (*start, *end) if start and end else None


def _check_dimension(element: Element) -> None:
    found = _range(element.get("ref", ""))
    if found is not None and (found[2] > MAX_ROWS or found[3] > MAX_COLUMNS):
        raise DocumentError(_TOO_WIDE)


def _styles(archive: zipfile.ZipFile, from_1904: bool) -> Styles:
    tree = part_tree(archive, "xl/styles.xml")
    styles = Styles(from_1904=from_1904)
    if tree is None:
        return styles
    custom = {one.get("numFmtId"): one.get("formatCode", "") for one in tree.iter(f"{S}numFmt")}
    forms = tree.find(f"{S}cellXfs")
    for index, one in enumerate([] if forms is None else forms.findall(f"{S}xf")):
        number = one.get("numFmtId", "0")
        code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", custom.get(number, ""))
        if number in ("9", "10") or "%" in code:
            styles.percents.add(index)
        elif (number.isdigit() and int(number) in _DATE_FORMS) or re.search(r"[yYdD]", code):
            styles.dates.add(index)
    return styles


def _date_words(serial: Decimal, from_1904: bool) -> str | None:
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    if not 1 <= serial < 200_000:
        return None
    day = start + timedelta(days=int(serial))
    return f"{day.year}年{day.month}月{day.day}日"


def _number_words(value: str, style: int, styles: Styles) -> str:
    """Return a number as the sheet shows it: a date, a percentage, else its plain digits."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return value
    if style in styles.dates and (words := _date_words(number, styles.from_1904)):
        return words
    if style in styles.percents:
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    rounded = round(number, 6).normalize()
    return f"{rounded:f}"


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.NameToInfo:
        return []
    found: list[str] = []
    for _, element in part_events(archive, "xl/sharedStrings.xml", ("end",)):
        if element.tag != f"{S}si":
            continue
        found.append(_rich(element))
        element.clear()
        if len(found) > MAX_CELLS:
            raise DocumentError(_TOO_WIDE)
    return found


def _rich(element: Element) -> str:
    """Plain or rich text without phonetic hints."""
    own = element.find(f"{S}t")
    runs = [one.find(f"{S}t") for one in element.findall(f"{S}r")]
    return "".join(one.text or "" for one in [own, *runs] if one is not None)


def _cell_words(cell: Element, shared: list[str], styles: Styles) -> str:
    kind, value = cell.get("t", "n"), cell.find(f"{S}v")
    if kind == "inlineStr":
        inline = cell.find(f"{S}is")
        return "" if inline is None else cell_text(_rich(inline))
    said = "" if value is None or value.text is None else value.text
    if kind == "s":
        return cell_text(shared[int(said)]) if said.isdigit() and int(said) < len(shared) else ""
    if kind == "n" and said:
        style = cell.get("s", "0")
        return cell_text(_number_words(said, int(style) if style.isdigit() else 0, styles))
    return "" if kind in ("b", "e") else cell_text(said)


def _grid(archive: zipfile.ZipFile, part: str, shared: list[str], styles: Styles) -> Grid:
    grid = Grid()
    row = 0
    for event, element in part_events(archive, part, ("start", "end")):
        if event == "start":
            if element.tag == f"{S}row":
                row = _row_number(element, row)
            continue
        if element.tag == f"{S}dimension":
            _check_dimension(element)
        elif element.tag == f"{S}row":
            _take_row(element, row, grid, shared, styles)
            element.clear()
        elif element.tag == f"{S}mergeCell":
            _take_merge(element, grid)
            element.clear()
    return grid


def _row_number(element: Element, before: int) -> int:
    said = element.get("r", "")
    row = int(said) if said.isdigit() else before + 1
    if row > MAX_ROWS:
        raise DocumentError(_TOO_WIDE)
    return row


def _take_row(element: Element, row: int, grid: Grid, shared: list[str], styles: Styles) -> None:
    column = 0
    for cell in element.findall(f"{S}c"):
        place = _place(cell.get("r", ""))
        column = place[1] if place else column + 1
        words = _cell_words(cell, shared, styles)
        if column > MAX_COLUMNS:
            raise DocumentError(_TOO_WIDE)
        if words:
            grid.put(row, column, words)


def _take_merge(element: Element, grid: Grid) -> None:
    found = _range(element.get("ref", ""))
    if found is None:
        return
    if len(grid.merged) > 20_000:
        raise DocumentError(_TOO_WIDE)
    grid.merged.append(found)


def _fill_down(grid: Grid) -> set[int]:
    """Repeat merged cells down their rows; return the rows that are one merged cell."""
    wide: set[int] = set()
    width = max((max(row) for row in grid.rows.values() if row), default=1)
    for top, left, bottom, right in grid.merged:
        words = grid.rows.get(top, {}).get(left)
        if words is None:
            continue
        if right - left + 1 >= max(2, width - 1) and len(grid.rows[top]) == 1:
            wide.add(top)
            continue
        for row in range(top + 1, min(bottom, max(grid.rows)) + 1):
            if row in grid.rows:
                grid.rows[row].setdefault(left, words)
    return wide


def _lines(grid: Grid) -> list[tuple[int, str]]:
    """Return the rows that hold something, each with its number."""
    if not grid.rows:
        return []
    wide = _fill_down(grid)
    width = max(max(row) for row in grid.rows.values())
    lines = (
        (row, row_line(_across(cells, width), row in wide or _alone(cells)))
        for row, cells in sorted(grid.rows.items())
    )
    return [(row, line) for row, line in lines if line.strip()]


def _across(cells: dict[int, str], width: int) -> list[str]:
    return [cells.get(column, "") for column in range(1, width + 1)]


def _alone(cells: dict[int, str]) -> bool:
    return len(cells) == 1 and 1 in cells and not cells[1].isdigit()


def _sheets(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str, bool]], bool]:
    """(name, part, hidden) of every sheet in order, and whether dates count from 1904."""
    book = part_tree(archive, "xl/workbook.xml")
    links = part_tree(archive, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise DocumentError("这不是 Excel 工作簿，请核对文件后再传。")
    targets = {one.get("Id"): one.get("Target", "") for one in links}
    found = []
    for sheet in book.iter(f"{S}sheet"):
        target = targets.get(sheet.get(_RELATED), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append((sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
    settings: Any = book.find(f"{S}workbookPr")
    return found, settings is not None and settings.get("date1904") in ("1", "true")


def _skipped(name: str, hidden: bool, many: bool) -> bool:
    return hidden or (many and _NOTES.search(name) is not None)


def _texts(
    archive: zipfile.ZipFile, sheets: list[tuple[str, str, bool]], styles: Styles
) -> Iterator[tuple[str, list[tuple[int, str]] | None]]:
    shared = _shared(archive)
    for name, part, hidden in sheets:
        if _skipped(name, hidden, len(sheets) > 1):
            yield name, None
        elif "worksheets" in part:
            yield name, _lines(_grid(archive, part, shared, styles))


def read_sheet(data: bytes) -> DocumentText:
    """Return the text of an .xlsx file, sheet after sheet."""
    with open_archive(data) as archive:
        sheets, from_1904 = _sheets(archive)
        texts = list(_texts(archive, sheets, _styles(archive, from_1904)))
    problems = tuple(
        Problem(f"工作表“{name}”是说明页或隐藏页，没有读入。")
        for name, lines in texts
        if lines is None
    )
    placed: list[tuple[Place, str]] = []
    for name, lines in texts:
        if placed and lines:
            placed.append(((name, 0), ""))
        placed += [((name, row), line) for row, line in lines or ()]
    text = "\n".join(line for _, line in placed)
    return DocumentText(text, "xlsx", problems, tuple(place for place, _ in placed))
